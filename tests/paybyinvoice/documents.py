"""What the service answers, as JSON."""

from typing import Any

Json = dict[str, Any]

CASE_ID = "edf1-9c02"
SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"


def a_status(**changes: Any) -> Json:
    return {
        "id": CASE_ID,
        "state": "checking_eligibility",
        "status": "Running",
        "subscriptionId": SUBSCRIPTION,
        "policy": "2017-07",
        "openedAt": "2026-11-23T09:00:00Z",
        **changes,
    }


def a_request(**changes: Any) -> Json:
    return {
        "subscriptionId": SUBSCRIPTION,
        "supportPlan": "Standard",
        "companyName": "Contoso B.V.",
        "billingAddress": {"line1": "Evert van de Beekstraat 354", "city": "Schiphol", "country": "NL"},
        "accountAdministratorEmail": "azure-admin@contoso.example",
        "contact": {"name": "Sanne de Vries", "email": "accounts.payable@contoso.example"},
        "creditNeeded": {"amount": "2500.00", "currency": "EUR"},
        "consent": {"accepted": True, "textSha256": "0" * 64},
        **changes,
    }


def a_case(**changes: Any) -> Json:
    links = {"self": f"/api/requests/{CASE_ID}", "history": f"/api/requests/{CASE_ID}/history"}
    return {
        "id": CASE_ID,
        "state": "checking_eligibility",
        "status": "Running",
        "etag": '"1.client"',
        "policy": "2017-07",
        "openedAt": "2026-11-23T09:00:00Z",
        "request": a_request(),
        "findings": [],
        "findingsTotal": 0,
        "messages": [],
        "actions": ["withdrawal"],
        "links": links,
        **changes,
    }


def a_desk_case(**changes: Any) -> Json:
    return a_case(**{"etag": '"4.desk"', "openedBy": "client:contoso", **changes})


def a_wait(owed_by: str = "applicant", **changes: Any) -> Json:
    return {"owedBy": owed_by, "since": "2026-11-23T09:00:05Z", **changes}


def a_review(**changes: Any) -> Json:
    reckoning = {"startedOn": "2026-11-23", "targetDays": 5, "country": "NL"}
    return {"expectedOn": "2026-11-30", "paused": False, "reckoning": reckoning, **changes}


def a_finding(**changes: Any) -> Json:
    return {
        "rule": "account_type",
        "outcome": "fail",
        "severity": "refuse",
        "code": "account_is_personal",
        "reason": "This is a personal account.",
        "fix": "Use a business account.",
        "source": "policy",
        **changes,
    }


def a_pre_check(**changes: Any) -> Json:
    return {
        "policy": "2017-07",
        "verdict": "eligible",
        "findings": [],
        "consent": {"text": "It cannot be undone.\nReally.", "textSha256": "c" * 64},
        **changes,
    }


def an_event(**changes: Any) -> Json:
    return {
        "caseId": CASE_ID,
        "seq": 1,
        "at": "2026-11-23T09:00:00Z",
        "event": "submit",
        "toState": "checking_eligibility",
        "actor": "client:contoso",
        "commitId": "c1",
        "previousHash": "",
        "hash": "h1",
        **changes,
    }


def a_row(**changes: Any) -> Json:
    return {
        "id": CASE_ID,
        "state": "credit_review",
        "company": "Contoso B.V.",
        "country": "NL",
        "amount": "25000.00",
        "currency": "EUR",
        "messages": 0,
        "links": {"self": f"/api/requests/{CASE_ID}"},
        **changes,
    }
