"""Seeded schedules: real handlers side by side, in any order, with faults, duplicates, delays and expired leases.

A seed says everything: the scene, who wants what and when, whose turn it is at every call, and which calls go wrong.
The same seed gives the same run.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tests.faults.errands import FACTS, PAYMENT, PRE_CHECK, RECONCILE, TIMER, begin
from tests.faults.injection import WHERE
from tests.faults.ports import Kind
from tests.faults.rest import Outcome, drain, outcome_at_rest, pass_a_night
from tests.faults.scenes import LOST, SCENES, scene_of
from tests.faults.stage import FAULTS, LEASE_SECONDS, Arrangement, Fault, Stage
from tests.faults.watching import SKEW

MOST_AT_WORK: Final = 5
"""Handlers of messages at once."""

RATES: Final = (0.0, 0.03, 0.1, 0.2)
"""How many of the calls to the storage go wrong; one of these per run."""

MAIL_RATES: Final = (0.0, 0.1, 0.3)

SKEWS: Final = (-SKEW, timedelta(), timedelta(), SKEW)
"""By how much the clock of the machine is wrong on which a handler runs, in some of the runs."""

TICKS: Final = (1, 5, 31, 61, 61, 700)
"""Seconds by which the clock moves while handlers are under way."""

_ANYWHERE: Final = (
    *(*FACTS, PAYMENT, TIMER, RECONCILE, PRE_CHECK),
    *("withdraw", "message", "resume", "submit", "support_request"),
)


@dataclass(frozen=True)
class Wish:
    """What somebody wants done in a run. `twice`: it is asked for twice at once, under one key."""

    name: str
    number: int
    keyed: bool
    twice: bool


class Schedule:
    """One run: a stage, and chance."""

    def __init__(self, seed: int, arrangement: Arrangement | None = None, *, traces: bool = False) -> None:
        self.chance = chance = random.Random(seed)
        name = chance.choice(tuple(SCENES))
        deduplicates = chance.random() < 0.5
        self.is_skewed = chance.random() < 0.3
        self.stage = Stage(
            scene_of(name, deduplicates=deduplicates),
            deduplicates=deduplicates,
            page_limit=2 if chance.random() < 0.2 else 1000,
            arrangement=arrangement,
            traces=traces,
            skews=(lambda: chance.choice(SKEWS)) if self.is_skewed else None,
        )
        self.rate, self.mail_rate = chance.choice(RATES), chance.choice(MAIL_RATES)
        self.steps = chance.choice((30, 60, 100))
        self.wishes = [self._wish(name, number) for number in range(1, chance.choice((2, 3, 4)))]
        self.is_lost = name in LOST
        differ = ", with clocks that differ" if self.is_skewed else ""
        self.what = f"{name}{differ}, then {', '.join(wish.name for wish in self.wishes)}"

    def _wish(self, scene: str, number: int) -> Wish:
        likely = WHERE.get(scene, ())
        names = likely if likely and self.chance.random() < 0.7 else _ANYWHERE
        keyed = self.chance.random() < 0.5
        return Wish(self.chance.choice(names), number, keyed, keyed and self.chance.random() < 0.3)

    def play(self) -> Outcome:
        """Let chance rule for a while, then let everything come to rest."""
        for _ in range(self.steps):
            self.chance.choice(self._possible())()
        for wish in self.wishes:
            self._begin(wish)
        drain(self.stage)
        if self.is_lost:
            pass_a_night(self.stage)
        return outcome_at_rest(self.stage)

    def _possible(self) -> list[Callable[[], None]]:
        """What can happen next, as often as it is likely."""
        stage = self.stage
        possible: list[Callable[[], None]] = [self._tick]
        if stage.actors:
            possible += [self._step] * 8
        if self.wishes:
            possible += [self._begin_next] * 2
        if sum(actor.is_host for actor in stage.actors) < MOST_AT_WORK and stage.queues.visible():
            possible += [self._receive] * 3
        if stage.late:
            possible.append(self._arrive)
        return possible

    def _step(self) -> None:
        actor = self.chance.choice(self.stage.actors)
        self.stage.step(actor, self._fault(actor.call.kind) if actor.call else None)

    def _fault(self, kind: Kind) -> Fault | None:
        rate = self.mail_rate if kind is Kind.MAIL else self.rate
        if self.chance.random() >= rate:
            return None
        # What arrives late is the rarest trouble, and the hardest to withstand: it is made less rare here.
        more = (Fault.LATE,) * 3 if kind is Kind.COMMIT else ()
        possible: tuple[Fault, ...] = (*FAULTS[kind], *more)
        return self.chance.choice(possible)

    def _begin_next(self) -> None:
        self._begin(self.wishes.pop(0))

    def _begin(self, wish: Wish) -> None:
        begin(self.stage, wish.name, number=wish.number, keyed=wish.keyed, twice=wish.twice)

    def _receive(self) -> None:
        """A message is handed out; now and then its lease is over while it is handled, or it is there twice at once."""
        self.stage.lease_seconds = self.chance.choice((0, 1)) if self.chance.random() < 0.2 else LEASE_SECONDS
        self.stage.receive(self.chance.choice(self.stage.queues.visible()))
        self.stage.lease_seconds = LEASE_SECONDS

    def _arrive(self) -> None:
        self.stage.carry_out_late(self.chance.choice(self.stage.late))

    def _tick(self) -> None:
        """Time passes: nothing that was given up arrives later than it can."""
        if self.chance.random() < 0.7:
            return
        later = self.stage.now + timedelta(seconds=self.chance.choice(TICKS))
        self.stage.carry_out_overdue(later)
        self.stage.world.clock.now = later


def run(seed: int, arrangement: Arrangement | None = None, *, traces: bool = False) -> Outcome:
    """Run one seed to rest."""
    return Schedule(seed, arrangement, traces=traces).play()
