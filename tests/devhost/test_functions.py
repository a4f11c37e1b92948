from typing import Any

import azure.functions as func
import pytest

from devhost.app_settings import AppSettings
from devhost.errors import StartError
from devhost.functions import HttpFunction, QueueFunction, TimerFunction, index_functions
from devhost.retry_policies import RetryPolicy
from devhost.schedules import parse_schedule
from tests.devhost.builders import an_app

STORAGE = {"AzureWebJobsStorage": "the connection"}


def idle(*_: object) -> None: ...


def index(app: func.FunctionApp, **settings: str) -> list[Any]:
    return index_functions(app, AppSettings(STORAGE | settings))


def test_reads_an_http_trigger() -> None:
    app = an_app()

    @app.route("cases/{id}", methods=["GET", "post"])
    async def read_case(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return func.HttpResponse()

    (function,) = index(app)
    assert isinstance(function, HttpFunction)
    assert (function.route, function.methods) == ("cases/{id}", frozenset({"GET", "POST"}))
    code = function.code
    assert (code.name, code.parameter, code.takes_context, code.is_async) == ("read_case", "req", True, True)


def test_fills_settings_into_a_route_and_a_connection() -> None:
    app = an_app()
    app.function_name("a")(app.route("%PLACE%/{id}")(idle))
    app.function_name("b")(app.queue_trigger("msg", "work", "%PLACE%age")(idle))
    one, other = index(app, place="Stor")
    assert (one.route, other.connection_string) == ("Stor/{id}", "the connection")


def test_gives_a_route_the_functions_name_and_all_methods() -> None:
    app = an_app()

    @app.function_name("hello")
    @app.route()
    def other(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse()

    (function,) = index(app)
    assert (function.route, function.methods, function.code.is_async) == ("hello", None, False)


def test_reads_a_queue_trigger() -> None:
    app = an_app()

    @app.queue_trigger("msg", "%PLACE%-Work", "Storage", data_type=func.DataType.BINARY)
    def work(msg: func.QueueMessage) -> None: ...

    (function,) = index(app, place="my")
    assert isinstance(function, QueueFunction)
    assert (function.queue_name, function.connection_string) == ("my-work", "the connection")
    assert function.is_binary
    assert function.code.parameter == "msg"


def a_timer(schedule: str, **more: Any) -> func.FunctionApp:
    app = an_app()
    app.function_name("tick")(app.timer_trigger("timer", schedule, **more)(idle))
    return app


def test_reads_a_timer_trigger() -> None:
    (function,) = index(a_timer("0 */5 * * * *", use_monitor=False))
    assert isinstance(function, TimerFunction)
    assert (function.schedule_text, function.schedule) == ("0 */5 * * * *", parse_schedule("0 */5 * * * *"))
    assert (function.run_on_startup, function.retry, function.code.parameter) == (False, None, "timer")


def test_reads_a_schedule_from_a_setting() -> None:
    (function,) = index(a_timer("%TICK%", run_on_startup=True), tick="00:05:00")
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
    with pytest.raises(StartError, match=f"function 'tick': {words}"):
        index(a_timer(schedule), tick="* *")


def with_retries(app: func.FunctionApp, trigger: Any, delay: str = "00:00:05") -> func.FunctionApp:
    app.function_name("f")(app.retry("fixed_delay", "2", delay_interval=delay)(trigger(idle)))
    return app


def test_reads_a_retry_policy() -> None:
    app = an_app()
    (function,) = index(with_retries(app, app.timer_trigger("timer", "0 * * * * *")))
    assert function.retry == RetryPolicy(2, 5, 5)


def test_says_what_is_wrong_with_a_retry_policy() -> None:
    app = an_app()
    with pytest.raises(StartError, match="function 'f': its retry policy is wrong: delay_interval must be"):
        index(with_retries(app, app.timer_trigger("timer", "0 * * * * *"), "soon"))


@pytest.mark.parametrize("kind", ["http", "queue"])
def test_refuses_a_retry_policy_on_another_trigger(kind: str) -> None:
    app = an_app()
    triggers = {"http": app.route(), "queue": app.queue_trigger("msg", "work", "Storage")}
    with pytest.raises(StartError, match="function 'f': a retry policy works on a timer trigger only"):
        index(with_retries(app, triggers[kind]))


def test_sorts_by_name_whatever_the_case() -> None:
    app = an_app()
    for name in ("b", "C", "a"):
        app.function_name(name)(app.route()(idle))
    assert [function.code.name for function in index(app)] == ["a", "b", "C"]


def test_leaves_out_disabled_functions() -> None:
    app = an_app()
    for name in ("on", "off"):
        app.function_name(name)(app.route()(idle))
    settings = {"AzureWebJobs.off.Disabled": "true", "AzureWebJobs.on.Disabled": "false"}
    assert [function.code.name for function in index(app, **settings)] == ["on"]


def test_refuses_a_trigger_it_does_not_know() -> None:
    app = an_app()
    app.function_name("read")(app.blob_trigger("blob", "files/{name}", "Storage")(idle))
    with pytest.raises(StartError, match=r"'read'.*'blobTrigger' is not supported.*httpTrigger, queueTrigger, timer"):
        index(app)


def test_refuses_an_output_binding() -> None:
    app = an_app()
    trigger = app.queue_trigger("msg", "work", "Storage")
    app.function_name("copy")(app.queue_output("out", "more", "Storage")(trigger(idle)))
    with pytest.raises(StartError, match="function 'copy': binding 'out' of type 'queue' is not supported"):
        index(app)


def test_refuses_a_response_that_is_not_returned() -> None:
    app = an_app()
    app.function_name("f")(app.route(binding_arg_name="out")(idle))
    with pytest.raises(StartError, match="binding 'out' of type 'http'"):
        index(app)


@pytest.mark.parametrize(
    ("queue_name", "words"),
    [("%NOPE%", "'%NOPE%' does not resolve"), ("no_good", "not a valid queue name"), ("q", "not a valid queue name")],
)
def test_names_the_function_whose_binding_is_wrong(queue_name: str, words: str) -> None:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", queue_name, "Storage")(idle))
    with pytest.raises(StartError, match=f"function 'work': .*{words}"):
        index(app)


def test_refuses_two_functions_of_one_name() -> None:
    app = an_app()
    for _ in range(2):
        app.function_name("same")(app.route()(idle))
    with pytest.raises(StartError, match="unique"):
        index(app)
