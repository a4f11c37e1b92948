"""The desk reads its list and decides."""

import pytest

from paybyinvoice import ChangedMeanwhile, Desk, UnexpectedAnswer
from tests.paybyinvoice.documents import CASE_ID, a_desk_case, a_row, a_status, an_event
from tests.paybyinvoice.service import HangUp, Say, Service, a_problem

SEEN = Say(200, a_desk_case(), {"ETag": '"4.desk"'})
DECISION = {"kind": "decline", "codes": ["new_company"], "note": "Young."}


async def test_goes_through_the_list_by_its_links_as_they_stand(service: Service, desk: Desk) -> None:
    link = f"{service.url}/api/requests?api-version=2026-11-01&continuation=e%2By%3D&weird=a+b%7e"
    service.will(
        Say(200, {"value": [a_row(id="1"), a_row(id="2")], "nextLink": link}), Say(200, {"value": [a_row(id="3")]})
    )
    assert [row.id async for row in desk.list("credit_review", page_size=2)] == ["1", "2", "3"]
    assert service.heard[0].path == "/api/requests?api-version=2026-11-01&state=credit_review&maxpagesize=2"
    assert service.url + service.heard[1].path == link


async def test_lists_all_states_where_none_is_named(service: Service, desk: Desk) -> None:
    service.will(Say(200, {"value": []}))
    assert [row async for row in desk.list()] == []
    assert service.heard[0].path == "/api/requests?api-version=2026-11-01"


async def test_asks_for_no_more_pages_than_are_wanted(service: Service, desk: Desk) -> None:
    service.will(Say(200, {"value": [], "nextLink": f"{service.url}/next"}))
    async for _ in desk.pages():
        break
    assert len(service.heard) == 1


async def test_does_not_follow_a_link_to_elsewhere(service: Service, desk: Desk) -> None:
    service.will(Say(200, {"value": [], "nextLink": "https://elsewhere.example/next"}))
    with pytest.raises(UnexpectedAnswer, match="the secret is not sent there"):
        assert [row async for row in desk.list()] == []


async def test_shows_a_request_and_its_history_with_names(service: Service, desk: Desk) -> None:
    service.will(SEEN, Say(200, {"value": [an_event(actor="desk:ada")]}))
    assert (await desk.show(CASE_ID)).content.opened_by == "client:contoso"
    assert (await desk.history(CASE_ID)).content.value[0].actor == "desk:ada"


async def test_decides_on_what_is_read_right_before(service: Service, desk: Desk) -> None:
    service.will(SEEN, Say(200, a_status(state="declined", status="Failed")))
    assert (await desk.decide(CASE_ID, DECISION)).content.state == "declined"
    assert service.heard[1].headers["If-Match"] == '"4.desk"'
    assert (service.heard[1].path.partition("?")[0], service.heard[1].body) == (
        f"/api/requests/{CASE_ID}/decision",
        DECISION,
    )


async def test_decides_on_what_the_officer_saw(service: Service, desk: Desk) -> None:
    service.will(Say(200, a_status()))
    await desk.decide(CASE_ID, DECISION, if_match='"3.desk"')
    assert [heard.headers["If-Match"] for heard in service.heard] == ['"3.desk"']


async def test_takes_the_version_from_the_case_where_a_gateway_took_the_header(service: Service, desk: Desk) -> None:
    service.will(Say(200, a_desk_case(etag='"7.desk"')), Say(200, a_status()))
    await desk.decide(CASE_ID, DECISION)
    assert service.heard[1].headers["If-Match"] == '"7.desk"'


async def test_what_changed_meanwhile_is_shown(service: Service, desk: Desk) -> None:
    service.will(a_problem(412, "PreconditionFailed"), Say(200, a_desk_case(state="withdrawn")))
    with pytest.raises(ChangedMeanwhile) as caught:
        await desk.decide(CASE_ID, DECISION, if_match='"3.desk"')
    assert caught.value.fresh.content.state == "withdrawn"
    assert str(caught.value).startswith("412 PreconditionFailed")


@pytest.mark.parametrize("trouble", [HangUp(), Say(503), a_problem(404, "NotFound"), Say(200, "Welcome")])
async def test_what_changed_is_told_as_that_though_it_cannot_be_read(
    service: Service, desk: Desk, trouble: Say | HangUp
) -> None:
    service.will(a_problem(412, "PreconditionFailed"), trouble)
    with pytest.raises(ChangedMeanwhile) as caught:
        await desk.decide(CASE_ID, DECISION, if_match='"3.desk"')
    assert caught.value.fresh is None


async def test_confirms_a_security_and_resumes(service: Service, desk: Desk) -> None:
    service.will(Say(200, a_status()))
    await desk.confirm_security("c1", {"type": "deposit"})
    await desk.resume("c1")
    paths = [heard.path.partition("?")[0] for heard in service.heard]
    assert paths == ["/api/requests/c1/security-received", "/api/requests/c1/resumption"]


async def test_reads_the_messages_that_nobody_could(service: Service, desk: Desk) -> None:
    message = {"queue": "notify-poison", "messageId": "m1", "at": "2026-11-23T09:00:00Z", "body": "{"}
    service.will(Say(200, {"value": [message]}))
    assert [each.message_id for each in (await desk.unreadable_messages()).content.value] == ["m1"]
