"""What the timer costs in storage requests: with nothing due, and with three cases due among fifty."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from local import stack
from local.api import Api
from local.stack import Stack
from local.stage import Stage
from shared.adapters.case_store import CaseStore
from shared.adapters.storage_azure import AzureTables
from tests.journeys.metering import QUIET, Meter, an_open_case, approve_one

DUE = 3
A_TICK = 2
"""Requests: the timer looks for what is due, and for what is to be counted."""

A_REMINDER = 2 + 5 + 7
"""Requests: the timer sends and drops the row; dequeue, read, commit, send, delete; the notify of one notice."""

DONE = "Executed 'Functions.wake_due_cases' (Succeeded"


async def fired(api: Api, app: Stack) -> Meter:
    """A meter that began just before the timer fired; it has run through when this returns."""
    before, meter = app.host_log.read_text().count(DONE), Meter(app.storage.log_file)
    answer = await api.call("POST", "/admin/functions/wake_due_cases", {"input": ""})
    assert answer.status == HTTPStatus.ACCEPTED
    async with asyncio.timeout(20):
        while app.host_log.read_text().count(DONE) == before:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.05)
    return meter


async def add_open_cases(app: Stack, count: int) -> None:
    """Put so many more cases into the index that are due in a far year."""
    tables = AzureTables(app.storage.connection_string)
    try:
        store = CaseStore(tables)
        for _ in range(count):
            await store.settle(an_open_case(), None)
    finally:
        await tables.close()


async def test_a_tick_with_nothing_due_takes_two_requests(quiet: Stack, quiet_api: Api) -> None:
    await approve_one(quiet_api, quiet)
    await add_open_cases(quiet, 50)
    before = await fired(quiet_api, quiet)
    await before.until(read=A_TICK)  # Azurite may log it only after the next meter began
    meter = await fired(quiet_api, quiet)
    assert await meter.until(read=A_TICK) == {"read": A_TICK}


async def test_three_cases_due_among_fifty_take_forty_four(tmp_path: Path) -> None:
    with stack.running(tmp_path, QUIET) as app:
        async with app.api() as api:
            ids = [await approve_one(api, app) for _ in range(DUE)]
            await add_open_cases(app, 50 - DUE)
            first = await all_reminded(api, app, ids, 1)  # makes the queue of due cases, once for ever
            await first.until(delete=2 * DUE)
            meter = await all_reminded(api, app, ids, 2)
            counted = await meter.until(delete=2 * DUE)
    assert counted.total() == A_TICK + DUE * A_REMINDER


async def all_reminded(api: Api, app: Stack, ids: list[str], count: int) -> Meter:
    """A meter of the requests from the timer's tick, four days on, to the reminders that they bring about."""
    api.move_clock(timedelta(days=4))
    meter = await fired(api, app)
    for case_id in ids:
        assert await Stage(api, app.notices, print).notice(case_id, "reminder", count) is not None
    return meter
