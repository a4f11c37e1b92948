"""Schedules: a slice of the seeds, and that a seed repeats its run."""

import pytest

from tests.faults.checker import violations
from tests.faults.ports import Kind, run_now
from tests.faults.rest import drain
from tests.faults.scenes import scene_of
from tests.faults.schedules import Schedule, run
from tests.faults.stage import Actor, Fault, Stage

SLICE = 25


@pytest.mark.parametrize("start", range(0, 8 * SLICE, SLICE))
def test_nothing_is_lost_and_nothing_doubled(start: int) -> None:
    assert {seed: found for seed in range(start, start + SLICE) if (found := run(seed).violations)} == {}


def until(stage: Stage, actor: Actor, kind: Kind) -> None:
    while actor.call is None or actor.call.kind is not kind:
        stage.step(actor)


def to_its_end(stage: Stage, actor: Actor) -> None:
    while actor in stage.actors:
        stage.step(actor)


def refused_and_left(stage: Stage) -> tuple[str, Actor]:
    """A handler whose letter was refused, stopped there until another delivery may take over; and its message."""
    (message,) = stage.queues.visible()
    stage.lease_seconds = 0
    refused = stage.receive(message)
    until(stage, refused, Kind.MAIL)
    stage.step(refused, Fault.REFUSED)
    stage.world.clock.move(seconds=700)
    return message, refused


def test_a_flag_that_is_committed_too_late_is_listed_without_the_night() -> None:
    """A letter was refused; before the flag for it was there, another delivery had sent the letter: seed 13522 once."""
    stage = Stage(scene_of("approved_untold", deduplicates=True))
    message, refused = refused_and_left(stage)
    other = stage.receive(message)
    until(stage, other, Kind.COMMIT)
    until(stage, refused, Kind.COMMIT)
    stage.step(refused, Fault.LATE)
    to_its_end(stage, refused)
    to_its_end(stage, other)
    drain(stage)
    assert run_now(violations(stage.world)) == []
    assert any(row.summary["attention"] for row in run_now(stage.world.store.listed(None, "", 10)))


def test_a_flag_is_listed_though_its_raiser_crashed_and_its_message_is_gone() -> None:
    """Another delivery had sent the letter, and was done with the message: seed 40188 once."""
    stage = Stage(scene_of("approved_untold", deduplicates=True))
    message, refused = refused_and_left(stage)
    to_its_end(stage, stage.receive(message))
    until(stage, refused, Kind.COMMIT)
    stage.step(refused, Fault.CRASH_AFTER)
    drain(stage)
    assert run_now(violations(stage.world)) == []
    assert any(row.summary["attention"] for row in run_now(stage.world.store.listed(None, "", 10)))


def test_a_letter_that_another_delivery_took_meanwhile_keeps_its_message() -> None:
    """Who had sent it too late was done with the message, and then the other failed to send it: seed 121118 once."""
    stage = Stage(scene_of("approved_untold", deduplicates=True))
    (message,) = stage.queues.visible()
    stage.lease_seconds = 0
    other, slow = stage.receive(message), stage.receive(message)
    until(stage, slow, Kind.MAIL)
    stage.step(slow)
    stage.world.clock.move(seconds=61)
    until(stage, other, Kind.MAIL)
    to_its_end(stage, slow)
    stage.step(other, Fault.LOST)
    drain(stage)
    assert run_now(violations(stage.world)) == []


def test_a_seed_repeats_its_run() -> None:
    first, second = (Schedule(7, traces=True) for _ in range(2))
    assert first.play().trace == second.play().trace
    assert first.what == second.what
