"""The story of a whole life: from what stands in the way to the switch, and what holds ever after."""

import uuid
from datetime import UTC, datetime, timedelta

from local.sample import sample_application, sample_request, sample_snapshot, third_party_resources
from local.stage import Json, Stage, came_on_time, is_accepted, is_refused, is_silent_on, notices_of, refusal, says

BEGINS = datetime(2026, 12, 23, 9, tzinfo=UTC)
"""A Wednesday. Its second business day is the Monday after: Friday and Saturday are Christmas."""

FIRST_REMINDER = datetime(2026, 12, 28, 8, tzinfo=UTC)
AMOUNT = "25000.00"
NOTE = "Sound figures, known for years."


async def whole_life(stage: Stage) -> None:
    """(e) The whole story: blocked, cleared, credit check, reminder, approval, switch; and no way back."""
    subscription = str(uuid.uuid4())
    stage.begin_at(BEGINS, "Contoso asks for EUR 25,000, with SendGrid and ClearDB in the way.")
    case_id = await _cleared(stage, subscription)
    await _reminded(stage, case_id)
    await _reviewed(stage, case_id)
    await _approved(stage, case_id)
    await _switched(stage, subscription, case_id)
    await stage.tell(case_id)


async def _cleared(stage: Stage, subscription: str) -> str:
    snapshot, request = sample_snapshot(subscription), sample_request(subscription, AMOUNT)
    blocking = third_party_resources(subscription)
    await stage.api.portal_reports({**snapshot, "resources": snapshot["resources"] + blocking})
    answer = await stage.api.client.submit(request)
    stage.expect("the request is accepted (202)", holds=is_accepted(answer))
    case_id = answer.content.id
    await stage.api.until_state(case_id, "action_required")
    mail = await stage.notice(case_id, "blocked")
    stage.expect("the notice lists both resources", holds=says(mail, *(each["id"] for each in blocking)))
    await stage.api.portal_reports(snapshot)
    case = await stage.api.until_state(case_id, "credit_application_due")
    last_day = case["wait"]["lastDay"]
    stage.expect("cleared: 15 business days for the application", holds=last_day == "2027-01-15")
    mail = await stage.notice(case_id, "credit_application")
    stage.expect("the notice says until when", holds=says(mail, "15 January 2027"))
    return case_id


async def _reminded(stage: Stage, case_id: str) -> None:
    stage.on_the_eve_of(FIRST_REMINDER, "nothing has come back yet.")
    mail = await stage.notice(case_id, "reminder")
    stage.expect("the reminder names the last day", holds=says(mail, "15 January 2027"))
    in_time = came_on_time(await stage.api.history(case_id), "remind", FIRST_REMINDER)
    stage.expect("it went out once, on the second business day: Monday 28 December at eight", holds=in_time)


async def _reviewed(stage: Stage, case_id: str) -> None:
    stage.say("   Contoso returns the credit-check application.")
    await stage.api.client.send_credit_application(case_id, sample_application(AMOUNT))
    case = await stage.api.until_state(case_id, "credit_review")
    stage.expect("an answer is expected on 5 January, five business days later", holds=_is_explained(case["review"]))
    mail = await stage.notice(case_id, "in_review")
    stage.expect("the notice says so", holds=says(mail, "5 January 2027"))
    row = await stage.api.listed("credit_review", lambda row: row["id"] == case_id)
    stage.expect("the desk's work list shows the same day", holds=row["expectedOn"] == "2027-01-05")
    seen = (await stage.api.officer.show(case_id)).document
    assessment = seen["assessment"]
    stage.say(f"     The desk sees a score of {assessment['score']} ({assessment['band']}).")
    stage.expect("the figures are assessed, for the desk only", holds="assessment" not in case)


def _is_explained(review: Json) -> bool:
    reckoning = review["reckoning"]
    explained = (reckoning["startedOn"], reckoning["targetDays"], reckoning["country"])
    return review["expectedOn"] == "2027-01-05" and explained == ("2026-12-28", 5, "NL")


async def _approved(stage: Stage, case_id: str) -> None:
    limit = {"amount": AMOUNT, "currency": "EUR"}
    await stage.api.officer.decide(case_id, {"kind": "approve", "limit": limit, "note": NOTE})
    case = await stage.api.until_state(case_id, "approved")
    stage.expect("the officer approves, with a limit", holds=case["approvedLimit"] == limit)
    mail = await stage.notice(case_id, "instructions")
    stage.expect("the instructions went out", holds=says(mail, "Make default"))
    stage.expect("the officer's note did not", holds=is_silent_on(mail, NOTE) and NOTE not in str(case))


async def _switched(stage: Stage, subscription: str, case_id: str) -> None:
    stage.say("   Contoso switches; the portal reports the payment method.")
    method = {"subscriptionId": subscription, "paymentMethodFamily": "CheckWire"}
    await stage.api.portal_sends("payment_method.changed", method)
    case = await stage.api.until_state(case_id, "switched")
    mail = await stage.notice(case_id, "switched")
    done = case["status"] == "Succeeded" and mail is not None
    stage.expect("the case is closed, because the switch is proven", holds=done)
    again = await refusal(stage.api.client.submit(sample_request(subscription)))
    named = is_refused(again, "AlreadySwitched", "2026-12-28")
    stage.expect("a new request is refused (409) and told since when", holds=named)
    stage.on(BEGINS + timedelta(days=3 * 365), "three years later.")
    again = await refusal(stage.api.client.submit(sample_request(subscription)))
    stage.expect("it is refused still: the slot is taken for ever", holds=is_refused(again, "AlreadySwitched"))
    stage.expect("one reminder in all", holds=len(notices_of(stage.notices, case_id, "reminder")) == 1)
