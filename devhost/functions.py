"""The index: what ``get_functions()`` says, as frozen values.

A new kind of trigger gets a dataclass and a row in ``TRIGGERS``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azure.functions import Function, FunctionRegister

from devhost.app_settings import AppSettings
from devhost.converters import BARE
from devhost.errors import BindingError, StartError
from devhost.retry_policies import RetryPolicy, read_retry_policy
from devhost.schedules import Schedule, parse_schedule
from devhost.signatures import Trigger, check_signature

Binding = Mapping[str, Any]

# Naming rule of the storage service: 3 to 63 letters, digits and single hyphens.
_QUEUE_NAME = re.compile(r"(?=.{3,63}\Z)[a-z0-9](?:-?[a-z0-9])*")
# Naming rules of the host (Utility.cs; underscores in names of bindings since 4.1038).
_FUNCTION_NAME = re.compile(r"(?!host\Z)[a-z][a-z0-9_-]{0,127}", re.IGNORECASE | re.ASCII)
_BINDING_NAME = re.compile(r"(?!.*__)[a-z][a-z0-9_]{0,127}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class UserCode:
    """The app's own function, and how it wants to be called.

    ``binding_type`` says what its parameter gets: the trigger's object, or what came for ``converters.BARE``.
    """

    name: str
    call: Callable[..., Any]
    parameter: str
    binding_type: str
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


@dataclass(frozen=True)
class IndexedFunction:
    """A function as the host lists it.

    A disabled one is neither served nor listened for, and runs by hand only. One in error has a ``problem`` and does
    not run at all. ``bindings`` are as the library writes them.
    """

    name: str
    bindings: Sequence[Binding]
    function: AnyFunction | None
    problem: str = ""
    is_disabled: bool = False

    def in_error(self, problem: str) -> "IndexedFunction":
        """Return it as one that is in error."""
        return replace(self, function=None, problem=problem)


def index_functions(app: FunctionRegister, app_settings: AppSettings) -> list[IndexedFunction]:
    """Read the triggers of an app, in the host's order: by name, whatever the case.

    What the host itself finds wrong with a binding (a ``%NAME%`` or a connection without a value, a wrong queue name,
    schedule or name) puts that function in error; the others are served. Works once per app: the library refuses a
    second ``get_functions()``.

    Raises:
        StartError: what the worker finds wrong, which costs every function: two of one name, or one whose parameters
            or annotations do not fit. Or a function has what devhost does not know: another trigger or binding, an
            identity-based connection, a retry policy on a trigger that the host does not retry.
    """
    try:
        functions = app.get_functions()
    except ValueError as error:
        raise StartError(str(error)) from error
    named = sorted(((_name(function), function) for function in functions), key=lambda item: item[0].lower())
    return [_index(name, function, app_settings) for name, function in named]


def _name(function: Function) -> str:
    return str(function.get_function_name())


def _index(name: str, function: Function, app_settings: AppSettings) -> IndexedFunction:
    trigger, others = _split_bindings(function)
    try:
        reader = _reader(trigger["type"])
        _refuse_unknown_bindings(others, is_http=reader is _read_http)
        code = _user_code(name, function, trigger, has_response=bool(others))
        retry = _retry_policy(trigger["type"], function.get_settings_dict("retry_policy"))
        indexed, problem = _read(reader, code, trigger, app_settings)
    except StartError as error:
        raise StartError(f"function '{name}': {error}") from error
    if isinstance(indexed, TimerFunction):
        indexed = replace(indexed, retry=retry)
    is_disabled = app_settings.is_true(f"AzureWebJobs.{name}.Disabled")
    return IndexedFunction(name, (trigger, *others), indexed, problem, is_disabled)


def _read(
    reader: "TriggerReader", code: UserCode, trigger: Binding, app_settings: AppSettings
) -> tuple[AnyFunction | None, str]:
    """Return the function, or why it is in error."""
    try:
        _check_names(code.name, trigger["name"])
        return reader(code, trigger, app_settings), ""
    except BindingError as error:
        return None, str(error)


def _check_names(name: str, binding_name: str) -> None:
    if not _FUNCTION_NAME.fullmatch(name):
        raise BindingError(f"'{name}' is not a valid function name.")
    if not _BINDING_NAME.fullmatch(binding_name):
        raise BindingError(f"The binding name {binding_name} is invalid. Please assign a valid name to the binding.")


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


def _user_code(name: str, function: Function, trigger: Binding, *, has_response: bool) -> UserCode:
    call = function.get_user_function()
    signature = check_signature(name, call, Trigger(trigger["name"], trigger["type"]), has_response=has_response)
    return UserCode(
        name=name,
        call=call,
        parameter=trigger["name"],
        binding_type=BARE if signature.is_bare else trigger["type"],
        takes_context=signature.takes_context,
        is_async=signature.is_async,
    )


def _retry_policy(trigger_type: str, settings: Mapping[str, Any] | None) -> RetryPolicy | None:
    if not settings:
        return None
    if TRIGGERS[trigger_type] is not _read_timer:
        raise StartError("a retry policy works on a timer trigger only; a failed queue message comes back by itself")
    try:
        return read_retry_policy(settings)
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
        raise BindingError(f"'{queue_name}' is not a valid queue name")
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
        raise BindingError(f"schedule '{text}'{origin} cannot be used: {error}") from error
    return TimerFunction(code, schedule, text, run_on_startup=bool(trigger.get("runOnStartup")))


TriggerReader = Callable[[UserCode, Binding, AppSettings], AnyFunction]
TRIGGERS: Mapping[str, TriggerReader] = {
    "httpTrigger": _read_http,
    "queueTrigger": _read_queue,
    "timerTrigger": _read_timer,
}
