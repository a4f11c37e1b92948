"""Sound examples of the domain's things, as plain functions: name what your test is about, the rest is in order."""

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.domain.case import Case, RequestForm, case_id_in, scope_of
from shared.domain.dossier import Moment, Slot, SlotStatus
from shared.domain.facts import Plan, Resource, SubscriptionFacts
from shared.domain.lifecycle import FINAL, MACHINE, FollowUp, State
from shared.domain.model import Money
from shared.domain.policy import Policy
from shared.domain.waiting import Party, Terms, begin_wait

POLICIES = Path(__file__).parent.parent / "shared" / "policies"
ADMINISTRATOR = "azure-admin@contoso.example"
CLIENT = "client:contoso"
SUBSCRIPTION = UUID("6f1d5e0c-41f8-4b52-9b8f-0d8a3c7d2a11")

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

_SATURDAY = 5


def a_moment(now: datetime = NOON, commit_id: str = "commit-1") -> Moment:
    return Moment(now, commit_id)


@cache
def a_policy() -> Policy:
    """The reference policy, from its file."""
    return Policy.model_validate(tomllib.loads((POLICIES / "2017-07.toml").read_text("utf-8")), extra="forbid")


def monday_to_friday(day: date) -> bool:
    return day.weekday() < _SATURDAY


def terms(policy: Policy | None = None) -> Terms:
    """The reference policy with weeks of five business days, without holidays."""
    return Terms(policy or a_policy(), monday_to_friday)


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def a_resource(kind: str, name: str = "shop", publisher: str | None = None) -> Resource:
    """A resource of a type such as "Microsoft.Web/sites"; with a publisher, one bought in the Marketplace."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop"
    plan = Plan(name="basic", publisher=publisher, product="offer") if publisher is not None else None
    return Resource(id=f"{group}/providers/{kind}/{name}", name=name, type=kind, plan=plan)


def facts(**changes: Any) -> SubscriptionFacts:
    """What is known of a business account's subscription without obstacles."""
    without_obstacles: dict[str, Any] = {
        "observed_at": NOON,
        "observation_id": "msg_1",
        "account_type": "Business",
        "agreement_type": "MicrosoftOnlineServicesProgram",
        "account_administrator_email": ADMINISTRATOR,
        "country": "NL",
        "payment_method_family": "CreditCard",
        "outstanding_balance": Money.model_validate(money("0.00")),
        "resources": (a_resource("Microsoft.Web/sites"),),
    }
    return SubscriptionFacts.model_validate(without_obstacles | changes)


def a_contact(**changes: Any) -> dict[str, Any]:
    return {"name": "Sanne de Vries", "email": "accounts.payable@contoso.example"} | changes


def a_form(**changes: Any) -> RequestForm:
    """Contoso's request for EUR 2,500, for which the reference policy needs no credit check."""
    complete: dict[str, Any] = {
        "subscription_id": SUBSCRIPTION,
        "support_plan": "Standard",
        "company_name": "Contoso B.V.",
        "billing_address": {"line1": "Evert van de Beekstraat 354", "city": "Schiphol", "country": "NL"},
        "account_administrator_email": ADMINISTRATOR,
        "contact": a_contact(),
        "credit_needed": money("2500.00"),
        "consent": {"accepted": True, "text_sha256": a_policy().consent.sha256},
    }
    return RequestForm.model_validate(complete | changes)


def a_case(state: State = State.CHECKING_ELIGIBILITY, **changes: Any) -> Case:
    """A case as its first day leaves it: with the wait of its state and the follow-up that led there."""
    form: RequestForm = changes.get("request") or a_form()
    scope = scope_of(form.subscription_id)
    made: dict[str, Any] = {
        "id": case_id_in(scope, "c" * 32),
        "scope": scope,
        "state": state,
        "seq": 1 if state is State.CHECKING_ELIGIBILITY else 4,
        "follow_up": MACHINE.get(state, FollowUp.NOTIFY),
        "committed_by": "commit-0",
        "policy": "2017-07",
        "opened_by": CLIENT,
        "opened_at": NOON,
        "changed_at": NOON,
        "request": form,
        "wait": None if state in FINAL else begin_wait(state, Party.APPLICANT, NOON, terms()),
    }
    return Case.model_validate(made | changes)


def a_slot(**changes: Any) -> Slot:
    """The open slot of `a_case()`."""
    taken: dict[str, Any] = {"case_id": a_case().id, "owner": CLIENT, "status": SlotStatus.OPEN, "since": NOON}
    return Slot.model_validate(taken | changes)
