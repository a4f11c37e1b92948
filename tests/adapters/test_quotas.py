"""The shared count of submissions over memory and over Azurite, also where the storage answers with small pages."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.quotas import QUOTAS, StoredQuotas
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from shared.domain.errors import RowChangedError, RowExistsError
from tests.adapters.test_case_store import SmallPages
from tests.contract.storages import Storage
from tests.world import Fault, FaultyStorage, SteeredClock

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MOST_TRIES = 6


@pytest.fixture
def tables(storage: Storage) -> SmallPages:
    return SmallPages(storage.tables, storage.table)


@pytest.fixture
def quotas(tables: SmallPages) -> StoredQuotas:
    return StoredQuotas(tables)


async def counted(quotas: StoredQuotas, hour: int = 0, client: str = "contoso", *, by: int = 3) -> tuple[int, int]:
    """Count on, up to 10; what the count was, and is now."""
    return await quotas.count(client, NINE + timedelta(hours=hour), lambda before: min(10, before + by))


def partition_of(client: str = "contoso") -> str:
    return hashlib.sha256(client.encode()).hexdigest()


async def keys_in(tables: SmallPages) -> list[str]:
    return [row.key for row in (await tables.page(QUOTAS, partition_of(), "", "~")).rows]


async def test_counts_on_from_what_was_counted(quotas: StoredQuotas) -> None:
    assert [await counted(quotas) for _ in range(5)] == [(0, 3), (3, 6), (6, 9), (9, 10), (10, 10)]


async def test_counts_each_client_and_window_for_itself(quotas: StoredQuotas) -> None:
    counts = [await counted(quotas), await counted(quotas, hour=1), await counted(quotas, client="fabrikam")]
    assert counts == [(0, 3)] * 3


async def test_counts_nothing_twice_for_instances_that_ask_at_once(tables: SmallPages) -> None:
    counts = await asyncio.gather(*[counted(StoredQuotas(tables)) for _ in range(4)])
    assert sorted(counts) == [(0, 3), (3, 6), (6, 9), (9, 10)]


async def test_keeps_no_clients_name_in_its_rows(quotas: StoredQuotas, tables: SmallPages) -> None:
    await counted(quotas)
    row = await tables.get(QUOTAS, partition_of(), "2026-11-23T09:00:00Z")
    assert row is not None
    assert row.values == {"counted": 3}


async def test_deletes_the_rows_of_old_windows_when_it_begins_a_new_one(
    quotas: StoredQuotas, tables: SmallPages
) -> None:
    for hour in range(5):
        await counted(quotas, hour)
    assert await keys_in(tables) == ["2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"]


async def test_an_instance_whose_clock_is_behind_finds_its_window_as_it_was(quotas: StoredQuotas) -> None:
    for hour in (0, 1, 2):
        await counted(quotas, hour, by=9)
    assert await counted(quotas, 1) == (9, 10)


async def test_an_instance_whose_clock_is_ahead_leaves_the_window_its_row(quotas: StoredQuotas) -> None:
    await counted(quotas, 1)
    assert await counted(quotas, 0) == (0, 3)
    assert await counted(quotas, 1) == (3, 6)


async def test_two_instances_that_begin_a_window_at_once_delete_old_rows_once(tables: SmallPages) -> None:
    for hour in range(2):
        await counted(StoredQuotas(tables), hour)
    counts = await asyncio.gather(*[counted(StoredQuotas(tables), 2) for _ in range(2)])
    assert sorted(counts) == [(0, 3), (3, 6)]
    assert await keys_in(tables) == ["2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"]


def contested(conflicts: int, error: Exception) -> FaultyStorage:
    """A storage where others are first so many times."""
    clock = SteeredClock()
    return FaultyStorage(MemoryTables(clock), MemoryQueues(clock), [Fault("commit", error)] * conflicts)


async def test_tries_again_while_others_are_first() -> None:
    assert await counted(StoredQuotas(contested(MOST_TRIES - 1, RowExistsError()))) == (0, 3)


async def test_gives_up_when_others_are_first_again_and_again() -> None:
    with pytest.raises(RowChangedError):
        await counted(StoredQuotas(contested(MOST_TRIES, RowChangedError())))


async def test_writes_nothing_where_nothing_changes() -> None:
    storage = contested(0, RowChangedError())
    await counted(StoredQuotas(storage), by=10)
    storage.faults.append(Fault("commit", RowChangedError()))
    assert await counted(StoredQuotas(storage)) == (10, 10)
    assert storage.faults
