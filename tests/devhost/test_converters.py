import azure.functions as func
import pytest
from azure.functions.meta import Datum

from devhost import converters


def test_decodes_by_trigger_type() -> None:
    message = converters.decode("queueTrigger", Datum("hello", "string"), {"Id": Datum("1", "string")})
    assert isinstance(message, func.QueueMessage)
    assert (message.id, message.get_body()) == ("1", b"hello")


@pytest.mark.parametrize("kind", ["string", "json"])
def test_gives_what_came_to_a_function_that_asks_for_it(kind: str) -> None:
    assert converters.decode(converters.BARE, Datum("hello", kind)) == "hello"


def test_refuses_to_give_a_request_as_text() -> None:
    with pytest.raises(ValueError, match="unexpected type of data received for the \"generic\" binding: 'http'"):
        converters.decode(converters.BARE, Datum({}, "http"))


@pytest.mark.parametrize(("annotation", "fits"), [(func.QueueMessage, True), (func.HttpRequest, False)])
def test_knows_what_a_trigger_may_be_annotated_with(annotation: type, *, fits: bool) -> None:
    assert converters.accepts_input("queueTrigger", annotation) is fits


@pytest.mark.parametrize(("annotation", "fits"), [(func.HttpResponse, True), (str, True), (bytes, False)])
def test_knows_what_a_response_may_be_annotated_with(annotation: type, *, fits: bool) -> None:
    assert converters.accepts_output("http", annotation) is fits


def test_encodes_by_binding_type() -> None:
    datum = converters.encode("http", func.HttpResponse("hello", status_code=201))
    assert datum.value["status_code"].value == "201"


def test_refuses_what_a_binding_has_no_use_for() -> None:
    with pytest.raises(NotImplementedError):
        converters.encode("http", {"a": 1})


def test_refuses_a_result_that_has_nowhere_to_go() -> None:
    converters.refuse_result(None)
    with pytest.raises(RuntimeError, match="non-None value: str"):
        converters.refuse_result("done")
