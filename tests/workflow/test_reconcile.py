"""The nightly pass: on a sound store it finds nothing; whatever was damaged is put right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.draft import CreditDraft, Draft
from shared.domain.errors import RequestOpenError, RowChangedError, StorageUnavailableError
from shared.domain.lifecycle import State
from shared.workflow import actions
from shared.workflow.protocol import TRIES, flag_case
from shared.workflow.reconcile import Drift, reconcile
from tests.workflow.test_credit import application_due
from tests.workflow.test_notices import approved_but_not_told
from tests.world import SUBSCRIPTION, Fault, World, asked

DELETED_IN_TURN = ("voids_deleted", "receipts_deleted", "drafts_deleted", "keys_deleted")


async def lose_all_messages(world: World) -> None:
    for queue in ("eligibility-checks", "credit-checks", "notifications", "due-cases"):
        for delivery in await world.storage.receive(queue, limit=32):
            await world.storage.delete(delivery)


async def test_a_sound_store_has_no_drift(world: World) -> None:
    await application_due(world)
    world.clock.move(hours=2)
    assert await reconcile(world.services) == Drift(cases=1)


async def test_a_lost_step_is_sent_again(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    await lose_all_messages(world)
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).sent_again == 1
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_a_lost_notify_is_sent_again(world: World) -> None:
    await approved_but_not_told(world)
    await lose_all_messages(world)
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).sent_again == 1
    await world.drain()
    assert len(world.mailbox.letters) == 1


async def test_a_case_that_may_be_at_work_or_needs_the_desk_is_left(world: World) -> None:
    case_id = await world.submit()
    await lose_all_messages(world)
    assert (await reconcile(world.services)).sent_again == 0
    await flag_case(world.services, case_id, "for the desk")
    world.clock.move(hours=2)
    assert await reconcile(world.services) == Drift(cases=1, settled=1)
    assert await reconcile(world.services) == Drift(cases=1)
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["attention"] == "for the desk"


async def test_a_step_that_waits_for_facts_goes_on_though_its_message_is_lost(world: World) -> None:
    case_id = await world.submit()
    await lose_all_messages(world)
    await flag_case(world.services, case_id, "no facts", passing=True)
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).sent_again == 1


async def test_a_lost_due_row_is_made_again(world: World) -> None:
    case_id = await application_due(world)
    async for row in world.store.due(world.clock.now + timedelta(days=60)):
        await world.store.drop(row)
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).settled == 1
    assert [row.case_id async for row in world.store.due(world.clock.now + timedelta(days=60))] == [case_id]


async def test_receipts_are_deleted_when_they_have_expired(world: World) -> None:
    await world.submit("key")
    assert (await reconcile(world.services)).receipts_deleted == 0
    world.clock.move(days=8)
    assert (await reconcile(world.services)).receipts_deleted == 1
    assert (await reconcile(world.services)).receipts_deleted == 0


async def test_drafts_are_deleted_when_they_were_left_alone_for_a_month(world: World) -> None:
    scope = scope_of(SUBSCRIPTION)
    await world.services.drafts.keep_draft(scope, Draft(id="1", saved_at=world.clock.now), "")
    world.clock.move(days=29)
    assert (await reconcile(world.services)).drafts_deleted == 0
    world.clock.move(days=1)
    assert (await reconcile(world.services)).drafts_deleted == 1
    assert await world.services.drafts.draft(scope) is None


async def test_drafts_are_deleted_when_a_request_was_made_of_them(world: World) -> None:
    scope = scope_of(SUBSCRIPTION)
    await world.services.drafts.keep_draft(scope, Draft(id="1", saved_at=world.clock.now), "")
    await world.submit(client=Principal(Kind.APPLICANT, scope))
    assert (await reconcile(world.services)).drafts_deleted == 1


async def test_what_was_typed_of_a_credit_application_is_deleted_when_nothing_waits_for_it(world: World) -> None:
    case_id = await application_due(world)
    scope, drafts = scope_of(SUBSCRIPTION), world.services.drafts
    await drafts.keep_credit_draft(scope, CreditDraft(case_id=case_id, saved_at=world.clock.now))
    world.clock.move(days=10)
    assert (await reconcile(world.services)).drafts_deleted == 0
    await actions.withdraw(world.services, asked(case_id))
    assert (await reconcile(world.services)).drafts_deleted == 1
    assert await drafts.credit_draft(scope) is None


async def test_keys_are_deleted_when_they_have_expired(world: World) -> None:
    await world.submit("key")
    world.clock.move(days=3)
    with pytest.raises(RequestOpenError):
        await world.submit("a later key")
    world.clock.move(days=4)
    assert (await reconcile(world.services)).keys_deleted == 1
    assert len([key async for key in world.keys.all_keys()]) == 1
    assert (await reconcile(world.services)).keys_deleted == 0


async def test_one_case_that_fails_stops_no_other(world: World) -> None:
    await application_due(world)
    world.clock.move(hours=2)
    world.storage.faults.append(Fault("get", StorageUnavailableError()))
    assert await reconcile(world.services) == Drift(cases=1, failed=1)


@pytest.mark.parametrize("count", ["receipts_deleted", "drafts_deleted", "voids_deleted", "keys_deleted"])
async def test_a_clean_up_that_fails_stops_no_other(world: World, count: str) -> None:
    await world.submit("key")
    await world.services.drafts.keep_draft(scope_of(SUBSCRIPTION), Draft(id="1", saved_at=world.clock.now), "")
    await world.store.fence(f"{'0' * 32}-{'0' * 32}", "", world.clock.now)
    await lose_all_messages(world)
    world.clock.move(days=30)
    everything = Drift(
        cases=1, receipts_deleted=1, drafts_deleted=1, voids_deleted=1, keys_deleted=1, sent_again=1, failed=1
    )
    world.storage.faults.append(Fault("commit", StorageUnavailableError("away"), skip=DELETED_IN_TURN.index(count)))
    assert await reconcile(world.services) == replace(everything, **{count: 0})
    assert getattr(await reconcile(world.services), count) == 1


@pytest.mark.parametrize(("skip", "cases"), [(0, 0), (1, 1)])
async def test_a_table_that_cannot_be_read_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture, skip: int, cases: int
) -> None:
    await application_due(world)
    caplog.set_level("INFO")
    world.storage.faults.append(Fault("scan", StorageUnavailableError("away"), skip=skip))
    assert await reconcile(world.services) == Drift(cases=cases, failed=1)
    assert f"reconciled: {Drift(cases=cases, failed=1)}" in caplog.messages


async def test_what_was_done_is_said_also_where_the_pass_ends_early(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    world.storage.faults.append(Fault("scan", ValueError("a defect")))
    with pytest.raises(ValueError, match="a defect"):
        await reconcile(world.services)
    assert f"reconciled: {Drift()}" in caplog.messages


async def test_a_case_that_others_change_ever_again_stops_no_other(world: World) -> None:
    await application_due(world)
    async for row in world.store.due(world.clock.now + timedelta(days=60)):
        await world.store.drop(row)
    world.clock.move(hours=2)
    world.storage.faults += [Fault("commit", RowChangedError())] * TRIES
    assert await reconcile(world.services) == Drift(cases=1, failed=1)


async def test_voids_are_deleted_when_nothing_can_come_any_more(world: World) -> None:
    case_id = f"{'0' * 32}-{'0' * 32}"
    await world.store.fence(case_id, "", world.clock.now)
    world.clock.move(hours=23)
    assert (await reconcile(world.services)).voids_deleted == 0
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).voids_deleted == 1
    assert (await world.store.read("0" * 32)).cases == {}
