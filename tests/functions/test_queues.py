"""The queue functions, called as the worker does."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage

from functions import notifications, poison, steps
from functions.service import list_unreadable_messages
from shared.domain.errors import UnreadableMessageError
from shared.domain.lifecycle import State
from tests.functions.calling import BO, call
from tests.world import World


def delivered(body: str, count: int = 1) -> func.QueueMessage:
    """A message with the metadata that the worker gives it."""
    return cast("func.QueueMessage", QueueMessage(id="queue-id", body=body.encode(), dequeue_count=count))


async def run(function: Any, message: func.QueueMessage) -> None:
    await cast("Callable[[func.QueueMessage], Awaitable[None]]", function)(message)


async def test_a_case_goes_through_the_three_queue_functions(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    for function in (steps.check_eligibility, steps.check_credit, notifications.notify):
        message = world.messages()[-1]
        await run(function, delivered(message.model_dump_json(by_alias=True)))
    assert (await world.case(case_id)).state is State.APPROVED
    assert len(world.mailbox.letters) == 1


@pytest.mark.parametrize("function", [steps.check_eligibility, steps.check_credit, notifications.notify])
async def test_a_message_nobody_can_read_raises_so_that_it_becomes_poison(function: Any) -> None:
    with pytest.raises(UnreadableMessageError):
        await run(function, delivered('{"v": 2}'))


@pytest.mark.parametrize(
    ("function", "queue"),
    [
        (poison.take_eligibility_poison, "eligibility-checks"),
        (poison.take_credit_poison, "credit-checks"),
        (poison.take_notification_poison, "notifications"),
        (poison.take_due_case_poison, "due-cases"),
    ],
)
async def test_a_poison_function_keeps_what_it_cannot_read(world: World, function: Any, queue: str) -> None:
    await run(function, delivered("no message"))
    answer = await call(list_unreadable_messages, "GET", "/api/unreadable-messages", headers=BO)
    assert answer.body["value"] == [
        {"queue": queue, "messageId": "queue-id", "at": "2026-11-23T09:00:00Z", "body": "no message"}
    ]


async def test_what_nobody_could_read_is_the_desks_to_see() -> None:
    answer = await call(list_unreadable_messages, "GET", "/api/unreadable-messages")
    assert answer.status == 401
