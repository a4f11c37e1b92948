"""What a client, or the desk, may do to a case at any time: withdraw it, have it checked again, write, resume.

Each action is done once: sent again under the same key, it gets the same answer.
"""

from shared.domain.callers import Principal
from shared.domain.case import Attention, Case, is_case_id, scope_of_case
from shared.domain.dossier import Dossier, Moment, Stored, place_of
from shared.domain.errors import (
    CaseBusyError,
    CaseNotFoundError,
    IllegalMoveError,
    PreconditionFailedError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import Event, transition_for
from shared.domain.moves import Advance, Move, clear_attention, hear
from shared.workflow.changes import Aside
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, Decide, Outcome, act, case_in, look_again
from shared.workflow.repeats import Acceptance, Asked, Claim, gist_of


def case_for(dossier: Dossier, case_id: str, principal: Principal) -> Stored[Case]:
    """A case of the dossier that this caller may see. CaseNotFoundError for all others too."""
    stored = case_in(dossier, case_id)
    if not principal.may_see(stored.value.opened_by, dossier.scope):
        raise CaseNotFoundError
    return stored


def case_asked_for(dossier: Dossier, asked: Asked) -> Stored[Case]:
    """The case that an action is asked for, if it still is as the caller saw it.

    Nothing is done any more to one whose personal data were erased: what came would be kept again.
    Raises CaseNotFoundError, IllegalMoveError, PreconditionFailedError.
    """
    stored = case_for(dossier, asked.case_id, asked.principal)
    if stored.value.erased_at is not None:
        raise IllegalMoveError(stored.value.state, "change an erased case", ())
    check_seen(stored.value, asked)
    return stored


def check_seen(case: Case, asked: Asked) -> None:
    """Raise PreconditionFailedError unless the case is still as the caller saw it."""
    changed = asked.seen is not None and asked.seen != case.content_revision
    if changed or (asked.seen_event is not None and asked.seen_event != place_of(case)):
        raise PreconditionFailedError(case.content_revision)


def scope_to_read(case_id: str) -> str:
    """The scope of a case id. CaseNotFoundError for what cannot be one."""
    if not is_case_id(case_id):
        raise CaseNotFoundError
    return scope_of_case(case_id)


async def move_case(services: Services, asked: Asked, claim: Claim | None, move: Move) -> Acceptance:
    """Make a move that needs no look at the facts. CaseNotFoundError, PreconditionFailedError, IllegalMoveError."""

    async def decide(dossier: Dossier) -> Action:
        stored = case_asked_for(dossier, asked)
        transition_for(stored.value.state, move.event)
        return Action(stored, move)

    return (await act_on_case(services, asked, claim, decide)).acceptance


async def act_on_case(services: Services, asked: Asked, claim: Claim | None, decide: Decide) -> Outcome:
    """Do what `decide` says to a case, which it must act on or raise."""
    outcome = await act(services, scope_to_read(asked.case_id), claim, decide)
    assert outcome is not None, "an action on a case acts on it or raises"  # noqa: S101 - the caller's contract
    return outcome


async def withdraw(services: Services, asked: Asked) -> Acceptance:
    """End an open case because the applicant wants it no more."""
    claim = asked.claim("POST", "withdrawal")
    return await move_case(services, asked, claim, Move(Event.WITHDRAW, asked.principal.actor))


async def recheck(services: Services, asked: Asked) -> Acceptance:
    """Have a held-up case checked again."""
    claim = asked.claim("POST", "recheck")
    return await move_case(services, asked, claim, Move(Event.ASK_RECHECK, asked.principal.actor))


async def write_to_desk(services: Services, asked: Asked, text: str) -> Acceptance:
    """Leave the desk a message; the work list shows it at once."""

    def hear_it(case: Case, moment: Moment) -> Advance:
        return hear(case, text, asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action:
        return Action(case_asked_for(dossier, asked), Aside(hear_it))

    return await act_beside(services, asked, asked.claim("POST", "messages", {"text": text}), decide)


async def resume(services: Services, asked: Asked) -> Acceptance:
    """Send a case's pending message again, with a new id, and take its attention flag off; the work list shows it.

    In this order: a crash in between leaves the flag, so that the desk resumes once more. A flag that was raised since
    the first look at the case stays. Notices that were refused are sent once more, those that still hold; one in doubt
    is not, for it may have arrived.
    """
    seen: list[Attention | None] = []

    def clear(case: Case, moment: Moment) -> Advance:
        return clear_attention(case, seen[0], asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action:
        stored = case_asked_for(dossier, asked)
        seen.append(stored.value.attention)
        return Action(stored, Aside(clear, resends=True, renewed=dossier.renewed_notices_of(asked.case_id)))

    return await act_beside(services, asked, asked.claim("POST", "resumption"), decide)


async def act_beside(services: Services, asked: Asked, claim: Claim | None, decide: Decide) -> Acceptance:
    """Do what happens beside a case's transitions, and show it in the work list; None from `decide`: it is so already.

    At a replay too it is shown, if it was not before; when in doubt, the case is looked at later. Raises what `act`
    raises, and CaseBusyError too where it is done and others are always first to show the case.
    """
    try:
        outcome = await act(services, scope_to_read(asked.case_id), claim, decide)
        done = outcome.case if outcome else None
        case = done or case_in(await services.cases.read(scope_of_case(asked.case_id)), asked.case_id).value
        await settle_index(services, case, anew=True)
    except (StorageUnavailableError, CaseBusyError):
        await look_again(services, asked.case_id)
        raise
    return outcome.acceptance if outcome else Acceptance(gist_of(case), replayed=True)
