"""Commands to paste: complete, quoted for a shell, and none where a line cannot sign in."""

import json
import shlex
from dataclasses import replace
from typing import Any

from shared.web.reference_calls import Call, Example, calls_of

KEY = {"name": "Idempotency-Key", "in": "header", "example": '"8e03"'}
VERSION = {"name": "api-version", "in": "query", "required": True, "example": "2026-11-01"}
CASE = {"name": "id", "in": "path", "required": True, "example": "4/7 '"}
STATE = {"name": "state", "in": "query"}
SUBMISSION = Example(
    "https://invoice.example", "POST", "/api/requests", [VERSION, KEY, STATE], {"a": "b's"}, ["client"]
)


def _words(call: Call) -> list[str]:
    return shlex.split(call.command.replace("\\\n", ""))


def test_calls_as_a_client_with_what_the_operation_needs() -> None:
    (call,) = calls_of(SUBMISSION)
    assert call.caller == "As a client"
    assert _words(call) == [
        "curl", "-i", "-X", "POST", "https://invoice.example/api/requests?api-version=2026-11-01", "-u", "ID:SECRET",
        "-H", 'Idempotency-Key: "8e03"', "-H", "Content-Type: application/json", "-d", '{"a": "b\'s"}',
    ]  # fmt: skip


def test_calls_as_the_desk_on_a_developers_machine() -> None:
    (call,) = calls_of(replace(SUBMISSION, schemes=["desk", "deskDevelopment"]))
    assert "http://localhost:7071/api/requests?api-version=2026-11-01" in _words(call)
    assert "x-development-user: NAME" in _words(call)


def test_calls_without_signing_in_what_is_for_everybody() -> None:
    assert calls_of(Example("https://invoice.example", "GET", "/api/live", [], None, [])) == (
        Call("", "curl -i https://invoice.example/api/live"),
    )


def test_writes_no_command_for_who_signs_the_body_or_signs_in_with_a_browser() -> None:
    assert calls_of(replace(SUBMISSION, schemes=["portal", "desk"])) == ()


def test_puts_a_part_of_the_path_in_its_place_as_one_part() -> None:
    (call,) = calls_of(replace(SUBMISSION, path="/api/requests/{id}", parameters=[CASE], body=None))
    assert _words(call)[4] == "https://invoice.example/api/requests/4%2F7%20%27"


def test_quotes_what_a_shell_would_run() -> None:
    body: Any = {"text": "'; rm -r $HOME `id` \n"}
    header = {"name": "If-Match", "in": "header", "required": True, "example": "'$(id)'"}
    (call,) = calls_of(replace(SUBMISSION, parameters=[header], body=body))
    assert json.loads(_words(call)[-1]) == body
    assert "If-Match: '$(id)'" in _words(call)
