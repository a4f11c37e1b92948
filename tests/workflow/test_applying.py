"""Applying page by page: what was typed is kept and sent once."""

import pytest

from shared.domain.applying import Application
from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.decisions import Language
from shared.domain.draft import Step
from shared.domain.errors import CaseBusyError, RequestOpenError, StorageUnavailableError
from shared.domain.lifecycle import State
from shared.domain.typed_request import FIELDS, Agreement
from shared.workflow import actions
from shared.workflow.applying import Applicant, Confirmation, confirm, look, save
from shared.workflow.repeats import Acceptance
from tests.builders import a_policy
from tests.domain import test_typed_request
from tests.world import SUBSCRIPTION, Fault, World, asked

SCOPE = scope_of(SUBSCRIPTION)
PRINCIPAL = Principal(Kind.APPLICANT, SCOPE)
TYPED = {**test_typed_request.TYPED, "subscription_id": str(SUBSCRIPTION)}
AGREED = Agreement(accepted=True, text_sha256=a_policy().consent.sha256)


async def applicant(world: World, language: Language = "nl") -> Applicant:
    return Applicant(PRINCIPAL, await world.dossier(), language)


async def typed_up_to(world: World, last: Step = Step.CONTACT, **changes: str) -> Application:
    """The tests' request, typed on its pages up to a step."""
    for step in [each for each in Step if each.number <= last.number]:
        given = {name: changes.get(name, TYPED.get(name, "")) for name in FIELDS if FIELDS[name].step is step}
        application = await save(world.services, await applicant(world), step, given)
    return application


async def sent(world: World, application: Application, agreement: Agreement = AGREED) -> Application | Acceptance:
    return await confirm(world.services, await applicant(world), Confirmation(application.draft.id, agreement))


@pytest.fixture(autouse=True)
async def _known(world: World) -> None:
    await world.portal_reports()


async def test_keeps_what_was_typed_right_or_wrong(world: World) -> None:
    await typed_up_to(world, Step.DETAILS, city="", amount="much")
    found = await look(world.services, await applicant(world))
    assert found.draft.values["amount"] == "much"
    assert (found.draft.step, found.place) == (Step.DETAILS, Step.DETAILS)
    assert found.reading.wrong_in(Step.DETAILS).keys() == {"city", "amount"}


async def test_looks_and_saves_within_one_and_two_requests(world: World) -> None:
    who = await applicant(world)
    world.storage.calls.clear()
    await look(world.services, who)
    assert world.storage.calls.total() == 1
    await save(world.services, who, Step.PROBLEM_TYPE, {})
    assert world.storage.calls.total() == 3


async def test_makes_the_case_that_was_typed_and_forgets_the_draft(world: World) -> None:
    outcome = await sent(world, await typed_up_to(world))
    assert isinstance(outcome, Acceptance)
    case = await world.case(outcome.answer.id)
    assert (case.opened_by, case.request.company_name) == (PRINCIPAL.actor, "Contoso B.V.")
    assert await world.services.drafts.draft(SCOPE) is None


async def test_one_request_is_made_however_often_it_is_sent(world: World) -> None:
    application = await typed_up_to(world)
    who = await applicant(world)
    stored = await world.services.drafts.draft(SCOPE)
    assert stored is not None
    first = await confirm(world.services, who, Confirmation(application.draft.id, AGREED))
    await world.services.drafts.keep_draft(SCOPE, stored.value, "")  # the second came before it was deleted
    second = await confirm(world.services, who, Confirmation(application.draft.id, AGREED))
    assert isinstance(first, Acceptance)
    assert isinstance(second, Acceptance)
    assert second.answer.id == first.answer.id
    assert second.replayed


async def test_a_draft_that_was_sent_and_not_deleted_is_not_sent_again(world: World) -> None:
    application = await typed_up_to(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError("no answer"), skip=2))
    outcome = await sent(world, application)
    assert isinstance(outcome, Acceptance)
    assert await world.services.drafts.draft(SCOPE) is not None
    assert (await look(world.services, await applicant(world))).draft.values == {}
    again = await save(world.services, await applicant(world), Step.PROBLEM_TYPE, {})
    assert again.draft.values == {}


async def test_a_request_withdrawn_can_be_typed_and_sent_anew(world: World) -> None:
    first = await sent(world, await typed_up_to(world))
    assert isinstance(first, Acceptance)
    await actions.withdraw(world.services, asked(first.answer.id, PRINCIPAL))
    world.clock.move(hours=1)
    second = await sent(world, await typed_up_to(world))
    assert isinstance(second, Acceptance)
    assert second.answer.id != first.answer.id
    assert (await world.case(first.answer.id)).state is State.WITHDRAWN


async def test_nothing_is_sent_without_the_agreement(world: World) -> None:
    application = await typed_up_to(world)
    outcome = await sent(world, application, Agreement(accepted=False, text_sha256=AGREED.text_sha256))
    assert isinstance(outcome, Application)
    assert outcome.reading.mistakes["consent"].code == "not_true"
    assert outcome.reading.form is not None, "what was typed is shown as it reads"
    assert not (await world.dossier()).cases


@pytest.mark.parametrize(("sha256", "code"), [("0" * 64, "outdated"), ("nothing", "sha256")])
async def test_nothing_is_sent_for_other_words(world: World, sha256: str, code: str) -> None:
    outcome = await sent(world, await typed_up_to(world), Agreement(accepted=True, text_sha256=sha256))
    assert isinstance(outcome, Application)
    assert outcome.reading.mistakes["consent"].code == code


async def test_nothing_is_sent_that_the_applicant_has_not_seen(world: World) -> None:
    seen = await typed_up_to(world)
    await typed_up_to(world, amount="9000")
    outcome = await sent(world, seen)
    assert isinstance(outcome, Application)
    assert outcome.reading.mistakes["consent"].code == "changed"


async def test_nothing_is_sent_that_is_not_whole_or_would_be_refused(world: World) -> None:
    outcome = await sent(world, await typed_up_to(world, Step.DETAILS))
    assert isinstance(outcome, Application)
    assert outcome.place is Step.CONTACT
    application = await typed_up_to(world)
    await world.portal_reports(accountType="Individual")
    outcome = await sent(world, application)
    assert isinstance(outcome, Application)
    assert outcome.place is Step.PROBLEM_TYPE


async def test_a_request_that_others_made_meanwhile_stands(world: World) -> None:
    application = await typed_up_to(world)
    who = await applicant(world)
    case_id = await world.submit()
    with pytest.raises(RequestOpenError) as caught:
        await confirm(world.services, who, Confirmation(application.draft.id, AGREED))
    assert caught.value.case_id == case_id
    assert await world.services.drafts.draft(SCOPE) is not None


async def test_two_windows_keep_what_each_typed(world: World) -> None:
    who = await applicant(world)

    async def in_another_window() -> None:
        await save(world.services, who, Step.SUBSCRIPTION, {"support_plan": "Basic"})

    world.storage.meanwhile.append(in_another_window)
    saved = await save(world.services, who, Step.DETAILS, {"city": "Delft"})
    assert saved.draft.values == {"support_plan": "Basic", "city": "Delft"}


async def test_gives_up_where_others_are_always_first(world: World) -> None:
    who = await applicant(world)

    async def in_another_window() -> None:
        stored = await world.services.drafts.draft(SCOPE)
        assert stored is not None
        await world.services.drafts.keep_draft(SCOPE, stored.value, stored.tag)

    await save(world.services, who, Step.DETAILS, {})
    for _ in range(6):
        world.storage.meanwhile += [in_another_window, _nothing]
    with pytest.raises(CaseBusyError):
        await save(world.services, who, Step.DETAILS, {})


async def _nothing() -> None:
    """What another window's own commit finds going on meanwhile."""


async def test_amounts_are_read_in_the_language_of_the_page(world: World) -> None:
    await typed_up_to(world, amount="2.500")
    assert (await look(world.services, await applicant(world, "nl"))).place is Step.REVIEW
    english = await look(world.services, await applicant(world, "en"))
    assert english.reading.mistakes["amount"].code == "ambiguous_amount"
