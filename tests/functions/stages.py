"""Brings a case over the world in memory to where a test begins."""

from typing import Any

from functions.credit import decide, put_credit_application
from tests.functions.calling import ADA, Answer, call
from tests.world import World

SENDGRID = {"id": "/x", "name": "mail", "type": "Sendgrid.Email/accounts"}

SOUND = {
    "legalName": "Contoso B.V.",
    "registrationNumber": "12345678",
    "taxId": "NL004495445B01",
    "yearsInBusiness": 12,
    "currency": "EUR",
    "figuresYear": 2025,
    "annualRevenue": "9000000.00",
    "totalAssets": "4000000.00",
    "equity": "2500000.00",
    "currentAssets": "2000000.00",
    "currentLiabilities": "600000.00",
    "retainedEarnings": "1500000.00",
    "operatingResult": "800000.00",
    "requestedLimit": {"amount": "25000.00", "currency": "EUR"},
}
"""An application with nothing to doubt."""

APPROVE = {"kind": "approve", "limit": {"amount": "20000.00", "currency": "EUR"}, "note": "sound, says the bank"}
DECLINE = {"kind": "decline", "codes": ["adverse_information", "other"], "note": "sued by a supplier"}
ASK_INFORMATION = {"kind": "ask_information", "items": [{"item": "bank_reference"}], "note": "none yet"}
ASK_SECURITY = {
    "kind": "ask_security",
    "type": "deposit",
    "amount": {"amount": "5000.00", "currency": "EUR"},
    "note": "thin equity",
}


async def due_for_application(world: World, **changes: Any) -> str:
    """A case that waits for the credit-check application; changes are to the request."""
    await world.portal_reports()
    case_id = await world.submit(creditNeeded={"amount": "25000.00", "currency": "EUR"}, **changes)
    await world.drain()
    return case_id


async def apply(case_id: str, headers: dict[str, str] | None = None, **changes: Any) -> Answer:
    """Send the credit-check application, with changes; a member that is None is left out."""
    body = {name: value for name, value in {**SOUND, **changes}.items() if value is not None}
    return await call(
        put_credit_application, "PUT", f"/api/requests/{case_id}/credit-application", body, headers=headers
    )


async def in_review(world: World, **changes: Any) -> str:
    """A case that waits for the officer; changes are to the request."""
    case_id = await due_for_application(world, **changes)
    assert (await apply(case_id)).status == 202
    await world.drain()
    return case_id


async def decided(world: World, case_id: str, decision: Any, **headers: str) -> Answer:
    """The officer's decision on the case as it is now; `if_match` sends another ETag."""
    etag = headers.pop("if_match", None) or f'"{(await world.case(case_id)).content_revision}.desk"'
    return await call(
        decide, "POST", f"/api/requests/{case_id}/decision", decision, headers={**ADA, "if-match": etag, **headers}
    )
