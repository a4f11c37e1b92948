"""The applicant says that the switch is made: what is known of the payment method now decides."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.case import Case
from shared.domain.dossier import Dossier
from shared.domain.eligibility import ON_INVOICE
from shared.domain.errors import IllegalMoveError
from shared.domain.facts import as_shown_to
from shared.domain.lifecycle import Event, State, events_open_to
from shared.domain.moves import Move
from shared.workflow.actions import case_asked_for, scope_to_read
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, act
from shared.workflow.repeats import Asked

PROVEN = ("payment_method_is_invoice",)
"""Why a switch is taken as made."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the switch is proven, and if not, which payment method was seen last and when; None: none was."""

    proven: bool
    payment_method: str | None = None
    seen_at: datetime | None = None


async def ask_verification(services: Services, asked: Asked) -> Verification:
    """Look the payment method up anew, and close an approved case that turns out to pay by invoice.

    Nothing is kept of a look that proves nothing: whoever asks again and again costs reads only. Raises
    CaseNotFoundError, PreconditionFailedError, IllegalMoveError for a case that is not approved, TryAgainLaterError.
    """
    seen: list[Verification] = []

    async def decide(dossier: Dossier) -> Action | None:
        stored = case_asked_for(dossier, asked)
        if stored.value.state is State.SWITCHED:
            seen.append(Verification(proven=True))
            return None
        seen.append(await _look(services, dossier, stored.value))
        move = Move(Event.VERIFY_SWITCH, asked.principal.actor, PROVEN)
        return Action(stored, move) if seen[-1].proven else None

    await act(services, scope_to_read(asked.case_id), None, decide)
    return seen[-1]


async def _look(services: Services, dossier: Dossier, case: Case) -> Verification:
    if case.state is not State.APPROVED:
        raise IllegalMoveError(case.state, Event.VERIFY_SWITCH, events_open_to(case.state))
    known = await services.directory.look_up(case.request.subscription_id, dossier.known_facts)
    shown = as_shown_to(known, case.request.account_administrator_email)
    family = shown.payment_method_family
    seen_at = shown.payment_method_observed_at or shown.observed_at
    return Verification(family == ON_INVOICE, family, seen_at if family else None)
