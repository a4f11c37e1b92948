"""What a client, or the desk, may do to a case at any time: withdraw it, have it checked again, write, resume."""

from shared.domain.callers import Principal
from shared.domain.case import Case, is_case_id, scope_of_case
from shared.domain.dossier import Dossier, Stored
from shared.domain.errors import CaseNotFoundError
from shared.domain.lifecycle import Event, transition_for
from shared.domain.moves import Move
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, Decide, act, hear_applicant
from shared.workflow.protocol import resume as resume_case


def case_for(dossier: Dossier, case_id: str, principal: Principal) -> Stored[Case]:
    """A case of the dossier that this caller may see. CaseNotFoundError for all others too."""
    stored = dossier.cases.get(case_id)
    if stored is None or stored.value is None or not principal.may_see(stored.value.opened_by):
        raise CaseNotFoundError
    return Stored(stored.value, stored.tag)


def scope_to_read(case_id: str) -> str:
    """The scope of a case id. CaseNotFoundError for what cannot be one."""
    if not is_case_id(case_id):
        raise CaseNotFoundError
    return scope_of_case(case_id)


async def move_case(services: Services, case_id: str, principal: Principal, move: Move) -> Case:
    """Make a move that needs no look at the facts. CaseNotFoundError, IllegalMoveError."""

    async def decide(dossier: Dossier) -> Action:
        stored = case_for(dossier, case_id, principal)
        transition_for(stored.value.state, move.event)
        return Action(stored, move)

    return await act_on_case(services, case_id, decide)


async def act_on_case(services: Services, case_id: str, decide: Decide) -> Case:
    """Do what `decide` says to a case, which it must move or raise."""
    moved = await act(services, scope_to_read(case_id), decide)
    assert moved is not None, "an action that moves a case moves it or raises"  # noqa: S101 - the caller's contract
    return moved


async def withdraw(services: Services, case_id: str, principal: Principal) -> Case:
    """End an open case because the applicant wants it no more."""
    return await move_case(services, case_id, principal, Move(Event.WITHDRAW, principal.actor))


async def recheck(services: Services, case_id: str, principal: Principal) -> Case:
    """Have a held-up case checked again."""
    return await move_case(services, case_id, principal, Move(Event.ASK_RECHECK, principal.actor))


async def write_to_desk(services: Services, case_id: str, principal: Principal, text: str) -> Case:
    """Leave the desk a message; the work list shows it at once."""
    dossier = await services.cases.read(scope_to_read(case_id))
    case_for(dossier, case_id, principal)
    case = await hear_applicant(services, case_id, principal.actor, text)
    await settle_index(services, case, anew=True)
    return case


async def resume(services: Services, case_id: str, principal: Principal) -> Case:
    """Send a case's pending message again and take its attention flag off; the work list shows it at once."""
    scope_to_read(case_id)
    case = await resume_case(services, case_id, principal.actor)
    await settle_index(services, case, anew=True)
    return case
