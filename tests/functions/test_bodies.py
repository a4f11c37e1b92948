"""Bodies: what cannot be read is refused with the reason, and nothing is stored."""

import pytest

from functions.intake import submit_request
from local.sample import sample_request
from tests.functions.calling import call
from tests.world import SUBSCRIPTION, World


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "it is empty"),
        (b"{", "Expecting property name"),
        (b'{"a": 1, "a": 2}', "the member 'a' occurs twice"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'"\xff"', "byte 1 is not UTF-8"),
        (b"[" * 30_000, "nested too deeply"),
    ],
)
async def test_a_body_that_is_not_json_is_400_with_the_reason(body: bytes, part: str) -> None:
    answer = await call(submit_request, "POST", "/api/requests", body)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidJson")
    assert part in answer.body["detail"]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"1"])
async def test_json_that_is_no_object_is_400(body: bytes) -> None:
    answer = await call(submit_request, "POST", "/api/requests", body)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, "")


async def test_another_media_type_is_415() -> None:
    answer = await call(submit_request, "POST", "/api/requests", b"{}", headers={"content-type": "text/plain"})
    assert answer.status == 415


async def test_a_charset_beside_the_media_type_is_fine() -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await call(submit_request, "POST", "/api/requests", sample_request(str(SUBSCRIPTION)), headers=headers)
    assert answer.status == 202


async def test_a_body_of_more_than_64_kib_is_413(world: World) -> None:
    answer = await call(submit_request, "POST", "/api/requests", b" " * 65_537)
    assert (answer.status, answer.body["error"]["code"]) == (413, "BodyTooLarge")
    assert world.messages() == []


async def test_a_pointer_escapes_what_rfc_6901_says() -> None:
    answer = await call(submit_request, "POST", "/api/requests", {**sample_request(str(SUBSCRIPTION)), "a/b~c": 1})
    assert [error["pointer"] for error in answer.body["errors"]] == ["/a~1b~0c"]
