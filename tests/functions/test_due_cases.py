"""The timers and the queue of due cases, called as the worker does."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import azure.functions as func
import pytest
from azure.functions.timer import TimerRequest

from functions.due_cases import reconcile_cases, wake_case, wake_due_cases
from shared.domain.errors import UnreadableMessageError
from shared.domain.lifecycle import Event, FollowUp
from tests.functions.test_queues import delivered, run
from tests.world import World


async def fire(function: Any) -> None:
    timer = cast("func.TimerRequest", TimerRequest(past_due=False))
    await cast("Callable[[func.TimerRequest], Awaitable[None]]", function)(timer)


async def test_a_case_that_is_due_is_handed_on_and_reminded(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    await world.drain()
    world.clock.move(days=4)
    await fire(wake_due_cases)
    (message,) = [each for each in world.messages() if each.kind is FollowUp.WAKE]
    assert message.case_id == case_id
    await run(wake_case, delivered(message.model_dump_json(by_alias=True)))
    assert [event.event for event in await world.store.history(case_id)][-1] is Event.REMIND


async def test_nothing_due_hands_nothing_on(world: World) -> None:
    await fire(wake_due_cases)
    assert world.messages() == []


async def test_a_wake_message_nobody_can_read_raises_so_that_it_becomes_poison() -> None:
    with pytest.raises(UnreadableMessageError):
        await run(wake_case, delivered("no message"))


async def test_the_nightly_pass_sends_a_lost_message_again(world: World) -> None:
    case_id = await world.submit()
    (lost,) = await world.storage.receive("eligibility-checks")
    await world.storage.delete(lost)
    world.clock.move(hours=2)
    await fire(reconcile_cases)
    assert [(m.case_id, m.seq, m.kind) for m in world.messages()] == [(case_id, 1, "eligibility")]
