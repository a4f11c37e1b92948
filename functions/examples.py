"""Example bodies, for OpenAPI and for who tries the app out; a test holds each against its schema."""

from collections.abc import Mapping
from typing import Any, Final

Example = Mapping[str, Any]

SUBSCRIPTION: Final = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
ADMINISTRATOR: Final = "azure-admin@contoso.example"

PRE_CHECK: Final[Example] = {
    "subscriptionId": SUBSCRIPTION,
    "accountAdministratorEmail": ADMINISTRATOR,
    "creditNeeded": {"amount": "2500.00", "currency": "EUR"},
}

REQUEST: Final[Example] = {
    "subscriptionId": SUBSCRIPTION,
    "supportPlan": "Standard",
    "companyName": "Contoso B.V.",
    "billingAddress": {
        "line1": "Evert van de Beekstraat 354",
        "city": "Schiphol",
        "postalCode": "1118 CZ",
        "country": "NL",
    },
    "accountAdministratorEmail": ADMINISTRATOR,
    "contact": {"name": "Sanne de Vries", "email": "accounts.payable@contoso.example", "language": "nl"},
    "creditNeeded": {"amount": "2500.00", "currency": "EUR"},
    "consent": {"accepted": True, "textSha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
}

MESSAGE: Final[Example] = {"text": "Which of our two databases is in the way?"}

APPLICATION: Final[Example] = {
    "legalName": "Contoso B.V.",
    "registrationNumber": "33031431",
    "taxId": "NL004495445B01",
    "yearsInBusiness": 12,
    "currency": "EUR",
    "figuresYear": 2025,
    "annualRevenue": "5200000.00",
    "totalAssets": "2600000.00",
    "equity": "1100000.00",
    "currentAssets": "1500000.00",
    "currentLiabilities": "800000.00",
    "retainedEarnings": "700000.00",
    "operatingResult": "420000.00",
    "bankReference": "Contoso Bank, Amsterdam",
    "requestedLimit": {"amount": "25000.00", "currency": "EUR"},
}

INFORMATION: Final[Example] = {
    "answers": [{"item": "bank_reference", "answer": "Contoso Bank, Amsterdam, since 2014; contact on request."}]
}

DECISION: Final[Example] = {
    "kind": "approve",
    "limit": {"amount": "20000.00", "currency": "EUR"},
    "note": "Sound figures; the bank confirms.",
}

SECURITY: Final[Example] = {
    "type": "deposit",
    "amount": {"amount": "10000.00", "currency": "EUR"},
    "reference": "BANK-2026-1130",
    "receivedOn": "2026-11-20",
}

PORTAL_EVENT: Final[Example] = {
    "type": "payment_method.changed",
    "timestamp": "2026-11-23T09:00:00Z",
    "data": {"subscriptionId": SUBSCRIPTION, "paymentMethodFamily": "CheckWire"},
}
