"""Erasing the personal data of a closed case: begun by an officer, finished at once or by the nightly pass.

First, one transaction takes them off the case, marks the erasure as pending and says so in the history. Then every
other row follows: notices, the past, the work list. A second event ends it. Each step can be done again, so that a
crash anywhere leaves nothing but an erasure that is still pending. The history stays whole: an event hashes only a
salted commitment to personal data, and loses data and salt together.

Facts tell of the subscription, not of one case: the last case of a subscription to be erased takes them along.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.domain import history, moves
from shared.domain.callers import Role
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Dossier, FactsChange, Moment, Past
from shared.domain.erasure import redacted_facts, redacted_notice
from shared.domain.errors import CaseBusyError, IllegalMoveError
from shared.domain.lifecycle import events_open_to
from shared.domain.moves import Advance
from shared.workflow.actions import act_beside, case_for, check_seen
from shared.workflow.changes import Aside
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import TRIES, Action, act, case_in
from shared.workflow.repeats import Acceptance, Asked


async def erase(services: Services, asked: Asked) -> Acceptance:
    """Erase the personal data of a case that is over, for good; once more finishes what was begun.

    Raises RoleNeededError, CaseNotFoundError, PreconditionFailedError, IllegalMoveError for an open case.
    """
    asked.principal.needs(Role.DECIDE)

    def begin(case: Case, moment: Moment) -> Advance:
        return moves.begin_erasure(case, asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action | None:
        stored = case_for(dossier, asked.case_id, asked.principal)
        case = stored.value
        if case.erased_at is not None:
            return None
        check_seen(case, asked)
        if not case.is_final:
            raise IllegalMoveError(case.state, "erase personal data", events_open_to(case.state))
        return Action(stored, Aside(begin), _facts_change(dossier, case))

    accepted = await act_beside(services, asked, asked.claim("POST", "erasure"), decide)
    await finish_erasure(services, asked.case_id)
    return accepted


def _facts_change(dossier: Dossier, case: Case) -> FactsChange | None:
    others = [stored.value for case_id, stored in dossier.cases.items() if case_id != case.id and stored.value]
    if dossier.facts is None or not all(other.erased_at for other in others):
        return None
    return FactsChange(redacted_facts(dossier.facts.value), dossier.facts.tag)


async def finish_erasure(services: Services, case_id: str) -> None:
    """Do what is left of an erasure that was begun, if anything is. CaseBusyError when others are always first."""
    case = case_in(await services.cases.read(scope_of_case(case_id)), case_id).value
    if not case.erasure_pending:
        return
    for step in _STEPS:
        await step(services, case)
    await _end(services, case_id)


async def _erase_notices(services: Services, case: Case) -> None:
    """Whatever was not done with is done with now: who has one in hand finds it gone."""
    for _ in range(TRIES):
        notices = (await services.cases.read(case.scope)).notices_of(case.id)
        if not notices:
            return
        for stored in notices:
            await services.notice_rows.finish(redacted_notice(stored.value), stored.tag)
    raise CaseBusyError


async def _erase_past(services: Services, case: Case) -> None:
    past = await services.past_rows.past(case.id)
    events = tuple(history.erased(event) for event in past.events if event.personal is not None)
    await services.past_rows.rewrite_past(case.id, Past(events, tuple(map(redacted_notice, past.notices))))


async def _erase_documents(services: Services, case: Case) -> None:
    """By the case, for it names no document any more."""
    await services.documents.delete_all(case.id)


async def _erase_typed(services: Services, case: Case) -> None:
    """What was typed of its credit application and never sent: the nightly pass may not have been here yet."""
    draft = await services.drafts.credit_draft(case.scope)
    if draft and draft.value.case_id == case.id:
        await services.drafts.drop_credit_draft(case.scope, draft.tag)


async def _erase_summary(services: Services, case: Case) -> None:
    await settle_index(services, case, anew=True)


_STEPS: Final[tuple[Callable[[Services, Case], Awaitable[None]], ...]] = (
    _erase_notices, _erase_past, _erase_documents, _erase_typed, _erase_summary,
)  # fmt: skip
"""Each erases what one kind of row holds of a case, and can be done again.

Notices come before the past: what is done with in between is found there.
"""


async def _end(services: Services, case_id: str) -> None:
    async def decide(dossier: Dossier) -> Action | None:
        stored = case_in(dossier, case_id)
        return Action(stored, Aside(moves.end_erasure)) if stored.value.erasure_pending else None

    scope = scope_of_case(case_id)
    await act(services, scope, None, decide)
    await settle_index(services, case_in(await services.cases.read(scope), case_id).value, anew=True)
