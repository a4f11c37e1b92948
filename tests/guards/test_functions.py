"""Guards over the registered functions: names, route precedence, identity of callers, message keys."""

import json
import re
from typing import Any

import azure.functions as func
import pytest

from function_app import BLUEPRINTS, create_app
from functions.routes import ROUTES, Caller
from shared.domain.lifecycle import MACHINE, FollowUp
from shared.domain.messages import QUEUE_OF, CaseMessage, SubscriptionUpdated

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
    assert {module.__name__ for module in BLUEPRINTS} == {
        f"functions.{name}" for name in ("intake", "notifications", "poison", "portal", "service", "steps")
    }


def test_the_route_that_takes_everything_comes_last_in_the_alphabet(bindings: dict[str, list[dict[str, Any]]]) -> None:
    routes = triggers(bindings, "httpTrigger")
    last = max(routes, key=str.casefold)
    assert routes[last]["route"] == "{*path}"
    assert [name for name, b in routes.items() if "*" in b["route"]] == [last]


def test_no_route_hides_another_by_precedence(bindings: dict[str, list[dict[str, Any]]]) -> None:
    """The host takes the first match in the alphabetical order of names, not the most specific one."""
    routes = [r for r in ROUTES if "{*" not in r.path]
    assert len(routes) == len(triggers(bindings, "httpTrigger")) - 1
    for hidden in routes:
        sample = re.sub(r"\{\w+\}", "sample", hidden.path)
        taken_by = [r for r in routes if r.matches(sample) and set(r.methods) & set(hidden.methods)]
        assert min(taken_by, key=lambda r: r.name.casefold()) is hidden


def test_no_route_is_reserved_by_the_host(bindings: dict[str, list[dict[str, Any]]]) -> None:
    assert not [b for b in triggers(bindings, "httpTrigger").values() if b["route"].startswith(("admin", "runtime"))]


def test_only_health_may_be_called_by_anybody() -> None:
    assert {r.path for r in ROUTES if r.caller is Caller.ANYBODY} == {"api/health/live", "api/health/ready"}


def test_every_step_has_a_queue_a_trigger_and_a_poison_trigger(bindings: dict[str, list[dict[str, Any]]]) -> None:
    queues = {b["queueName"] for b in triggers(bindings, "queueTrigger").values()}
    assert QUEUE_OF.keys() == set(FollowUp)
    assert set(MACHINE.values()) < set(FollowUp)
    assert queues == {*QUEUE_OF.values(), *(f"{queue}-poison" for queue in QUEUE_OF.values())}


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
    with open("function_app.py", encoding="utf-8") as source:  # noqa: PTH123 - one line is enough
        assert len(source.readlines()) <= 30
