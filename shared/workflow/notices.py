"""Notify messages: bring the index up to date, then send what people have not been told yet."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.domain.case import Case
from shared.domain.dossier import Dossier, IndexEntry, Stored, place_of
from shared.domain.errors import (
    CaseBusyError,
    NoticeInFlightError,
    NoticeRefusedError,
    RowChangedError,
    RowExistsError,
    TryAgainLaterError,
)
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.messages import CaseMessage
from shared.domain.movements import remembers
from shared.domain.moves import TOLD_ONCE, told_by
from shared.domain.notices import Delivery, Notice, NoticeState, delivery_of
from shared.domain.passages import Passage, passages_of
from shared.workflow.ports import Services
from shared.workflow.protocol import TRIES, flag_case, run_notify, send_back
from shared.workflow.tracing import current_trace_id

LONGEST_SEND: Final = timedelta(seconds=60)
"""A notice that another message took longer ago than this is not being sent any more: its fate is in doubt."""

_HELD_UP: Final = frozenset({State.ACTION_REQUIRED, State.CHECKING_ELIGIBILITY})
_UNDER_REVIEW: Final = frozenset({State.CREDIT_REVIEW})

HOLDS_IN: Final = {
    NoticeKind.INSTRUCTIONS: frozenset({State.APPROVED}),
    NoticeKind.BLOCKED: _HELD_UP,
    NoticeKind.FACTS_UNKNOWN: _HELD_UP,
    NoticeKind.CREDIT_APPLICATION: frozenset({State.CREDIT_APPLICATION_DUE}),
    NoticeKind.INFORMATION_ASKED: frozenset({State.INFORMATION_DUE}),
    NoticeKind.SECURITY_ASKED: frozenset({State.SECURITY_DUE}),
    NoticeKind.IN_REVIEW: _UNDER_REVIEW,
    NoticeKind.SECURITY_RECEIVED: _UNDER_REVIEW,
    NoticeKind.REVIEW_OVERDUE: _UNDER_REVIEW,
    NoticeKind.REVIEW_DELAYED: _UNDER_REVIEW,
}
"""The states in which these notices still hold; above all, nobody is told to switch when the case was blocked since.

Each of them says who owes what. Once the case has gone on that is wrong, and the notice that follows says what is owed
now: nobody is asked for what was given, or told that nothing is needed when something was asked for.
"""

ATTENTION_AFTER: Final = 5
"""Attempts after which the desk is told that a notice does not get through; the attempts go on."""

RESEND_DELAYS: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
"""How long to wait for a mail system that does not take a notice now; the last one repeats."""

_log = logging.getLogger(__name__)


async def notify(services: Services, message: CaseMessage, deliveries: int) -> None:
    """Settle the index and send the case's pending notices."""

    async def announce(case: Case, dossier: Dossier, message: CaseMessage) -> None:
        await settle_index(services, case)
        for stored in dossier.notices_of(case.id):
            if stored.value.seq > case.seq:
                return  # a read may span pages: this notice belongs to a later case than the one that was read
            if not await _deliver(services, case, stored, message):
                return  # the later ones wait, so that people hear things in their order

    await run_notify(services, message, deliveries, announce)


async def settle_index(services: Services, case: Case, *, anew: bool = False) -> None:
    """Make the index speak of this case, unless it speaks of a later event; `anew` rewrites the same one too.

    Raises CaseBusyError when others are always first.
    """
    for _ in range(TRIES):
        entry = await services.index.entry(case.id)
        if entry is not None and (entry.place > place_of(case) or (entry.place == place_of(case) and not anew)):
            return None
        try:
            return await services.index.settle(case, entry, await _past(services, case, entry))
        except (RowExistsError, RowChangedError):
            continue
    raise CaseBusyError(f"the index of case {case.id} is being settled by others")


async def _past(services: Services, case: Case, entry: IndexEntry | None) -> Sequence[Passage] | None:
    """The passages of a case's history, where more was not told than the case remembers: seldom, and then once."""
    if remembers(case, entry.progress.told if entry else 0):
        return None
    return passages_of(await services.cases.history(case.id))


async def _deliver(services: Services, case: Case, stored: Stored[Notice], message: CaseMessage) -> bool:
    """Send a notice if it is to be sent; whether the next one may follow."""
    notice = stored.value
    if notice.state is NoticeState.PENDING:
        if _is_stale(notice, case):
            return await _finish(services, stored, NoticeState.SUPERSEDED)
        return await _send(services, case, stored, message)
    if notice.state is NoticeState.INFLIGHT:
        return await _resolve(services, case, stored, message)
    return True


def _is_stale(notice: Notice, case: Case) -> bool:
    """Whether a notice that was not sent in time would now mislead: its wait is over, or its news no longer holds.

    Where the personal data were erased meanwhile, there is nobody to send it to.
    """
    if case.erased_at is not None:
        return True
    if notice.kind is NoticeKind.REMINDER:
        return notice.seq != case.seq
    if notice.kind not in HOLDS_IN:
        return False
    return case.state not in HOLDS_IN[notice.kind] or _is_told_anew(notice, case)


def _is_told_anew(notice: Notice, case: Case) -> bool:
    """Whether another notice since has told the same, as it is now: of later findings, or of a later wait."""
    if notice.kind in TOLD_ONCE:
        return told_by(notice) != case.told_findings
    return case.wait is not None and notice.created_at < case.wait.since


async def _resolve(services: Services, case: Case, stored: Stored[Notice], message: CaseMessage) -> bool:
    """A notice that was taken and not finished: being sent by another message, or nobody knows."""
    notice = stored.value
    if stored.age < LONGEST_SEND:
        # Even by an earlier delivery of this very message, which may still be running. Its own clock may be another.
        raise NoticeInFlightError(f"notice {notice.key} may be under way")
    if _is_stale(notice, case):
        return await _finish(services, stored, NoticeState.SUPERSEDED)  # in doubt, and not to be said again
    if services.mailer.deduplicates or delivery_of(notice.kind) is Delivery.AT_LEAST_ONCE:
        return await _send(services, case, stored, message)
    await _flag(services, notice, "is in doubt: nobody knows whether it went out")
    await services.notice_rows.mark(notice.model_copy(update={"state": NoticeState.IN_DOUBT}), stored.tag)
    return True


async def _send(services: Services, case: Case, stored: Stored[Notice], message: CaseMessage) -> bool:
    taken = stored.value.model_copy(
        update={
            "doubtful": stored.value.doubtful or stored.value.state is NoticeState.INFLIGHT,
            "state": NoticeState.INFLIGHT,
            "taken_at": services.now(),
            "taken_by": message.message_id,
            "attempts": stored.value.attempts + 1,
        }
    )
    # Written before it is taken: a notice that cannot be put into words was certainly not sent.
    words = await services.letters.write(case, taken, again=taken.doubtful and not services.mailer.deduplicates)
    letter = replace(words, trace_id=current_trace_id())
    try:
        tag = await services.notice_rows.mark(taken, stored.tag)
    except RowChangedError as error:
        raise NoticeInFlightError(f"notice {taken.key} was taken by another message") from error
    if taken.taken_at is not None and services.now() - taken.taken_at >= LONGEST_SEND / 2:
        # Held up since it was taken: another message may soon think it in doubt, and the send itself takes time.
        raise NoticeInFlightError(f"notice {taken.key} was held up before it was sent")
    try:
        await services.mailer.send(letter)
    except TryAgainLaterError as trouble:
        return await _put_back(services, case, Stored(taken, tag), message, trouble)
    except NoticeRefusedError as refusal:
        return await _give_up(services, Stored(taken, tag), str(refusal))
    _log.info("sent notice %s of case %s, %s, trace %s", taken.key, case.id, taken.kind.value, letter.trace_id)
    return await _finish(services, Stored(taken, tag), NoticeState.DONE)


async def _put_back(
    services: Services, case: Case, taken: Stored[Notice], message: CaseMessage, why: TryAgainLaterError
) -> bool:
    """Not now: the notice is pending again, and this message comes again later."""
    notice = taken.value
    if notice.attempts >= ATTENTION_AFTER and case.attention is None:
        await _flag(services, notice, f"could not be sent {notice.attempts} times: {why.reason}")
    pending = notice.model_copy(update={"state": NoticeState.PENDING, "problem": why.reason})
    await services.notice_rows.mark(pending, taken.tag)
    delay = RESEND_DELAYS[min(notice.attempts, len(RESEND_DELAYS)) - 1]
    await send_back(services, message, delay)
    return False


async def _give_up(services: Services, taken: Stored[Notice], problem: str) -> bool:
    """Never: flagged first, so that a crash in between leaves the notice to be tried and flagged again."""
    await _flag(services, taken.value, f"was refused by the mail system: {problem}")
    failed = taken.value.model_copy(update={"state": NoticeState.FAILED, "problem": problem})
    await services.notice_rows.mark(failed, taken.tag)
    return True


async def _flag(services: Services, notice: Notice, what: str) -> None:
    """Show the case to the desk at once: its flag, then its row in the work list."""
    case = await flag_case(services, notice.case_id, f"notice {notice.kind.value} of number {notice.seq} {what}")
    await settle_index(services, case, anew=True)


async def _finish(services: Services, stored: Stored[Notice], state: NoticeState) -> bool:
    ended = stored.value.model_copy(update={"state": state, "ended_at": services.now()})
    if not await services.notice_rows.finish(ended, stored.tag):
        # Whoever took it may be another delivery of this very message, which must not be deleted before all is done.
        raise NoticeInFlightError(f"notice {ended.key} was taken by another message")
    return True
