"""How a case is saved and its messages sent: the only code that does either.

A case at number n has exactly one pending message, numbered n, of the kind its last transition named.

- Endpoints send, commit, answer: the message is sent before the case says that it is pending. If the commit fails,
  the message finds a case that never reached its number: it waits a little, then fences the case, so that a late
  commit must fail, and is dropped.
- Messages read, work, commit, send, delete (the host deletes on return): a crash after the commit brings the message
  back, which sees its own id on the case and sends the next message again.

So nothing acknowledged is lost, and nothing moves twice (each commit is conditional on the version that was read).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import (
    Change,
    Dossier,
    FactsChange,
    Moment,
    ReceiptChange,
    SlotChange,
    Stored,
)
from shared.domain.errors import (
    CaseBusyError,
    CaseNotFoundError,
    MessageEarlyError,
    RowChangedError,
    RowExistsError,
    StorageUnavailableError,
    TryAgainLaterError,
)
from shared.domain.lifecycle import Event, FollowUp
from shared.domain.messages import CaseMessage
from shared.domain.moves import Advance, Move, advance, clear_attention, hear, raise_attention, slot_after
from shared.domain.waiting import Terms
from shared.workflow.ports import Services

TRIES: Final = 6
"""Decisions an operation makes anew when others change the same case meanwhile."""

PAUSES: Final = (0.05, 0.15, 0.5)
"""Seconds between looks at a case that has not reached a message's number yet."""

FENCE_FROM: Final = 4
"""The delivery of a message from which a commit that did not come is made impossible."""

RETRY_DELAYS: Final = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))
"""How long to wait for a system that does not answer; the last one repeats."""


@dataclass(frozen=True, slots=True)
class Action:
    """What an endpoint does to a scope: a move of one case, facts to write, or both; and its receipt."""

    case: Stored[Case] | None = None
    move: Move | None = None
    facts: FactsChange | None = None
    receipt: ReceiptChange | None = None


Decide = Callable[[Dossier], Awaitable[Action | None]]
"""Looks at a scope and says what to do, or None for nothing. Called again when others were first."""

Work = Callable[[Case, Dossier], Awaitable[Move]]
"""A step's work: looks at the case and says how it moves. TryAgainLaterError: not now."""

DecideDue = Callable[[Case], Move | None]
"""Says how a case moves because something is due, if anything is."""

Rearm = Callable[[Case], Awaitable[None]]
"""Sees to it that a case which is not due yet is looked at again in time."""

Announce = Callable[[Case, Dossier, CaseMessage], Awaitable[None]]
"""The work of a notify message, which moves nothing."""


def a_message(services: Services, case_id: str, seq: int, kind: FollowUp) -> CaseMessage:
    """A new message with an id of its own."""
    return CaseMessage(message_id=services.new_id(), case_id=case_id, seq=seq, kind=kind)


def _moment(services: Services, commit_id: str) -> Moment:
    return Moment(services.now(), commit_id, services.new_id())


def _retry_delay(case: Case) -> timedelta:
    return RETRY_DELAYS[min(case.retries, len(RETRY_DELAYS)) - 1] if case.retries else timedelta()


async def send_pending(services: Services, case: Case, *, at_once: bool = False) -> None:
    """Send a case's pending message, always safe to do again: under a new id, and only one finds work to do."""
    delay = timedelta() if at_once else _retry_delay(case)
    await services.outbox.send(a_message(services, case.id, case.seq, case.follow_up), delay=delay)


# --- endpoints: send, commit, answer


async def open_case(services: Services, case: Case, change: Change) -> None:
    """Send a new case's first message and insert the case. Raises RowExistsError or RowChangedError if it may not."""
    take_back = await services.outbox.send(a_message(services, case.id, case.seq, case.follow_up))
    await _commit(services, change, take_back)


async def act(services: Services, scope: str, decide: Decide) -> Case | None:
    """Do what `decide` says, deciding anew when others were first. Returns the case it moved, if any.

    Raises what `decide` raises, CaseBusyError when others are always first, StorageUnavailableError.
    """
    for _ in range(TRIES):
        dossier = await services.cases.read(scope)
        action = await decide(dossier)
        if action is None:
            return None
        try:
            return await _carry_out(services, dossier, action)
        except (RowChangedError, RowExistsError):
            if await _acted_before(services, scope, action):
                return None
    raise CaseBusyError


async def _acted_before(services: Services, scope: str, action: Action) -> bool:
    return action.receipt is not None and bool(await services.receipts.receipt(scope, action.receipt.receipt.key))


async def _carry_out(services: Services, dossier: Dossier, action: Action) -> Case | None:
    if action.case is None or action.move is None:
        await _commit(services, Change(scope=dossier.scope, facts=action.facts, receipt=action.receipt), None)
        return None
    moment = _moment(services, services.new_id())
    moved, change = await _moved(services, dossier, action.case, action.move, moment)
    change = replace(change, facts=action.facts or change.facts, receipt=action.receipt)
    take_back = await services.outbox.send(a_message(services, moved.id, moved.seq, moved.follow_up))
    await _commit(services, change, take_back)
    return moved


async def _commit(services: Services, change: Change, take_back: Callable[[], Awaitable[None]] | None) -> None:
    """Commit; where the outcome is in doubt, the event row with our commit id tells.

    A conflict too can be the SDK's own second try. The message is taken back only after a certain refusal: after a
    time-out the commit may still come.
    """
    try:
        await services.cases.commit(change)
    except (RowExistsError, RowChangedError, StorageUnavailableError) as error:
        if await _was_ours(services, change):
            return
        if take_back is not None and not isinstance(error, StorageUnavailableError):
            await _tidy(take_back)
        raise


async def _was_ours(services: Services, change: Change) -> bool:
    event = change.event
    return event is not None and await services.cases.committed(event.case_id, event.seq, event.commit_id)


async def _tidy(take_back: Callable[[], Awaitable[None]]) -> None:
    try:
        await take_back()
    except StorageUnavailableError:
        return  # tidiness only: a message that stays finds nothing to do


# --- messages: read, work, commit, send, delete


async def run_step(services: Services, message: CaseMessage, deliveries: int, work: Work) -> None:
    """Do a step. `deliveries` counts this delivery too. Raising brings the message back; returning deletes it."""
    for _ in range(TRIES):
        dossier = await _await_number(services, message, deliveries)
        stored = _awaiting(dossier, message)
        if dossier is None or stored is None:
            return
        move = await _move_of(stored.value, dossier, work)
        if await _commit_and_send(services, dossier, stored, move, message):
            return
    raise CaseBusyError


async def _commit_and_send(
    services: Services, dossier: Dossier, stored: Stored[Case], move: Move, message: CaseMessage
) -> bool:
    """Commit a message's move under the message's own id, then send what follows; False if others were first."""
    moved, change = await _moved(services, dossier, stored, move, _moment(services, message.message_id))
    try:
        await services.cases.commit(change)
    except (RowChangedError, RowExistsError):
        return False
    await send_pending(services, moved)
    return True


async def run_notify(services: Services, message: CaseMessage, deliveries: int, announce: Announce) -> None:
    """Do a notify message's work, which makes no transition; a later one does the work of an earlier one."""
    dossier = await _await_number(services, message, deliveries)
    stored = _awaiting(dossier, message)
    if dossier is not None and stored is not None:
        await announce(stored.value, dossier, message)


async def send_wake(services: Services, case_id: str) -> None:
    """Ask for a look at a case that may be due."""
    await services.outbox.send(a_message(services, case_id, 0, FollowUp.WAKE))


async def run_wake(services: Services, message: CaseMessage, decide: DecideDue, rearm: Rearm) -> None:
    """Make the move that is due, if any. It has no number: the message's id on the case tells that it did its work."""
    for _ in range(TRIES):
        dossier = await services.cases.read(scope_of_case(message.case_id))
        stored = dossier.cases.get(message.case_id)
        if stored is None or stored.value is None:
            return
        case = stored.value
        if case.committed_by == message.message_id:
            await send_pending(services, case)
            return
        move = decide(case)
        if move is None:
            await rearm(case)
            return
        if await _commit_and_send(services, dossier, Stored(case, stored.tag), move, message):
            return
    raise CaseBusyError


async def _move_of(case: Case, dossier: Dossier, work: Work) -> Move:
    try:
        return await work(case, dossier)
    except TryAgainLaterError as trouble:
        return Move(Event.SCHEDULE_RETRY, "system", (trouble.reason,))


async def _await_number(services: Services, message: CaseMessage, deliveries: int) -> Dossier | None:
    """The scope once the case has reached the message's number; None if the message is to be dropped."""
    scope = scope_of_case(message.case_id)
    for pause in (*PAUSES, None):
        dossier = await services.cases.read(scope)
        stored = dossier.cases.get(message.case_id)
        if stored and (stored.value is None or stored.value.seq >= message.seq):
            return await _unless_past(services, message, dossier, stored.value)
        if pause is not None:
            await services.pause(pause)
    if deliveries < FENCE_FROM:
        raise MessageEarlyError(f"case {message.case_id} has not reached number {message.seq}")
    await _fence(services, message, stored)
    return None


async def _unless_past(services: Services, message: CaseMessage, dossier: Dossier, case: Case | None) -> Dossier | None:
    if case is None:
        return None
    if message.seq < case.seq:
        await _send_again_if_mine(services, message, case)
        return None
    return dossier


async def _send_again_if_mine(services: Services, message: CaseMessage, case: Case) -> None:
    """This message made the case's last transition, and may have crashed before it sent the next message."""
    if case.seq == message.seq + 1 and case.committed_by == message.message_id:
        await send_pending(services, case)


async def _fence(services: Services, message: CaseMessage, stored: Stored[Case | None] | None) -> None:
    """Make the commit that did not come impossible. If it came just now, the message comes back and finds it."""
    try:
        await services.cases.fence(message.case_id, stored.tag if stored else "", services.now())
    except (RowChangedError, RowExistsError) as error:
        raise MessageEarlyError(f"case {message.case_id} moved while it was fenced off") from error


def _awaiting(dossier: Dossier | None, message: CaseMessage) -> Stored[Case] | None:
    """The case, if it waits for exactly this kind of work."""
    stored = dossier.cases.get(message.case_id) if dossier else None
    if stored is None or stored.value is None or stored.value.follow_up is not message.kind:
        return None
    return Stored(stored.value, stored.tag)


# --- what is written


async def _moved(
    services: Services, dossier: Dossier, stored: Stored[Case], move: Move, moment: Moment
) -> tuple[Case, Change]:
    """The case after a move, and the move as one transaction.

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


# --- trouble


async def settle_poisoned(services: Services, message: CaseMessage, reason: str) -> Case | None:
    """A message that failed for good. Flags the case it was for; returns that case, whose index is to be settled.

    An older message is dropped (after sending again what it may have failed to send); a newer one is fenced off.
    """
    stored = (await services.cases.read(scope_of_case(message.case_id))).cases.get(message.case_id)
    case = stored.value if stored else None
    if message.kind is FollowUp.WAKE:
        return await _poisoned_wake(services, message, case, reason)
    if stored is None or (case is not None and message.seq > case.seq):
        await _fence(services, message, stored)
        return None
    if case is None:
        return None
    if message.seq < case.seq:
        await _send_again_if_mine(services, message, case)
        return None
    return await flag_case(services, case.id, reason)


async def _poisoned_wake(services: Services, message: CaseMessage, case: Case | None, reason: str) -> Case | None:
    if case is None or case.is_final:
        return None
    if case.committed_by == message.message_id:
        await send_pending(services, case)
        return None
    return await flag_case(services, case.id, reason)


async def hear_applicant(services: Services, case_id: str, actor: str, text: str) -> Case:
    """Keep a message of the applicant; the case's number stays. CaseNotFoundError, CaseBusyError."""
    return await _aside(services, case_id, lambda case, moment: hear(case, text, actor, moment))


async def flag_case(services: Services, case_id: str, reason: str) -> Case:
    """Raise a case's attention flag; its number stays. CaseNotFoundError, CaseBusyError."""
    return await _aside(services, case_id, lambda case, moment: raise_attention(case, reason, moment))


async def resume(services: Services, case_id: str, actor: str) -> Case:
    """Send a case's pending message again, with a new id, and take its attention flag off.

    In this order: a crash in between leaves the flag, so that the desk resumes once more. CaseNotFoundError,
    CaseBusyError.
    """
    stored = (await services.cases.read(scope_of_case(case_id))).cases.get(case_id)
    if stored is None or stored.value is None:
        raise CaseNotFoundError
    seen = stored.value.attention
    await send_pending(services, stored.value, at_once=True)
    return await _aside(services, case_id, lambda case, moment: clear_attention(case, seen, actor, moment))


async def send_back(services: Services, message: CaseMessage, delay: timedelta) -> None:
    """Send a message once more as it is, to be done later: its id tells what it has done already."""
    await services.outbox.send(message, delay=delay)


async def _aside(services: Services, case_id: str, happen: Callable[[Case, Moment], Advance]) -> Case:
    """Commit something that happens beside a case's transitions: its number and pending message stay."""
    for _ in range(TRIES):
        stored = (await services.cases.read(scope_of_case(case_id))).cases.get(case_id)
        if stored is None or stored.value is None:
            raise CaseNotFoundError
        aside = happen(stored.value, _moment(services, services.new_id()))
        try:
            await services.cases.commit(Change(aside.case.scope, aside.case, stored.tag, aside.event))
        except (RowChangedError, RowExistsError):
            continue
        return aside.case
    raise CaseBusyError
