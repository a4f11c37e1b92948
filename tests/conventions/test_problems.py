"""Problems: what every error answer has, and which status says what."""

import re
from typing import Any

import pytest

from functions.problem_types import CATALOGUE
from local.sample import sample_request
from shared.domain.errors import StorageUnavailableError
from tests.functions.calling import ADA, Answer, basic
from tests.functions.door import ask
from tests.world import SUBSCRIPTION, Fault, World

NOBODY = {"authorization": ""}
REQUEST = sample_request(str(SUBSCRIPTION))
NOWHERE = f"/api/requests/{'0' * 32}-{'0' * 32}"


async def some_problems(world: World) -> list[Answer]:
    """One of each status that is easy to come by."""
    found = [
        await ask("GET", "/api/nothing"),
        await ask("GET", NOWHERE),
        await ask("GET", NOWHERE, headers=NOBODY),
        await ask("GET", NOWHERE, version=False),
        await ask("DELETE", NOWHERE),
        await ask("GET", NOWHERE, headers={"accept": "text/html"}),
        await ask("POST", "/api/requests", b"{"),
        await ask("POST", "/api/requests", {}),
        await ask("POST", "/api/requests", b"x" * 70_000),
        await ask("POST", "/api/requests", b"", {"content-type": "text/plain"}),
        await ask("POST", f"{NOWHERE}/decision", {}, {**ADA, "x-development-user": "bo"}),
        await ask("POST", "/api/webhooks/portal", {}),
    ]
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    return [*found, await ask("GET", NOWHERE)]


@pytest.mark.rule(1)
async def test_every_problem_has_the_members_of_rfc_9457(world: World) -> None:
    problems = await some_problems(world)
    assert {p.status for p in problems} == {400, 401, 403, 404, 405, 406, 413, 415, 503}
    for problem in problems:
        assert problem.media_type == "application/problem+json"
        kinds = {name: type(problem.body[name]) for name in ("type", "title", "status", "detail", "instance")}
        assert kinds == {"type": str, "title": str, "status": int, "detail": str, "instance": str}


@pytest.mark.rule(2)
async def test_a_problem_says_what_its_type_says(world: World) -> None:
    for problem in await some_problems(world):
        kind = CATALOGUE[problem.body["error"]["code"]]
        assert (problem.status, problem.body["status"]) == (kind.status, kind.status)
        assert (problem.body["title"], problem.body["type"]) == (kind.title, f"/problems/{kind.code}")
        assert len(problem.body["detail"]) > 20


@pytest.mark.rule(2)
@pytest.mark.parametrize("code", CATALOGUE)
async def test_a_problems_type_is_the_address_of_a_page_about_it(code: str) -> None:
    page = await ask("GET", f"/problems/{code}", headers={**NOBODY, "accept": "text/html"}, version=False)
    assert (page.status, page.media_type) == (200, "text/html")
    assert CATALOGUE[code].title in page.body


@pytest.mark.rule(2)
async def test_no_problem_tells_how_the_service_is_made(world: World) -> None:
    text = str([problem.body for problem in await some_problems(world)])
    assert not re.search(r"Traceback|\.py|azure|Error\(|, line \d+", text, re.IGNORECASE)


@pytest.mark.rule(3)
async def test_names_of_added_members_are_words(world: World) -> None:
    problems = await some_problems(world)
    names = {name for problem in problems for name in problem.body}
    assert all(re.fullmatch(r"[A-Za-z]\w{2,}", name) for name in names | {"openTo", "requestId", "from", "findings"})


@pytest.mark.rule(4)
async def test_microsofts_error_says_the_same(world: World) -> None:
    for problem in await some_problems(world):
        error = problem.body["error"]
        assert problem.headers["x-ms-error-code"] == error["code"]
        assert error["message"] == problem.body["detail"]
        details = [(each["target"], each["message"]) for each in error.get("details", [])]
        assert details == [(each["pointer"], each["detail"]) for each in problem.body.get("errors", [])]


@pytest.mark.rule(5)
async def test_every_wrong_field_is_reported_at_once() -> None:
    wrong: dict[str, Any] = {
        **REQUEST,
        "companyName": "",
        "creditNeeded": {"amount": "-1", "currency": "ZZZ"},
        "x/y": 1,
    }
    del wrong["supportPlan"]
    answer = await ask("POST", "/api/requests", wrong)
    pointers = {error["pointer"] for error in answer.body["errors"]}
    assert pointers == {"/companyName", "/creditNeeded/amount", "/creditNeeded/currency", "/x~1y", "/supportPlan"}


@pytest.mark.rule(6)
async def test_a_wrong_method_is_told_the_right_ones() -> None:
    answer = await ask("DELETE", "/api/requests")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.rule(6)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/json; charset=utf-16"])
async def test_a_body_of_another_kind_is_415(kind: str) -> None:
    assert (await ask("POST", "/api/requests", b"{}", {"content-type": kind})).status == 415


@pytest.mark.rule(6)
@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*, */*;q=0", "application/xml;q=1.0"])
async def test_an_accept_without_json_is_406(accept: str) -> None:
    assert (await ask("GET", NOWHERE, headers={"accept": accept})).status == 406


@pytest.mark.rule(6)
@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "text/html, application/json;q=0.1", "application/json;q=x"]
)
async def test_any_accept_with_json_will_do(accept: str) -> None:
    assert (await ask("GET", NOWHERE, headers={"accept": accept})).status == 404


@pytest.mark.rule(6)
async def test_a_body_too_large_is_413() -> None:
    answer = await ask("POST", "/api/requests", b" " * 65_537)
    assert (answer.status, "65,536" in answer.body["detail"]) == (413, True)


@pytest.mark.rule(6)
async def test_an_address_too_long_is_414() -> None:
    answer = await ask("GET", f"/api/requests?continuation={'x' * 2100}", headers=ADA)
    assert (answer.status, "2,083" in answer.body["detail"]) == (414, True)


@pytest.mark.rule(6)
async def test_an_outage_is_503_with_the_time_to_wait(world: World) -> None:
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    answer = await ask("GET", NOWHERE)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.rule(6)
async def test_nobody_is_told_how_to_sign_in() -> None:
    client = await ask("GET", NOWHERE, headers=NOBODY)
    desk = await ask("GET", "/api/requests", headers=NOBODY)
    portal = await ask("POST", "/api/webhooks/portal", {}, NOBODY)
    assert [answer.status for answer in (client, desk, portal)] == [401, 401, 401]
    assert client.headers["WWW-Authenticate"].startswith("Basic ")
    assert desk.headers["WWW-Authenticate"] == "Bearer"
    assert portal.headers["WWW-Authenticate"] == "Signature"


@pytest.mark.rule(6)
async def test_anothers_case_is_as_if_it_were_not_there(case_id: str) -> None:
    foreign = await ask("GET", f"/api/requests/{case_id}", headers={"authorization": basic("other")})
    missing = await ask("GET", NOWHERE)
    assert (foreign.status, missing.status) == (404, 404)
    assert {**foreign.body, "instance": ""} == {**missing.body, "instance": ""}


@pytest.mark.rule(7)
@pytest.mark.parametrize("target", ["/api/requests?status=x", f"{NOWHERE}?verbose=1", "/api/health/live?x=1"])
async def test_an_unknown_query_parameter_is_400(target: str) -> None:
    answer = await ask("GET", target, headers=ADA)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidParameter")


@pytest.mark.rule(7)
async def test_an_unknown_header_does_no_harm(case_id: str) -> None:
    assert (await ask("GET", f"/api/requests/{case_id}", headers={"x-anything": "1"})).status == 200


@pytest.mark.rule(8)
async def test_a_missing_and_an_unknown_api_version_are_told_apart() -> None:
    missing = await ask("GET", NOWHERE, version=False)
    unknown = await ask("GET", f"{NOWHERE}?api-version=2020-01-01")
    assert (missing.status, missing.body["error"]["code"]) == (400, "MissingApiVersionParameter")
    assert (unknown.status, unknown.body["error"]["code"]) == (400, "UnsupportedApiVersionValue")
    assert "2026-11-01" in missing.body["detail"]
    assert "2026-11-01" in unknown.body["detail"]
