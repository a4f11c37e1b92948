import re
from collections.abc import Callable
from typing import Any

import azure.functions as func
import pytest

from devhost.app_settings import AppSettings
from devhost.converters import BARE
from devhost.errors import StartError
from devhost.functions import HttpFunction, IndexedFunction, QueueFunction, TimerFunction, index_functions
from devhost.retry_policies import RetryPolicy
from devhost.schedules import parse_schedule
from tests.devhost.builders import an_app, on_message, on_request, on_timer

STORAGE = {"AzureWebJobsStorage": "the connection"}


def index(app: func.FunctionApp, **settings: str) -> list[IndexedFunction]:
    return index_functions(app, AppSettings(STORAGE | settings))


def read(app: func.FunctionApp, **settings: str) -> list[Any]:
    """Return the functions of an app of which none is in error."""
    found = index(app, **settings)
    assert all(each.function for each in found), found
    return [each.function for each in found]


def problem_of(app: func.FunctionApp, **settings: str) -> str:
    """Return what puts the only function of an app in error."""
    (found,) = index(app, **settings)
    assert not found.function
    return found.problem


def test_reads_an_http_trigger() -> None:
    app = an_app()

    @app.route("cases/{id}", methods=["GET", "post"])
    async def read_case(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return func.HttpResponse()

    (function,) = read(app)
    assert isinstance(function, HttpFunction)
    assert (function.route, function.methods) == ("cases/{id}", frozenset({"GET", "POST"}))
    code = function.code
    assert (code.name, code.parameter, code.takes_context, code.is_async) == ("read_case", "req", True, True)


def test_fills_settings_into_a_route_and_a_connection() -> None:
    app = an_app()
    app.function_name("a")(app.route("%PLACE%/{id}")(on_request))
    app.function_name("b")(app.queue_trigger("msg", "work", "%PLACE%age")(on_message))
    one, other = read(app, place="Stor")
    assert (one.route, other.connection_string) == ("Stor/{id}", "the connection")


def test_gives_a_route_the_functions_name_and_all_methods() -> None:
    app = an_app()

    @app.function_name("hello")
    @app.route()
    def other(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse()

    (function,) = read(app)
    assert (function.route, function.methods, function.code.is_async) == ("hello", None, False)


def test_reads_a_queue_trigger() -> None:
    app = an_app()

    @app.queue_trigger("msg", "%PLACE%-Work", "Storage", data_type=func.DataType.BINARY)
    def work(msg: func.QueueMessage) -> None: ...

    (function,) = read(app, place="my")
    assert isinstance(function, QueueFunction)
    assert (function.queue_name, function.connection_string) == ("my-work", "the connection")
    assert function.is_binary
    assert function.code.parameter == "msg"


def a_timer(schedule: str, **more: Any) -> func.FunctionApp:
    app = an_app()
    app.function_name("tick")(app.timer_trigger("timer", schedule, **more)(on_timer))
    return app


def test_reads_a_timer_trigger() -> None:
    (function,) = read(a_timer("0 */5 * * * *", use_monitor=False))
    assert isinstance(function, TimerFunction)
    assert (function.schedule_text, function.schedule) == ("0 */5 * * * *", parse_schedule("0 */5 * * * *"))
    assert (function.run_on_startup, function.retry, function.code.parameter) == (False, None, "timer")


def test_reads_a_schedule_from_a_setting() -> None:
    (function,) = read(a_timer("%TICK%", run_on_startup=True), tick="00:05:00")
    assert (function.schedule_text, function.schedule) == ("00:05:00", parse_schedule("00:05:00"))
    assert function.run_on_startup


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("0 0 25 * * *", r"schedule '0 0 25 \* \* \*' cannot be used: '25' is not valid as hour"),
        ("%TICK%", r"schedule '\* \*' \(from %TICK%\) cannot be used: it has 2 fields"),
        ("%NOPE%", "'%NOPE%' does not resolve to a value"),
    ],
)
def test_says_what_is_wrong_with_a_schedule(schedule: str, words: str) -> None:
    assert re.match(words, problem_of(a_timer(schedule), tick="* *"))


def with_retries(
    app: func.FunctionApp, trigger: Any, call: Callable[..., None] = on_timer, delay: str = "00:00:05"
) -> func.FunctionApp:
    app.function_name("f")(app.retry("fixed_delay", "2", delay_interval=delay)(trigger(call)))
    return app


def test_reads_a_retry_policy() -> None:
    app = an_app()
    (function,) = read(with_retries(app, app.timer_trigger("timer", "0 * * * * *")))
    assert function.retry == RetryPolicy(2, 5, 5)


def test_says_what_is_wrong_with_a_retry_policy() -> None:
    app = an_app()
    with pytest.raises(StartError, match="function 'f': its retry policy is wrong: delay_interval must be"):
        index(with_retries(app, app.timer_trigger("timer", "0 * * * * *"), delay="soon"))


def test_refuses_a_retry_policy_on_another_trigger() -> None:
    app = an_app()
    queue = app.queue_trigger("msg", "work", "Storage")
    with pytest.raises(StartError, match="function 'f': a retry policy works on a timer trigger only"):
        index(with_retries(app, queue, on_message))


def test_sorts_by_name_whatever_the_case() -> None:
    app = an_app()
    for name in ("b", "C", "a"):
        app.function_name(name)(app.route()(on_request))
    assert [each.name for each in index(app)] == ["a", "b", "C"]


def test_marks_disabled_functions() -> None:
    app = an_app()
    for name in ("on", "off"):
        app.function_name(name)(app.route()(on_request))
    settings = {"AzureWebJobs.off.Disabled": "true", "AzureWebJobs.on.Disabled": "false"}
    assert [(each.name, each.is_disabled) for each in index(app, **settings)] == [("off", True), ("on", False)]


def test_refuses_a_trigger_it_does_not_know() -> None:
    app = an_app()
    app.function_name("read")(app.blob_trigger("blob", "files/{name}", "Storage")(on_request))
    with pytest.raises(StartError, match=r"'read'.*'blobTrigger' is not supported.*httpTrigger, queueTrigger, timer"):
        index(app)


def test_refuses_an_output_binding() -> None:
    app = an_app()
    trigger = app.queue_trigger("msg", "work", "Storage")
    app.function_name("copy")(app.queue_output("out", "more", "Storage")(trigger(on_message)))
    with pytest.raises(StartError, match="function 'copy': binding 'out' of type 'queue' is not supported"):
        index(app)


def test_refuses_a_response_that_is_not_returned() -> None:
    app = an_app()
    app.function_name("f")(app.route(binding_arg_name="out")(on_request))
    with pytest.raises(StartError, match="binding 'out' of type 'http'"):
        index(app)


@pytest.mark.parametrize(
    ("queue_name", "words"),
    [("%NOPE%", "'%NOPE%' does not resolve"), ("no_good", "not a valid queue name"), ("q", "not a valid queue name")],
)
def test_puts_a_function_in_error_whose_queue_has_no_name(queue_name: str, words: str) -> None:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", queue_name, "Storage")(on_message))
    assert words in problem_of(app)


def test_refuses_two_functions_of_one_name() -> None:
    app = an_app()
    for _ in range(2):
        app.function_name("same")(app.route()(on_request))
    with pytest.raises(StartError, match="unique"):
        index(app)


@pytest.mark.parametrize("name", ["host", "1st", "a b", "a.b", "h" * 129])
def test_puts_a_function_in_error_whose_name_the_host_does_not_take(name: str) -> None:
    app = an_app()
    app.function_name(name)(app.route("x")(on_request))
    assert problem_of(app) == f"'{name}' is not a valid function name."


@pytest.mark.parametrize("name", ["_req", "a__b", "caf\u00e9"])
def test_puts_a_function_in_error_whose_binding_has_a_name_the_host_does_not_take(name: str) -> None:
    app = an_app()
    namespace: dict[str, Any] = {}
    exec(f"def f({name}): ...", namespace)
    app.function_name("f")(app.route(trigger_arg_name=name)(namespace["f"]))
    assert problem_of(app) == f"The binding name {name} is invalid. Please assign a valid name to the binding."


def test_puts_a_function_in_error_whose_connection_has_no_value() -> None:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", "work", "Elsewhere")(on_message))
    assert "connection 'Elsewhere' has no value" in problem_of(app)


def test_refuses_a_connection_with_an_identity() -> None:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", "work", "Elsewhere")(on_message))
    with pytest.raises(StartError, match="function 'work': connection 'Elsewhere' is identity-based"):
        index(app, Elsewhere__queueServiceUri="https://q")


def test_refuses_a_function_the_worker_does_not_load() -> None:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", "work", "Storage")(on_request))
    with pytest.raises(StartError, match="cannot load the work function: the following parameters are declared"):
        index(app)


def test_gives_a_function_text_that_asks_for_it() -> None:
    app = an_app()

    @app.queue_trigger("msg", "work", "Storage")
    def work(msg: str) -> None: ...

    (function,) = read(app)
    assert function.code.binding_type == BARE


def test_keeps_bindings_as_the_library_writes_them() -> None:
    app = an_app()
    app.function_name("f")(app.route("cases", methods=["GET"])(on_request))
    (found,) = index(app)
    assert [binding["type"] for binding in found.bindings] == ["httpTrigger", "http"]
    assert found.bindings[0]["methods"] == ["GET"]
