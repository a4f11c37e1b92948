"""A request above the policy's amount."""

import uuid

from local.api import Api
from local.sample import sample_request, sample_snapshot
from local.stack import Stack
from local.stage import Stage, says


async def test_it_stops_honestly_at_the_credit_application(running: Stack, api: Api) -> None:
    subscription = str(uuid.uuid4())
    await api.portal_reports(sample_snapshot(subscription))
    answer = await api.client.submit(sample_request(subscription, "25000.00"))
    case = await api.until_state(answer.content.id, "credit_application_due")
    assert case["creditCheck"]["needed"] is True
    mail = await Stage(api, running.notices, print).notice(case["id"], "credit_application")
    assert says(mail, "5 to 7 business days", f"/api/requests/{case['id']}/credit-application")


async def test_unknown_facts_wait_for_the_desk_until_the_portal_reports(api: Api) -> None:
    subscription = str(uuid.uuid4())
    answer = await api.client.submit(sample_request(subscription))
    case = await api.until_state(answer.content.id, "action_required")
    assert case["wait"]["owedBy"] == "desk"
    await api.portal_reports(sample_snapshot(subscription))
    await api.until_state(case["id"], "approved")
