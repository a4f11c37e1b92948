"""Stories of requests that end without a decision, and of one that was opened in the portal."""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus

from local.sample import sample_request, sample_snapshot
from local.stage import Stage, came_on_time, is_accepted, is_refused, refusal, says
from paybyinvoice import NotFound

EXPIRED_BEGINS = datetime(2027, 4, 26, 9, tzinfo=UTC)
"""A Monday. King's Day (27 April), Liberation Day (5 May), Ascension Day (6 May) and Whit Monday (17 May) are holidays
in the Netherlands.
"""

REMINDERS = tuple(datetime(2027, month, day, 8, tzinfo=UTC) for month, day in ((4, 29), (5, 4), (5, 12)))
"""Eight o'clock on the second, fifth and ninth business day."""

LAST_DAY_OVER = datetime(2027, 5, 22, 12, tzinfo=UTC)
"""When the fifteenth, 21 May, has ended everywhere on Earth."""


async def expired(stage: Stage) -> None:
    """(h) Nobody answers: three reminders on their business days, then the request expires, and a new one may come."""
    subscription = str(uuid.uuid4())
    stage.begin_at(EXPIRED_BEGINS, "Contoso asks for EUR 25,000, and then forgets about it.")
    case_id = await _application_due(stage, subscription)
    for count, moment in enumerate(REMINDERS, start=1):
        stage.on_the_eve_of(moment, f"reminder {count} is due.")
        await stage.notice(case_id, "reminder", count)
    in_time = came_on_time(await stage.api.history(case_id), "remind", *REMINDERS)
    stage.expect("the reminders came on the 2nd, 5th and 9th business day", holds=in_time)
    stage.on_the_eve_of(LAST_DAY_OVER, "the last day is over, everywhere on Earth.")
    case = await stage.api.until_state(case_id, "expired")
    in_time = came_on_time(await stage.api.history(case_id), "expire", LAST_DAY_OVER)
    stage.expect("the request has expired, not before, and waits for nobody", holds=in_time and "wait" not in case)
    mail = await stage.notice(case_id, "expired")
    stage.expect("the notice says so", holds=mail is not None)
    answer = await stage.api.client.submit(sample_request(subscription))
    stage.expect("its slot is free: a new request is accepted at once", holds=is_accepted(answer))
    await stage.tell(case_id)


async def _application_due(stage: Stage, subscription: str) -> str:
    await stage.api.portal_reports(sample_snapshot(subscription))
    answer = await stage.api.client.submit(sample_request(subscription, "25000.00"))
    case = await stage.api.until_state(answer.content.id, "credit_application_due")
    until = case["wait"]["lastDay"]
    stage.expect("the application is due by 21 May, with four holidays", holds=until == "2027-05-21")
    await stage.notice(case["id"], "credit_application")
    return str(case["id"])


async def from_portal(stage: Stage) -> None:
    """(i) A request made in the portal, by somebody who prefers the phone."""
    subscription, company = str(uuid.uuid4()), f"Fabrikam {uuid.uuid4().hex[:6]} B.V."
    request = sample_request(subscription)
    contact = {**request["contact"], "phone": "+31 20 500 1500", "preferredMethod": "phone"}
    await stage.api.portal_reports(sample_snapshot(subscription))
    form = {**request, "companyName": company, "contact": contact}
    answer = await stage.api.portal_sends("support_request.created", form)
    stage.expect("the portal's request is taken (204)", holds=answer.status == HTTPStatus.NO_CONTENT)
    row = await stage.api.listed("approved", lambda row: row["company"] == company)
    stage.expect("the desk sees it, and that it is a call to make", holds=row.get("call") is True)
    hidden = await refusal(stage.api.client.request(row["id"]))
    stage.expect("another client does not", holds=isinstance(hidden, NotFound))
    again = await stage.api.portal_sends("support_request.created", form)
    stage.expect("a second one is refused (409): one is open", holds=again.status == HTTPStatus.CONFLICT)
    mail = await stage.notice(row["id"], "instructions")
    stage.expect("the instructions went out", holds=says(mail, "Make default"))
    await stage.tell(row["id"])


async def withdrawn(stage: Stage) -> None:
    """(j) The applicant changes their mind."""
    subscription = str(uuid.uuid4())
    await stage.api.portal_reports(sample_snapshot(subscription))
    request = sample_request(subscription, "25000.00")
    answer = await stage.api.client.submit(request)
    case = await stage.api.until_state(answer.content.id, "credit_application_due")
    gone = await stage.api.client.withdraw(case["id"])
    stage.expect("the request is withdrawn at once", holds=(gone.status, gone.content.state) == (200, "withdrawn"))
    stage.expect("its operation was canceled", holds=gone.content.status == "Canceled")
    mail = await stage.notice(case["id"], "withdrawn")
    stage.expect("the notice confirms it", holds=mail is not None)
    again = await refusal(stage.api.client.withdraw(case["id"]))
    stage.expect("once more is not possible (409)", holds=is_refused(again, "NotPossibleNow"))
    stage.expect("a new request is", holds=is_accepted(await stage.api.client.submit(request)))
    await stage.tell(case["id"])
