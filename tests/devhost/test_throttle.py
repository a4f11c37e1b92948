import asyncio
from contextlib import AsyncExitStack

from devhost.throttle import Throttle
from tests.devhost.builders import PATIENCE


async def test_takes_any_number_without_limits() -> None:
    throttle = Throttle(None, None)
    async with AsyncExitStack() as stack:
        for _ in range(500):
            await stack.enter_async_context(throttle.turn())
        assert not throttle.is_full


async def test_is_full_until_one_is_over() -> None:
    throttle = Throttle(2, None)
    seen = []
    async with throttle.turn():
        seen.append(throttle.is_full)
        async with throttle.turn():
            seen.append(throttle.is_full)
        seen.append(throttle.is_full)
    assert seen == [False, True, False]


async def test_lets_one_begin_when_another_ends_and_counts_those_that_wait() -> None:
    throttle, began, may_end = Throttle(2, 1), asyncio.Queue[int](), asyncio.Event()

    async def one(number: int) -> None:
        async with throttle.turn():
            began.put_nowait(number)
            await may_end.wait()

    tasks = [asyncio.create_task(one(number)) for number in range(2)]
    assert await asyncio.wait_for(began.get(), PATIENCE) == 0
    assert (began.empty(), throttle.is_full) == (True, True)
    may_end.set()
    assert await asyncio.wait_for(began.get(), PATIENCE) == 1
    await asyncio.gather(*tasks)
