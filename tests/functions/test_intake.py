"""The intake endpoints."""

import pytest

from functions.examples import ADMINISTRATOR
from functions.intake import (
    get_request,
    get_request_history,
    pre_check,
    recheck,
    submit_request,
    withdraw,
    write_message,
)
from local.sample import sample_request
from tests.functions.calling import ADA, Answer, basic, call
from tests.functions.stages import SENDGRID
from tests.world import SUBSCRIPTION, World

REQUESTS = "/api/requests"


async def post(request: object = None, **headers: str) -> Answer:
    body = sample_request(str(SUBSCRIPTION)) if request is None else request
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await call(submit_request, "POST", REQUESTS, body, headers=named)


async def test_a_submission_is_accepted_with_the_cases_address() -> None:
    answer = await post()
    url = f"http://localhost:7071/api/requests/{answer.body['id']}?api-version=2026-11-01"
    assert answer.status == 202
    assert (answer.headers["Location"], answer.headers["Operation-Location"]) == (url, url)
    assert answer.headers["Retry-After"] == "2"
    assert (answer.body["state"], answer.body["status"]) == ("checking_eligibility", "Running")


async def test_a_replay_is_marked_and_answers_alike() -> None:
    first = await post(idempotency_key='"one"')
    second = await post(idempotency_key='"one"')
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (second.status, second.body) == (first.status, first.body)


async def test_a_bare_key_is_the_same_as_a_quoted_one() -> None:
    await post(idempotency_key='"one"')
    assert (await post(idempotency_key="one")).status == 202


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "two, keys", "kéy", 'a"b', "a\x7fb"])
async def test_an_unusable_key_is_refused(key: str) -> None:
    answer = await post(idempotency_key=key)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidIdempotencyKey")


async def test_a_key_used_for_another_request_is_422() -> None:
    await post(idempotency_key="one")
    answer = await post({**sample_request(str(SUBSCRIPTION)), "companyName": "Fabrikam"}, idempotency_key="one")
    assert (answer.status, answer.body["error"]["code"]) == (422, "IdempotencyKeyReused")


async def test_a_second_request_is_409_and_names_the_first_to_its_owner_only() -> None:
    first = await post()
    own, foreign = await post(), await post(authorization=basic("other"))
    assert (own.status, own.body["requestId"]) == (409, first.body["id"])
    assert foreign.status == 409
    assert "requestId" not in foreign.body


async def test_every_wrong_field_is_named_at_once() -> None:
    request = sample_request(str(SUBSCRIPTION))
    wrong = {
        **request,
        "companyName": "a\u202eb",
        "surprise": 1,
        "creditNeeded": {"amount": "-5", "currency": "euro"},
        "contact": {**request["contact"], "preferredMethod": "phone"},
    }
    del wrong["supportPlan"]
    answer = await post(wrong)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidFields")
    assert {error["pointer"] for error in answer.body["errors"]} == {
        "/companyName", "/surprise", "/creditNeeded/amount", "/creditNeeded/currency", "/contact/phone", "/supportPlan",
    }  # fmt: skip


async def test_python_names_are_not_members() -> None:
    request = sample_request(str(SUBSCRIPTION))
    request["company_name"] = request.pop("companyName")
    answer = await post(request)
    assert {error["pointer"] for error in answer.body["errors"]} == {"/companyName", "/company_name"}


async def test_an_amount_of_nothing_is_refused() -> None:
    answer = await post({**sample_request(str(SUBSCRIPTION)), "creditNeeded": {"amount": 0, "currency": "EUR"}})
    assert answer.body["errors"][0]["detail"] == "the amount must be more than 0"


async def test_consent_to_another_text_is_refused_with_the_present_hash() -> None:
    request = sample_request(str(SUBSCRIPTION))
    answer = await post({**request, "consent": {"accepted": True, "textSha256": "0" * 64}})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, "/consent/textSha256")
    assert request["consent"]["textSha256"] in answer.body["errors"][0]["detail"]


async def test_a_pre_check_says_what_blocks_why_and_how_to_mend_it(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    form = {"subscriptionId": str(SUBSCRIPTION), "accountAdministratorEmail": ADMINISTRATOR}
    answer = await call(pre_check, "POST", "/api/pre-checks", form)
    (failure,) = [finding for finding in answer.body["findings"] if finding["outcome"] == "fail"]
    assert (answer.status, answer.body["verdict"], failure["resource"]["layer"]) == (
        200,
        "blocked",
        "foreign_namespace",
    )
    assert failure["fix"]
    assert failure["source"]
    assert "creditCheck" not in answer.body


async def test_a_pre_check_with_an_amount_says_whether_a_credit_check_is_needed() -> None:
    money = {"amount": 12.5, "currency": "EUR"}
    form = {"subscriptionId": str(SUBSCRIPTION), "accountAdministratorEmail": ADMINISTRATOR, "creditNeeded": money}
    answer = await call(pre_check, "POST", "/api/pre-checks", form)
    assert answer.body["creditCheck"]["needed"] is False


async def test_a_case_shows_where_it_stands_and_who_owes_what(world: World) -> None:
    await world.portal_reports()
    case_id = (await post()).body["id"]
    await world.drain()
    answer = await call(get_request, "GET", f"{REQUESTS}/{case_id}")
    assert (answer.status, answer.body["state"], answer.headers["ETag"]) == (200, "approved", answer.body["etag"])
    assert answer.body["wait"]["owedBy"] == "applicant"
    assert answer.body["wait"]["lastDay"] == "2026-12-23"
    assert answer.headers["Retry-After"] == "2"


async def test_a_wait_for_the_desk_has_no_last_day(world: World) -> None:
    case_id = (await post()).body["id"]
    await world.drain()
    answer = await call(get_request, "GET", f"{REQUESTS}/{case_id}")
    assert answer.body["wait"].keys() == {"owedBy", "since"}


async def test_a_final_case_waits_for_nobody(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    case_id = (await post()).body["id"]
    await world.drain()
    answer = await call(get_request, "GET", f"{REQUESTS}/{case_id}")
    assert (answer.body["status"], "wait" in answer.body) == ("Failed", False)
    assert "Retry-After" not in answer.headers


async def test_another_clients_case_is_not_there() -> None:
    case_id = (await post()).body["id"]
    for endpoint in (get_request, get_request_history):
        answer = await call(endpoint, "GET", f"{REQUESTS}/{case_id}", headers={"authorization": basic("other")})
        assert (answer.status, answer.body["error"]["code"]) == (404, "NotFound")


async def test_the_history_tells_what_happened_in_order(world: World) -> None:
    await world.portal_reports()
    case_id = (await post()).body["id"]
    await world.drain()
    answer = await call(get_request_history, "GET", f"{REQUESTS}/{case_id}/history")
    assert [event["event"] for event in answer.body["value"]] == ["submit", "find_eligible", "waive_check"]


async def test_a_withdrawn_request_is_over_and_stays_so(world: World) -> None:
    case_id = await world.submit()
    path = f"{REQUESTS}/{case_id}/withdrawal"
    answer = await call(withdraw, "POST", path)
    assert (answer.status, answer.body["state"], answer.body["status"]) == (200, "withdrawn", "Canceled")
    again = await call(withdraw, "POST", path)
    assert (again.status, again.body["error"]["code"], again.body["openTo"]) == (409, "NotPossibleNow", [])


async def test_a_held_up_request_is_checked_again(world: World) -> None:
    case_id = await world.submit()
    await world.drain()
    path = f"{REQUESTS}/{case_id}/recheck"
    answer = await call(recheck, "POST", path)
    assert (answer.status, answer.body["state"]) == (202, "checking_eligibility")
    again = await call(recheck, "POST", path)
    assert again.status == 409
    assert again.body["openTo"] == ["withdrawal"]


async def test_a_message_is_kept_for_the_desk_line_breaks_and_all(world: World) -> None:
    path = f"{REQUESTS}/{await world.submit()}/messages"
    answer = await call(write_message, "POST", path, {"text": "Who can\r\nhelp us?"})
    assert answer.status == 202
    await call(write_message, "POST", path, {"text": "Thank you"})
    case = (await call(get_request, "GET", path.removesuffix("/messages"))).body
    assert [message["text"] for message in case["messages"]] == ["Who can\nhelp us?", "Thank you"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/text"), ({"text": ""}, "/text"), ({"text": "x" * 4001}, "/text"), ({"text": "a", "to": "ada"}, "/to")],
    ids=["missing", "empty", "too long", "unknown"],
)
async def test_a_message_without_sense_is_refused(world: World, body: object, pointer: str) -> None:
    case_id = await world.submit()
    answer = await call(write_message, "POST", f"{REQUESTS}/{case_id}/messages", body)
    assert (answer.status, [error["pointer"] for error in answer.body["errors"]]) == (400, [pointer])
    assert (await world.case(case_id)).messages == ()


@pytest.mark.parametrize(
    ("endpoint", "part"), [(withdraw, "withdrawal"), (recheck, "recheck"), (write_message, "messages")]
)
async def test_only_who_opened_a_request_acts_on_it(world: World, endpoint: object, part: str) -> None:
    case_id = await world.submit()
    before = await world.case(case_id)
    for wanted in (case_id, "0" * 65, f"{'0' * 32}-{'0' * 32}"):
        path, headers = f"{REQUESTS}/{wanted}/{part}", {"authorization": basic("other")}
        answer = await call(endpoint, "POST", path, {"text": "hello"}, headers=headers)
        assert (answer.status, answer.body["error"]["code"]) == (404, "NotFound")
    nobody = await call(endpoint, "POST", f"{REQUESTS}/{case_id}/{part}", {"text": "x"}, headers={"authorization": ""})
    assert nobody.status == 401
    assert await world.case(case_id) == before


async def test_the_desk_does_not_write_in_the_applicants_name(world: World) -> None:
    path = f"{REQUESTS}/{await world.submit()}/messages"
    assert (await call(write_message, "POST", path, {"text": "hello"}, headers=ADA)).status == 401


async def test_the_desk_withdraws_for_an_applicant_under_its_own_name(world: World) -> None:
    case_id = await world.submit()
    answer = await call(withdraw, "POST", f"{REQUESTS}/{case_id}/withdrawal", headers=ADA)
    assert answer.body["state"] == "withdrawn"
    assert (await world.store.history(case_id))[-1].actor == "desk:ada"
