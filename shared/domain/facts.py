"""What is known of a subscription. Absent means unknown, never "no".

Names and values are those of Microsoft.Billing 2024-04-01 (accountType, agreementType, paymentMethodFamily) and of
Azure resources (id, name, type, plan). Values are open: Microsoft adds to its enumerations.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.domain.model import CountryCode, Instant, Model, Money
from shared.domain.reading import address_form


class Plan(Model):
    """The plan of a resource bought through the Marketplace."""

    name: Annotated[str, Field(max_length=300)] | None = Field(default=None, examples=["free"])
    publisher: Annotated[str, Field(max_length=300)] | None = Field(default=None, examples=["sendgrid"])
    product: Annotated[str, Field(max_length=300)] | None = Field(default=None, examples=["sendgrid_azure"])


class Resource(Model):
    """A resource in the subscription."""

    id: Annotated[str, Field(max_length=1000)] = Field(
        description="The resource's id in Azure.",
        examples=[
            "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/shop/providers/Sendgrid.Email/accounts/mail"
        ],
    )
    name: Annotated[str, Field(max_length=300)] = Field(examples=["mail"])
    type: Annotated[str, Field(max_length=300)] = Field(
        description="Namespace and type.", examples=["Sendgrid.Email/accounts"]
    )
    plan: Plan | None = None


class SubscriptionFacts(Model):
    """A full snapshot. An empty one (nothing observed yet) has neither `observed_at` nor anything else."""

    observed_at: Instant | None = None
    observation_id: str = ""
    account_type: str | None = None
    agreement_type: str | None = None
    account_administrator_email: str | None = None
    country: CountryCode | None = None
    payment_method_family: str | None = None
    payment_method_observed_at: Instant | None = None
    outstanding_balance: Money | None = None
    resources: tuple[Resource, ...] | None = None

    def updated_by(self, snapshot: "SubscriptionFacts") -> "SubscriptionFacts | None":
        """The facts after a full snapshot, or None if as new a one is known. A payment method seen later stays."""
        if not snapshot.is_newer_than(self):
            return None
        seen = self.payment_method_observed_at
        if seen is None or snapshot.observed_at is None or seen <= snapshot.observed_at:
            return snapshot
        kept = {"payment_method_family": self.payment_method_family, "payment_method_observed_at": seen}
        return snapshot.model_copy(update=kept)

    def with_payment_method(self, family: str, seen: datetime) -> "SubscriptionFacts | None":
        """The facts after the payment method changed, or None if it was seen as late or later already."""
        known = [moment for moment in (self.observed_at, self.payment_method_observed_at) if moment]
        if any(moment >= seen for moment in known):
            return None
        return self.model_copy(update={"payment_method_family": family, "payment_method_observed_at": seen})

    def is_newer_than(self, other: "SubscriptionFacts") -> bool:
        """Whether this observation replaces the other: by time, then by id, so that every order ends alike."""
        if self.observed_at is None or other.observed_at is None:
            return self.observed_at is not None
        return (self.observed_at, self.observation_id) > (other.observed_at, other.observation_id)


# Constructed, so that a start need not build what validates facts.
UNKNOWN = SubscriptionFacts.model_construct()


def as_shown_to(facts: SubscriptionFacts, administrator_email: str) -> SubscriptionFacts:
    """The facts for a caller who names this account administrator: all of them if it is right, else none.

    A subscription id is no secret; the administrator's address shows that the caller has to do with the account.
    """
    known = facts.account_administrator_email
    if known is None or address_form(known) != address_form(administrator_email):
        return UNKNOWN
    return facts
