"""Cases for schemathesis to work with: of every operation on a case, some in a state in which it is possible."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.api import Api
from local.sample import sample_application, sample_request, sample_snapshot

AMOUNT = "25000.00"
ASK_INFORMATION = {"kind": "ask_information", "items": [{"item": "bank_reference"}], "note": "None yet."}
ASK_SECURITY = {
    "kind": "ask_security",
    "type": "deposit",
    "amount": {"amount": "5000.00", "currency": "EUR"},
    "note": "Thin equity.",
}

Stage = Callable[[Api], Awaitable[str]]


async def held_up(api: Api) -> str:
    """A case whose subscription nobody knows."""
    return await _submitted(api, str(uuid.uuid4()), "action_required")


async def due_for_application(api: Api) -> str:
    """A case that waits for the credit-check application."""
    subscription = str(uuid.uuid4())
    await api.portal_reports(sample_snapshot(subscription))
    return await _submitted(api, subscription, "credit_application_due")


async def in_review(api: Api) -> str:
    """A case that waits for the officer."""
    case_id = await due_for_application(api)
    await api.client.send_credit_application(case_id, sample_application(AMOUNT))
    await api.until_state(case_id, "credit_review")
    return case_id


async def due_for_information(api: Api) -> str:
    """A case whose officer asked for a bank reference."""
    return await _asked(api, ASK_INFORMATION, "information_due")


async def due_for_security(api: Api) -> str:
    """A case whose officer asked for a deposit."""
    return await _asked(api, ASK_SECURITY, "security_due")


STAGES: Mapping[str, Stage] = {
    "confirm_security": due_for_security,
    "decide": in_review,
    "put_credit_application": due_for_application,
    "submit_information": due_for_information,
}
"""Where an operation needs more of a case than that it is open."""


async def cases_for(api: Api, operation: str, count: int) -> list[str]:
    """The ids of so many new cases on which the operation is possible."""
    stage = STAGES.get(operation, held_up)
    return list(await asyncio.gather(*(stage(api) for _ in range(count))))


async def _asked(api: Api, decision: Any, state: str) -> str:
    case_id = await in_review(api)
    await api.officer.decide(case_id, decision)
    await api.until_state(case_id, state)
    return case_id


async def _submitted(api: Api, subscription: str, state: str) -> str:
    case_id = str((await api.client.submit(sample_request(subscription, AMOUNT))).content.id)
    await api.until_state(case_id, state)
    return case_id
