"""What a caller sees of a case: the applicant its own things, the desk everything."""

import json
import re
from typing import Any

import pytest

from functions.intake import get_request, get_request_history
from functions.view_builders import case_view
from shared.domain.callers import Kind, Principal
from shared.domain.case import ApplicantMessage, scope_of
from shared.workflow import actions
from shared.workflow.protocol import flag_case
from tests.builders import NOON, a_case
from tests.functions.calling import ADA, call
from tests.functions.stages import APPROVE, ASK_INFORMATION, DECLINE, decided, in_review
from tests.world import CLIENT, OFFICER, SUBSCRIPTION, World, asked

DESKS_OWN = ("sued by a supplier", "adverse_information", "assessment", "attention", "recommendation", "score")
OFFICERS_NAME = re.compile(r"\bada\b")
"""As a word: hashes may have these digits, too."""


async def shown(case_id: str, headers: dict[str, str] | None = None) -> Any:
    return (await call(get_request, "GET", f"/api/requests/{case_id}", headers=headers)).body


async def history(case_id: str, headers: dict[str, str] | None = None) -> Any:
    path = f"/api/requests/{case_id}/history"
    return (await call(get_request_history, "GET", path, headers=headers)).body["value"]


async def troubled_and_declined(world: World, *before: Any) -> str:
    case_id = await in_review(world)
    await flag_case(world.services, case_id, "a notice was refused")
    for decision in (*before, DECLINE):
        await decided(world, case_id, decision)
    return case_id


@pytest.mark.parametrize("before", [(), (APPROVE,)], ids=["declined", "revoked"])
async def test_an_applicant_sees_nothing_of_the_desks_own(world: World, before: tuple[Any, ...]) -> None:
    case_id = await troubled_and_declined(world, *before)
    text = json.dumps([await shown(case_id), await history(case_id)])
    assert [word for word in DESKS_OWN if word in text] == []
    assert not OFFICERS_NAME.search(text)
    assert '"personal"' not in text
    assert '"salt"' not in text


async def test_the_desk_sees_all_of_it(world: World) -> None:
    case_id = await troubled_and_declined(world)
    case, events = await shown(case_id, ADA), await history(case_id, ADA)
    assert case["attention"]["reason"] == "a notice was refused"
    assert case["declineCodes"] == ["adverse_information", "other"]
    assert case["assessment"]["recommendation"] == "approve"
    assert (events[-1]["personal"]["note"], events[-1]["actor"]) == ("sued by a supplier", "desk:ada")
    assert [event for event in events if "salt" in event] == []


async def test_the_desk_reads_the_note_of_an_approval(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, APPROVE)
    assert (await history(case_id, ADA))[-1]["personal"]["note"] == "sound, says the bank"


async def test_an_applicants_history_has_its_own_messages_and_not_what_the_desk_noted(world: World) -> None:
    case_id = await world.submit()
    await actions.write_to_desk(world.services, asked(case_id), "Can you help?")
    await flag_case(world.services, case_id, "a step failed")
    await actions.resume(world.services, asked(case_id, OFFICER))
    own, desks = await history(case_id), await history(case_id, ADA)
    assert [event["note"] for event in own] == ["", "message from the applicant"]
    assert [event["note"] for event in desks] == [
        "",
        "message from the applicant",
        "attention: a step failed",
        "attention cleared",
    ]
    assert desks[1]["personal"] == {"text": "Can you help?"}


async def test_a_client_reads_its_own_messages_and_the_desk_all_with_their_writers(world: World) -> None:
    case_id = await world.submit()
    applicant = Principal(Kind.APPLICANT, scope_of(SUBSCRIPTION))
    await actions.write_to_desk(world.services, asked(case_id), "Can you help?")
    await actions.write_to_desk(world.services, asked(case_id, applicant), "Between us: we change partners.")
    own, desks = (await shown(case_id))["messages"], (await shown(case_id, ADA))["messages"]
    assert [(each["text"], each["by"]) for each in own] == [("Can you help?", CLIENT.actor)]
    assert [each["by"] for each in desks] == [CLIENT.actor, applicant.actor]


def test_messages_from_before_their_writers_were_kept_are_the_desks() -> None:
    case = a_case(messages=(ApplicantMessage(at=NOON, text="Hello?"),))
    assert [len(case_view(case, reader, "", "").messages) for reader in (CLIENT, OFFICER)] == [0, 1]


async def test_who_asked_is_the_desk_to_an_applicant_and_a_person_to_the_desk(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, ASK_INFORMATION)
    assert (await history(case_id))[-1]["actor"] == "desk"
    assert (await history(case_id, ADA))[-1]["actor"] == "desk:ada"


async def test_what_an_applicant_did_on_a_page_is_told_by_kind_and_to_the_desk_by_scope(world: World) -> None:
    case_id = await in_review(world)
    await actions.withdraw(world.services, asked(case_id, Principal(Kind.APPLICANT, scope_of(SUBSCRIPTION))))
    own, desks = await history(case_id), await history(case_id, ADA)
    assert (own[-1]["actor"], desks[-1]["actor"]) == ("applicant", f"applicant:{scope_of(SUBSCRIPTION)}")


async def test_a_refusal_is_in_the_applicants_language(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, DECLINE)
    reasons = (await shown(case_id))["declineReasons"]
    assert reasons[1]["reason"] == "After reviewing your application, we cannot agree to payment by invoice."
