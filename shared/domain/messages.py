"""What crosses a queue or a webhook. Changing these breaks messages in flight: add, never rename or remove.

Queue messages carry ids only. No key may be named like trigger metadata (QueueTrigger, DequeueCount, Id, PopReceipt,
InsertionTime, ExpirationTime, NextVisibleTime, in any case): the host would overwrite that metadata with it.
"""

from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, ValidationError

from shared.domain import reading
from shared.domain.case import CASE_ID_PATTERN, RequestForm
from shared.domain.decisions import Language
from shared.domain.door import Door
from shared.domain.errors import UnreadableMessageError
from shared.domain.facts import Resource, SubscriptionFacts
from shared.domain.lifecycle import FollowUp
from shared.domain.model import CountryCode, Instant, Model, Money, SubscriptionId

_M = TypeVar("_M", bound=Model)

ELIGIBILITY_CHECKS: Final = "eligibility-checks"
CREDIT_CHECKS: Final = "credit-checks"
NOTIFICATIONS: Final = "notifications"
DUE_CASES: Final = "due-cases"

QUEUE_OF: Final = {
    FollowUp.ELIGIBILITY: ELIGIBILITY_CHECKS,
    FollowUp.CREDIT: CREDIT_CHECKS,
    FollowUp.NOTIFY: NOTIFICATIONS,
    FollowUp.WAKE: DUE_CASES,
}


LINKS: Final = "links"
"""Links that applicants ask for: the queue has messages of its own, which belong to no case."""

_SUBSCRIPTION: Final = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
_MOMENT: Final = "2026-11-23T09:00:00Z"


class CaseMessage(Model):
    """A message of a case: which case, which number (0 for a wake, which has none), which kind of work."""

    v: Literal[1] = 1
    message_id: str
    case_id: str = Field(pattern=CASE_ID_PATTERN)
    seq: int = Field(ge=0)
    kind: FollowUp
    traceparent: str | None = None


def read_message(body: str) -> CaseMessage:
    """Read a queue message. Raises UnreadableMessageError for anything that is not one."""
    return _read(body, CaseMessage)


def _read(body: str, kind: type[_M]) -> _M:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(f"{e['loc'][0] if e['loc'] else 'body'}: {e['type']}" for e in error.errors())
        raise UnreadableMessageError(problems) from None


class LinkRequest(Model):
    """Somebody asks for a link: for which scope, and the fingerprint of the address that they named."""

    v: Literal[1] = 1
    message_id: str
    scope: str = Field(pattern=r"^[0-9a-f]{32}$")
    grip: str = Field(pattern=r"^[0-9a-f]{32}$")
    language: Language
    traceparent: str | None = None


def read_link_request(body: str) -> LinkRequest:
    """Read a message that asks for a link. Raises UnreadableMessageError for anything that is none."""
    return _read(body, LinkRequest)


class SubscriptionSnapshot(Model):
    """All that the portal knows of a subscription now: what is absent is unknown.

    `resources` may leave out plain Microsoft ones (namespace microsoft.*, no plan, not wrapping a third party).
    """

    subscription_id: SubscriptionId = Field(examples=[_SUBSCRIPTION])
    account_type: str | None = Field(
        default=None, description="Microsoft.Billing's accountType.", examples=["Business"]
    )
    agreement_type: str | None = Field(
        default=None,
        description="Microsoft.Billing's agreementType.",
        examples=["MicrosoftOnlineServicesProgram"],
    )
    account_administrator_email: str | None = Field(default=None, examples=["azure-admin@contoso.example"])
    country: CountryCode | None = Field(default=None, description="ISO 3166-1 alpha-2.", examples=["NL"])
    payment_method_family: str | None = Field(
        default=None, description="Microsoft.Billing's paymentMethodFamily.", examples=["CreditCard"]
    )
    outstanding_balance: Money | None = Field(default=None, description="What is owed now.")
    resources: Annotated[tuple[Resource, ...], Field(max_length=2000), Door(reading.at_most(2000))] | None = None


class PaymentMethod(Model):
    """The payment method that a subscription has now."""

    subscription_id: SubscriptionId = Field(examples=[_SUBSCRIPTION])
    payment_method_family: str = Field(description="Microsoft.Billing's paymentMethodFamily.", examples=["CheckWire"])


class PaymentMethodChanged(Model):
    """The portal's `payment_method.changed`; `timestamp` is when it changed."""

    type: Literal["payment_method.changed"] = Field(examples=["payment_method.changed"])
    timestamp: Instant = Field(examples=[_MOMENT])
    data: PaymentMethod


class SupportRequestCreated(Model):
    """The portal's `support_request.created`: a request made there, in the form of the API's own."""

    type: Literal["support_request.created"] = Field(examples=["support_request.created"])
    timestamp: Instant = Field(examples=[_MOMENT])
    data: RequestForm


class SubscriptionUpdated(Model):
    """The portal's `subscription.updated`; `timestamp` is when the subscription was observed."""

    type: Literal["subscription.updated"] = Field(examples=["subscription.updated"])
    timestamp: Instant = Field(examples=[_MOMENT])
    data: SubscriptionSnapshot

    def facts(self, webhook_id: str) -> SubscriptionFacts:
        """The facts that this snapshot states."""
        return SubscriptionFacts(
            observed_at=self.timestamp,
            observation_id=webhook_id,
            **{
                name: getattr(self.data, name)
                for name in SubscriptionSnapshot.model_fields
                if name != "subscription_id"
            },
        )


PortalEvent = Annotated[SubscriptionUpdated | SupportRequestCreated | PaymentMethodChanged, Field(discriminator="type")]
"""Whatever the portal sends."""
