"""What the portal tells: facts of a subscription, requests made there, a payment method that changed."""

import hashlib

from shared.domain.callers import PORTAL
from shared.domain.case import Case, scope_of
from shared.domain.dossier import Dossier, FactsChange, Receipt, ReceiptChange, SlotStatus, Stored
from shared.domain.eligibility import ON_INVOICE, Verdict, assess, verdict
from shared.domain.facts import SubscriptionFacts, as_shown_to
from shared.domain.lifecycle import Event, State
from shared.domain.messages import PaymentMethodChanged, PortalEvent, SubscriptionUpdated, SupportRequestCreated
from shared.domain.moves import Move, findings_update
from shared.domain.policy import Policy
from shared.workflow.intake import Acceptance, Submission, submit
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, act

_PROVEN = ("payment_method_is_invoice",)


async def take_event(services: Services, webhook_id: str, event: PortalEvent) -> None:
    """Act on whatever the portal sends, once per webhook id."""
    match event:
        case SubscriptionUpdated():
            await subscription_updated(services, webhook_id, event)
        case PaymentMethodChanged():
            await payment_method_changed(services, webhook_id, event)
        case SupportRequestCreated():
            await support_request_created(services, webhook_id, event)


async def support_request_created(services: Services, webhook_id: str, event: SupportRequestCreated) -> Acceptance:
    """Open a case as a request does; the same webhook again gives the same answer. Raises what `submit` raises."""
    return await submit(services, Submission(event.data, PORTAL, webhook_id))


async def subscription_updated(services: Services, webhook_id: str, event: SubscriptionUpdated) -> None:
    """Keep the facts, unless as new ones are known, and move the case that they concern. Acted on once."""
    facts = event.facts(webhook_id)

    async def decide(dossier: Dossier) -> Action | None:
        if not facts.is_newer_than(dossier.known_facts):
            return None
        stored = _open_case(dossier)
        move = await _move(services, stored.value, facts) if stored else None
        return _write(services, webhook_id, dossier, facts, stored, move)

    await act(services, scope_of(event.data.subscription_id), decide)


async def payment_method_changed(services: Services, webhook_id: str, event: PaymentMethodChanged) -> None:
    """Keep the new payment method among the facts; payment by invoice proves the switch of the open case."""

    async def decide(dossier: Dossier) -> Action | None:
        facts = event.facts(webhook_id, dossier.known_facts)
        if not facts.is_newer_than(dossier.known_facts):
            return None
        stored = _open_case(dossier)
        move = None
        if stored and facts.payment_method_family == ON_INVOICE:
            move = Move(Event.VERIFY_SWITCH, PORTAL.actor, _PROVEN)
        elif stored:
            move = await _move(services, stored.value, facts)
        return _write(services, webhook_id, dossier, facts, stored, move)

    await act(services, scope_of(event.data.subscription_id), decide)


def _write(
    services: Services,
    webhook_id: str,
    dossier: Dossier,
    facts: SubscriptionFacts,
    stored: Stored[Case] | None,
    move: Move | None,
) -> Action:
    change = FactsChange(facts, dossier.facts.tag if dossier.facts else "")
    return Action(stored, move, change, _receipt(services, webhook_id))


def _open_case(dossier: Dossier) -> Stored[Case] | None:
    slot = dossier.slot.value if dossier.slot else None
    if slot is None or slot.status is not SlotStatus.OPEN:
        return None
    stored = dossier.cases.get(slot.case_id)
    return Stored(stored.value, stored.tag) if stored and stored.value else None


async def _move(services: Services, case: Case, facts: SubscriptionFacts) -> Move | None:
    """How facts move the case: one that waits for them is checked again, an approved one switches or is blocked."""
    if case.state is State.ACTION_REQUIRED:
        return Move(Event.CHANGE_FACTS, PORTAL.actor)
    if case.state is State.APPROVED:
        shown = as_shown_to(facts, case.request.account_administrator_email)
        return _move_of_approved(shown, await services.shelf.policy(case.policy))
    return None


def _move_of_approved(facts: SubscriptionFacts, policy: Policy) -> Move | None:
    if facts.payment_method_family == ON_INVOICE:
        return Move(Event.VERIFY_SWITCH, PORTAL.actor, _PROVEN)
    findings = assess(facts, policy)
    if verdict(findings) not in {Verdict.INELIGIBLE, Verdict.BLOCKED}:
        return None
    reasons = tuple(dict.fromkeys(f.code for f in findings if f.fix))
    return Move(Event.FIND_BLOCKED, PORTAL.actor, reasons, findings_update(findings))


def _receipt(services: Services, webhook_id: str) -> ReceiptChange:
    key = hashlib.sha256(f"webhook\n{webhook_id}".encode()).hexdigest()
    return ReceiptChange(Receipt(key=key, expires_at=services.now() + services.receipt_lifetime))
