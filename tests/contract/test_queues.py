"""What queues promise, of every storage. The order of messages is not promised."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.domain.errors import RowChangedError
from tests.contract.storages import Storage


async def test_delivers_what_was_sent(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, '{"v":1}')
    received = await storage.receive_one()
    assert (received.queue, received.message_id, received.body) == (storage.queue, sent.message_id, '{"v":1}')


async def test_makes_a_missing_queue_to_receive(storage: Storage) -> None:
    assert await storage.receive() == []


async def test_makes_a_missing_queue_once_for_concurrent_senders(storage: Storage) -> None:
    await asyncio.gather(*[storage.queues.send(storage.queue, str(n)) for n in range(8)])
    assert {message.body for message in await storage.receive(limit=32)} == {str(n) for n in range(8)}


async def test_receives_one_message_unless_told_otherwise(storage: Storage) -> None:
    for body in "abc":
        await storage.queues.send(storage.queue, body)
    assert len(await storage.queues.receive(storage.queue)) == 1


async def test_receives_up_to_the_limit(storage: Storage) -> None:
    for body in "abcde":
        await storage.queues.send(storage.queue, body)
    first = await storage.receive(limit=3)
    rest = await storage.receive(limit=32)
    assert (len(first), len(rest)) == (3, 2)
    assert {message.body for message in first + rest} == set("abcde")


async def test_keeps_queues_apart(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "mine")
    assert await storage.queues.receive(f"{storage.queue}-other") == []


BODIES = {
    "markup": "<MessageText>&amp; ]]> <!-- --></MessageText>",
    "unicode": "Zoë 日本語 😀 \u2028",
    "spaces": "  around\tit  ",
    "lines": "one\ntwo",
    "json": '{"caseId": "c-1", "text": "tab \\t null \\u0000"}',
    "empty": "",
    "longest": "x" * 65_536,
}


@pytest.mark.parametrize("name", list(BODIES))
async def test_gives_bodies_back_unchanged(storage: Storage, name: str) -> None:
    sent = await storage.queues.send(storage.queue, BODIES[name])
    assert sent.body == BODIES[name]
    assert (await storage.receive_one()).body == BODIES[name]


@pytest.mark.parametrize("body", ["null \x00", "bell \x07", "half a pair \ud800", "\ufffe", "é" * 32_769])
async def test_refuses_bodies_that_cannot_travel(storage: Storage, body: str) -> None:
    with pytest.raises(ValueError, match="message"):
        await storage.queues.send(storage.queue, body)
    assert await storage.receive() == []


async def test_counts_deliveries_from_one(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one()
    await storage.queues.release(first)
    second = await storage.receive_one()
    assert (sent.dequeue_count, first.dequeue_count, second.dequeue_count) == (0, 1, 2)


async def test_messages_never_expire(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, "m")
    received = await storage.receive_one()
    assert sent.expires_at is not None
    assert sent.expires_at > datetime(9999, 1, 1, tzinfo=UTC)
    assert received.expires_at == sent.expires_at


async def test_hides_a_delayed_message(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "later", delay_seconds=600)
    assert await storage.receive() == []


async def test_shows_a_delayed_message_in_time(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "later", delay_seconds=1)
    storage.let_pass(1)
    assert (await storage.receive_one()).body == "later"


async def test_hides_a_leased_message(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    await storage.receive_one(visibility_seconds=600)
    assert await storage.receive() == []


async def test_brings_back_a_message_whose_lease_ended(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one(visibility_seconds=1)
    storage.let_pass(1)
    second = await storage.receive_one()
    assert (second.message_id, second.dequeue_count) == (first.message_id, 2)


async def test_shows_a_released_message_at_once(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one()
    released = await storage.queues.release(first)
    assert released == replace(first, pop_receipt=released.pop_receipt)
    assert [message.body for message in await storage.receive()] == ["m"]


async def test_hides_a_message_released_with_a_delay(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    await storage.queues.release(await storage.receive_one(), visibility_seconds=600)
    assert await storage.receive() == []


async def test_shows_a_message_released_with_a_delay_in_time(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one(visibility_seconds=600)
    await storage.queues.release(first, visibility_seconds=1)
    storage.let_pass(1)
    assert (await storage.receive_one()).message_id == first.message_id


async def test_release_can_lengthen_a_lease(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "leased")
    first = await storage.receive_one(visibility_seconds=1)
    await storage.queues.send(storage.queue, "marker", delay_seconds=2)
    await storage.queues.release(first, visibility_seconds=600)
    storage.let_pass(2)
    assert (await storage.receive_one()).body == "marker"
    assert await storage.receive() == []


async def test_gives_a_new_pop_receipt_at_each_receive_and_release(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one()
    released = await storage.queues.release(first)
    second = await storage.receive_one()
    receipts = [each.pop_receipt for each in (sent, first, released, second)]
    assert all(receipts)
    assert len(set(receipts)) == 4


async def test_deletes_a_leased_message(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    leased = await storage.receive_one(visibility_seconds=1)
    await storage.queues.send(storage.queue, "marker", delay_seconds=2)
    assert await storage.queues.delete(leased)
    storage.let_pass(2)
    assert (await storage.receive_one()).body == "marker"
    assert await storage.receive() == []


async def test_deletes_a_message_under_the_receipt_of_its_release(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    released = await storage.queues.release(await storage.receive_one())
    assert await storage.queues.delete(released)
    assert await storage.receive() == []


async def test_deletes_a_message_under_the_receipt_of_its_sending(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, "m")
    assert await storage.queues.delete(sent)
    assert await storage.receive() == []


async def test_deletes_nothing_twice(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    leased = await storage.receive_one()
    assert await storage.queues.delete(leased)
    assert not await storage.queues.delete(leased)


async def test_deletes_nothing_from_a_missing_queue(storage: Storage) -> None:
    sent = await storage.queues.send(storage.queue, "m")
    assert not await storage.queues.delete(replace(sent, queue=f"{storage.queue}-missing"))


async def test_a_stale_receipt_deletes_nothing(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    stale = await storage.receive_one()
    current = await storage.queues.release(stale, visibility_seconds=30)
    assert not await storage.queues.delete(stale)
    assert await storage.queues.delete(current)


async def test_a_receipt_outlives_its_lease(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    leased = await storage.receive_one(visibility_seconds=1)
    await storage.queues.send(f"{storage.queue}-other", "two seconds on", delay_seconds=2)
    storage.let_pass(2)
    await replace(storage, queue=f"{storage.queue}-other").receive_one()
    assert await storage.queues.delete(leased)
    assert await storage.receive() == []


async def test_a_receipt_ends_with_the_next_lease(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    first = await storage.receive_one(visibility_seconds=1)
    storage.let_pass(1)
    second = await storage.receive_one()
    assert not await storage.queues.delete(first)
    assert await storage.queues.delete(second)


async def test_a_stale_receipt_releases_nothing(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    stale = await storage.receive_one()
    await storage.queues.release(stale, visibility_seconds=30)
    with pytest.raises(RowChangedError):
        await storage.queues.release(stale)
    assert await storage.receive() == []


async def test_refuses_to_release_a_deleted_message(storage: Storage) -> None:
    await storage.queues.send(storage.queue, "m")
    leased = await storage.receive_one()
    await storage.queues.delete(leased)
    with pytest.raises(RowChangedError):
        await storage.queues.release(leased)


async def test_leases_each_message_to_one_of_many_receivers(storage: Storage) -> None:
    await asyncio.gather(*[storage.queues.send(storage.queue, str(n)) for n in range(20)])
    batches = await asyncio.gather(*[storage.receive(limit=4) for _ in range(10)])
    bodies = [message.body for batch in batches for message in batch]
    assert sorted(bodies, key=int) == [str(n) for n in range(20)]


@pytest.mark.parametrize("limit", [0, 33])
async def test_refuses_to_receive_an_impossible_number(storage: Storage, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        await storage.queues.receive(storage.queue, limit=limit)


@pytest.mark.parametrize("seconds", [-1, 604_801])
async def test_refuses_impossible_times(storage: Storage, seconds: int) -> None:
    sent = await storage.queues.send(storage.queue, "m", delay_seconds=604_800)
    with pytest.raises(ValueError, match="delay_seconds"):
        await storage.queues.send(storage.queue, "m", delay_seconds=seconds)
    with pytest.raises(ValueError, match="visibility_seconds"):
        await storage.queues.release(sent, visibility_seconds=seconds)
    with pytest.raises(ValueError, match="visibility_seconds"):
        await storage.queues.receive(storage.queue, visibility_seconds=seconds)


async def test_refuses_a_lease_of_no_time(storage: Storage) -> None:
    with pytest.raises(ValueError, match="visibility_seconds"):
        await storage.queues.receive(storage.queue, visibility_seconds=0)
