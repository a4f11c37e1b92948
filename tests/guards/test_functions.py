"""Guards over the registered functions: names, route precedence, identity of callers, message keys."""

import json
import re
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from function_app import create_app
from functions.blueprints import BLUEPRINTS
from functions.identity import ROLE_OF, Caller
from functions.page_routes import PAGES, Visitor
from functions.routes import ROUTES, DeclaredApp, pattern_of
from shared.domain.callers import Role
from shared.domain.lifecycle import MACHINE, FollowUp
from shared.domain.messages import LINKS, QUEUE_OF, CaseMessage, SubscriptionUpdated

ROOT = Path(__file__).parent.parent.parent
METADATA = {"queuetrigger", "dequeuecount", "id", "popreceipt", "insertiontime", "expirationtime", "nextvisibletime"}


@pytest.fixture(scope="module")
def bindings() -> dict[str, list[dict[str, Any]]]:
    """Every function's bindings, by name."""
    found = {
        str(f.get_function_name()): [json.loads(b) for b in f.get_raw_bindings()] for f in create_app().get_functions()
    }
    assert found, "no functions: check this guard"
    return found


def triggers(bindings: dict[str, list[dict[str, Any]]], kind: str) -> dict[str, dict[str, Any]]:
    found = {name: b for name, each in bindings.items() for b in each if b["type"] == kind}
    assert found, f"no {kind}: check this guard"
    return found


def test_the_app_can_be_made_again_and_again_with_the_same_functions() -> None:
    first, second = ([f.get_function_name() for f in create_app().get_functions()] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_every_blueprint_module_is_registered() -> None:
    registered = {module.__name__ for module in BLUEPRINTS}
    files = [*(ROOT / "functions").glob("*.py")]
    with_blueprints = {f"functions.{p.stem}" for p in files if "func.Blueprint()" in p.read_text("utf-8")}
    assert {"functions.credit", "functions.due_cases"} < registered
    assert registered == with_blueprints
    assert len(BLUEPRINTS) == len(registered)


def test_the_route_that_takes_everything_comes_last_in_the_alphabet(bindings: dict[str, list[dict[str, Any]]]) -> None:
    routes = triggers(bindings, "httpTrigger")
    last = max(routes, key=str.casefold)
    assert routes[last]["route"] == "{*path}"
    assert [name for name, b in routes.items() if "*" in b["route"]] == [last]


def test_no_route_hides_another_by_precedence(bindings: dict[str, list[dict[str, Any]]]) -> None:
    """The host takes the first match in the alphabetical order of names, not the most specific one."""
    of_api = [(route.name, route.contract.path, {*route.methods}) for route in ROUTES]
    routes = [*of_api, *((name, page.path, {*page.methods}) for name, page in PAGES)]
    assert len(routes) == len(triggers(bindings, "httpTrigger")) - 1
    for name, path, methods in routes:
        sample = re.sub(r"\{\w+\}", "sample", path)
        taken_by = [other for other, of, by in routes if pattern_of(of).fullmatch(sample) and by & methods]
        assert min(taken_by, key=str.casefold) == name


def test_what_has_a_visitor_is_open_to_anybody_only_where_nobody_is_known_yet() -> None:
    assert {page.path for _, page in PAGES if page.visitor is Visitor.ANYBODY} == OPEN_PAGES


def test_pages_of_the_desk_that_change_something_need_the_role_to_decide_unless_they_are_a_readers_own() -> None:
    changing = {page.path for _, page in PAGES if page.method == "POST" and page.visitor is Visitor.DESK_READ}
    assert changing == READERS_FORMS


def test_no_route_is_reserved_by_the_host(bindings: dict[str, list[dict[str, Any]]]) -> None:
    assert not [b for b in triggers(bindings, "httpTrigger").values() if b["route"].startswith(("admin", "runtime"))]


def test_only_health_and_the_reference_may_be_called_by_anybody() -> None:
    assert {r.contract.path for r in ROUTES if r.contract.caller is Caller.ANYBODY} == {
        "api/health/live", "api/health/ready", "api/openapi.json", "api/docs", "problems", "problems/{code}",
    }  # fmt: skip


OPEN_PAGES = {"", "language/{language}", "static/{name}", "start", "start/sent", "enter/{link}", "desk/sign-in"}
READERS_FORMS = {"desk", "desk/sign-out", *(f"desk/cases/{{id}}/{form}" for form in ("notes", "take", "release"))}
"""What whoever of the desk may only read can send all the same: it decides nothing."""

DESKS_OWN = (
    ("api/requests", "GET"),
    ("api/unreadable-messages", "GET"),
    ("api/requests", "HEAD"),
    ("api/unreadable-messages", "HEAD"),
    *((f"api/requests/{{id}}/{part}", "POST") for part in ("decision", "security-received", "resumption")),
)


def test_what_is_the_desks_needs_a_role_and_nothing_else_is_open_to_it_alone() -> None:
    needed = {(r.contract.path, method): r.contract.caller for r in ROUTES for method in r.methods}
    desks = {where: caller for where, caller in needed.items() if caller in {Caller.DESK_READ, Caller.DESK_DECIDE}}
    assert desks.keys() == set(DESKS_OWN)
    assert {method for (_, method), caller in desks.items() if caller is Caller.DESK_READ} == {"GET", "HEAD"}


def test_whoever_of_the_desk_changes_something_needs_the_role_to_decide() -> None:
    changing = {r.contract.caller for r in ROUTES if "GET" not in r.methods}
    assert {ROLE_OF[caller] for caller in changing & ROLE_OF.keys()} == {Role.DECIDE}
    assert {caller for caller in Caller if "DESK" in caller.name} == ROLE_OF.keys()


def test_only_the_portal_calls_its_webhook() -> None:
    assert [r.contract.path for r in ROUTES if r.contract.caller is Caller.PORTAL] == ["api/webhooks/portal"]


def test_every_timer_takes_its_schedule_from_a_setting_that_the_example_gives(
    bindings: dict[str, list[dict[str, Any]]],
) -> None:
    values = json.loads((ROOT / "local.settings.json.example").read_text("utf-8"))["Values"]
    schedules = {name: binding["schedule"] for name, binding in triggers(bindings, "timerTrigger").items()}
    assert schedules.keys() == {"wake_due_cases", "reconcile_cases"}
    settings = {re.fullmatch(r"%(\w+)%", schedule) for schedule in schedules.values()}
    assert None not in settings
    assert {match[1] for match in settings if match} <= values.keys()
    assert all(len(values[match[1]].split()) == 6 for match in settings if match)


def test_every_step_has_a_queue_a_trigger_and_a_poison_trigger(bindings: dict[str, list[dict[str, Any]]]) -> None:
    queues = {b["queueName"] for b in triggers(bindings, "queueTrigger").values()}
    assert QUEUE_OF.keys() == set(FollowUp)
    assert set(MACHINE.values()) < set(FollowUp)
    every = {*QUEUE_OF.values(), LINKS}
    assert queues == every | {f"{queue}-poison" for queue in every}


def test_poison_queues_have_names_that_the_host_can_make() -> None:
    assert max(len(f"{queue}-poison") for queue in QUEUE_OF.values()) <= 63


@pytest.mark.parametrize("message", [CaseMessage])
def test_no_message_key_is_named_like_trigger_metadata(message: type[CaseMessage]) -> None:
    keys = {field.alias or name for name, field in message.model_fields.items()}
    assert keys, "no keys: check this guard"
    assert not {key for key in keys if key.lower() in METADATA}


def test_queue_messages_hold_ids_only() -> None:
    assert CaseMessage.model_fields.keys() == {"v", "message_id", "case_id", "seq", "kind", "traceparent"}
    assert SubscriptionUpdated.model_fields.keys() == {"type", "timestamp", "data"}


def test_function_app_only_registers() -> None:
    assert isinstance(create_app(), func.FunctionApp)
    assert len((ROOT / "function_app.py").read_text("utf-8").splitlines()) <= 30


def test_an_endpoint_without_a_contract_is_refused_at_the_start() -> None:
    app = DeclaredApp()

    @app.route("api/back-door")
    async def back_door(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("welcome")

    with pytest.raises(TypeError, match="back_door is an endpoint without a contract"):
        app.get_functions()
