"""The app does what its OpenAPI document says: schemathesis, with all its checks, over HTTP.

100 examples of each operation, beside those that schemathesis derives from the schemas' limits. Longer, to look for
what is rare: `CONFORMANCE_EXAMPLES=2000 pytest tests/conformance -k document --timeout 0`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from local import stack
from local.settings import Credentials
from local.stack import Stack
from tests.conformance.cases import cases_for
from tests.conformance.operations import operations_of
from tests.conformance.runs import UNMEASURED, Visit, run

EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "100"))
CASES = 4
"""Of each operation on a case, so many begin where it is possible."""

GENEROUS = {
    **stack.QUICK,
    **UNMEASURED,
    "PAYBYINVOICE_CALLS_PER_MINUTE": "1000000",
    "PAYBYINVOICE_SUBMISSIONS_PER_HOUR": "1000000",
}


@pytest.fixture(scope="module")
def generous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An app that does not tire of callers."""
    with stack.running(tmp_path_factory.mktemp("generous"), GENEROUS) as app:
        yield app


def signed_in(scheme: str, credentials: Credentials) -> str:
    """The lines of schemathesis' settings by which it signs in; the portal's signature is made by a hook."""
    user, password = json.dumps(credentials.client_id), json.dumps(credentials.client_secret)
    return {
        "client": f"[auth.openapi.client]\nusername = {user}\npassword = {password}",
        "deskDevelopment": '[auth.openapi.deskDevelopment]\napi_key = "ada"',
        "portal": "",
    }[scheme]


async def material_for(app: Stack, scheme: str) -> dict[str, Any]:
    """For each operation on a case, ids and ETags as this caller sees them; and the parameters of a second page."""
    cases = {}
    async with replace(app.api(), patience=100) as api:
        show = api.client.request if scheme == "client" else api.officer.show
        for each in operations_of(scheme):
            ids = await cases_for(api, each.name, CASES) if each.is_on_a_case else []
            cases[each.name] = [[id_, (await show(id_)).etag] for id_ in ids]
        first = (await anext(aiter(api.officer.pages(page_size=1)))).document
    return {"cases": cases, "next_page": dict(parse_qsl(urlsplit(first.get("nextLink", "")).query))}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scheme", ["client", "deskDevelopment", "portal"])
async def test_it_answers_as_the_document_says(generous: Stack, tmp_path: Path, scheme: str) -> None:
    visit = Visit(scheme, signed_in(scheme, generous.credentials), await material_for(generous, scheme))
    found = run(generous, tmp_path, visit, EXAMPLES)
    assert found.exit_code == 0, found.words
    assert found.answers.keys() == {each.name for each in operations_of(scheme)}
    assert found.never_successful == []
