"""The work list: its order, its rows, and walking it page by page."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.continuations import continuation_after, key_in
from functions.intake import list_requests, write_message
from functions.problems import ProblemError
from local.sample import sample_request
from shared.domain.callers import Principal
from shared.domain.case import case_id_in
from shared.domain.errors import StorageUnavailableError
from shared.domain.lifecycle import State
from shared.workflow.notices import settle_index
from shared.workflow.protocol import flag_case
from tests.functions.calling import ADA, API, READER, Answer, call
from tests.functions.stages import in_review
from tests.world import OFFICER, SUBSCRIPTION, Fault, World

KEY = f"list|approved|2026-11-23T09:00:00Z|{case_id_in('a' * 32, 'b' * 32)}"


KEYS = [b"s" * 32]


def made(state: str | None = None, reader: Principal = OFFICER, keys: Sequence[bytes] = KEYS) -> str:
    """A sound continuation, but for what the arguments say."""
    return continuation_after(KEY, state, reader, keys)


def tampered(continuation: str) -> str:
    """The same for the row before."""
    raw = base64.urlsafe_b64decode(continuation + "=" * (-len(continuation) % 4))
    return base64.urlsafe_b64encode(raw.replace(b"09:00:00", b"08:00:00")).decode().rstrip("=")


async def listed(**params: str) -> Answer:
    return await call(list_requests, "GET", "/api/requests", headers=ADA, params={**API, **params})


async def walk(**params: str) -> list[Answer]:
    """Every page, by the links."""
    pages = [await listed(**params)]
    while "nextLink" in pages[-1].body:
        pages.append(await listed(**dict(parse_qsl(urlsplit(pages[-1].body["nextLink"]).query))))
        assert len(pages) < 20
    return pages


def rows(pages: list[Answer]) -> list[dict[str, Any]]:
    return [row for page in pages for row in page.body["value"]]


async def seven_cases(world: World) -> list[str]:
    """Approved and held-up ones in turn, one a minute; their ids in that order."""
    found = []
    for number in range(7):
        subscription = UUID(int=number + 1)
        if number % 2 == 0:
            await world.portal_reports(subscription=subscription)
        world.clock.move(minutes=1)
        found.append(await world.submit(subscriptionId=str(subscription)))
        await world.drain()
    return found


async def test_the_longest_wait_comes_first(world: World) -> None:
    cases = await seven_cases(world)
    answer = await listed(state="approved")
    assert [row["id"] for row in answer.body["value"]] == cases[::2]
    assert "nextLink" not in answer.body


@pytest.mark.parametrize("size", ["1", "2", "3", "4", "7", "200"])
async def test_the_links_lead_through_the_whole_list_once(world: World, size: str) -> None:
    cases = await seven_cases(world)
    pages = await walk(maxpagesize=size)
    assert sorted(row["id"] for row in rows(pages)) == sorted(cases)
    assert [len(page.body["value"]) for page in pages[:-1]] == [int(size)] * (len(pages) - 1)
    assert 0 < len(pages[-1].body["value"]) <= int(size)


@pytest.mark.parametrize("size", ["1", "2", "3"])
async def test_the_links_keep_to_the_state(world: World, size: str) -> None:
    cases = await seven_cases(world)
    pages = await walk(state="action_required", maxpagesize=size)
    assert [row["id"] for row in rows(pages)] == cases[1::2]
    assert {row["state"] for row in rows(pages)} == {"action_required"}


async def test_a_row_that_moved_on_does_not_stop_the_walk(world: World) -> None:
    cases = await seven_cases(world)
    first = await listed(state="approved", maxpagesize="1")
    dossier = await world.store.read(cases[0].partition("-")[0])
    stored = dossier.cases[cases[0]].value
    assert stored is not None
    later = stored.model_copy(update={"state": State.SWITCHED, "seq": stored.seq + 1, "wait": None})
    await settle_index(world.services, later)
    second = await listed(**dict(parse_qsl(urlsplit(first.body["nextLink"]).query)))
    assert [row["id"] for row in second.body["value"]] == [cases[2]]


async def test_a_page_takes_one_storage_request(world: World) -> None:
    await seven_cases(world)
    world.storage.faults.append(Fault("page", StorageUnavailableError(), skip=1))
    assert (await listed(maxpagesize="3")).status == 200
    assert (await listed(maxpagesize="3")).status == 503, "the second request of all fails"


async def test_a_row_shows_what_the_desk_sorts_by(world: World) -> None:
    case_id = await in_review(world)
    (row,) = (await listed()).body["value"]
    assert row == {
        "id": case_id,
        "state": "credit_review",
        "etag": '"5.desk"',
        "messages": 0,
        "company": "Contoso B.V.",
        "country": "NL",
        "amount": "25000.00",
        "currency": "EUR",
        "owedBy": "desk",
        "expectedOn": "2026-11-30",
        "links": {"self": f"http://localhost:7071/api/requests/{case_id}?api-version=2026-11-01"},
    }


async def test_a_row_shows_that_the_applicant_wrote_wants_a_call_and_that_something_failed(world: World) -> None:
    contact = {**sample_request(str(SUBSCRIPTION))["contact"], "preferredMethod": "phone", "phone": "+31 20 123 4567"}
    case_id = await world.submit(contact=contact)
    await world.drain()
    await flag_case(world.services, case_id, "a notice was refused")
    await call(write_message, "POST", f"/api/requests/{case_id}/messages", {"text": "Hello?"})
    (row,) = (await listed()).body["value"]
    assert (row["attention"], row["messages"], row["call"]) == ("a notice was refused", 1, True)


async def test_an_empty_list_is_a_list() -> None:
    assert (await listed()).body == {"value": []}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "paid"),
        ("state", ""),
        ("maxpagesize", ""),
        ("maxpagesize", "0"),
        ("maxpagesize", "201"),
        ("maxpagesize", "0000000001999"),
        ("maxpagesize", "-1"),
        pytest.param("maxpagesize", "9" * 5000, id="maxpagesize-of-5000-digits"),
        ("maxpagesize", "\N{ARABIC-INDIC DIGIT ONE}"),
        ("continuation", ""),
        ("continuation", "!"),
        ("continuation", "kéy"),
        ("continuation", KEY),
        pytest.param("continuation", made(keys=[b"another key" * 4]), id="signed-by-another"),
        pytest.param("continuation", made(reader=READER), id="of-another-reader"),
        pytest.param("continuation", made(state="approved"), id="of-another-list"),
        pytest.param("continuation", made()[:-2], id="cut-off"),
        pytest.param("continuation", made() + "AAAA", id="made-longer"),
        pytest.param("continuation", tampered(made()), id="tampered-with"),
    ],
)
async def test_a_parameter_that_makes_no_sense_is_400_and_named(name: str, value: str) -> None:
    answer = await listed(**{name: value})
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidParameter")
    assert f"'{name}'" in answer.body["detail"]


async def test_a_continuation_of_another_states_list_is_400(world: World) -> None:
    await seven_cases(world)
    link = (await listed(state="action_required", maxpagesize="1")).body["nextLink"]
    parameters = dict(parse_qsl(urlsplit(link).query))
    assert (await listed(**{**parameters, "state": "approved"})).status == 400


def test_a_continuation_is_opaque_and_fits_a_url() -> None:
    continuation = made()
    assert "list" not in continuation
    assert continuation.replace("-", "").replace("_", "").isalnum()
    assert key_in(continuation, None, OFFICER, KEYS) == KEY


def test_a_continuation_signed_with_the_key_before_is_still_taken() -> None:
    assert key_in(made(), None, OFFICER, [b"n" * 32, *KEYS]) == KEY
    assert made(keys=[b"n" * 32, *KEYS]) != made()


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_is_taken_for_a_continuation(text: str) -> None:
    with pytest.raises(ProblemError):
        key_in(text, None, OFFICER, KEYS)
