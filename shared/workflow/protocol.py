"""How a case is saved and its messages sent: the only code that does either.

A case at number n has exactly one pending message, numbered n, of the kind its last transition named.

- Endpoints send, commit, answer: the message is sent before the case says that it is pending. If the commit fails,
  the message finds a case that never reached its number: it waits a little, then fences the case, so that a late
  commit must fail, and is dropped.
- Messages read, work, commit, send, delete (the host deletes on return): a crash after the commit brings the message
  back, which sees its own id on the case and sends the next message again.
- A caller that lost the answer sends its request again under the same key: its receipt commits with what it did.
- What happens beside the transitions has no message of its own, and is listed by who did it. A commit that comes after
  that gave up is listed by a look at the case in a while: sent before a flag, and after anything else in doubt.

So nothing acknowledged is lost, and nothing moves twice (each commit is conditional on the version that was read).
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Change, Dossier, FactsChange, Moment, ReceiptChange, Stored
from shared.domain.errors import (
    CaseBusyError,
    CaseNotFoundError,
    MessageEarlyError,
    PayByInvoiceError,
    RowChangedError,
    RowExistsError,
    StorageUnavailableError,
    TryAgainLaterError,
)
from shared.domain.lifecycle import Event, FollowUp
from shared.domain.messages import CaseMessage
from shared.domain.moves import Advance, Move, raise_attention
from shared.workflow.changes import Aside, change_by, moved_by
from shared.workflow.ports import Services
from shared.workflow.repeats import Acceptance, CaseGist, Claim, earlier, gist_of
from shared.workflow.tracing import next_traceparent, taken_up

TRIES: Final = 6
"""Decisions an operation makes anew when others change the same case meanwhile."""

PAUSES: Final = (0.05, 0.15, 0.5)
"""Seconds between looks at a case that has not reached a message's number yet, at the first delivery.

Later ones come after the host's visibility time-out: a commit that had not come by then is not waited for by looking
more often, which would be most of all that storage does while it is short of breath.
"""

FENCE_FROM: Final = 4
"""The delivery of a message from which a commit that did not come is made impossible."""

RETRY_DELAYS: Final = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))
"""How long to wait for a system that does not answer; the last one repeats."""


LOOK_AGAIN_AFTER: Final = timedelta(minutes=5)
"""A commit that was given up comes earlier than this, or never."""


@dataclass(frozen=True, slots=True)
class Action:
    """What an endpoint does to a scope: something happens to one case, facts are written, or both."""

    case: Stored[Case] | None = None
    happening: Move | Aside | None = None
    facts: FactsChange | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action came to: its answer, and the case as it left it; no case if the answer is an earlier one."""

    acceptance: Acceptance
    case: Case | None = None


Decide = Callable[[Dossier], Awaitable[Action | None]]
"""Looks at a scope and says what to do, or None for nothing. Called again when others were first."""

TakeBack = Callable[[], Awaitable[None]]
"""Takes a message back that nobody has received yet."""

Work = Callable[[Case, Dossier], Awaitable[Move]]
"""A step's work: looks at the case and says how it moves. TryAgainLaterError: not now."""

DecideDue = Callable[[Case], Move | None]
"""Says how a case moves because something is due, if anything is."""

Rearm = Callable[[Case], Awaitable[None]]
"""Sees to it that a case which is not due is listed as it is, and looked at again in time."""

Announce = Callable[[Case, Dossier, CaseMessage], Awaitable[None]]
"""The work of a notify message, which moves nothing."""

_log = logging.getLogger(__name__)


def a_message(services: Services, case_id: str, seq: int, kind: FollowUp) -> CaseMessage:
    """A new message with an id of its own, in the trace of the work that sends it."""
    traceparent = next_traceparent(services.new_id)
    return CaseMessage(message_id=services.new_id(), case_id=case_id, seq=seq, kind=kind, traceparent=traceparent)


def case_in(dossier: Dossier, case_id: str) -> Stored[Case]:
    """A case of the dossier. CaseNotFoundError where there is none, or a void one."""
    stored = dossier.cases.get(case_id)
    if stored is None or stored.value is None:
        raise CaseNotFoundError
    return Stored(stored.value, stored.tag)


def _moment(services: Services, commit_id: str) -> Moment:
    return Moment(services.now(), commit_id, services.new_id())


def _retry_delay(case: Case) -> timedelta:
    return RETRY_DELAYS[min(case.retries, len(RETRY_DELAYS)) - 1] if case.retries else timedelta()


async def send_pending(services: Services, case: Case) -> None:
    """Send a case's pending message, always safe to do again: under a new id, and only one finds work to do."""
    await services.outbox.send(a_message(services, case.id, case.seq, case.follow_up), delay=_retry_delay(case))


# --- endpoints: send, commit, answer


async def open_case(services: Services, case: Case, change: Change) -> None:
    """Send a new case's first message and insert the case. Raises RowExistsError or RowChangedError if it may not."""
    await _commit(services, change, await _send_now(services, case))


async def act(services: Services, scope: str, claim: Claim | None, decide: Decide) -> Outcome | None:
    """Do what `decide` says, once under a claim, deciding anew when others were first; None if no case was concerned.

    Raises what `decide` raises, unless it was done before; RepeatKeyReusedError, CaseBusyError when others are always
    first, StorageUnavailableError.
    """
    expired = ""
    for _ in range(TRIES):
        dossier = await services.cases.read(scope)
        try:
            action = await decide(dossier)
            return await _carry_out(services, dossier, action, claim, expired) if action else None
        except StorageUnavailableError:
            raise
        except PayByInvoiceError as refusal:
            # What refuses may be what was done before: the receipt comes before any other reason.
            before = await earlier(services, scope, claim)
            if before.stands:
                return Outcome(Acceptance(before.answer, replayed=True)) if before.answer else None
            if not isinstance(refusal, RowChangedError | RowExistsError):
                raise
            expired = before.tag
    raise CaseBusyError


async def _carry_out(
    services: Services, dossier: Dossier, action: Action, claim: Claim | None, expired: str
) -> Outcome | None:
    """Send, commit, answer. `expired` is the version of an expired receipt that this one replaces."""
    moment = _moment(services, services.new_id())
    if action.case is None or action.happening is None:
        receipt = _receipt(services, claim, moment, None, expired)
        await _commit(services, Change(scope=dossier.scope, facts=action.facts, receipt=receipt), None)
        return None
    after, change = await change_by(services, dossier, action.case, action.happening, moment)
    answer = gist_of(after)
    receipt = _receipt(services, claim, moment, answer, expired)
    change = replace(change, facts=action.facts or change.facts, receipt=receipt)
    await _commit(services, change, await _send_first(services, after, action.happening))
    if change.renewed:
        await _send_now(services, after)
    return Outcome(Acceptance(answer, replayed=False), after)


def _receipt(
    services: Services, claim: Claim | None, moment: Moment, answer: CaseGist | None, expired: str
) -> ReceiptChange | None:
    if claim is None:
        return None
    return ReceiptChange(claim.receipt(moment.now + services.receipt_lifetime, answer), expired)


async def _send_first(services: Services, case: Case, happening: Move | Aside) -> TakeBack | None:
    """Send the message that the case will have pending, or the look at it, if one is to be sent.

    What is to find renewed notices comes when they are committed, or never: it is what is left of a crash before then.
    """
    if isinstance(happening, Aside) and happening.renewed:
        return await _send_now(services, case, LOOK_AGAIN_AFTER)
    if isinstance(happening, Move) or happening.resends:
        return await _send_now(services, case)
    return await look_again(services, case.id) if happening.looks_again else None


async def _send_now(services: Services, case: Case, delay: timedelta = timedelta()) -> TakeBack:
    return await services.outbox.send(a_message(services, case.id, case.seq, case.follow_up), delay=delay)


async def look_again(services: Services, case_id: str) -> TakeBack:
    """Ask for a look at a case when whatever was given up has come, or never will."""
    return await services.outbox.send(a_message(services, case_id, 0, FollowUp.WAKE), delay=LOOK_AGAIN_AFTER)


async def _commit(services: Services, change: Change, take_back: TakeBack | None) -> None:
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
    return change.event is not None and await services.cases.committed(change.event)


async def _tidy(take_back: TakeBack) -> None:
    try:
        await take_back()
    except StorageUnavailableError:
        return  # tidiness only: a message that stays finds nothing to do


# --- messages: read, work, commit, send, delete


async def run_step(services: Services, message: CaseMessage, deliveries: int, work: Work) -> None:
    """Do a step. `deliveries` counts this delivery too. Raising brings the message back; returning deletes it."""
    with taken_up(message.traceparent, services.new_id) as trace:
        if await _did_step(services, message, deliveries, work):
            done = (message.kind.value, message.case_id, message.seq, trace.trace_id)
            _log.info("did the %s step of case %s, number %d, trace %s", *done)


async def _did_step(services: Services, message: CaseMessage, deliveries: int, work: Work) -> bool:
    for _ in range(TRIES):
        dossier = await _await_number(services, message, deliveries)
        stored = _awaiting(dossier, message)
        if dossier is None or stored is None:
            return False
        move = await _move_of(stored.value, dossier, work)
        if await _commit_and_send(services, dossier, stored, move, message):
            return True
    raise CaseBusyError


async def _commit_and_send(
    services: Services, dossier: Dossier, stored: Stored[Case], move: Move, message: CaseMessage
) -> bool:
    """Commit a message's move under the message's own id, then send what follows; False if others were first."""
    moved, change = await moved_by(services, dossier, stored, move, _moment(services, message.message_id))
    try:
        await services.cases.commit(change)
    except (RowChangedError, RowExistsError):
        return False
    await send_pending(services, moved)
    return True


async def run_notify(services: Services, message: CaseMessage, deliveries: int, announce: Announce) -> None:
    """Do a notify message's work, which makes no transition; a later one does the work of an earlier one."""
    with taken_up(message.traceparent, services.new_id):
        dossier = await _await_number(services, message, deliveries)
        stored = _awaiting(dossier, message)
        if dossier is not None and stored is not None:
            await announce(stored.value, dossier, message)


async def send_wake(services: Services, case_id: str) -> None:
    """Ask for a look at a case that may be due."""
    await services.outbox.send(a_message(services, case_id, 0, FollowUp.WAKE))


async def run_wake(services: Services, message: CaseMessage, decide: DecideDue, rearm: Rearm) -> None:
    """Make the move that is due, if any. It has no number: the message's id on the case tells that it did its work."""
    with taken_up(message.traceparent, services.new_id):
        await _wake(services, message, decide, rearm)


async def _wake(services: Services, message: CaseMessage, decide: DecideDue, rearm: Rearm) -> None:
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
    pauses = PAUSES if deliveries == 1 else ()
    for pause in (*pauses, None):
        dossier = await services.cases.read(scope)
        stored = dossier.cases.get(message.case_id)
        if stored and (stored.value is None or stored.value.seq >= message.seq):
            return await _unless_past(services, message, dossier, stored.value)
        if pause is not None:
            await services.pause(pause)
    if deliveries < FENCE_FROM:
        raise MessageEarlyError(f"case {message.case_id} has not reached number {message.seq}")
    await fence_off(services, message, stored)
    return None


async def _unless_past(services: Services, message: CaseMessage, dossier: Dossier, case: Case | None) -> Dossier | None:
    if case is None:
        return None
    if message.seq < case.seq:
        await send_again_if_mine(services, message, case)
        return None
    return dossier


async def send_again_if_mine(services: Services, message: CaseMessage, case: Case) -> None:
    """This message made the case's last transition, and may have crashed before it sent the next message."""
    if case.seq == message.seq + 1 and case.committed_by == message.message_id:
        await send_pending(services, case)


async def fence_off(services: Services, message: CaseMessage, stored: Stored[Case | None] | None) -> None:
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


# --- trouble


async def flag_case(services: Services, case_id: str, reason: str, *, passing: bool = False) -> Case:
    """Raise a case's attention flag, one that goes by itself if `passing`; its number stays.

    An erased case stays as it is: nothing can be done about it any more, and nobody could take the flag off.
    Raises CaseNotFoundError, CaseBusyError.
    """

    seen: list[Case] = []

    def raise_it(case: Case, moment: Moment) -> Advance:
        return raise_attention(case, reason, moment, passing=passing)

    async def decide(dossier: Dossier) -> Action | None:
        stored = case_in(dossier, case_id)
        seen.append(stored.value)
        return None if stored.value.erased_at else Action(stored, Aside(raise_it, looks_again=True))

    outcome = await act(services, scope_of_case(case_id), None, decide)
    return outcome.case if outcome and outcome.case else seen[-1]


async def send_back(services: Services, message: CaseMessage, delay: timedelta) -> None:
    """Send a message once more as it is, to be done later: its id tells what it has done already."""
    await services.outbox.send(message, delay=delay)
