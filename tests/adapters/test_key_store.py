"""Clients' keys over the storages, in memory and in Azurite."""

from datetime import timedelta

import pytest

from shared.adapters.key_store import KeyStore
from shared.adapters.storage_memory import MemoryTables
from shared.domain.dossier import Receipt
from shared.domain.errors import RowChangedError, RowExistsError
from tests.adapters.test_case_store import SmallPages
from tests.builders import NOON
from tests.contract.storages import Storage
from tests.world import SteeredClock


@pytest.fixture
def store(storage: Storage) -> KeyStore:
    return KeyStore(SmallPages(storage.tables, storage.table))


def a_use(number: int = 1, fingerprint: str = "one request") -> Receipt:
    return Receipt(key=f"{number:064x}", expires_at=NOON + timedelta(days=7), fingerprint=fingerprint)


async def all_of(store: KeyStore) -> list[str]:
    return [key.value.key async for key in store.all_keys()]


async def test_a_key_stands_for_the_first_request(store: KeyStore) -> None:
    assert await store.key(a_use().key) is None
    await store.keep_key(a_use(), "")
    with pytest.raises(RowExistsError):
        await store.keep_key(a_use(fingerprint="another request"), "")
    kept = await store.key(a_use().key)
    assert kept is not None
    assert kept.value == a_use()


async def test_a_key_is_replaced_as_read_only(store: KeyStore) -> None:
    await store.keep_key(a_use(), "")
    read = await store.key(a_use().key)
    assert read is not None
    await store.keep_key(a_use(fingerprint="another request"), read.tag)
    with pytest.raises(RowChangedError):
        await store.keep_key(a_use(fingerprint="a third"), read.tag)


async def test_a_key_is_dropped_as_read_only_and_twice_does_no_harm(store: KeyStore) -> None:
    await store.keep_key(a_use(), "")
    old = await store.key(a_use().key)
    assert old is not None
    await store.keep_key(a_use(fingerprint="another request"), old.tag)
    await store.drop_key(old)
    new = await store.key(a_use().key)
    assert new is not None, "it stands for something new"
    for _ in range(2):
        await store.drop_key(new)
    assert await store.key(a_use().key) is None


async def test_every_key_is_walked_however_small_the_pages(store: KeyStore) -> None:
    assert await all_of(store) == []
    for number in range(7):
        await store.keep_key(a_use(number), "")
    assert await all_of(store) == [a_use(number).key for number in range(7)]


async def test_empty_pages_end_no_walk() -> None:
    gapped = KeyStore(SmallPages(MemoryTables(SteeredClock(), empty_pages=True), "t"))
    for number in range(5):
        await gapped.keep_key(a_use(number), "")
    assert len(await all_of(gapped)) == 5
