"""Repeats: whatever was lost on the way, the same request under the same key is acted on once and answered alike."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from shared.domain.dossier import Receipt, Stored
from shared.domain.errors import (
    CaseBusyError,
    CaseNotFoundError,
    IllegalMoveError,
    PreconditionFailedError,
    RepeatKeyReusedError,
    RowChangedError,
    RowExistsError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import State, Status
from shared.workflow import actions, credit
from shared.workflow.protocol import TRIES, flag_case
from shared.workflow.repeats import (
    Acceptance,
    Asked,
    CaseGist,
    Claim,
    KeyKind,
    RepeatKey,
    claim_of,
    gist_of,
    judged,
)
from tests.builders import NOON, a_case
from tests.workflow.test_credit import (
    APPROVE,
    DECLINE,
    RECEIVED,
    REPLY,
    an_application,
    application_due,
    in_review,
    information_due,
    security_due,
)
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, OTHER, Fault, World, asked

KEY = RepeatKey(KeyKind.IDEMPOTENCY_KEY, "key")


async def flagged(world: World) -> str:
    case_id = await settled(world)
    await flag_case(world.services, case_id, "stuck")
    return case_id


@dataclass(frozen=True)
class Way:
    """An action: how a case comes to where it is possible, how it is asked for, and who asks."""

    name: str
    prepare: Callable[[World], Awaitable[str]]
    act: Callable[[World, Asked], Awaitable[Acceptance]]
    who: Callable[[str], Asked] = asked

    async def do(self, world: World, case_id: str, key: RepeatKey | None = KEY) -> Acceptance:
        return await self.act(world, replace(self.who(case_id), key=key))


def as_officer(case_id: str) -> Asked:
    return asked(case_id, OFFICER)


WAYS = (
    Way("withdraw", settled, lambda w, a: actions.withdraw(w.services, a)),
    Way("recheck", settled, lambda w, a: actions.recheck(w.services, a)),
    Way("message", settled, lambda w, a: actions.write_to_desk(w.services, a, "hello")),
    Way("resume", flagged, lambda w, a: actions.resume(w.services, a), as_officer),
    Way("application", application_due, lambda w, a: credit.submit_application(w.services, a, an_application())),
    Way("information", information_due, lambda w, a: credit.submit_information(w.services, a, REPLY)),
    Way("security", security_due, lambda w, a: credit.confirm_security(w.services, a, RECEIVED), as_officer),
    Way("approve", in_review, lambda w, a: credit.decide(w.services, a, APPROVE), as_officer),
)

every_action = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


async def happened(world: World, case_id: str) -> int:
    return len(await world.store.history(case_id))


# --- the same answer, no second effect


@every_action
async def test_the_same_key_gives_the_same_answer_whatever_happened_since(world: World, way: Way) -> None:
    case_id = await way.prepare(world)
    before = await happened(world, case_id)
    first = await way.do(world, case_id)
    assert (first.replayed, first.answer) == (False, gist_of(await world.case(case_id)))
    assert await happened(world, case_id) == before + 1
    await world.drain()
    since = await happened(world, case_id)
    again = await way.do(world, case_id)
    assert (again.replayed, again.answer) == (True, first.answer)
    assert await happened(world, case_id) == since


@every_action
async def test_two_at_once_with_one_key_are_one(world: World, way: Way) -> None:
    case_id = await way.prepare(world)
    before = await happened(world, case_id)
    one, other = await asyncio.gather(way.do(world, case_id), way.do(world, case_id))
    assert one.answer == other.answer
    assert {one.replayed, other.replayed} == {False, True}
    assert await happened(world, case_id) == before + 1


@every_action
async def test_a_request_that_was_carried_out_though_nobody_could_tell_is_answered(world: World, way: Way) -> None:
    case_id = await way.prepare(world)
    before = await happened(world, case_id)
    world.storage.faults += [
        Fault("commit", StorageUnavailableError(), after=True),
        Fault("get", StorageUnavailableError()),
    ]
    with pytest.raises(StorageUnavailableError):
        await way.do(world, case_id)
    assert (await way.do(world, case_id)).replayed
    assert await happened(world, case_id) == before + 1


@every_action
async def test_without_a_fault_a_key_costs_no_request(world: World, way: Way) -> None:
    counted = []
    for key in (None, KEY):
        world = World()
        case_id = await way.prepare(world)
        calls = world.storage.calls.total()
        await way.do(world, case_id, key)
        counted.append(world.storage.calls.total() - calls)
    assert counted[0] == counted[1]


FAULTS = [
    Fault(call, error(), after=after, skip=skip)
    for call in ("page", "send", "commit", "get", "delete")
    for error in (StorageUnavailableError, RowChangedError, RowExistsError)
    for after in (False, True)
    for skip in range(3)
    if error is StorageUnavailableError or call == "commit"
]


async def insisting(world: World, way: Way, case_id: str) -> Acceptance:
    """A caller that sends the same request until it has an answer."""
    while True:
        try:
            return await way.do(world, case_id)
        except StorageUnavailableError:
            continue


@every_action
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.call}-{type(f.error).__name__}-{f.after}-{f.skip}")
async def test_one_fault_anywhere_neither_loses_nor_doubles_an_action(world: World, way: Way, fault: Fault) -> None:
    case_id = await way.prepare(world)
    before, letters = await happened(world, case_id), len(world.mailbox.letters)
    world.storage.faults.append(fault)
    accepted = await insisting(world, way, case_id)
    world.storage.faults.clear()
    assert await happened(world, case_id) == before + 1
    assert accepted.answer == gist_of(await world.case(case_id))
    assert (await way.do(world, case_id)).answer == accepted.answer
    for _ in range(6):
        await world.drain()
        world.clock.move(seconds=61)
    assert world.messages() == []
    assert len(world.mailbox.letters) <= letters + 1
    assert len({letter.key for letter in world.mailbox.letters}) == len(world.mailbox.letters)


# --- before any other reason to refuse


async def test_a_decision_whose_answer_was_lost_ends_in_no_false_refusal(world: World) -> None:
    case_id = await in_review(world)
    seen = (await world.case(case_id)).content_revision
    decision = asked(case_id, OFFICER, "key", seen)
    first = await credit.decide(world.services, decision, APPROVE)
    assert await credit.decide(world.services, decision, APPROVE) == Acceptance(first.answer, replayed=True)
    with pytest.raises(PreconditionFailedError):
        await credit.decide(world.services, replace(decision, key=None), APPROVE)


@every_action
async def test_what_has_changed_since_it_was_seen_is_not_acted_on(world: World, way: Way) -> None:
    case_id = await way.prepare(world)
    before = await happened(world, case_id)
    with pytest.raises(PreconditionFailedError) as refusal:
        await way.act(world, replace(way.who(case_id), seen=99))
    assert refusal.value.revision == (await world.case(case_id)).content_revision
    assert await happened(world, case_id) == before
    assert not (await way.act(world, replace(way.who(case_id), seen=refusal.value.revision))).replayed


async def test_a_refusal_leaves_the_key_to_be_used_again(world: World) -> None:
    case_id = await world.submit()
    with pytest.raises(IllegalMoveError):
        await actions.recheck(world.services, asked(case_id, key="key"))
    await world.drain()
    assert not (await actions.recheck(world.services, asked(case_id, key="key"))).replayed


async def test_a_refused_repeat_tells_nothing_while_the_storage_is_away(world: World) -> None:
    case_id = await settled(world)
    await actions.withdraw(world.services, asked(case_id, key="key"))
    world.storage.faults.append(Fault("get", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await actions.withdraw(world.services, asked(case_id, key="key"))


# --- which request a key stands for


async def test_a_key_for_other_content_is_refused_in_the_words_of_its_kind(world: World) -> None:
    case_id = await in_review(world)
    for kind in KeyKind:
        officer = replace(as_officer(case_id), key=RepeatKey(kind, f"the key {kind}"))
        await actions.write_to_desk(world.services, officer, "hello")
        with pytest.raises(RepeatKeyReusedError) as refusal:
            await actions.write_to_desk(world.services, officer, "bye")
        assert refusal.value.kind == kind
    assert len((await world.case(case_id)).messages) == 3


async def test_a_decided_case_tells_a_key_for_another_decision_first(world: World) -> None:
    case_id = await in_review(world)
    await credit.decide(world.services, asked(case_id, OFFICER, "key"), APPROVE)
    with pytest.raises(RepeatKeyReusedError):
        await credit.decide(world.services, asked(case_id, OFFICER, "key"), DECLINE)


async def test_one_key_for_two_actions_names_two_requests(world: World) -> None:
    case_id = await settled(world)
    assert not (await actions.write_to_desk(world.services, asked(case_id, key="key"), "hello")).replayed
    assert not (await actions.withdraw(world.services, asked(case_id, key="key"))).replayed


async def test_a_key_of_somebody_else_shows_nothing(world: World) -> None:
    case_id = await settled(world)
    await actions.withdraw(world.services, asked(case_id, key="key"))
    with pytest.raises(CaseNotFoundError):
        await actions.withdraw(world.services, asked(case_id, OTHER, "key"))
    with pytest.raises(IllegalMoveError):
        await actions.withdraw(world.services, asked(case_id, OFFICER, "key"))


def test_the_stored_key_tells_callers_routes_and_kinds_apart_and_shows_none() -> None:
    keys = [RepeatKey(kind, "my own words") for kind in KeyKind]
    claims = [
        claim_of(key, who, route, None) for key in keys for who in (CLIENT, OTHER) for route in ("POST /a", "PUT /a")
    ]
    stored = {claim.receipt_key for claim in claims if claim}
    assert len(stored) == len(claims) == 12
    assert not any("my own words" in key for key in stored)


def test_no_key_is_no_claim() -> None:
    assert claim_of(None, CLIENT, "POST /a", None) is None


# --- how long


async def test_a_key_is_new_again_once_its_receipt_expired(world: World) -> None:
    case_id = await settled(world)
    await actions.recheck(world.services, asked(case_id, key="key"))
    await world.drain()
    world.clock.move(days=7)
    again = await actions.recheck(world.services, asked(case_id, key="key"))
    assert (again.replayed, (await world.case(case_id)).state) == (False, State.CHECKING_ELIGIBILITY)
    await world.drain()
    assert (await actions.recheck(world.services, asked(case_id, key="key"))).answer == again.answer


async def test_a_key_is_remembered_to_the_last_moment(world: World) -> None:
    case_id = await settled(world)
    await actions.recheck(world.services, asked(case_id, key="key"))
    await world.drain()
    world.clock.now += timedelta(days=7) - timedelta(microseconds=1)
    assert (await actions.recheck(world.services, asked(case_id, key="key"))).replayed


async def test_two_repeats_after_the_expiry_are_one(world: World) -> None:
    case_id = await settled(world)
    await actions.write_to_desk(world.services, asked(case_id, key="key"), "hello")
    world.clock.move(days=8)
    message = asked(case_id, key="key")
    both = await asyncio.gather(*(actions.write_to_desk(world.services, message, "hello") for _ in range(2)))
    assert sorted(accepted.replayed for accepted in both) == [False, True]
    assert len((await world.case(case_id)).messages) == 2


async def test_it_gives_up_when_others_are_always_first(world: World) -> None:
    case_id = await settled(world)
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(TRIES))
    with pytest.raises(CaseBusyError):
        await actions.withdraw(world.services, asked(case_id, key="key"))
    assert not (await actions.withdraw(world.services, asked(case_id, key="key"))).replayed


# --- what is stored


def test_a_receipt_of_a_submission_from_before_actions_had_any_is_read() -> None:
    claim = claim_of(KEY, CLIENT, "POST /api/requests", {"a": 1})
    assert claim is not None
    answer = (
        '{"id": "x", "state": "checking_eligibility", "status": "Running", '
        '"subscriptionId": "0b1f6471-1bf0-4dda-aec3-cb9272f09590", "policy": "2017-07", '
        '"openedAt": "2026-11-02T12:00:00+00:00"}'
    )
    old = Receipt(key=claim.receipt_key, expires_at=NOON + timedelta(1), fingerprint=claim.fingerprint, answer=answer)
    found = judged(Stored(old, "tag"), claim, NOON)
    assert found.answer is not None
    assert (found.stands, found.answer.opened_at, found.answer.revision) == (True, NOON, 1)


def test_the_places_of_receipts_and_their_fingerprints_stay_what_they_were() -> None:
    """Receipts outlive a deployment: computed otherwise, a repeat across it would not be known."""
    claim = claim_of(KEY, CLIENT, "POST /api/requests", {"b": 1, "a": "é"})
    assert claim is not None
    assert claim.receipt_key == "2631c291b5fb33ec6c8e7bcf8d6934f75f6fe9e076755c04a02610b4a58da13a"
    assert claim.fingerprint == "6d9eb45284090145dc16661b06abe01185a16a7dabba07c992a131bffa6b8114"


def test_a_body_is_told_apart_as_the_api_writes_it() -> None:
    form = a_case().request
    as_written = form.model_dump(mode="json", by_alias=True)
    read, written = (claim_of(KEY, CLIENT, "POST /api/requests", body) for body in (form, as_written))
    assert read == written
    assert read != claim_of(KEY, CLIENT, "POST /api/requests", form.model_dump(mode="json"))


def test_an_answer_says_where_the_case_stands_and_is_kept_in_the_apis_words() -> None:
    answer = gist_of(a_case(State.WITHDRAWN, content_revision=7))
    assert (answer.state, answer.status, answer.revision) == (State.WITHDRAWN, Status.CANCELED, 7)
    kept = json.loads(Claim("key", "", KeyKind.OPERATION_ID).receipt(NOON, answer).answer)
    assert set(kept) == {"id", "state", "status", "subscriptionId", "policy", "openedAt", "revision"}


def test_an_answer_holds_no_personal_data() -> None:
    case = a_case()
    answer = gist_of(case).model_dump_json(by_alias=True)
    for personal in (case.request.company_name, case.request.contact.name, str(case.request.contact.email)):
        assert personal not in answer
    assert CaseGist.model_validate_json(answer) == gist_of(case)


# --- beside the transitions


async def test_a_message_that_was_kept_but_not_listed_is_listed_at_its_repeat(world: World) -> None:
    case_id = await settled(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), skip=1))
    with pytest.raises(StorageUnavailableError):
        await actions.write_to_desk(world.services, asked(case_id, key="key"), "hello")
    assert (await actions.write_to_desk(world.services, asked(case_id, key="key"), "hello")).replayed
    (listed,) = await world.store.listed(None, "", 10)
    assert (listed.summary["messages"], listed.summary["revision"]) == (1, (await world.case(case_id)).content_revision)


async def test_a_message_is_kept_once_when_the_sdk_sent_it_twice(world: World) -> None:
    case_id = await settled(world)
    world.storage.faults.append(Fault("commit", RowChangedError(), after=True))
    await actions.write_to_desk(world.services, asked(case_id), "hello")
    assert len((await world.case(case_id)).messages) == 1


async def test_a_repeated_resumption_leaves_a_flag_that_was_raised_since(world: World) -> None:
    case_id = await flagged(world)
    await actions.resume(world.services, asked(case_id, OFFICER, "key"))
    await flag_case(world.services, case_id, "more trouble")
    assert (await actions.resume(world.services, asked(case_id, OFFICER, "key"))).replayed
    attention = (await world.case(case_id)).attention
    assert attention is not None
    assert attention.reason == "more trouble"
