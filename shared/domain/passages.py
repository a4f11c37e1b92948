"""Passages: the transitions of a case as they are counted, each with the stage in which it found the case.

A stage is where a case stands for people: it stays in one while it is reminded, and a case that is held up stays held
up while it is checked anew.
"""

from collections.abc import Iterable
from typing import Final

from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, State
from shared.domain.model import Instant, Model

MOST_REMEMBERED: Final = 12
"""Passages kept on a case: more than ever wait to be told; older ones are in its history."""

_CHECKS_ANEW: Final = frozenset({Event.CHANGE_FACTS, Event.ASK_RECHECK, Event.RESCAN})


class Passage(Model):
    """A transition, and the stage before it: which one, and when the case came into it; None for the submission.

    `told_findings`: the applicant was told of new findings to clear.
    """

    seq: int
    event: Event
    from_state: State | None = None
    to_state: State
    at: Instant
    stage: State | None = None
    entered_at: Instant | None = None
    told_findings: bool = False

    @property
    def stage_after(self) -> State | None:
        """The stage in which it leaves the case."""
        return self.stage if self.event in _CHECKS_ANEW else self.to_state

    @property
    def ends_stage(self) -> bool:
        """Whether the case left its stage."""
        return self.stage is not None and self.stage_after is not self.stage

    def then(self, following: "Passage") -> "Passage":
        """The next passage, in the stage in which this one left the case."""
        entered_at = self.entered_at if self.stage_after is self.stage else self.at
        return following.model_copy(update={"stage": self.stage_after, "entered_at": entered_at})


def with_passage(recent: tuple[Passage, ...], passage: Passage) -> tuple[Passage, ...]:
    """The passages that a case remembers after one more. Retries are none: they change nothing for people."""
    if passage.event is Event.SCHEDULE_RETRY:
        return recent
    return (*recent, recent[-1].then(passage) if recent else passage)[-MOST_REMEMBERED:]


def passages_of(history: Iterable[HistoryEvent]) -> tuple[Passage, ...]:
    """The passages of a case's whole history, which does not say whether findings were new: none are taken to be."""
    found: list[Passage] = []
    for event in history:
        if event.event is None or event.event is Event.SCHEDULE_RETRY:
            continue
        passage = Passage(
            seq=event.seq, event=event.event, from_state=event.from_state, to_state=event.to_state, at=event.at
        )
        found.append(found[-1].then(passage) if found else passage)
    return tuple(found)
