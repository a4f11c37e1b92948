"""Typing the credit-check application: what was typed is kept and sent once."""

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.decisions import Language
from shared.domain.errors import (
    CaseNotFoundError,
    IllegalMoveError,
    RepeatKeyReusedError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import State
from shared.domain.typed_application import CreditForm
from shared.workflow import actions
from shared.workflow.applying import Applicant
from shared.workflow.applying_for_credit import look, read_over, save, send
from shared.workflow.repeats import Acceptance
from tests.domain import test_typed_application
from tests.workflow.test_credit import application_due
from tests.world import SUBSCRIPTION, Fault, World, asked

SCOPE = scope_of(SUBSCRIPTION)
PRINCIPAL = Principal(Kind.APPLICANT, SCOPE)
TYPED = test_typed_application.TYPED


async def applicant(world: World, language: Language = "nl") -> Applicant:
    return Applicant(PRINCIPAL, await world.dossier(), language)


async def sent(world: World, case_id: str, key: str = "key", **changes: str) -> CreditForm | Acceptance:
    action = asked(case_id, PRINCIPAL, key)
    return await send(world.services, await applicant(world), action, {**TYPED, **changes})


@pytest.fixture
async def case_id(world: World) -> str:
    return await application_due(world)


async def test_begins_with_nothing_typed(world: World, case_id: str) -> None:
    form = await look(world.services, await applicant(world))
    assert (form.case.id, form.typed.values, form.kept_at) == (case_id, {}, None)


async def test_keeps_what_was_typed_right_or_wrong(world: World, case_id: str) -> None:
    saved = await save(world.services, await applicant(world), case_id, {**TYPED, "equity": "much"})
    form = await look(world.services, await applicant(world))
    assert form == saved
    assert (form.typed.values["equity"], [*form.typed.mistakes]) == ("much", ["equity"])
    assert form.kept_at == world.clock.now


async def test_looks_and_saves_within_one_request(world: World, case_id: str) -> None:
    who = await applicant(world)
    world.storage.calls.clear()
    await look(world.services, who)
    assert world.storage.calls.total() == 1
    await save(world.services, who, case_id, TYPED)
    assert world.storage.calls.total() == 2
    await read_over(world.services, who, case_id, TYPED)
    assert world.storage.calls.total() == 2


async def test_what_was_typed_for_an_earlier_request_is_not_shown(world: World, case_id: str) -> None:
    await save(world.services, await applicant(world), case_id, TYPED)
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    await application_due(world)
    assert (await look(world.services, await applicant(world))).typed.values == {}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"tax_id": "NL123"}, {"tax_id": "tax_id"}),
        ({"figures_year": "2027"}, {"figures_year": "figures_year"}),
        ({"tax_id": "NL123", "equity": "x"}, {"tax_id": "tax_id", "equity": "amount"}),
        ({"tax_id": "a\u0007b", "figures_year": "20255"}, {"tax_id": "value_error", "figures_year": "less_than_equal"}),
    ],
)
async def test_tells_what_no_model_knows(
    world: World, case_id: str, changes: dict[str, str], wrong: dict[str, str]
) -> None:
    form = await read_over(world.services, await applicant(world), case_id, {**TYPED, **changes})
    assert {name: mistake.code for name, mistake in form.typed.mistakes.items()} == wrong
    assert form.typed.application is None
    again = await sent(world, case_id, **changes)
    assert isinstance(again, CreditForm)
    assert again.typed == form.typed


async def test_sends_once_under_its_key_and_forgets_what_was_typed(world: World, case_id: str) -> None:
    await save(world.services, await applicant(world), case_id, TYPED)
    first, again = await sent(world, case_id), await sent(world, case_id)
    assert isinstance(first, Acceptance)
    assert isinstance(again, Acceptance)
    assert (first.replayed, again.replayed) == (False, True)
    case = await world.case(case_id)
    assert case.state is State.CHECKING_CREDIT
    assert case.credit_application is not None
    assert case.credit_application.legal_name == TYPED["legal_name"]
    assert await world.services.drafts.credit_draft(SCOPE) is None


async def test_a_draft_that_cannot_be_deleted_does_not_undo_what_was_sent(world: World, case_id: str) -> None:
    await save(world.services, await applicant(world), case_id, TYPED)
    world.storage.faults.append(Fault("get", StorageUnavailableError("down")))
    assert isinstance(await sent(world, case_id), Acceptance)
    assert await world.services.drafts.credit_draft(SCOPE) is not None, "the nightly pass deletes it"


async def test_another_application_under_the_same_key_is_refused(world: World, case_id: str) -> None:
    await sent(world, case_id)
    with pytest.raises(RepeatKeyReusedError):
        await sent(world, case_id, equity="1")


async def test_where_nothing_is_waited_for_nothing_is_typed(world: World, case_id: str) -> None:
    await actions.withdraw(world.services, asked(case_id))
    who = await applicant(world)
    with pytest.raises(IllegalMoveError):
        await look(world.services, who)
    for step in (save, read_over):
        with pytest.raises(IllegalMoveError):
            await step(world.services, who, case_id, TYPED)
    for changes in ({}, {"equity": "much"}):
        with pytest.raises(IllegalMoveError):
            await sent(world, case_id, **changes)
    assert await world.services.drafts.credit_draft(SCOPE) is None


async def test_nobody_types_for_others(world: World, case_id: str) -> None:
    stranger = Applicant(Principal(Kind.APPLICANT, "other"), await world.dossier(), "nl")
    for step in (save, read_over):
        with pytest.raises(CaseNotFoundError):
            await step(world.services, stranger, case_id, TYPED)
    with pytest.raises(CaseNotFoundError):
        await send(world.services, stranger, asked(case_id, stranger.principal, "key"), TYPED)
