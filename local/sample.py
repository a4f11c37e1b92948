"""A sample request and what the portal would say of its subscription, for `make run` and `make demo`."""

import copy
import hashlib
import tomllib
from pathlib import Path
from typing import Any

from functions.examples import ADMINISTRATOR, APPLICATION, REQUEST

POLICY = Path(__file__).parent.parent / "shared" / "policies" / "2017-07.toml"


def consent_sha256(policy: Path = POLICY) -> str:
    """64 hex digits: the SHA-256 of the words that an applicant agrees to, as a pre-check returns it."""
    return hashlib.sha256(tomllib.loads(policy.read_text("utf-8"))["consent"]["text"].encode()).hexdigest()


def sample_request(subscription_id: str, amount: str = "2500.00") -> dict[str, Any]:
    """The request of the API's description for a subscription, with consent to the words of today, in English."""
    request = copy.deepcopy({**REQUEST})
    request["subscriptionId"] = subscription_id
    request["contact"]["language"] = "en"
    request["creditNeeded"]["amount"] = amount
    request["consent"]["textSha256"] = consent_sha256()
    return request


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
    """The credit-check application of the API's description: a sound company, by its annual accounts of 2025."""
    application = copy.deepcopy({**APPLICATION})
    application["requestedLimit"]["amount"] = requested_limit
    return application


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
