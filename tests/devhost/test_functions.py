from typing import Any

import azure.functions as func
import pytest

from devhost.app_settings import AppSettings
from devhost.errors import StartError
from devhost.functions import HttpFunction, QueueFunction, index_functions
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
    app.function_name("tick")(app.timer_trigger("timer", "0 * * * * *")(idle))
    with pytest.raises(StartError, match=r"'tick'.*'timerTrigger' is not supported.*httpTrigger, queueTrigger"):
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
