"""What people of the billing desk do beside deciding: write notes, take cases, see what colleagues did meanwhile.

Notes and assignment are open to whoever may read; only decisions need the role for them.
"""

from shared.domain import moves
from shared.domain.callers import Principal, Role
from shared.domain.case import Case
from shared.domain.dossier import Dossier, Moment
from shared.domain.errors import CaseNotFoundError
from shared.domain.history import HistoryEvent
from shared.domain.moves import Advance
from shared.workflow.actions import act_beside, case_asked_for, scope_to_read
from shared.workflow.changes import Aside
from shared.workflow.ports import Services
from shared.workflow.protocol import Action
from shared.workflow.repeats import Acceptance, Asked


async def write_note(services: Services, asked: Asked, text: str) -> Acceptance:
    """Leave a note for colleagues: 1 to 2,000 characters. Neither clients nor applicants ever see it.

    Raises RoleNeededError, CaseNotFoundError, PreconditionFailedError, IllegalMoveError for an erased case.
    """
    asked.principal.needs(Role.READ)

    def write(case: Case, moment: Moment) -> Advance:
        return moves.note_down(case, text, asked.principal.name, asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action:
        return Action(case_asked_for(dossier, asked), Aside(write))

    return await act_beside(services, asked, asked.claim("POST", "notes", {"text": text}), decide)


async def assign(services: Services, asked: Asked, to: str) -> Acceptance:
    """Give a case to a person of the desk, by the name that their sign-in has; whose it was before loses it.

    Raises what `write_note` raises.
    """
    return await _assign(services, asked, to)


async def release(services: Services, asked: Asked) -> Acceptance:
    """Let go of a case, whoever has it. Raises what `write_note` raises."""
    return await _assign(services, asked, None)


async def _assign(services: Services, asked: Asked, to: str | None) -> Acceptance:
    asked.principal.needs(Role.READ)

    def give(case: Case, moment: Moment) -> Advance:
        return moves.assign(case, to, asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action | None:
        stored = case_asked_for(dossier, asked)
        return None if stored.value.assignee == to else Action(stored, Aside(give))

    return await act_beside(services, asked, asked.claim("PUT", "assignee", {"to": to}), decide)


async def changes_since(
    services: Services, case_id: str, seen: tuple[int, int], principal: Principal
) -> tuple[HistoryEvent, ...]:
    """The events of a case after the last one that somebody saw (`dossier.place_of`), in order: one storage request.

    Raises RoleNeededError, CaseNotFoundError.
    """
    principal.needs(Role.READ)
    scope_to_read(case_id)
    events = await services.cases.history(case_id)
    if not events:
        raise CaseNotFoundError
    return tuple(event for event in events if (event.seq, event.side) > seen)
