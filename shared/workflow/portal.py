"""What the portal tells: facts of a subscription, requests made there, a payment method that changed."""

from datetime import datetime

from shared.domain.callers import PORTAL, TOLERANCE
from shared.domain.case import Case, scope_of
from shared.domain.dossier import Dossier, FactsChange, SlotStatus, Stored
from shared.domain.eligibility import EVENT_OF, ON_INVOICE, Outcome, Verdict, assess, verdict
from shared.domain.errors import WrongFieldError
from shared.domain.facts import SubscriptionFacts, as_shown_to
from shared.domain.lifecycle import Event, State
from shared.domain.messages import PaymentMethodChanged, PortalEvent, SubscriptionUpdated, SupportRequestCreated
from shared.domain.moves import Move, findings_update
from shared.domain.policy import Policy
from shared.workflow.intake import Submission, submit
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, act
from shared.workflow.repeats import Acceptance, KeyKind, RepeatKey, claim_of_webhook
from shared.workflow.switch import PROVEN


async def take_event(services: Services, webhook_id: str, event: PortalEvent) -> None:
    """Act on whatever the portal sends, once per webhook id."""
    if isinstance(event, SubscriptionUpdated):
        await subscription_updated(services, webhook_id, event)
    elif isinstance(event, PaymentMethodChanged):
        await payment_method_changed(services, webhook_id, event)
    else:
        await support_request_created(services, webhook_id, event)


async def support_request_created(services: Services, webhook_id: str, event: SupportRequestCreated) -> Acceptance:
    """Open a case as a request does; the same webhook again gives the same answer. Raises what `submit` raises."""
    return await submit(services, Submission(event.data, PORTAL, RepeatKey(KeyKind.IDEMPOTENCY_KEY, webhook_id)))


async def subscription_updated(services: Services, webhook_id: str, event: SubscriptionUpdated) -> None:
    """Keep the facts, unless as new ones are known, and move the case that they concern. Acted on once.

    Raises WrongFieldError for facts of the future: they would outlast all that are true.
    """
    _check_time(services, event.timestamp)
    snapshot = event.facts(webhook_id)

    async def decide(dossier: Dossier) -> Action | None:
        facts = dossier.known_facts.updated_by(snapshot)
        return await _action(services, dossier, facts) if facts else None

    await act(services, scope_of(event.data.subscription_id), claim_of_webhook(webhook_id), decide)


async def payment_method_changed(services: Services, webhook_id: str, event: PaymentMethodChanged) -> None:
    """Keep the new payment method among the facts; payment by invoice proves the switch of the open case."""
    _check_time(services, event.timestamp)

    async def decide(dossier: Dossier) -> Action | None:
        facts = dossier.known_facts.with_payment_method(event.data.payment_method_family, event.timestamp)
        if facts is None:
            return None
        proves = event.data.payment_method_family == ON_INVOICE
        return await _action(services, dossier, facts, proves=proves)

    await act(services, scope_of(event.data.subscription_id), claim_of_webhook(webhook_id), decide)


def _check_time(services: Services, observed_at: datetime) -> None:
    if observed_at > services.now() + TOLERANCE:
        raise WrongFieldError("/timestamp", "timestamp", "lies in the future: give the moment of the observation")


async def _action(services: Services, dossier: Dossier, facts: SubscriptionFacts, *, proves: bool = False) -> Action:
    stored = _open_case(dossier)
    change = FactsChange(facts, dossier.facts.tag if dossier.facts else "")
    if stored is None:
        return Action(facts=change)
    if proves or _shows_the_switch(stored.value, dossier.known_facts, facts):
        move: Move | None = Move(Event.VERIFY_SWITCH, PORTAL.actor, PROVEN)
    else:
        move = await _move(services, stored.value, facts)
    return Action(stored, move, change)


def _shows_the_switch(case: Case, before: SubscriptionFacts, now: SubscriptionFacts) -> bool:
    """Whether a snapshot shows that the subscription came to pay by invoice while the case was open.

    Where the earlier payment method is not known, only an approved case can have brought it about.
    """
    shown = as_shown_to(now, case.request.account_administrator_email)
    if shown.payment_method_family != ON_INVOICE:
        return False
    return case.state is State.APPROVED or before.payment_method_family not in {None, ON_INVOICE}


def _open_case(dossier: Dossier) -> Stored[Case] | None:
    slot = dossier.slot.value if dossier.slot else None
    if slot is None or slot.status is not SlotStatus.OPEN:
        return None
    stored = dossier.cases.get(slot.case_id)
    return Stored(stored.value, stored.tag) if stored and stored.value else None


async def _move(services: Services, case: Case, facts: SubscriptionFacts) -> Move | None:
    """How facts move the case: one that waits for them is checked again, an approved one may be blocked."""
    if case.state is State.ACTION_REQUIRED:
        return Move(Event.CHANGE_FACTS, PORTAL.actor)
    if case.state is State.APPROVED:
        shown = as_shown_to(facts, case.request.account_administrator_email)
        return _move_of_approved(shown, await services.shelf.policy(case.policy))
    return None


def _move_of_approved(facts: SubscriptionFacts, policy: Policy) -> Move | None:
    findings = assess(facts, policy)
    result = verdict(findings)
    if result not in {Verdict.INELIGIBLE, Verdict.BLOCKED}:
        return None
    reasons = tuple(dict.fromkeys(f.code for f in findings if f.outcome is Outcome.FAIL))
    return Move(EVENT_OF[result], PORTAL.actor, reasons, findings_update(findings))
