"""Calls of a function by hand, whatever its trigger: with a text where a request, a message or a timer would be."""

import json
import uuid
from datetime import UTC, datetime

from azure.storage.queue import QueueMessage

from devhost.converters import refuse_result
from devhost.functions import AnyFunction, HttpFunction, QueueFunction, TimerFunction
from devhost.http_messages import IncomingRequest, decode_request, encode_response
from devhost.invocation import CALLED_BY_API, Call
from devhost.queue_messages import decode_message
from devhost.timer_listener import timer_request


def call_by_hand(function: AnyFunction, text: str, url: str) -> Call[object]:
    """Return a call: ``text`` is the body of the request or of the message, and nothing to a timer.

    ``url`` is the one the call came by; a request function sees it. It is asked by POST unless it does not take that,
    and without route parameters.
    """
    if isinstance(function, HttpFunction):
        request = _request(function, text, url)
        kind = function.code.binding_type
        return Call(function.code, CALLED_BY_API, lambda: decode_request(request, kind), encode_response)
    if isinstance(function, QueueFunction):
        return _queue_call(function, text)
    return _timer_call(function)


def _request(function: HttpFunction, text: str, url: str) -> IncomingRequest:
    methods = function.methods or {"POST"}
    return IncomingRequest(
        method="POST" if "POST" in methods else min(methods),
        url=url,
        headers={"content-type": "application/json"} if _is_json(text) else {},
        query={},
        parameters={},
        body=text.encode(),
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _queue_call(function: QueueFunction, text: str) -> Call[object]:
    message = _message(text)
    return Call(
        code=function.code,
        reason=CALLED_BY_API,
        decode=lambda: decode_message(message, text.encode(), function),
        encode=refuse_result,
    )


def _message(text: str) -> QueueMessage:
    # The service has never seen it, so what a function reads of it is made up, and it does not come back if that fails.
    message = QueueMessage(text)
    message.id, message.pop_receipt = str(uuid.uuid4()), str(uuid.uuid4())
    message.dequeue_count = 1
    message.inserted_on = message.next_visible_on = datetime.now(UTC)
    return message


def _timer_call(function: TimerFunction) -> Call[object]:
    kind = function.code.binding_type
    return Call(function.code, CALLED_BY_API, lambda: timer_request(kind), refuse_result)
