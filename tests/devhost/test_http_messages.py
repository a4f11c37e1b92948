import azure.functions as func
import pytest
from azure.functions.http import HttpRequest
from multidict import CIMultiDict

from devhost.http_messages import IncomingRequest, decode_request, encode_response, join_headers


def test_gives_a_function_the_workers_request() -> None:
    incoming = IncomingRequest("POST", "http://h/a?b=1", {"x-a": "1"}, {"b": "1"}, {"id": "7"}, b'{"c": 2}')
    request = decode_request(incoming)
    assert isinstance(request, HttpRequest)
    assert (request.method, request.url, request.headers["X-A"]) == ("POST", "http://h/a?b=1", "1")
    assert (request.params["b"], request.route_params["id"]) == ("1", "7")
    assert (request.get_body(), request.get_json()) == (b'{"c": 2}', {"c": 2})


def test_joins_headers_of_one_name_in_lower_case() -> None:
    assert join_headers(CIMultiDict([("Accept", "a"), ("accept", "b"), ("Host", "h")])) == {
        "accept": "a,b",
        "host": "h",
    }


def test_sends_status_headers_and_body() -> None:
    response = encode_response(func.HttpResponse("h\u00e9", status_code=201, headers={"X-A": "1"}))
    assert (response.status, response.body, response.headers["X-A"]) == (201, "h\u00e9".encode(), "1")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_keeps_every_cookie() -> None:
    answer = func.HttpResponse()
    answer.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly; SameSite=Lax")
    answer.headers.add("Set-Cookie", "b=2; Max-Age=60")
    cookies = encode_response(answer).headers.getall("Set-Cookie")
    assert cookies == ["a=1; HttpOnly; Path=/; SameSite=Lax", "b=2; Max-Age=60"]


def test_keeps_the_last_of_other_headers() -> None:
    answer = func.HttpResponse()
    answer.headers.add("X-A", "1")
    answer.headers.add("x-a", "2")
    assert encode_response(answer).headers.getall("X-A") == ["2"]


def test_leaves_framing_to_the_server() -> None:
    answer = func.HttpResponse("four", headers={"Content-Length": "99", "Transfer-Encoding": "chunked"})
    response = encode_response(answer)
    assert "Content-Length" not in response.headers
    assert "Transfer-Encoding" not in response.headers


def test_warns_of_text_without_a_response(caplog: pytest.LogCaptureFixture) -> None:
    response = encode_response("hello")
    assert (response.status, response.text, response.content_type) == (200, "hello", "text/plain")
    assert "Return an HttpResponse" in caplog.text


@pytest.mark.parametrize("result", [None, {"a": 1}, b"bytes"])
def test_refuses_any_other_result(result: object) -> None:
    with pytest.raises(NotImplementedError):
        encode_response(result)


def test_refuses_a_line_break_in_a_header() -> None:
    answer = func.HttpResponse()
    answer.headers._list.append(("X-A", "1\r\nX-B: 2"))
    with pytest.raises(ValueError, match="line break"):
        encode_response(answer)
