"""Tables and queues over the Azure SDKs: one request per call, two more where a table or queue is missing.

What the SDKs raise ends here, as the domain's errors.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar, cast

from azure.core import MatchConditions
from azure.core.async_paging import AsyncPageIterator
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.data.tables import TableEntity, TableTransactionError, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from shared.adapters.azure_requests import DIRECT, Connections, Patience, code_of, outages_translated
from shared.adapters.storage import (
    LONGEST_DELAY_SECONDS,
    MOST_MESSAGES,
    MOST_ROWS,
    Condition,
    Delete,
    Delivery,
    Insert,
    Operation,
    Page,
    Put,
    Replace,
    Row,
    Search,
    Touch,
    check_body,
    check_key,
    check_search,
    check_transaction,
    check_within,
)
from shared.domain.errors import RowChangedError, RowExistsError

Answer = TypeVar("Answer")
BatchEntry = tuple[str, dict[str, Any], dict[str, Any]]

NEVER_EXPIRES = -1
_RANGE = "PartitionKey eq @partition and RowKey ge @start and RowKey lt @end"
_SCAN = "RowKey lt @end"
_SYSTEM_PROPERTIES = frozenset({"PartitionKey", "RowKey"})


class AzureTables:
    """Tables of a storage account or of Azurite. The connections belong to the event loop of the first call."""

    def __init__(self, connection_string: str, patience: Patience | None = None) -> None:
        options = (patience or Patience()).for_tables() | DIRECT
        self._connections = Connections(
            lambda: TableServiceClient.from_connection_string(connection_string, **options),
            TableServiceClient.get_table_client,
        )

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        """Read one row, or None where there is none."""
        check_key(partition)
        check_key(key)
        client = self._connections.client(table)
        with outages_translated():
            try:
                return await _or_make_table(client, lambda: _read_row(client, partition, key))
            except ResourceNotFoundError:
                return None

    async def page(
        self,
        table: str,
        partition: str,
        start: str,
        end: str,
        *,
        limit: int = MOST_ROWS,
        continuation: str | None = None,
    ) -> Page:
        """Read the rows with start <= key < end, in key order, `limit` (1 to 1000) at most."""
        return await self.search(table, partition, Search(start, end, limit=limit), continuation=continuation)

    async def search(self, table: str, partition: str, search: Search, *, continuation: str | None = None) -> Page:
        """Read the rows that are wanted, in key order: one request."""
        check_search(search)
        client = self._connections.client(table)
        condition, bounds = _condition_of(partition, search)
        with outages_translated():
            return await _or_make_table(
                client, lambda: _read_page(client, condition, bounds, search.limit, continuation)
            )

    async def scan(self, table: str, end: str, *, limit: int = MOST_ROWS, continuation: str | None = None) -> Page:
        """Read the rows of every partition with key < end, by partition and key, `limit` (1 to 1000) at most."""
        check_within("limit", limit, 1, MOST_ROWS)
        client = self._connections.client(table)
        with outages_translated():
            return await _or_make_table(client, lambda: _read_page(client, _SCAN, {"end": end}, limit, continuation))

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Carry out 1 to 100 operations on one partition, each row once, all or none: one request."""
        check_transaction(operations)
        client = self._connections.client(table)
        batch = [_batch_entry(operation) for operation in operations]
        with outages_translated(), _conflicts_translated():
            written = await _or_make_table(client, lambda: client.submit_transaction(batch))
        return tuple(str(row.get("etag") or "") for row in written)

    async def close(self) -> None:
        """Close the connections; a later call would open new ones."""
        await self._connections.close()


class AzureQueues:
    """Queues of a storage account or of Azurite. The connections belong to the event loop of the first call.

    Bodies go as they are, for host.json says messageEncoding "none".
    """

    def __init__(self, connection_string: str, patience: Patience | None = None) -> None:
        options = (patience or Patience()).for_queues_and_blobs() | DIRECT
        self._connections = Connections(
            lambda: QueueServiceClient.from_connection_string(connection_string, **options),
            QueueServiceClient.get_queue_client,
        )

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        """Add a message, visible after `delay_seconds` (0 to 604,800). The answer's dequeue_count is 0."""
        check_body(body)
        check_within("delay_seconds", delay_seconds, 0, LONGEST_DELAY_SECONDS)
        client = self._connections.client(queue)
        with outages_translated():
            sent = await _or_make_queue(
                client,
                lambda: client.send_message(body, visibility_timeout=delay_seconds, time_to_live=NEVER_EXPIRES),
            )
        return Delivery(queue, sent.id, sent.pop_receipt or "", body, 0, sent.expires_on)

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        """Lease up to `limit` (1 to 32) visible messages for `visibility_seconds` (1 to 604,800)."""
        check_within("limit", limit, 1, MOST_MESSAGES)
        check_within("visibility_seconds", visibility_seconds, 1, LONGEST_DELAY_SECONDS)
        client = self._connections.client(queue)
        with outages_translated():
            return await _or_make_queue(client, lambda: _receive(client, limit, visibility_seconds))

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        """Give a leased message another visibility time-out (0 to 604,800); its pop receipt is new, too.

        RowChangedError where the message is gone or was leased by another.
        """
        check_within("visibility_seconds", visibility_seconds, 0, LONGEST_DELAY_SECONDS)
        client = self._connections.client(delivery.queue)
        with outages_translated():
            try:
                updated = await client.update_message(
                    delivery.message_id, delivery.pop_receipt, visibility_timeout=visibility_seconds
                )
            except HttpResponseError as error:
                if _lease_is_lost(error):
                    raise RowChangedError from error
                raise
        return replace(delivery, pop_receipt=updated.pop_receipt or "")

    async def delete(self, delivery: Delivery) -> bool:
        """Delete a message under its current pop receipt; False where it is gone or was leased by another."""
        client = self._connections.client(delivery.queue)
        with outages_translated():
            try:
                await client.delete_message(delivery.message_id, delivery.pop_receipt)
            except HttpResponseError as error:
                if _lease_is_lost(error):
                    return False
                raise
        return True

    async def close(self) -> None:
        """Close the connections; a later call would open new ones."""
        await self._connections.close()


async def _or_make_table(client: TableClient, request: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        return await request()
    except HttpResponseError as error:
        if code_of(error) != "TableNotFound":
            raise
    # Another instance may make it at the same moment: then it is there, which is all that is wanted.
    with suppress(ResourceExistsError):
        await client.create_table()
    return await request()


async def _or_make_queue(client: QueueClient, request: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        return await request()
    except ResourceNotFoundError as error:
        if code_of(error) != "QueueNotFound":
            raise
    # The SDK raises this for a queue that is there with the same metadata, too.
    with suppress(ResourceExistsError):
        await client.create_queue()
    return await request()


def _condition_of(partition: str, search: Search) -> tuple[str, dict[str, str]]:
    """A search as a filter, and the strings that the SDK puts into it."""
    words = [_RANGE]
    strings = {"partition": partition, "start": search.start, "end": search.end}
    for number, condition in enumerate(search.conditions):
        words.append(f"and {condition.name} {condition.comparison} {_literal(condition, f'value{number}', strings)}")
    return " ".join(words), strings


def _literal(condition: Condition, name: str, strings: dict[str, str]) -> str:
    # Only strings go through the SDK, which escapes them: it takes the numbers 0 and 1 for false and true.
    if isinstance(condition.value, str):
        strings[name] = condition.value
        return f"@{name}"
    return str(condition.value).lower()


class _Moment:
    """When an answer was given, by the clock of the storage: its Date header, to the second."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def note(self, response: PipelineResponse[Any, Any]) -> None:
        """Look at an answer; the last one counts, whichever attempt it answers."""
        date = response.http_response.headers.get("Date")
        self._at = parsedate_to_datetime(date) if date else None

    def since(self, written: datetime | None) -> timedelta:
        """How long before it something was written; no time at all where the storage does not say."""
        return max(self._at - written, timedelta()) if self._at and written else timedelta()


async def _read_row(client: TableClient, partition: str, key: str) -> Row:
    read = _Moment()
    return _row(await client.get_entity(partition, key, raw_response_hook=read.note), read)


async def _read_page(
    client: TableClient, condition: str, bounds: dict[str, str], limit: int, continuation: str | None
) -> Page:
    token = json.loads(continuation) if continuation else None
    read = _Moment()
    found = client.query_entities(condition, parameters=bounds, results_per_page=limit, raw_response_hook=read.note)
    pages = cast("AsyncPageIterator[TableEntity]", found.by_page(token))
    rows = tuple([_row(entity, read) async for entity in await anext(pages)])
    token = pages.continuation_token
    return Page(rows, json.dumps(token) if token else None)


async def _receive(client: QueueClient, limit: int, visibility_seconds: int) -> list[Delivery]:
    messages = client.receive_messages(messages_per_page=limit, visibility_timeout=visibility_seconds)
    # One page is one request; iterating over messages would ask again until the queue is empty.
    async for page in messages.by_page():
        return [
            Delivery(
                client.queue_name,
                message.id,
                message.pop_receipt or "",
                message.content,
                message.dequeue_count or 0,
                message.expires_on,
            )
            async for message in page
        ]
    return []


def _row(entity: TableEntity, read: _Moment) -> Row:
    values = {name: value for name, value in entity.items() if name not in _SYSTEM_PROPERTIES}
    told = entity.metadata
    return Row(entity["PartitionKey"], entity["RowKey"], values, told["etag"] or "", read.since(told["timestamp"]))


def _batch_entry(operation: Operation) -> BatchEntry:
    match operation:
        case Insert(row):
            return "create", _entity(row), {}
        case Replace(row):
            return "update", _entity(row), {"mode": UpdateMode.REPLACE, **_if_match(row.tag)}
        case Put(row):
            return "upsert", _entity(row), {"mode": UpdateMode.REPLACE}
        case Touch(partition, key, tag):
            # Merging no properties writes a new version and keeps what is there.
            verb = "update" if tag else "upsert"
            return verb, _entity(Row(partition, key)), {"mode": UpdateMode.MERGE, **_if_match(tag)}
        case Delete(partition, key, tag):
            return "delete", _entity(Row(partition, key)), _if_match(tag)


def _entity(row: Row) -> dict[str, Any]:
    return {**row.values, "PartitionKey": row.partition, "RowKey": row.key}


def _if_match(tag: str) -> dict[str, Any]:
    return {"etag": tag, "match_condition": MatchConditions.IfNotModified} if tag else {}


@contextmanager
def _conflicts_translated() -> Iterator[None]:
    try:
        yield
    except TableTransactionError as error:
        if code_of(error) == "EntityAlreadyExists":
            raise RowExistsError(error.index) from error
        if error.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED}:
            raise RowChangedError(error.index) from error
        raise


def _lease_is_lost(error: HttpResponseError) -> bool:
    return error.status_code == HTTPStatus.NOT_FOUND or code_of(error) == "PopReceiptMismatch"
