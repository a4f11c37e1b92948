"""The case file: everything of a case, for the desk, in two requests."""

import json
from uuid import UUID

import pytest

from shared.adapters.case_rows import event_key
from shared.adapters.storage import Delete
from shared.domain.case_file import CaseFile
from shared.domain.errors import CaseNotFoundError, RoleNeededError
from shared.domain.lifecycle import Event, NoticeKind, State
from shared.domain.notices import NoticeState
from shared.domain.third_party import Layer
from shared.workflow import actions, credit, desk
from shared.workflow.case_file import as_json, case_file
from tests.workflow.test_audit import overtaken
from tests.workflow.test_credit import SECURE, decide, in_review
from tests.workflow.test_notices import approved_but_not_told
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import CLIENT, OFFICER, World, asked

MEMBERS = {
    *("version", "madeAt", "standing", "request", "facts", "findings", "findingsTotal", "credit", "notices"),
    *("messages", "notes", "documents", "history", "chain"),
}


async def file_of(world: World, case_id: str) -> CaseFile:
    return await case_file(world.services, case_id, OFFICER)


async def test_costs_two_requests(world: World) -> None:
    case_id = await in_review(world)
    before = world.storage.calls.total()
    await file_of(world, case_id)
    assert world.storage.calls.total() - before == 2


async def test_says_where_the_case_stands_and_whose_it_is(world: World) -> None:
    case_id = await in_review(world)
    await desk.assign(world.services, asked(case_id, OFFICER), "ada")
    case, standing = await world.case(case_id), (await file_of(world, case_id)).standing
    assert (standing.state, standing.seq, standing.side) == (State.CREDIT_REVIEW, case.seq, 1)
    assert (standing.assignee, standing.revision, standing.review) == ("ada", case.content_revision, case.review)


async def test_has_the_figures_and_how_they_were_weighed(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    await credit.accept_security(world.services, asked(case_id))
    case, found = await world.case(case_id), (await file_of(world, case_id)).credit
    assert (found.need, found.application, found.security_asked) == (case.credit, case.credit_application, SECURE)
    assert found.security_accepted_at == world.clock.now
    assert found.assessment is not None
    assert found.assessment.drivers[0].weight
    assert found.assessment.source


async def test_has_what_people_wrote(world: World) -> None:
    case_id = await settled(world)
    await actions.write_to_desk(world.services, asked(case_id), "need help")
    await desk.write_note(world.services, asked(case_id, OFFICER), "called back")
    file = await file_of(world, case_id)
    assert ([m.text for m in file.messages], [n.text for n in file.notes]) == (["need help"], ["called back"])
    assert [event.personal for event in file.history[-2:]] == [{"text": "need help"}, {"text": "called back"}]


async def test_has_the_facts_with_their_time_and_the_layer_of_evidence(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    file = await file_of(world, case_id)
    assert (file.facts.known.observed_at, file.facts.count) == (world.clock.now, True)
    assert [f.resource.layer for f in file.findings if f.resource] == [Layer.FOREIGN_NAMESPACE]


async def test_says_when_the_facts_do_not_count(world: World) -> None:
    await world.portal_reports(accountAdministratorEmail="new@contoso.example")
    assert not (await file_of(world, await settled(world))).facts.count


async def test_has_notices_sent_and_still_to_be_sent_in_order(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.handle(message)
    await actions.withdraw(world.services, asked(message.case_id))
    notices = (await file_of(world, message.case_id)).notices
    told = [(notice.kind, notice.state) for notice in notices]
    assert told == [(NoticeKind.INSTRUCTIONS, NoticeState.DONE), (NoticeKind.WITHDRAWN, NoticeState.PENDING)]
    assert notices[0].ended_at == world.clock.now


async def test_has_the_whole_history_of_this_case_only(world: World) -> None:
    first = await settled(world)
    await actions.withdraw(world.services, asked(first))
    await world.drain()
    second = await settled(world)
    for case_id in (first, second):
        file = await file_of(world, case_id)
        events = await world.store.history(case_id)
        assert [event.hash for event in file.history] == [event.hash for event in events]
        assert (file.history[0].event, file.chain.whole, file.chain.events) == (Event.SUBMIT, True, len(events))


async def test_says_what_is_wrong_with_the_history(world: World) -> None:
    case_id = await settled(world)
    await world.storage.commit("cases", [Delete(case_id.split("-")[0], event_key(case_id, "000001"))])
    chain = (await file_of(world, case_id)).chain
    assert (chain.whole, chain.touched) == (False, "000002")
    assert chain.problem is not None


async def test_is_read_again_when_the_case_moves_on_meanwhile(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    file = await case_file(overtaken(world, world.drain), case_id, OFFICER)
    assert (file.chain.whole, file.chain.events, file.standing.state) == (True, 3, State.APPROVED)
    assert [notice.state for notice in file.notices] == [NoticeState.DONE]


async def test_has_a_notice_once_that_goes_out_meanwhile(world: World) -> None:
    message = await approved_but_not_told(world)
    services = overtaken(world, lambda: world.handle(message))
    notices = (await case_file(services, message.case_id, OFFICER)).notices
    assert [notice.state for notice in notices] == [NoticeState.DONE]


async def test_is_handed_out_as_json_that_can_be_read_again(world: World) -> None:
    file = await file_of(world, await in_review(world))
    document = json.loads(as_json(file))
    assert (set(document), document["version"]) == (MEMBERS, 1)
    assert CaseFile.model_validate(document) == file
    assert UUID(document["request"]["subscriptionId"])
    assert "salt" not in as_json(file)


async def test_is_for_the_desk_only(world: World) -> None:
    case_id = await settled(world)
    with pytest.raises(RoleNeededError):
        await case_file(world.services, case_id, CLIENT)


async def test_is_not_there_for_what_is_no_case(world: World) -> None:
    for case_id in ("no/id", f"{'0' * 32}-{'0' * 32}"):
        with pytest.raises(CaseNotFoundError):
            await file_of(world, case_id)
