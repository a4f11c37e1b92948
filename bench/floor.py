"""The least that a case can cost: the same storage requests, through the same SDKs, and nothing else."""

import uuid
from dataclasses import dataclass
from typing import Any, Self

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from bench.service import Request
from shared.adapters.storage import Delete, Insert, Operation, Put, Replace, Row, Touch

RANGE = "PartitionKey eq @partition and RowKey ge @start and RowKey lt @end"
TABLE_PREFIX, QUEUE_PREFIX = "floor", "floor-"
"""Of its tables and queues, so that the app never sees them."""
LEASE_SECONDS = 600

Entry = tuple[str, dict[str, Any], str]
"""A verb of the SDK, an entity, and the key whose version must be as it was written last ("" for any)."""


@dataclass(frozen=True)
class Prepared:
    """A request with ids of its own: nothing is left to do but to send it."""

    verb: str
    place: str
    arguments: tuple[Any, ...] = ()


def prepared(requests: list[Request], case_id: str) -> list[Prepared]:
    """The recorded requests of a case, as those of another."""
    scope, _, own = case_id.partition("-")
    renamed = {scope: uuid.uuid4().hex + scope[32:], own: uuid.uuid4().hex + own[32:]}
    return [_prepared(request, renamed) for request in requests]


def _prepared(request: Request, renamed: dict[str, str]) -> Prepared:
    if request.verb == "commit":
        return Prepared("commit", request.place, tuple(_entry(each, renamed) for each in request.arguments))
    return Prepared(request.verb, request.place, tuple(_rename(each, renamed) for each in request.arguments))


def _rename(value: Any, renamed: dict[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    for old, new in renamed.items():
        value = value.replace(old, new)
    return value


def _entry(operation: Operation, renamed: dict[str, str]) -> Entry:
    match operation:
        case Insert(row):
            return "create", _entity(row, renamed), ""
        case Replace(row):
            return "update", _entity(row, renamed), row.tag
        case Put(row):
            return "upsert", _entity(row, renamed), ""
        case Touch(partition, key, tag):
            return ("merge" if tag else "upsert"), _entity(Row(partition, key), renamed), tag
        case Delete(partition, key, tag):
            return "delete", _entity(Row(partition, key), renamed), tag


def _entity(row: Row, renamed: dict[str, str]) -> dict[str, Any]:
    whole = {**row.values, "PartitionKey": row.partition, "RowKey": row.key}
    return {name: _rename(value, renamed) for name, value in whole.items()}


async def make_places(connection_string: str, requests: list[Request]) -> None:
    """Make the tables and queues that these requests need."""
    async with TableServiceClient.from_connection_string(connection_string) as account:
        for place in {each.place for each in requests if each.verb in {"get", "page", "commit"}}:
            await account.create_table_if_not_exists(TABLE_PREFIX + place)
    async with QueueServiceClient.from_connection_string(connection_string) as queues:
        for place in {each.place for each in requests if each.verb == "send"}:
            await queues.create_queue(QUEUE_PREFIX + place)


class Floor:
    """Makes requests. An async context manager, for one round: the storage closes connections that rest for 5 s.

    The SDKs are as they come, and look for a proxy at each request, unless they shall not.
    """

    def __init__(self, connection_string: str, *, looks_for_a_proxy: bool = True) -> None:
        more: dict[str, Any] = {"use_env_settings": looks_for_a_proxy}
        self._tables = TableServiceClient.from_connection_string(connection_string, **more)
        self._queues = QueueServiceClient.from_connection_string(connection_string, **more)
        self._table_of: dict[str, TableClient] = {}
        self._queue_of: dict[str, QueueClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tables.close()
        await self._queues.close()

    def _table(self, place: str) -> TableClient:
        if place not in self._table_of:
            self._table_of[place] = self._tables.get_table_client(TABLE_PREFIX + place)
        return self._table_of[place]

    def _queue(self, place: str) -> QueueClient:
        if place not in self._queue_of:
            self._queue_of[place] = self._queues.get_queue_client(QUEUE_PREFIX + place)
        return self._queue_of[place]

    async def run(self, case: list[Prepared]) -> None:
        """Make the requests of one case, one after another."""
        tags: dict[str, str] = {}
        leased: dict[str, Any] = {}
        for request in case:
            if request.verb in {"send", "receive", "delete"}:
                await self._on_queue(request, leased)
            else:
                await self._on_table(request, tags)

    async def _on_queue(self, request: Prepared, leased: dict[str, Any]) -> None:
        queue = self._queue(request.place)
        if request.verb == "send":
            await queue.send_message(request.arguments[0], time_to_live=-1)
        elif request.verb == "receive":
            pages = queue.receive_messages(messages_per_page=1, visibility_timeout=LEASE_SECONDS).by_page()
            leased[request.place] = [message async for message in await anext(pages)]
        else:
            for message in leased[request.place]:
                await queue.delete_message(message.id, message.pop_receipt)

    async def _on_table(self, request: Prepared, tags: dict[str, str]) -> None:
        table = self._table(request.place)
        if request.verb == "commit":
            written = await table.submit_transaction([_batched(entry, tags) for entry in request.arguments])
            for (_, entity, _), row in zip(request.arguments, written, strict=True):
                tags[entity["RowKey"]] = str(row.get("etag") or "")
        elif request.verb == "page":
            partition, start, end = request.arguments
            bounds = {"partition": partition, "start": start, "end": end}
            pages = table.query_entities(RANGE, parameters=bounds, results_per_page=1000).by_page()
            _ = [row async for row in await anext(pages)]
        else:
            await _look_up(table, *request.arguments)


async def _look_up(table: TableClient, partition: str, key: str) -> None:

    try:
        await table.get_entity(partition, key)
    except ResourceNotFoundError:
        return  # as the app finds it: the index does not know the case yet


def _batched(entry: Entry, tags: dict[str, str]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    verb, entity, tag = entry
    condition: dict[str, Any] = (
        {"etag": tags[entity["RowKey"]], "match_condition": MatchConditions.IfNotModified} if tag else {}
    )
    if verb == "merge":
        return "update", entity, {"mode": UpdateMode.MERGE, **condition}
    if verb in {"update", "upsert"}:
        return verb, entity, {"mode": UpdateMode.REPLACE, **condition}
    return verb, entity, condition
