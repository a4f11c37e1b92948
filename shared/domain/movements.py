"""What is told of a case to those who count: one movement for each passage, and for each change of its flag."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from shared.domain.case import Case
from shared.domain.eligibility import Outcome
from shared.domain.lifecycle import FINAL, Event, State
from shared.domain.model import Instant, Model, Money
from shared.domain.passages import Passage
from shared.domain.policy import Severity

MOST_TOLD: Final = 80
"""Movements told at once: with the case's rows in the index, they must fit in one transaction of 100 operations."""


class FunnelStep(StrEnum):
    """How far requests get; each case reaches a step once. Without a credit check, three of them are skipped."""

    OPENED = "opened"
    ELIGIBLE = "eligible"
    APPLICATION_SENT = "application_sent"
    APPLICATION_RETURNED = "application_returned"
    DECIDED = "decided"
    APPROVED = "approved"
    SWITCHED = "switched"


_REACHED_BY: Final = {
    Event.SUBMIT: (FunnelStep.OPENED,),
    Event.FIND_ELIGIBLE: (FunnelStep.ELIGIBLE,),
    Event.REQUIRE_APPLICATION: (FunnelStep.APPLICATION_SENT,),
    Event.SUBMIT_APPLICATION: (FunnelStep.APPLICATION_RETURNED,),
    Event.WAIVE_CHECK: (FunnelStep.APPROVED,),
    Event.APPROVE: (FunnelStep.DECIDED, FunnelStep.APPROVED),
    Event.DECLINE: (FunnelStep.DECIDED,),
    Event.VERIFY_SWITCH: (FunnelStep.SWITCHED,),
}


class Progress(Model):
    """What was told of a case up to its transition `told`: where that left it, and what its movements came to.

    `review_on`: the day its review's clock began, while it is in review.
    """

    told: int = 0
    state: State | None = None
    flagged: bool = False
    review_on: date | None = None
    reached: tuple[FunnelStep, ...] = ()
    information_asked: int = 0
    findings_told: int = 0

    @property
    def asked_again(self) -> int:
        """How often the applicant had to act again: information asked for again, findings that changed."""
        return max(0, self.information_asked - 1) + max(0, self.findings_told - 1)


class Movement(Model):
    """One thing that is counted, and nothing personal. Without an event, only the attention flag changed.

    `stage` and `entered_at` are those of a stage that ended. `flag` is 1 or -1 where the flag was raised or taken off;
    `review_on` is that of a review that began or was left; `asked_again` is that of a case that was closed.
    """

    case_id: str
    seq: int
    side: int | None = None
    at: Instant
    event: Event | None = None
    from_state: State | None = None
    to_state: State
    stage: State | None = None
    entered_at: Instant | None = None
    review_on: date | None = None
    reached: tuple[FunnelStep, ...] = ()
    asked_again: int | None = None
    flag: int = 0
    country: str
    policy: str
    band: str
    reasons: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Its place among the movements of its case."""
        return f"{self.seq:06}" if self.side is None else f"{self.seq:06}.{self.side:06}"


def remembers(case: Case, told: int) -> bool:
    """Whether a case itself knows every passage that was not told yet; if not, its history does."""
    return told >= case.seq or (bool(case.recent) and case.recent[0].seq <= told + 1)


def tell(case: Case, progress: Progress, passages: Iterable[Passage]) -> tuple[Progress, tuple[Movement, ...]]:
    """What there is to tell of a case that was not told before, oldest first, and how far that gets.

    At most `MOST_TOLD` movements: where more are missing, the rest is told the next time.
    """
    untold = [passage for passage in passages if progress.told < passage.seq <= case.seq]
    movements: list[Movement] = []
    for passage in untold[:MOST_TOLD]:
        before, progress = progress, _after(progress, case, passage)
        movements.append(_movement(case, passage, before, progress))
    if len(untold) <= MOST_TOLD:
        progress = progress.model_copy(update={"told": max(case.seq, progress.told)})
    flagged = case.attention is not None
    if flagged is not progress.flagged:
        movements.append(_flagging(case, 1 if flagged else -1))
        progress = progress.model_copy(update={"flagged": flagged})
    return progress, tuple(movements)


def amount_band(money: Money) -> str:
    """The power of ten that an amount reaches, in its currency: "EUR 1000" is from 1,000 to below 10,000."""
    digits = money.amount.adjusted()
    return f"{money.currency} {10**digits if digits >= 0 else 0}"


def _after(progress: Progress, case: Case, passage: Passage) -> Progress:
    reached = [step for step in _REACHED_BY.get(passage.event, ()) if _is_reached(step, progress)]
    in_review = passage.to_state is State.CREDIT_REVIEW and case.review is not None
    return progress.model_copy(
        update={
            "told": passage.seq,
            "state": passage.to_state,
            "review_on": case.review.started_on if in_review and case.review else None,
            "reached": (*progress.reached, *reached),
            "information_asked": progress.information_asked + (passage.event is Event.ASK_INFORMATION),
            "findings_told": progress.findings_told + passage.told_findings,
        }
    )


def _is_reached(step: FunnelStep, progress: Progress) -> bool:
    """Whether a step is reached now, for the first time. What is declined before a credit check skips its decision."""
    skips = step is FunnelStep.DECIDED and FunnelStep.APPLICATION_RETURNED not in progress.reached
    return not skips and step not in progress.reached


def _movement(case: Case, passage: Passage, before: Progress, after: Progress) -> Movement:
    closes = passage.to_state in FINAL
    ends = passage.ends_stage
    return Movement(
        case_id=case.id,
        seq=passage.seq,
        at=passage.at,
        event=passage.event,
        from_state=passage.from_state,
        to_state=passage.to_state,
        stage=passage.stage if ends else None,
        entered_at=passage.entered_at if ends else None,
        review_on=None if before.review_on == after.review_on else before.review_on or after.review_on,
        reached=after.reached[len(before.reached) :],
        asked_again=after.asked_again if closes else None,
        country=case.request.billing_address.country,
        policy=case.policy,
        band=amount_band(case.request.credit_needed),
        reasons=_reasons(case) if closes else (),
    )


def _flagging(case: Case, flag: int) -> Movement:
    return Movement(
        case_id=case.id,
        seq=case.seq,
        side=case.side_events,
        at=case.changed_at,
        to_state=case.state,
        flag=flag,
        country=case.request.billing_address.country,
        policy=case.policy,
        band=amount_band(case.request.credit_needed),
    )


def _reasons(case: Case) -> tuple[str, ...]:
    """Why a case was refused, in codes: the desk's for a decline, else those of the rules that refuse it."""
    if case.state is State.DECLINED:
        return tuple(code.value for code in case.decline_codes)
    if case.state is not State.INELIGIBLE:
        return ()
    refusing = (f.code for f in case.findings if f.severity is Severity.REFUSE and f.outcome is Outcome.FAIL)
    return tuple(dict.fromkeys(refusing))
