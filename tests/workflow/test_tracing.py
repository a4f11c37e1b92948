"""Traces: one call's id on everything that follows from it."""

import asyncio
import logging
import re
from itertools import count

import pytest

from shared.domain.lifecycle import FollowUp
from shared.domain.messages import CaseMessage, read_message
from shared.workflow import actions, tracing
from shared.workflow.poison import take_poison
from shared.workflow.reconcile import reconcile
from tests.workflow.test_reconcile import lose_all_messages
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import OFFICER, World, asked

TRACE, PART = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADER = f"00-{TRACE}-{PART}-01"


def ids() -> tracing.NewId:
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


def trace_of(header: str | None) -> tracing.Trace:
    with tracing.taken_up(header, ids()) as trace:
        return trace


def traces(messages: list[CaseMessage]) -> set[str]:
    return {(message.traceparent or "").split("-")[1] for message in messages}


# --- reading


@pytest.mark.parametrize("flags", ["00", "01"])
def test_goes_on_with_a_trace_of_version_00(flags: str) -> None:
    header = f"00-{TRACE}-{PART}-{flags}"
    assert trace_of(header).header == header


@pytest.mark.parametrize("header", [f"cc-{TRACE}-{PART}-01", f"01-{TRACE}-{PART}-01-what-the-future-brings"])
def test_goes_on_with_a_trace_of_a_later_version_in_its_own(header: str) -> None:
    assert trace_of(header).header == HEADER


@pytest.mark.parametrize(("flags", "kept"), [("ff", "01"), ("fe", "00"), ("03", "01")])
def test_passes_on_no_flag_but_the_one_it_knows(flags: str, kept: str) -> None:
    assert trace_of(f"00-{TRACE}-{PART}-{flags}").header.endswith(f"-{kept}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"00-{'0' * 32}-{PART}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"cc-{'0' * 32}-{PART}-01",
        f"00-{TRACE.upper()}-{PART}-01",
        f"00-{TRACE}-{PART}-01-more",
        f"00-{TRACE}-{PART}-0",
        f"00-{TRACE}-{PART}-01\n",
        f"00-{TRACE[1:]}-{PART}-01",
        f"ff-{TRACE}-{PART}-01",
        f"cc-{TRACE}-{PART}-01.more",
        f"cc-{TRACE}-{PART}",
        f"{HEADER}, {HEADER}",
        f" {HEADER}",
    ],
)
def test_begins_a_new_trace_where_none_can_be_read(header: str | None) -> None:
    assert trace_of(header).header == f"00-{1:032x}-{2:016x}-01"


def test_a_child_is_another_part_of_the_same_trace() -> None:
    trace = trace_of(HEADER)
    child = trace.child(ids())
    assert (child.trace_id, child.parent_id, child.flags) == (TRACE, f"{1:016x}", trace.flags)


# --- the current trace


async def test_each_task_has_its_own_trace() -> None:
    async def one(trace_id: str) -> str:
        tracing.begin(f"00-{trace_id}-{PART}-01", ids())
        await asyncio.sleep(0)
        return tracing.current_trace_id()

    assert tuple(await asyncio.gather(one("a" * 32), one("b" * 32))) == ("a" * 32, "b" * 32)
    assert tracing.current() is None


def test_what_was_current_is_so_again_after_a_message_even_one_that_fails() -> None:
    with tracing.taken_up(HEADER, ids()):
        with pytest.raises(ZeroDivisionError), tracing.taken_up(None, ids()):
            raise ZeroDivisionError
        assert tracing.current_trace_id() == TRACE
    assert tracing.current_trace_id() == ""


# --- from the call to the notice


async def test_everything_that_follows_from_a_call_carries_its_trace(world: World) -> None:
    await world.portal_reports()
    with tracing.taken_up(HEADER, world.services.new_id):
        await world.submit()
    seen = world.messages()
    while await asyncio.gather(*(world.run_next(queue) for queue in ("eligibility-checks", "credit-checks"))) != [
        False,
        False,
    ]:
        seen += world.messages()
    await world.drain()
    assert {message.kind for message in seen} == {FollowUp.ELIGIBILITY, FollowUp.CREDIT, FollowUp.NOTIFY}
    assert traces(seen) == {TRACE}
    assert PART not in "".join(message.traceparent or "" for message in seen), "each is a child of its own"
    assert [letter.trace_id for letter in world.mailbox.letters] == [TRACE]


async def test_steps_and_notices_are_logged_by_ids_only(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.portal_reports()
    with tracing.taken_up(HEADER, world.services.new_id):
        case_id = await world.submit()
    with caplog.at_level(logging.INFO, "shared.workflow"):
        await world.drain()
    assert [record.getMessage() for record in caplog.records] == [
        f"did the eligibility step of case {case_id}, number 1, trace {TRACE}",
        f"did the credit step of case {case_id}, number 2, trace {TRACE}",
        f"sent notice {case_id}|000003|0 of case {case_id}, instructions, trace {TRACE}",
    ]


async def test_a_message_that_finds_nothing_to_do_is_not_logged_as_a_step(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.submit()
    (message,) = world.messages()
    await world.drain()
    with caplog.at_level(logging.INFO, "shared.workflow"):
        await world.handle(message)
    assert caplog.records == []


async def test_a_message_from_before_traces_begins_one(world: World) -> None:
    await world.portal_reports()
    await world.submit()
    (message,) = world.messages()
    old = read_message(message.model_dump_json(by_alias=True, exclude={"traceparent"}))
    assert old.traceparent is None
    await world.handle(old)
    (following,) = [each for each in world.messages() if each.seq == 2]
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", following.traceparent or "")


async def test_each_case_that_is_due_begins_a_trace_that_its_work_goes_on_with(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    with tracing.taken_up(HEADER, world.services.new_id):
        await settled(world)
    world.clock.move(days=30)
    await world.tick()
    reminder = world.mailbox.letters[-1].trace_id
    assert len(reminder) == 32
    assert reminder != TRACE


async def test_a_resumption_sends_the_message_under_its_own_call(world: World) -> None:
    with tracing.taken_up(f"00-{'a' * 32}-{PART}-01", world.services.new_id):
        case_id = await world.submit()
    await lose_all_messages(world)
    with tracing.taken_up(HEADER, world.services.new_id):
        await actions.resume(world.services, asked(case_id, OFFICER))
    assert traces(world.messages()) == {TRACE}


async def test_what_the_nightly_pass_sends_again_has_a_trace_of_its_own(world: World) -> None:
    await world.submit()
    await lose_all_messages(world)
    world.clock.move(hours=2)
    await reconcile(world.services)
    (trace,) = traces(world.messages())
    assert int(trace, 16)


async def test_a_message_that_failed_for_good_hands_its_trace_on(world: World) -> None:
    await world.portal_reports()
    await world.submit()
    (message,) = world.messages()
    failed = message.model_copy(update={"traceparent": HEADER})
    await world.handle(failed.model_copy(update={"traceparent": None}))
    await take_poison(world.services, "eligibility-checks", "queue-id", failed.model_dump_json(by_alias=True))
    assert TRACE in traces([each for each in world.messages() if each.seq == 2])
