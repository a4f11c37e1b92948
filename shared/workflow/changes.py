"""What happens to a case, as one transaction: the case after it, its event, notices, slot and the touch of its facts.

Nothing here is saved or sent: the protocol does both.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.case import Case
from shared.domain.dossier import Change, Dossier, FactsChange, Moment, SlotChange, Stored
from shared.domain.moves import Advance, Move, advance, slot_after
from shared.domain.notices import Notice
from shared.domain.waiting import Terms
from shared.workflow.ports import Services


@dataclass(frozen=True, slots=True)
class Aside:
    """What happens to a case beside its transitions: its number and its pending message stay.

    With `resends`, the pending message is sent again before it is committed; with `renewed` notices, which it would not
    find before they are committed, it is sent when they are. With `looks_again`, a look at the case in
    a while is sent instead, because nobody would ask for the same once more.
    """

    happen: Callable[[Case, Moment], Advance]
    resends: bool = False
    renewed: tuple[Stored[Notice], ...] = ()
    looks_again: bool = False


async def change_by(
    services: Services, dossier: Dossier, stored: Stored[Case], happening: Move | Aside, moment: Moment
) -> tuple[Case, Change]:
    """The case after a move or an aside, and that as one transaction. Raises IllegalMoveError."""
    if isinstance(happening, Move):
        return await moved_by(services, dossier, stored, happening, moment)
    aside = happening.happen(stored.value, moment)
    return aside.case, Change(dossier.scope, aside.case, stored.tag, aside.event, renewed=happening.renewed)


async def moved_by(
    services: Services, dossier: Dossier, stored: Stored[Case], move: Move, moment: Moment
) -> tuple[Case, Change]:
    """The case after a move, and the move as one transaction. Raises IllegalMoveError.

    It touches the facts, so that facts that came meanwhile make it fail.
    """
    case = stored.value
    terms = await services.shelf.terms(case.policy, case.request.billing_address.country)
    following = advance(case, move, moment, terms)
    change = Change(
        scope=dossier.scope,
        case=following.case,
        case_tag=stored.tag,
        event=following.event,
        notices=following.notices,
        facts=FactsChange(None, dossier.facts.tag) if dossier.facts else None,
        slot=_slot_change(dossier, following.case, moment, terms),
    )
    return following.case, change


def _slot_change(dossier: Dossier, case: Case, moment: Moment, terms: Terms) -> SlotChange | None:
    slot = dossier.slot
    if slot is None or slot.value.case_id != case.id:
        return None
    after = slot_after(slot.value, case, moment, terms)
    return None if after == slot.value else SlotChange(after, slot.tag)
