"""The client speaks the whole API of its description, and reads its examples."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from paybyinvoice import Client, Desk, models
from paybyinvoice.addresses import API_VERSION
from tests.paybyinvoice.documents import a_case, a_desk_case, a_pre_check, a_status
from tests.paybyinvoice.service import Say, Service

DESCRIPTION = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
NOT_FOR_CLIENTS = re.compile(r"/api/(webhooks|health|openapi|docs)|/problems")

AS_CLIENT: list[tuple[Callable[[Client], Awaitable[Any]], dict[str, Any]]] = [
    (lambda c: c.pre_check({}), a_pre_check()),
    (lambda c: c.submit({}), a_status()),
    (lambda c: c.request("c1"), a_case()),
    (lambda c: c.history("c1"), {"value": []}),
    (lambda c: c.withdraw("c1"), a_status()),
    (lambda c: c.recheck("c1"), a_status()),
    (lambda c: c.send_message("c1", "Hello."), a_status()),
    (lambda c: c.send_credit_application("c1", {}), a_status()),
    (lambda c: c.send_information("c1", {}), a_status()),
]
AS_DESK: list[tuple[Callable[[Desk], Awaitable[Any]], dict[str, Any]]] = [
    (lambda d: anext(d.pages()), {"value": []}),
    (lambda d: d.show("c1"), a_desk_case()),
    (lambda d: d.decide("c1", {}, if_match='"1.desk"'), a_status()),
    (lambda d: d.confirm_security("c1", {}), a_status()),
    (lambda d: d.resume("c1"), a_status()),
    (lambda d: d.unreadable_messages(), {"value": []}),
]


async def test_every_operation_for_clients_and_the_desk_can_be_called(
    service: Service, client: Client, desk: Desk
) -> None:
    for as_client, document in AS_CLIENT:
        service.will(Say(200, document))
        await as_client(client)
    for as_desk, document in AS_DESK:
        service.will(Say(200, document))
        await as_desk(desk)
    called = {(heard.method.lower(), heard.path.partition("?")[0].replace("/c1", "/{id}")) for heard in service.heard}
    described = {(m, p) for p, item in DESCRIPTION["paths"].items() if not NOT_FOR_CLIENTS.match(p) for m in item}
    assert called == described


def test_it_speaks_the_version_that_is_described() -> None:
    assert DESCRIPTION["info"]["version"] == API_VERSION


def examples() -> list[tuple[str, str, Any]]:
    """Name each model that has an example among requests and answers, with where it stands."""
    found = []
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                name = media["schema"].get("$ref", "").rpartition("/")[2]
                listed = [media["example"]] if "example" in media else []
                listed += [each["value"] for each in media.get("examples", {}).values() if "value" in each]
                found += [(f"{method} {path}", name, each) for each in listed if hasattr(models, name)]
    return found


@pytest.mark.parametrize(("where", "name", "example"), examples())
def test_the_models_read_every_example(where: str, name: str, example: Any) -> None:
    read = getattr(models, name).model_validate(example)
    assert read.model_dump(by_alias=True, exclude_unset=True, mode="json").keys() == example.keys(), where


def test_there_are_examples() -> None:
    assert examples(), "none found: check this guard"
