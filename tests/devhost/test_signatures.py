import importlib.util
import typing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

from devhost.errors import StartError
from devhost.signatures import Signature, Trigger, check_signature
from tests.devhost.builders import an_app

HAS_RUNTIME = importlib.util.find_spec("azure_functions_runtime") is not None
needs_the_runtime_that_is_for_python_3_13_only = pytest.mark.skipif(
    not HAS_RUNTIME, reason="azure-functions-runtime, which is for Python 3.13 only, is not installed"
)
runtime_bindings: Any = importlib.import_module("azure_functions_runtime.bindings.meta") if HAS_RUNTIME else None
runtime_functions: Any = importlib.import_module("azure_functions_runtime.functions") if HAS_RUNTIME else None

RESPONSE = func.HttpResponse
# The numbers of the messages that host and worker exchange (FunctionRpc.proto).
PROTOCOL = SimpleNamespace(BindingInfo=SimpleNamespace(out=1, inout=2, undefined=0))


class Unknown:
    """Something that no binding gives."""


def good(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    return RESPONSE()


async def good_async(req: "func.HttpRequest") -> str:
    return ""


def good_bare(req: str) -> None: ...


def good_plain(req, context):  # type: ignore[no-untyped-def]
    ...


def bad_context(req: func.HttpRequest, context: str) -> func.HttpResponse:
    return RESPONSE()


def bad_context_generic(req: func.HttpRequest, context: list[str]) -> func.HttpResponse:
    return RESPONSE()


def bad_default(req: func.HttpRequest, size: int = 3) -> func.HttpResponse:
    return RESPONSE()


def bad_rest(req: func.HttpRequest, **rest: object) -> func.HttpResponse:
    return RESPONSE()


def bad_context_name(req: func.HttpRequest, ctx: func.Context) -> func.HttpResponse:
    return RESPONSE()


def bad_missing() -> func.HttpResponse:
    return RESPONSE()


def bad_other_name(request: func.HttpRequest) -> func.HttpResponse:
    return RESPONSE()


def bad_type(req: func.QueueMessage) -> None: ...


def bad_plain_type(req: int) -> None: ...


def bad_any(req: Any) -> None: ...


def bad_optional(req: func.HttpRequest | None) -> func.HttpResponse:
    return RESPONSE()


def bad_typing_optional(req: typing.Optional[func.HttpRequest]) -> func.HttpResponse:  # noqa: UP045 - another kind
    return RESPONSE()


def bad_list(req: list[str]) -> None: ...


def bad_typing_list(req: typing.List[str]) -> None: ...  # noqa: UP006 - another kind


def bad_out(req: func.Out[str]) -> None: ...


def bad_out_of_nothing(req: func.Out) -> None: ...  # type: ignore[type-arg]


def bad_out_of_list(req: func.Out[list[str]]) -> None: ...


def bad_unknown_name(req: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821 - as under TYPE_CHECKING


def bad_return(req: func.HttpRequest) -> dict[str, str]:
    return {}


def bad_return_class(req: func.HttpRequest) -> Unknown:
    return Unknown()


def bad_return_bytes(req: func.HttpRequest) -> bytes:
    return b""


def bad_return_optional(req: func.HttpRequest) -> func.HttpResponse | None:
    return None


def bad_return_out(req: func.HttpRequest) -> func.Out[str]:
    raise NotImplementedError


def bad_return_none(req: func.HttpRequest) -> None: ...


GOOD = (good, good_async, good_plain)
BAD = [value for name, value in list(globals().items()) if name.startswith("bad_")]
QUEUED = [bad_context, bad_default, bad_missing, bad_plain_type, bad_optional, bad_list, bad_out]
FIRED = [bad_other_name, bad_any, bad_type, bad_out_of_nothing]


def checked(call: Callable[..., Any], trigger: str = "httpTrigger") -> Signature:
    return check_signature("f", call, Trigger("req", trigger), has_response=trigger == "httpTrigger")


def complaint(call: Callable[..., Any], trigger: str = "httpTrigger") -> str:
    with pytest.raises(StartError) as caught:
        checked(call, trigger)
    return str(caught.value)


@pytest.mark.parametrize(
    ("call", "takes_context", "is_async"), [(good, True, False), (good_async, False, True), (good_plain, True, False)]
)
def test_takes_what_the_worker_takes(call: Callable[..., Any], *, takes_context: bool, is_async: bool) -> None:
    assert checked(call) == Signature(takes_context, is_bare=False, is_async=is_async)


@pytest.mark.parametrize("trigger", ["queueTrigger", "timerTrigger"])
def test_sees_that_a_function_asks_for_text(trigger: str) -> None:
    assert checked(good_bare, trigger).is_bare


def test_lets_a_function_without_a_response_be_annotated_as_it_likes() -> None:
    def work(req: func.QueueMessage) -> dict[str, str]:
        return {}

    assert not checked(work, "queueTrigger").is_bare


def test_lets_a_trigger_be_called_context() -> None:
    def work(context: func.QueueMessage) -> None: ...

    found = check_signature("f", work, Trigger("context", "queueTrigger"), has_response=False)
    assert not found.takes_context


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            bad_context,
            'the "context" parameter is expected to be of type azure.functions.Context, got "<class \'str\'>"',
        ),
        (bad_default, "parameters are declared in Python but not in the function definition"),
        (bad_rest, "(function.json or function decorators):  {'rest'}"),
        (bad_missing, "parameters are declared as bindings but are not present in Python: {'req'}"),
        (bad_plain_type, "do not match the corresponding function parameter's Python type annotation int"),
        (bad_list, "binding req has invalid non-type annotation list[str]"),
        (bad_out, 'declared to have the "in" direction in the binding decorator, but its annotation is azure.'),
        (bad_out_of_nothing, "binding req has invalid Out annotation <class 'azure.functions._abc.Out'>"),
        (bad_unknown_name, "NameError: name 'Missing' is not defined"),
        (bad_return, "has invalid non-type return annotation dict[str, str]"),
        (bad_return_class, 'Python return annotation "Unknown" does not match binding type "http"'),
        (bad_return_out, "return annotation should not be azure.functions.Out"),
    ],
)
def test_says_what_keeps_the_worker_from_loading_a_function(call: Callable[..., Any], words: str) -> None:
    assert complaint(call).startswith("cannot load the f function: ")
    assert words in complaint(call)


@pytest.mark.parametrize("call", BAD)
def test_refuses_every_example(call: Callable[..., Any]) -> None:
    assert complaint(call)


def bound(call: Callable[..., Any], trigger: str) -> Any:
    """Return a function of the library, bound as ``complaint`` says it is."""
    app = an_app()
    triggers = {
        "httpTrigger": app.route("f"),
        "queueTrigger": app.queue_trigger("req", "work", "Storage"),
        "timerTrigger": app.timer_trigger("req", "0 * * * * *"),
    }
    app.function_name("f")(triggers[trigger](call))
    (function,) = app.get_functions()
    return function


EXAMPLES = [
    *((call, "httpTrigger") for call in (*GOOD, *BAD)),
    *((call, "queueTrigger") for call in (good_bare, *QUEUED)),
    *((call, "timerTrigger") for call in (good_bare, *FIRED)),
]


def said_by_the_runtime(call: Callable[..., Any], trigger: str) -> Signature | str:
    runtime_bindings.load_binding_registry()
    try:
        info = runtime_functions.Registry().add_indexed_function(bound(call, trigger), PROTOCOL)
    except runtime_functions.FunctionLoadError as error:
        return str(error)
    except (NameError, TypeError) as error:
        return f"cannot load the f function: {type(error).__name__}: {error}"
    return Signature(info.requires_context, info.input_types["req"].binding_name == "generic", info.is_async)


def said_here(call: Callable[..., Any], trigger: str) -> Signature | str:
    try:
        return checked(call, trigger)
    except StartError as error:
        return str(error)


@needs_the_runtime_that_is_for_python_3_13_only
@pytest.mark.parametrize(("call", "trigger"), EXAMPLES)
def test_says_what_microsofts_runtime_says(call: Callable[..., Any], trigger: str) -> None:
    assert said_here(call, trigger) == said_by_the_runtime(call, trigger)
