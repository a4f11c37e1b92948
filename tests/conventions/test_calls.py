"""Headers of every call, the form of the JSON, lists, HEAD and OPTIONS."""

import json
import logging
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from functions.answers import SECURITY_HEADERS
from functions.openapi import document
from functions.routes import ROUTES
from local.sample import sample_request
from shared.domain.dossier import SlotStatus
from tests.functions.calling import ADA, BO, Answer, basic
from tests.functions.door import ask
from tests.functions.stages import in_review
from tests.workflow.test_intake import occupy
from tests.world import SUBSCRIPTION, World

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def every(part: Any) -> list[tuple[str, Any]]:
    """Every member of a document with its name, at whatever depth."""
    if isinstance(part, dict):
        return [*part.items(), *(found for value in part.values() for found in every(value))]
    return [found for value in part for found in every(value)] if isinstance(part, list) else []


async def answers(case_id: str) -> list[Answer]:
    """Answers of every kind: fine, without body, not modified, refused."""
    shown = await ask("GET", f"/api/requests/{case_id}")
    return [
        shown,
        await ask("GET", f"/api/requests/{case_id}", headers={"if-none-match": shown.headers["ETag"]}),
        await ask("HEAD", f"/api/requests/{case_id}"),
        await ask("OPTIONS", f"/api/requests/{case_id}"),
        await ask("GET", "/api/nothing"),
        await ask("GET", "/api/health/live"),
        await ask("GET", "/api/docs", headers={"accept": "text/html"}),
        await ask("POST", f"/api/requests/{case_id}/withdrawal"),
    ]


@pytest.mark.rule(9)
async def test_members_are_in_camel_case_times_in_utc_and_ids_in_lower_case(world: World) -> None:
    case_id = await in_review(world)
    members = every((await ask("GET", f"/api/requests/{case_id}", headers=ADA)).body)
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]*", name) for name, _ in members if name != "details")
    moments = [value for name, value in members if name.endswith("At") or name in {"at", "since"}]
    assert moments
    assert all(value.endswith("Z") for value in moments)
    assert dict(members)["subscriptionId"] == str(SUBSCRIPTION).lower()


@pytest.mark.rule(9)
@pytest.mark.parametrize("status", [SlotStatus.SWITCHED, SlotStatus.COOLING])
async def test_times_in_refusals_are_in_utc_and_whole_seconds(world: World, status: SlotStatus) -> None:
    world.clock.move(seconds=2, microseconds=13)
    await occupy(world, status, until_days=180)
    refusal = (await ask("POST", "/api/requests", sample_request(str(SUBSCRIPTION)))).body
    (named,) = (each.rstrip(".,") for each in re.findall(r"20\d\d-[-+.:0-9TZ]+,?", refusal["detail"]))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", named)
    assert refusal.get("from", named) == named


@pytest.mark.rule(9)
async def test_members_are_case_sensitive() -> None:
    request = sample_request(str(SUBSCRIPTION))
    request["COMPANYNAME"] = request.pop("companyName")
    answer = await ask("POST", "/api/requests", request)
    assert {error["pointer"] for error in answer.body["errors"]} == {"/companyName", "/COMPANYNAME"}


@pytest.mark.rule(10)
async def test_every_answer_has_a_request_id_of_its_own(case_id: str) -> None:
    found = [answer.headers["x-ms-request-id"] for answer in await answers(case_id)]
    assert all(re.fullmatch(GUID, each) for each in found)
    assert len(set(found)) == len(found)


@pytest.mark.rule(10)
async def test_the_callers_own_id_is_given_back_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = await ask("GET", "/api/nothing", headers={"x-ms-client-request-id": "contoso-4711"})
    assert answer.headers["x-ms-client-request-id"] == "contoso-4711"
    assert "contoso-4711" in caplog.text
    assert answer.headers["x-ms-request-id"] in caplog.text


@pytest.mark.rule(10)
async def test_a_callers_trace_is_carried_on_to_the_notice(world: World) -> None:
    await world.portal_reports()
    traceparent = f"00-{TRACE}-00f067aa0ba902b7-01"
    answer = await ask("POST", "/api/requests", sample_request(str(SUBSCRIPTION)), {"traceparent": traceparent})
    assert answer.status == 202
    sent = [message.traceparent or "" for message in world.messages()]
    await world.drain()
    assert [TRACE in each and each != traceparent for each in sent] == [True]
    assert [letter.trace_id for letter in world.mailbox.letters] == [TRACE]


async def three_cases(world: World) -> None:
    for number in range(1, 4):
        await world.submit(subscriptionId=str(UUID(int=number)))
    await world.drain()


@pytest.mark.rule(11)
async def test_a_list_leads_on_by_links_that_hold_every_parameter(world: World) -> None:
    await three_cases(world)
    first = await ask("GET", "/api/requests?state=action_required&maxpagesize=2", headers=ADA)
    link = urlsplit(first.body["nextLink"])
    assert (link.scheme, len(first.body["value"])) == ("http", 2)
    parameters = dict(parse_qsl(link.query))
    assert (parameters["api-version"], parameters["state"], parameters["maxpagesize"]) == (
        "2026-11-01",
        "action_required",
        "2",
    )
    last = await ask("GET", f"{link.path}?{link.query}", headers=ADA)
    assert (len(last.body["value"]), "nextLink" in last.body) == (1, False)
    assert last.body.keys() == {"value"}, "no total count, which would need a look at all of them"


@pytest.mark.rule(11)
async def test_an_item_has_the_id_and_the_etag_of_what_it_stands_for(world: World) -> None:
    await three_cases(world)
    for item in (await ask("GET", "/api/requests", headers=ADA)).body["value"]:
        shown = await ask("GET", f"/api/requests/{item['id']}", headers=ADA)
        assert item["etag"] == shown.headers["ETag"]


@pytest.mark.rule(11)
async def test_a_link_is_of_no_use_to_another_reader_or_for_another_list(world: World) -> None:
    await three_cases(world)
    first = await ask("GET", "/api/requests?maxpagesize=1", headers=ADA)
    link = urlsplit(first.body["nextLink"])
    others = [
        await ask("GET", f"{link.path}?{link.query}", headers=BO),
        await ask("GET", f"{link.path}?{link.query}&state=approved", headers=ADA),
        await ask("GET", f"{link.path}?{link.query}x", headers=ADA),
    ]
    assert [(each.status, each.body["error"]["code"]) for each in others] == [(400, "InvalidParameter")] * 3


@pytest.mark.rule(11)
@pytest.mark.parametrize("size", ["0", "201", "-1", "many", "1.5"])
async def test_a_page_has_a_size_within_bounds(size: str) -> None:
    assert (await ask("GET", f"/api/requests?maxpagesize={size}", headers=ADA)).status == 400


@pytest.mark.rule(46)
async def test_the_description_that_is_served_is_the_one_of_the_endpoints() -> None:
    answer = await ask("GET", "/api/openapi.json", headers={"authorization": ""}, version=False)
    assert (answer.status, answer.media_type) == (200, "application/json")
    assert answer.body == json.loads(json.dumps(document(ROUTES)))
    assert answer.body["openapi"] == "3.1.0"


@pytest.mark.rule(47)
async def test_every_answer_has_the_security_headers(case_id: str) -> None:
    for answer in await answers(case_id):
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.rule(47)
async def test_nothing_tells_what_serves_it(case_id: str) -> None:
    for answer in await answers(case_id):
        assert not {"server", "x-powered-by", "x-aspnet-version"} & {name.lower() for name in dict(answer.headers)}


@pytest.mark.rule(48)
async def test_no_other_site_is_let_in(case_id: str) -> None:
    for answer in await answers(case_id):
        assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control-")]


@pytest.mark.rule(49)
@pytest.mark.parametrize(
    "path", ["/api/requests/{}", "/api/requests/{}/history", "/api/health/live", "/api/openapi.json"]
)
async def test_head_answers_as_get_without_the_body(case_id: str, path: str) -> None:
    head, get = [await ask(method, path.format(case_id)) for method in ("HEAD", "GET")]
    assert (head.status, head.body, head.media_type) == (get.status, None, get.media_type)
    assert head.headers["ETag"] == get.headers["ETag"]


@pytest.mark.rule(49)
async def test_options_names_the_methods(case_id: str) -> None:
    answer = await ask("OPTIONS", f"/api/requests/{case_id}", headers={"authorization": ""}, version=False)
    assert (answer.status, answer.headers["Allow"], answer.body) == (204, "GET, HEAD, OPTIONS", None)


@pytest.mark.rule(50)
async def test_a_client_is_told_what_is_left(case_id: str) -> None:
    first, second = [await ask("GET", f"/api/requests/{case_id}") for _ in range(2)]
    assert first.headers["RateLimit-Policy"] == '"calls";q=600;w=60'
    assert (first.headers["RateLimit"], second.headers["RateLimit"][:15]) == ('"calls";r=599;t=60', '"calls";r=598;t')
    other = await ask("GET", f"/api/requests/{case_id}", headers={"authorization": basic("other")})
    assert other.headers["RateLimit"] == '"calls";r=599;t=60'


@pytest.mark.rule(6, 50)
async def test_who_asks_too_much_is_429_with_the_time_to_wait() -> None:
    found = [await ask("GET", "/api/requests/x") for _ in range(601)]
    last = found[-1]
    assert {each.status for each in found[:600]} == {404}
    assert (last.status, last.headers["Retry-After"], last.body["error"]["code"]) == (429, "1", "TooManyRequests")


@pytest.mark.rule(50)
async def test_what_is_no_submission_counts_as_a_call_only() -> None:
    refused = await ask("POST", "/api/requests", {})
    assert (refused.status, refused.headers["RateLimit-Policy"]) == (400, '"calls";q=600;w=60')
    taken = await ask("POST", "/api/requests", sample_request(str(SUBSCRIPTION)))
    assert '"submissions";r=119' in taken.headers["RateLimit"]


@pytest.mark.rule(50)
async def test_a_submission_counts_also_where_it_is_repeated_or_refused_later() -> None:
    form, key = sample_request(str(SUBSCRIPTION)), {"Idempotency-Key": '"once"'}
    found = [await ask("POST", "/api/requests", form, headers=sent) for sent in (key, key, {})]
    assert [each.status for each in found] == [202, 202, 409]
    assert '"submissions";r=117' in found[-1].headers["RateLimit"]


@pytest.mark.rule(50)
async def test_submissions_are_counted_for_themselves(world: World) -> None:
    found = []
    for number in range(121):
        found.append(await ask("POST", "/api/requests", sample_request(str(UUID(int=number)))))
    assert [each.status for each in found] == [202] * 120 + [429]
    assert '"submissions";q=120;w=3600' in found[0].headers["RateLimit-Policy"]
    assert int(found[-1].headers["Retry-After"]) <= 3600
