"""The credit check's endpoints: the applicant's papers, the officer's decision, security, resumption."""

from typing import Any

import pytest

from functions.credit import confirm_security, decide, put_credit_application, resume, submit_information
from functions.intake import get_request, withdraw
from shared.domain.lifecycle import State
from tests.functions.calling import ADA, BO, Answer, basic, call
from tests.functions.stages import (
    APPROVE,
    ASK_INFORMATION,
    ASK_SECURITY,
    DECLINE,
    SENDGRID,
    SOUND,
    apply,
    decided,
    due_for_application,
    in_review,
)
from tests.world import World

REPLY = {"answers": [{"item": "bank_reference", "answer": "Ask for Jan at the bank."}]}
DEPOSIT = {
    "type": "deposit",
    "amount": {"amount": "5000.00", "currency": "EUR"},
    "reference": "R-1",
    "receivedOn": "2026-11-23",
}
NOWHERE = f"{'0' * 32}-{'0' * 32}"


async def reply(case_id: str, body: Any = REPLY, **headers: str) -> Answer:
    return await call(submit_information, "POST", f"/api/requests/{case_id}/information", body, headers=headers)


async def security(case_id: str, body: Any = DEPOSIT, headers: dict[str, str] = ADA) -> Answer:
    return await call(confirm_security, "POST", f"/api/requests/{case_id}/security-received", body, headers=headers)


async def resumed(case_id: str, headers: dict[str, str] = ADA) -> Answer:
    return await call(resume, "POST", f"/api/requests/{case_id}/resumption", headers=headers)


async def shown(case_id: str, headers: dict[str, str] | None = None) -> Any:
    return (await call(get_request, "GET", f"/api/requests/{case_id}", headers=headers)).body


def pointers(answer: Answer) -> list[str]:
    assert answer.status == 400
    return sorted(error["pointer"] for error in answer.body["errors"])


# --- the application


async def test_an_application_is_taken_and_goes_to_review(world: World) -> None:
    case_id = await due_for_application(world)
    answer = await apply(case_id)
    assert (answer.status, answer.body["state"]) == (202, "checking_credit")
    case = await shown(case_id)
    assert case["creditApplication"]["annualRevenue"] == "9000000.00"
    assert answer.headers["ETag"] == answer.body["etag"] == case["etag"]
    await world.drain()
    reviewed = await shown(case_id)
    assert (reviewed["state"], reviewed["review"]["expectedOn"]) == ("credit_review", "2026-11-30")


async def test_a_missing_figure_is_not_refused(world: World) -> None:
    answer = await apply(await due_for_application(world), operatingResult=None, taxId=None, figuresYear=None)
    assert answer.status == 202


async def test_a_wrong_tax_id_is_told_at_its_place(world: World) -> None:
    answer = await apply(await due_for_application(world), taxId="NL001234567B02X")
    assert pointers(answer) == ["/taxId"]
    assert answer.body["errors"][0]["code"] == "tax_id"
    assert "The tax id cannot be right" in answer.body["errors"][0]["detail"]


async def test_a_year_that_has_not_begun_is_told_at_its_place(world: World) -> None:
    answer = await apply(await due_for_application(world), figuresYear=2027)
    assert pointers(answer) == ["/figuresYear"]
    assert answer.body["errors"][0]["code"] == "figures_year"


async def test_every_wrong_member_of_an_application_is_told(world: World) -> None:
    wrong: dict[str, Any] = {
        "surprise": 1,
        "requestedLimit": {"amount": "0", "currency": "EUR", "more": 1},
        "legalName": None,
    }
    answer = await apply(await due_for_application(world), **wrong)
    assert pointers(answer) == ["/legalName", "/requestedLimit/more", "/surprise"]


async def test_a_value_that_reads_like_a_members_name_does_not_move_the_pointer(world: World) -> None:
    answer = await apply(await due_for_application(world), legalName="currency", currency="euro")
    assert pointers(answer) == ["/currency"]


async def test_an_application_that_nobody_asked_for_is_409_and_names_what_is_open(world: World) -> None:
    case_id = await in_review(world)
    answer = await apply(case_id, yearsInBusiness=3)
    assert (answer.status, answer.body["error"]["code"]) == (409, "NotPossibleNow")
    assert answer.body["openTo"] == ["withdrawal"]


# --- the decision


async def test_an_approval_sends_the_instructions_with_its_limit(world: World) -> None:
    case_id = await in_review(world)
    answer = await decided(world, case_id, APPROVE)
    assert (answer.status, answer.body["state"]) == (200, "approved")
    assert (await shown(case_id))["approvedLimit"] == {"amount": "20000.00", "currency": "EUR"}
    assert answer.headers["ETag"] == f'"{(await world.case(case_id)).content_revision}.desk"'


async def test_a_refusal_has_codes_for_the_desk_and_words_for_the_applicant(world: World) -> None:
    case_id = await in_review(world)
    assert (await decided(world, case_id, DECLINE)).body["state"] == "declined"
    case = await shown(case_id, ADA)
    assert case["declineCodes"] == ["adverse_information", "other"]
    assert [set(reason) for reason in case["declineReasons"]] == [{"reason", "nextStep"}] * 2


async def test_what_cannot_be_found_out_is_declined_with_a_code_of_its_own(world: World) -> None:
    case_id = await world.submit()
    await world.drain()
    assert (await shown(case_id, ADA))["actions"] == ["recheck", "decision", "withdrawal"]
    answer = await decided(world, case_id, {**DECLINE, "codes": ["account_not_verified"]})
    assert (answer.status, answer.body["state"]) == (200, "declined")
    (reason,) = (await shown(case_id))["declineReasons"]
    assert reason["reason"] == "We could not verify the Azure account of your subscription, or who administers it."


async def test_what_the_officer_asks_is_answered_and_the_review_goes_on(world: World) -> None:
    case_id = await in_review(world)
    asked = await decided(world, case_id, ASK_INFORMATION)
    assert (asked.body["state"], (await shown(case_id))["review"]["paused"]) == ("information_due", True)
    answered = await reply(case_id)
    assert (answered.status, answered.body["state"]) == (202, "checking_credit")
    case = await shown(case_id)
    assert case["informationAsked"] == {"items": [{"item": "bank_reference"}]}
    assert case["information"] == REPLY
    await world.drain()
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_a_security_is_asked_for_and_confirmed(world: World) -> None:
    case_id = await in_review(world)
    asked = await decided(world, case_id, ASK_SECURITY)
    assert asked.body["state"] == "security_due"
    assert (await shown(case_id, ADA))["securityAsked"]["kind"] == "ask_security"
    received = await security(case_id)
    assert (received.status, received.body["state"]) == (200, "credit_review")
    assert (await shown(case_id))["securityReceived"] == DEPOSIT


async def test_a_decision_needs_to_say_which_version_was_seen(world: World) -> None:
    case_id = await in_review(world)
    answer = await call(decide, "POST", f"/api/requests/{case_id}/decision", APPROVE, headers=ADA)
    assert (answer.status, answer.body["error"]["code"]) == (428, "PreconditionRequired")
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


@pytest.mark.parametrize("etag", ["", " ", '""', "{}"])
async def test_an_if_match_without_a_version_is_not_leave_to_act_on_any(world: World, etag: str) -> None:
    case_id = await due_for_application(world)
    answer = await apply(case_id, headers={"if-match": etag})
    assert (answer.status, answer.body["error"]["code"]) == (412, "PreconditionFailed")
    assert (await world.case(case_id)).state is State.CREDIT_APPLICATION_DUE


async def test_a_decision_on_an_older_version_is_412_with_the_present_etag(world: World) -> None:
    case_id = await in_review(world)
    seen = f'"{(await world.case(case_id)).content_revision}.desk"'
    await decided(world, case_id, ASK_INFORMATION)
    answer = await decided(world, case_id, DECLINE, if_match=seen)
    assert (answer.status, answer.body["error"]["code"]) == (412, "PreconditionFailed")
    assert answer.headers["ETag"] == f'"{(await world.case(case_id)).content_revision}.desk"' != seen


@pytest.mark.parametrize(
    "etag",
    ["7", 'W/"3.desk"', '"three.desk"', '"3.desk", "4.desk"', '"٣.desk"', '"1234567890.desk"', '""', '"3.client"'],
)
async def test_what_is_none_of_our_etags_is_412(world: World, etag: str) -> None:
    case_id = await in_review(world)
    answer = await decided(world, case_id, APPROVE, if_match=etag)
    assert (answer.status, answer.body["error"]["code"]) == (412, "PreconditionFailed")
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_a_second_decision_is_409_and_names_what_is_open(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, APPROVE)
    answer = await decided(world, case_id, ASK_INFORMATION)
    assert (answer.status, answer.body["error"]["code"]) == (409, "NotPossibleNow")
    assert answer.body["openTo"] == ["decision", "withdrawal"]


async def test_an_approval_is_withdrawn_by_declining(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, APPROVE)
    assert (await shown(case_id, ADA))["actions"] == ["decision", "withdrawal"]
    answer = await decided(world, case_id, DECLINE)
    assert (answer.status, answer.body["state"]) == (200, "declined")
    case = await shown(case_id, ADA)
    assert case["declineCodes"] == ["adverse_information", "other"]
    assert "approvedLimit" not in case


async def test_an_approval_that_the_facts_forbid_is_409_with_the_findings(world: World) -> None:
    case_id = await in_review(world)
    await world.portal_reports(resources=[SENDGRID])
    answer = await decided(world, case_id, APPROVE)
    assert (answer.status, answer.body["error"]["code"]) == (409, "FactsBlock")
    (failed,) = [finding for finding in answer.body["findings"] if finding["outcome"] == "fail"]
    assert failed["fix"]
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_a_refusal_does_not_ask_the_facts(world: World) -> None:
    case_id = await in_review(world)
    await world.portal_reports(resources=[SENDGRID])
    assert (await decided(world, case_id, DECLINE)).body["state"] == "declined"


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        ({}, ["/kind"]),
        ({"kind": "perhaps"}, ["/kind"]),
        ({"kind": 1}, ["/kind"]),
        ([], [""]),
        ({"kind": "approve"}, ["/limit", "/note"]),
        ({**APPROVE, "limit": {"amount": "x", "currency": "EUR"}}, ["/limit/amount"]),
        ({**APPROVE, "note": "limit", "limit": {"amount": "1"}}, ["/limit/currency"]),
        ({**APPROVE, "codes": ["other"]}, ["/codes"]),
        ({**APPROVE, "approve": 1}, ["/approve"]),
        ({**DECLINE, "codes": []}, ["/codes"]),
        ({**DECLINE, "codes": ["other", "gut feeling"]}, ["/codes/1"]),
        ({**ASK_INFORMATION, "items": [{"item": "other"}]}, ["/items/0/text"]),
        ({**ASK_INFORMATION, "items": [{"item": "bank_reference", "a/b": 1}]}, ["/items/0/a~1b"]),
        ({**ASK_SECURITY, "by": "tomorrow"}, ["/by"]),
    ],
    ids=str,
)
async def test_a_wrong_decision_is_told_at_its_place_in_the_document(
    world: World, decision: Any, wrong: list[str]
) -> None:
    assert pointers(await decided(world, await in_review(world), decision)) == wrong


async def test_security_is_asked_for_by_a_later_day_only(world: World) -> None:
    case_id = await in_review(world)
    assert pointers(await decided(world, case_id, {**ASK_SECURITY, "by": "2026-11-23"})) == ["/by"]
    assert (await decided(world, case_id, {**ASK_SECURITY, "by": "2026-11-24"})).status == 200


async def test_a_missing_kind_is_told_as_missing(world: World) -> None:
    answer = await decided(world, await in_review(world), {"note": "?"})
    assert answer.body["errors"][0]["detail"] == "is missing: add it"


# --- the rest


async def test_information_and_security_that_nobody_asked_for_are_409(world: World) -> None:
    case_id = await in_review(world)
    for answer, open_to in (
        (await reply(case_id), ["withdrawal"]),
        (await security(case_id), ["decision", "withdrawal"]),
    ):
        assert (answer.status, answer.body["error"]["code"]) == (409, "NotPossibleNow")
        assert answer.body["openTo"] == open_to


async def test_unknown_members_are_refused(world: World) -> None:
    case_id = await in_review(world)
    answers = [{**REPLY["answers"][0], "sure": True}]
    assert pointers(await reply(case_id, {"answers": answers})) == ["/answers/0/sure"]
    assert pointers(await security(case_id, {**DEPOSIT, "sure": True})) == ["/sure"]


async def test_a_resumption_takes_the_flag_off_and_sends_the_pending_message_again(world: World) -> None:
    case_id = await world.submit()
    world.storage.pending.clear()
    await world.portal_reports()
    answer = await resumed(case_id)
    assert (answer.status, "attention" in answer.body) == (200, False)
    assert [(m.case_id, m.kind) for m in world.messages()] == [(case_id, "eligibility")]


@pytest.mark.parametrize(
    ("endpoint", "method", "part", "body"),
    [
        (put_credit_application, "PUT", "credit-application", SOUND),
        (submit_information, "POST", "information", REPLY),
        (withdraw, "POST", "withdrawal", None),
    ],
    ids=["credit-application", "information", "withdrawal"],
)
async def test_a_clients_action_is_for_its_own_cases_only(
    world: World, endpoint: Any, method: str, part: str, body: Any
) -> None:
    case_id = await due_for_application(world)
    path = f"/api/requests/{case_id}/{part}"
    before = await world.case(case_id)
    for authorization, status in (("", 401), (basic("other"), 404)):
        answer = await call(endpoint, method, path, body, headers={"authorization": authorization})
        assert answer.status == status
        assert await world.case(case_id) == before
    assert (await call(endpoint, method, path, body, headers=BO)).status == 403
    answer = await call(endpoint, method, path, body, headers=ADA)
    assert answer.status in {200, 202, 409}, "the desk may enter what came by mail or phone"


@pytest.mark.parametrize(
    ("endpoint", "part", "body"),
    [
        (decide, "decision", APPROVE),
        (confirm_security, "security-received", DEPOSIT),
        (resume, "resumption", None),
    ],
    ids=["decision", "security-received", "resumption"],
)
async def test_a_desks_action_needs_the_role_to_decide(world: World, endpoint: Any, part: str, body: Any) -> None:
    case_id = await in_review(world)
    before = await world.case(case_id)
    for headers, status in (({}, 401), ({"authorization": ""}, 401), (BO, 403)):
        answer = await call(endpoint, "POST", f"/api/requests/{case_id}/{part}", body, headers=headers)
        assert answer.status == status
    nowhere = {**ADA, "if-match": '"1"'}
    assert (await call(endpoint, "POST", f"/api/requests/{NOWHERE}/{part}", body, headers=nowhere)).status == 404
    assert await world.case(case_id) == before
