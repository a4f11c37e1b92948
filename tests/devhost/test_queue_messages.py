import base64
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from azure.storage.queue import QueueMessage

from devhost.queue_messages import (
    UndecodableBodyError,
    decode_body,
    decode_message,
    trigger_metadata,
)
from tests.devhost.builders import a_queue_function

INSERTED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def a_message(content: str = "x", **changes: Any) -> QueueMessage:
    message = QueueMessage(content)
    values = {"id": "m1", "pop_receipt": "r1", "dequeue_count": 2, "inserted_on": INSERTED, "expires_on": NEVER}
    for name, value in {**values, "next_visible_on": INSERTED, **changes}.items():
        setattr(message, name, value)
    return message


def decoded(body: bytes, *, is_binary: bool = False, **changes: Any) -> func.QueueMessage:
    message = decode_message(a_message(**changes), body, a_queue_function(is_binary=is_binary))
    assert isinstance(message, func.QueueMessage)
    return message


@pytest.mark.parametrize("content", ["aGVsbG8=", " aGVs\r\nbG8= "])
def test_decodes_base64_with_or_without_white_space(content: str) -> None:
    assert decode_body(content, "base64") == b"hello"


@pytest.mark.parametrize("encoding", ["base64", "none"])
def test_takes_an_empty_body(encoding: str) -> None:
    assert decode_body(None, encoding) == b""


def test_leaves_a_body_as_it_is_without_encoding() -> None:
    assert decode_body("h\u00e9", "none") == "h\u00e9".encode()


@pytest.mark.parametrize("content", ["{}", "a", "h\u00e9"])
def test_refuses_what_is_not_base64(content: str) -> None:
    with pytest.raises((UndecodableBodyError, ValueError)):
        decode_body(content, "base64")


def test_gives_a_function_everything_the_service_says() -> None:
    message = decoded(b"hello")
    assert (message.id, message.pop_receipt, message.dequeue_count) == ("m1", "r1", 2)
    assert message.get_body() == b"hello"
    assert (message.insertion_time, message.expiration_time) == (INSERTED, NEVER)
    assert message.time_next_visible == INSERTED


def test_takes_a_message_without_an_end_to_live_for_ever() -> None:
    expires = decoded(b"hello", expires_on=None).expiration_time
    assert expires
    assert expires.year == 9999


def test_gives_bytes_when_the_trigger_asks_for_them() -> None:
    assert decoded(b"\xff", is_binary=True).get_body() == b"\xff"


def test_refuses_bytes_that_are_no_text() -> None:
    with pytest.raises(UnicodeDecodeError):
        decoded(b"\xff")


def test_lets_members_of_the_body_overwrite_metadata_whatever_their_case() -> None:
    message = decoded(b'{"id": "mine", "DequeueCount": 7, "PopReceipt": ["list"]}')
    assert (message.id, message.dequeue_count, message.pop_receipt) == ("mine", 7, "r1")


def test_adds_the_other_members_of_the_body() -> None:
    metadata = trigger_metadata(a_message(), '{"name": "n", "deep": {"a": 1}, "list": [1], "flag": true}')
    assert metadata["name"].value == "n"
    assert (metadata["deep"].type, metadata["deep"].python_value) == ("json", {"a": 1})
    assert metadata["flag"].python_value is True
    assert "list" not in metadata


@pytest.mark.parametrize("body", ["[1]", "text", "{", "[" * 100_000])
def test_adds_nothing_for_a_body_that_is_no_object(body: str) -> None:
    metadata = trigger_metadata(a_message(), body)
    assert metadata["QueueTrigger"].value == body
    assert len(metadata) == 7


def test_takes_what_other_senders_encode() -> None:
    assert decode_body(base64.b64encode(bytes(range(256))).decode(), "base64") == bytes(range(256))
