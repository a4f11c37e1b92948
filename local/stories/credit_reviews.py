"""Stories of credit reviews that are not settled at once."""

import uuid
from datetime import UTC, datetime, timedelta

from local.sample import sample_application, sample_request, sample_snapshot
from local.stage import Stage, came_on_time, is_accepted, is_refused, is_silent_on, notices_of, refusal, says

DECLINED_BEGINS = datetime(2027, 2, 1, 9, tzinfo=UTC)
TARGET_PAST = datetime(2027, 2, 9, 12, tzinfo=UTC)
"""The moment when the fifth business day, Monday 8 February, has ended everywhere on Earth."""
PROMISE_BROKEN = datetime(2027, 2, 11, 12, tzinfo=UTC)
"""The same for the seventh, Wednesday 10 February."""

ASKED_BEGINS = datetime(2027, 6, 7, 9, tzinfo=UTC)

NOTE = "Credit bureau reports a protest."


async def declined(stage: Stage) -> None:
    """(f) Nobody decides for a week, then it is a refusal: in words that the applicant may read."""
    subscription = str(uuid.uuid4())
    stage.begin_at(DECLINED_BEGINS, "Contoso asks for EUR 40,000 and sends the credit-check application.")
    case_id = await in_review(stage, subscription, "40000.00")
    stage.on_the_eve_of(TARGET_PAST, "the expected day, 8 February, is over.")
    mail = await stage.notice(case_id, "review_overdue")
    stage.expect("the desk is told, and nobody else", holds=mail is not None and "billing-desk" in mail["To"])
    stage.on_the_eve_of(PROMISE_BROKEN, "the seventh business day is over.")
    mail = await stage.notice(case_id, "review_delayed")
    stage.expect("the applicant is told a new day: 18 February", holds=says(mail, "18 February 2027"))
    case = await stage.api.case(case_id)
    stage.expect("the case shows it", holds=case["review"]["expectedOn"] == "2027-02-18")
    history = await stage.api.history(case_id)
    in_time = came_on_time(history, "escalate", TARGET_PAST) and came_on_time(history, "breach", PROMISE_BROKEN)
    stage.expect("neither came early", holds=in_time)
    await _refused(stage, case_id)
    await _reapplied(stage, subscription)
    await stage.tell(case_id)


async def _refused(stage: Stage, case_id: str) -> None:
    codes = ["adverse_information", "insufficient_turnover"]
    await stage.api.officer.decide(case_id, {"kind": "decline", "codes": codes, "note": NOTE})
    case = await stage.api.until_state(case_id, "declined")
    reasons = case["declineReasons"]
    for each in reasons:
        stage.say(f"     - {each['reason']} {each['nextStep']}")
    mail = await stage.notice(case_id, "declined")
    told = says(mail, *(part for each in reasons for part in each.values()))
    stage.expect("the refusal gives each reason in words, with a next step", holds=told and len(reasons) == len(codes))
    silent = is_silent_on(mail, *codes, "score", "bureau") and not any(word in str(case) for word in (*codes, "bureau"))
    stage.expect("without codes, scores, notes, or who said what", holds=silent)
    seen = (await stage.api.officer.show(case_id)).document
    stage.expect("the desk sees the codes", holds=seen["declineCodes"] == codes)


async def _reapplied(stage: Stage, subscription: str) -> None:
    request = sample_request(subscription)
    again = await refusal(stage.api.client.submit(request))
    stage.expect(
        "a new request is refused, and told from when", holds=is_refused(again, "TooEarlyToReapply", "2027-08-11")
    )
    stage.on(datetime(2027, 8, 11, 11, 59, tzinfo=UTC), "one minute before the six months are over.")
    again = await refusal(stage.api.client.submit(request))
    stage.expect("it is refused still", holds=is_refused(again, "TooEarlyToReapply"))
    stage.on(datetime(2027, 8, 12, 9, tzinfo=UTC), "the day after.")
    stage.expect("then it is accepted", holds=is_accepted(await stage.api.client.submit(request)))


async def information_and_security(stage: Stage) -> None:
    """(g) The officer asks for information, then for security; both come, and it is approved. In Dutch."""
    subscription = str(uuid.uuid4())
    stage.begin_at(ASKED_BEGINS, "Contoso asks for EUR 30,000, in Dutch, and applies.")
    case_id = await in_review(stage, subscription, "30000.00", language="nl")
    await _informed(stage, case_id)
    await _secured(stage, case_id)
    limit = {"amount": "20000.00", "currency": "EUR"}
    await stage.api.officer.decide(case_id, {"kind": "approve", "limit": limit, "note": "With the deposit."})
    case = await stage.api.until_state(case_id, "approved")
    stage.expect("it is approved, for less than was asked", holds=case["approvedLimit"] == limit)
    mail = await stage.notice(case_id, "instructions")
    stage.expect("the instructions say so", holds=says(mail, "EUR 20.000,00"))
    stage.expect("every notice to the applicant is in Dutch", holds=_in_dutch(stage, case_id))
    await stage.tell(case_id)


def _in_dutch(stage: Stage, case_id: str) -> bool:
    to_applicant = [mail for mail in notices_of(stage.notices, case_id) if "billing-desk" not in mail["To"]]
    dutch = [mail["Content-Language"] == "nl" and is_silent_on(mail, "dear ", "your turn") for mail in to_applicant]
    return len(dutch) > 1 and all(dutch)


async def _informed(stage: Stage, case_id: str) -> None:
    before = (await stage.api.case(case_id))["review"]
    stage.expect("an answer is expected on 14 June", holds=before["expectedOn"] == "2027-06-14")
    items = [{"item": "audited_statements"}, {"item": "other", "text": "Contract met de huisbank"}]
    await stage.api.officer.decide(
        case_id, {"kind": "ask_information", "items": items, "note": "The accounts are not audited."}
    )
    case = await stage.api.until_state(case_id, "information_due")
    stage.expect("the officer asks; the review's clock stands still", holds=case["review"]["paused"] is True)
    mail = await stage.notice(case_id, "information_asked")
    stage.expect("the notice names what is asked", holds=says(mail, "Contract met de huisbank"))
    stage.on(ASKED_BEGINS + timedelta(days=2), "Contoso answers.")
    answers = [{**item, "answer": "Zie de bijlage bij onze brief."} for item in items]
    await stage.api.client.send_information(case_id, {"answers": answers})
    case = await stage.api.until_state(case_id, "credit_review")
    stage.expect("two business days later: expected on 16 June", holds=case["review"]["expectedOn"] == "2027-06-16")


async def _secured(stage: Stage, case_id: str) -> None:
    amount = {"amount": "10000.00", "currency": "EUR"}
    asked = {"kind": "ask_security", "type": "deposit", "amount": amount, "by": "2027-06-25", "note": "Young company."}
    await stage.api.officer.decide(case_id, asked)
    await stage.api.until_state(case_id, "security_due")
    mail = await stage.notice(case_id, "security_asked")
    stage.expect("the officer asks for a deposit by 25 June", holds=says(mail, "25 juni 2027"))
    stage.on(ASKED_BEGINS + timedelta(days=4), "the deposit arrives.")
    received = {"type": "deposit", "amount": amount, "reference": "BANK-2027-0611", "receivedOn": "2027-06-11"}
    await stage.api.officer.confirm_security(case_id, received)
    case = await stage.api.until_state(case_id, "credit_review")
    stage.expect("two days later again: expected on 18 June", holds=case["review"]["expectedOn"] == "2027-06-18")
    mail = await stage.notice(case_id, "security_received")
    stage.expect("the desk is told that it goes on", holds=mail is not None and "billing-desk" in mail["To"])


async def in_review(stage: Stage, subscription: str, amount: str, language: str = "en") -> str:
    """A request whose credit-check application is in review; the case's id."""
    request = sample_request(subscription, amount)
    await stage.api.portal_reports(sample_snapshot(subscription))
    contact = {**request["contact"], "language": language}
    answer = await stage.api.client.submit({**request, "contact": contact})
    case_id = answer.content.id
    await stage.api.until_state(case_id, "credit_application_due")
    await stage.api.client.send_credit_application(case_id, sample_application(amount))
    await stage.api.until_state(case_id, "credit_review")
    stage.expect("the application is in review", holds=await stage.notice(case_id, "in_review") is not None)
    return case_id
