"""The index: what ``get_functions()`` says, as frozen values.

A new kind of trigger gets a dataclass and a row in ``TRIGGERS``.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from azure.functions import Function, FunctionRegister

from devhost.app_settings import AppSettings
from devhost.errors import StartError
from devhost.retry_policies import RetryPolicy, read_retry_policy
from devhost.schedules import Schedule, parse_schedule

Binding = Mapping[str, Any]

# Naming rule of the storage service: 3 to 63 letters, digits and single hyphens.
_QUEUE_NAME = re.compile(r"(?=.{3,63}\Z)[a-z0-9](?:-?[a-z0-9])*")


@dataclass(frozen=True)
class UserCode:
    """The app's own function, and how it wants to be called."""

    name: str
    call: Callable[..., Any]
    parameter: str
    takes_context: bool
    is_async: bool


@dataclass(frozen=True)
class HttpFunction:
    """A function behind a route; ``methods`` None answers to all of them."""

    code: UserCode
    route: str
    methods: frozenset[str] | None


@dataclass(frozen=True)
class QueueFunction:
    """A function fed by a queue; ``is_binary`` gives it bytes instead of text."""

    code: UserCode
    queue_name: str
    connection_string: str
    is_binary: bool


@dataclass(frozen=True)
class TimerFunction:
    """A function that a clock fires; ``schedule_text`` is what its trigger says, settings filled in."""

    code: UserCode
    schedule: Schedule
    schedule_text: str
    run_on_startup: bool
    retry: RetryPolicy | None = None


AnyFunction = HttpFunction | QueueFunction | TimerFunction


def index_functions(app: FunctionRegister, app_settings: AppSettings) -> list[AnyFunction]:
    """Read the triggers of an app, in the host's order: by name, whatever the case. Disabled functions are left out.

    Works once per app: the library refuses a second ``get_functions()``.

    Raises:
        StartError: two functions share a name, one has a trigger or a binding devhost does not know, a ``%NAME%`` or
            a connection has no value, or a queue name, a schedule or a retry policy is wrong.
    """
    try:
        functions = app.get_functions()
    except ValueError as error:
        raise StartError(str(error)) from error
    named = sorted(((_name(function), function) for function in functions), key=lambda item: item[0].lower())
    return [
        _index(name, function, app_settings)
        for name, function in named
        if not app_settings.is_true(f"AzureWebJobs.{name}.Disabled")
    ]


def _name(function: Function) -> str:
    return str(function.get_function_name())


def _index(name: str, function: Function, app_settings: AppSettings) -> AnyFunction:
    trigger, others = _split_bindings(function)
    try:
        read = _reader(trigger["type"])
        _refuse_unknown_bindings(others, is_http=read is _read_http)
        indexed = read(_user_code(name, function, trigger["name"]), trigger, app_settings)
        return _with_retries(indexed, function.get_settings_dict("retry_policy"))
    except StartError as error:
        raise StartError(f"function '{name}': {error}") from error


def _split_bindings(function: Function) -> tuple[Binding, list[Binding]]:
    trigger = function.get_trigger()
    bindings = list(zip(function.get_bindings(), map(json.loads, function.get_raw_bindings()), strict=True))
    triggers = [content for binding, content in bindings if binding is trigger]
    return triggers[0], [content for binding, content in bindings if binding is not trigger]


def _reader(trigger_type: str) -> "TriggerReader":
    if trigger_type not in TRIGGERS:
        raise StartError(
            f"trigger type '{trigger_type}' is not supported by devhost (supported: {', '.join(TRIGGERS)})"
        )
    return TRIGGERS[trigger_type]


def _refuse_unknown_bindings(bindings: Iterable[Binding], *, is_http: bool) -> None:
    for binding in bindings:
        if not (is_http and binding["type"] == "http" and binding["name"] == "$return"):
            raise StartError(f"binding '{binding['name']}' of type '{binding['type']}' is not supported by devhost")


def _user_code(name: str, function: Function, parameter: str) -> UserCode:
    call = function.get_user_function()
    return UserCode(
        name=name,
        call=call,
        parameter=parameter,
        takes_context="context" in inspect.signature(call).parameters,
        is_async=inspect.iscoroutinefunction(call),
    )


def _with_retries(function: AnyFunction, settings: Mapping[str, Any] | None) -> AnyFunction:
    if not settings:
        return function
    if not isinstance(function, TimerFunction):
        raise StartError("a retry policy works on a timer trigger only; a failed queue message comes back by itself")
    try:
        return replace(function, retry=read_retry_policy(settings))
    except ValueError as error:
        raise StartError(f"its retry policy is wrong: {error}") from error


def _read_http(code: UserCode, trigger: Binding, app_settings: AppSettings) -> HttpFunction:
    methods = trigger.get("methods")
    return HttpFunction(
        code=code,
        route=app_settings.resolve(trigger.get("route") or "") or code.name,
        methods=frozenset(method.upper() for method in methods) if methods else None,
    )


def _read_queue(code: UserCode, trigger: Binding, app_settings: AppSettings) -> QueueFunction:
    queue_name = app_settings.resolve(trigger["queueName"]).lower()
    if not _QUEUE_NAME.fullmatch(queue_name):
        raise StartError(f"'{queue_name}' is not a valid queue name")
    return QueueFunction(
        code=code,
        queue_name=queue_name,
        connection_string=app_settings.connection_string(app_settings.resolve(trigger.get("connection", ""))),
        is_binary=trigger.get("dataType") == "BINARY",
    )


def _read_timer(code: UserCode, trigger: Binding, app_settings: AppSettings) -> TimerFunction:
    written = trigger["schedule"]
    text = app_settings.resolve(written)
    try:
        schedule = parse_schedule(text)
    except ValueError as error:
        origin = "" if text == written else f" (from {written})"
        raise StartError(f"schedule '{text}'{origin} cannot be used: {error}") from error
    return TimerFunction(code, schedule, text, run_on_startup=bool(trigger.get("runOnStartup")))


TriggerReader = Callable[[UserCode, Binding, AppSettings], AnyFunction]
TRIGGERS: Mapping[str, TriggerReader] = {
    "httpTrigger": _read_http,
    "queueTrigger": _read_queue,
    "timerTrigger": _read_timer,
}
