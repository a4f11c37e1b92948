"""Stories of requests that need no credit check."""

import asyncio
import uuid

from local.sample import sample_request, sample_snapshot, third_party_resources
from local.stage import Json, Stage, is_accepted, is_refused, notices_of, refusal, says


async def approved(stage: Stage) -> None:
    """(a) A business subscription, small amount: approved, instructions."""
    subscription = str(uuid.uuid4())
    stage.say("   The portal reports a business account; Contoso asks for EUR 2,500.")
    await stage.api.portal_reports(sample_snapshot(subscription))
    answer = await stage.api.client.submit(sample_request(subscription))
    stage.expect("the request is accepted (202) with the case's address", holds=is_accepted(answer))
    case = await stage.api.until_state(answer.content.id, "approved")
    stage.expect("no credit check is needed", holds=case["creditCheck"]["needed"] is False)
    stage.expect("it is the applicant's turn, with a last day", holds=_applicants_turn(case))
    mail = await stage.notice(case["id"], "instructions")
    stage.expect("the instructions went out", holds=says(mail, "Make default"))
    await stage.tell(case["id"])


async def ineligible(stage: Stage) -> None:
    """(b) An individual account: ineligible, with the reason."""
    subscription = str(uuid.uuid4())
    stage.say("   The portal reports a personal account.")
    await stage.api.portal_reports({**sample_snapshot(subscription), "accountType": "Individual"})
    answer = await stage.api.client.submit(sample_request(subscription))
    case = await stage.api.until_state(answer.content.id, "ineligible")
    codes = [finding["code"] for finding in case["findings"] if finding["outcome"] == "fail"]
    stage.expect("the reason is the personal account, and nothing else", holds=codes == ["account_is_personal"])
    mail = await stage.notice(case["id"], "ineligible")
    stage.expect("the notice says why", holds=says(mail, "personal account"))
    await stage.tell(case["id"])


async def third_party(stage: Stage) -> None:
    """(c) SendGrid and ClearDB block; when the portal reports them gone, the case moves on by itself."""
    subscription = str(uuid.uuid4())
    snapshot, request = sample_snapshot(subscription), sample_request(subscription)
    third_parties = third_party_resources(subscription)
    stage.say("   The portal reports a SendGrid account and a ClearDB database. First a pre-check:")
    await stage.api.portal_reports({**snapshot, "resources": snapshot["resources"] + third_parties})
    await _pre_check(stage, request)
    answer = await stage.api.client.submit(request)
    case = await stage.api.until_state(answer.content.id, "action_required")
    mail = await stage.notice(case["id"], "blocked")
    listed = says(mail, *(each["id"] for each in third_parties))
    stage.expect("the request waits, and the notice lists both resources", holds=listed)
    stage.say("   Contoso deletes both; the portal reports what is left.")
    await stage.api.portal_reports(snapshot)
    await stage.api.until_state(case["id"], "approved")
    mail = await stage.notice(case["id"], "instructions")
    stage.expect("the case moved on by itself", holds=mail is not None)
    await stage.tell(case["id"])


async def _pre_check(stage: Stage, request: Json) -> None:
    form = {name: request[name] for name in ("subscriptionId", "accountAdministratorEmail", "creditNeeded")}
    found = (await stage.api.client.pre_check(form)).document
    blocking = [finding for finding in found["findings"] if finding["outcome"] == "fail"]
    for finding in blocking:
        stage.say(f"     - {finding['reason']}\n       {finding['fix']}")
    products = sorted(finding["resource"]["product"] for finding in blocking)
    layers = {finding["resource"]["layer"] for finding in blocking}
    stage.expect("the pre-check names exactly these two", holds=products == ["ClearDB", "SendGrid"])
    stage.expect("and the layer that found them", holds=layers == {"foreign_namespace"})


async def posted_twice(stage: Stage) -> None:
    """(d) The same request posted twice makes one case."""
    subscription = str(uuid.uuid4())
    request, key = sample_request(subscription), str(uuid.uuid4())
    await stage.api.portal_reports(sample_snapshot(subscription))
    first, second = await asyncio.gather(
        stage.api.client.submit(request, idempotency_key=key), stage.api.client.submit(request, idempotency_key=key)
    )
    same = is_accepted(first) and is_accepted(second) and first.document == second.document
    stage.expect("the same request at the same moment, with one Idempotency-Key: the same answer twice", holds=same)
    third = await refusal(stage.api.client.submit(request))
    named = is_refused(third, "RequestOpen") and third is not None and third.document["requestId"] == first.content.id
    stage.expect("once more, under another key: refused (409), and its owner is told which case is open", holds=named)
    await stage.api.until_state(first.content.id, "approved")
    await stage.notice(first.content.id, "instructions")
    stage.expect("one notice", holds=len(notices_of(stage.notices, first.content.id)) == 1)
    await stage.tell(first.content.id)


def _applicants_turn(case: Json) -> bool:
    wait = case.get("wait", {})
    return wait.get("owedBy") == "applicant" and "lastDay" in wait
