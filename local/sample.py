"""A sample request and what the portal would say of its subscription, for `make run` and `make demo`."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

POLICY = Path(__file__).parent.parent / "shared" / "policies" / "2017-07.toml"
ADMINISTRATOR = "azure-admin@contoso.example"


def consent_sha256(policy: Path = POLICY) -> str:
    """64 hex digits: the SHA-256 of the words that an applicant agrees to, as a pre-check returns it."""
    return hashlib.sha256(tomllib.loads(policy.read_text("utf-8"))["consent"]["text"].encode()).hexdigest()


def sample_request(subscription_id: str, amount: str = "2500.00") -> dict[str, Any]:
    """A complete request of Contoso for a subscription."""
    return {
        "subscriptionId": subscription_id,
        "supportPlan": "Standard",
        "companyName": "Contoso B.V.",
        "billingAddress": {
            "line1": "Evert van de Beekstraat 354",
            "city": "Schiphol",
            "postalCode": "1118 CZ",
            "country": "NL",
        },
        "accountAdministratorEmail": ADMINISTRATOR,
        "contact": {
            "name": "Sanne de Vries",
            "email": "accounts.payable@contoso.example",
            "preferredMethod": "email",
            "language": "en",
        },
        "creditNeeded": {"amount": amount, "currency": "EUR"},
        "consent": {"accepted": True, "textSha256": consent_sha256()},
    }


def sample_snapshot(subscription_id: str) -> dict[str, Any]:
    """What the portal knows of the subscription: a business account without obstacles."""
    group = f"/subscriptions/{subscription_id}/resourceGroups/shop"
    return {
        "subscriptionId": subscription_id,
        "accountType": "Business",
        "agreementType": "MicrosoftOnlineServicesProgram",
        "accountAdministratorEmail": ADMINISTRATOR,
        "country": "NL",
        "paymentMethodFamily": "CreditCard",
        "outstandingBalance": {"amount": "0.00", "currency": "EUR"},
        "resources": [
            {"id": f"{group}/providers/Microsoft.Web/sites/shop", "name": "shop", "type": "Microsoft.Web/sites"}
        ],
    }


def sample_application(requested_limit: str) -> dict[str, Any]:
    """Contoso's credit-check application: a sound company, by its annual accounts of 2026."""
    return {
        "legalName": "Contoso B.V.",
        "registrationNumber": "33031431",
        "taxId": "NL004495445B01",
        "yearsInBusiness": 12,
        "currency": "EUR",
        "figuresYear": 2026,
        "annualRevenue": "5200000.00",
        "totalAssets": "2600000.00",
        "equity": "1100000.00",
        "currentAssets": "1500000.00",
        "currentLiabilities": "800000.00",
        "retainedEarnings": "700000.00",
        "operatingResult": "420000.00",
        "bankReference": "Contoso Bank, Amsterdam",
        "requestedLimit": {"amount": requested_limit, "currency": "EUR"},
    }


def third_party_resources(subscription_id: str) -> list[dict[str, Any]]:
    """Two resources of other companies, as the portal reports them: a SendGrid account and a ClearDB database."""
    group = f"/subscriptions/{subscription_id}/resourceGroups/shop/providers"
    return [
        {"id": f"{group}/Sendgrid.Email/accounts/mail", "name": "mail", "type": "Sendgrid.Email/accounts"},
        {
            "id": f"{group}/SuccessBricks.ClearDB/databases/orders",
            "name": "orders",
            "type": "SuccessBricks.ClearDB/databases",
        },
    ]
