"""Bringing a stage to rest, and holding it against the checker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from shared.domain.case import Case
from shared.domain.notices import NoticeState
from tests.faults.checker import violations
from tests.faults.errands import ERRANDS, RECONCILE, ask, begin
from tests.faults.ports import Call, run_now
from tests.faults.stage import Fault, Stage

MOST_STEPS: Final = 20_000
"""More than any run needs: one that does not come to rest is a finding."""

MOST_MESSAGES: Final = 60
"""Messages that wait at once; more means that they multiply."""

Choose = Callable[[Call], Fault | None]
"""Says how a call goes."""


@dataclass
class Outcome:
    """What a run came to: its violations, and what happened, call by call, if it was traced."""

    violations: list[str]
    calls: int = 0
    trace: list[str] = field(default_factory=list)


def all_is_well(_: Call) -> Fault | None:
    """Every call is answered."""
    return None


def drain(stage: Stage, choose: Choose = all_is_well) -> None:
    """Run everything to its end, one handler after the other, until nothing is under way and no message is left."""
    for step in count():
        if step == MOST_STEPS or len(stage.queues.held) > MOST_MESSAGES:
            stage.problems.append(f"it does not come to rest: {len(stage.queues.held)} messages, step {step}")
            return
        if not _go_on(stage, choose):
            return


def _go_on(stage: Stage, choose: Choose) -> bool:
    if stage.actors:
        actor = stage.actors[0]
        stage.step(actor, choose(actor.call) if actor.call else None)
    elif visible := stage.queues.visible():
        stage.receive(visible[0])
    elif stage.queues.held:
        # What was given up arrives as late as it can: after every message that may wait for it.
        later = min(held.visible_at for held in stage.queues.held.values())
        stage.carry_out_overdue(later)
        stage.world.clock.now = later
    elif stage.late:
        stage.carry_out_late(stage.late[0])
    else:
        return False
    return True


def outcome_at_rest(stage: Stage) -> Outcome:
    """What is wrong at rest; then the desk resumes what was shown to it, and nothing may be left."""
    if stage.left_beside:
        # Its caller was not answered and asks no more, and the app could not even ask for a look: the night lists it.
        pass_a_night(stage)
    found = run_now(violations(stage.world, stage.acknowledged))
    flagged = _flagged(stage)
    for number, case in enumerate(flagged):
        ask(stage, ERRANDS["resume"], f"resumption-{number}", case.id)
    if flagged:
        drain(stage)
        found += [f"after the desk resumed: {each}" for each in run_now(violations(stage.world, stage.acknowledged))]
        found += [f"the desk resumed in vain: {case.attention}" for case in _flagged(stage)]
        found += _never_sent(stage, flagged)
    return Outcome(list(dict.fromkeys([*stage.problems, *found])), stage.calls, stage.trace or [])


def pass_a_night(stage: Stage) -> None:
    """The nightly pass, when nothing has changed for a while."""
    stage.world.clock.move(hours=2)
    begin(stage, RECONCILE)
    drain(stage)


def _flagged(stage: Stage) -> list[Case]:
    """The open cases that the desk is shown."""
    return [case for case in run_now(_cases(stage)) if case.attention and not case.is_final]


def _never_sent(stage: Stage, resumed: list[Case]) -> list[str]:
    """What was refused before the desk resumed its case, and neither went out nor was given up since."""
    dossiers = [run_now(stage.world.store.read(case.scope)).notices_of(case.id) for case in resumed]
    left = [stored.value for notices in dossiers for stored in notices if stored.value.state is NoticeState.FAILED]
    return [f"the desk resumed, and the {notice.kind.value} notice is still failed" for notice in left]


async def _cases(stage: Stage) -> list[Case]:
    records = [record async for record in stage.world.store.scopes()]
    return [stored.value for record in records for stored in record.dossier.cases.values() if stored.value]
