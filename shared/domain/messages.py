"""What crosses a queue or a webhook. Changing these breaks messages in flight: add, never rename or remove.

Queue messages carry ids only. No key may be named like trigger metadata (QueueTrigger, DequeueCount, Id, PopReceipt,
InsertionTime, ExpirationTime, NextVisibleTime, in any case): the host would overwrite that metadata with it.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, ValidationError

from shared.domain.case import CASE_ID_PATTERN, RequestForm
from shared.domain.errors import UnreadableMessageError
from shared.domain.facts import Resource, SubscriptionFacts
from shared.domain.lifecycle import FollowUp
from shared.domain.model import CountryCode, Instant, Model, Money

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
    try:
        return CaseMessage.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['type']}" for e in error.errors())
        raise UnreadableMessageError(problems) from None


class SubscriptionSnapshot(Model):
    """All that the portal knows of a subscription now: what is absent is unknown.

    `resources` may leave out plain Microsoft ones (namespace microsoft.*, no plan, not wrapping a third party).
    """

    subscription_id: UUID
    account_type: str | None = None
    agreement_type: str | None = None
    account_administrator_email: str | None = None
    country: CountryCode | None = None
    payment_method_family: str | None = None
    outstanding_balance: Money | None = None
    resources: tuple[Resource, ...] | None = Field(default=None, max_length=2000)


class PaymentMethod(Model):
    """The payment method that a subscription has now."""

    subscription_id: UUID
    payment_method_family: str


class PaymentMethodChanged(Model):
    """The portal's `payment_method.changed`; `timestamp` is when it changed."""

    type: Literal["payment_method.changed"]
    timestamp: Instant
    data: PaymentMethod


class SupportRequestCreated(Model):
    """The portal's `support_request.created`: a request made there, in the form of the API's own."""

    type: Literal["support_request.created"]
    timestamp: Instant
    data: RequestForm


class SubscriptionUpdated(Model):
    """The portal's `subscription.updated`; `timestamp` is when the subscription was observed."""

    type: Literal["subscription.updated"]
    timestamp: Instant
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
