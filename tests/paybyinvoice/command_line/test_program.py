"""What goes wrong becomes words and an exit code; who calls is never an argument."""

import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.paybyinvoice.command_line.conftest import Refused, Typist
from tests.paybyinvoice.documents import CASE_ID, a_case, a_request
from tests.paybyinvoice.service import HangUp, Say, Service, a_problem


async def test_reads_who_calls_from_a_file(service: Service, typist: Typist, tmp_path: Path) -> None:
    file = tmp_path / "client.json"
    file.write_text(json.dumps({"clientId": "demo", "clientSecret": "other"}))
    service.will(Say(200, a_case()))
    assert await typist.type("status", CASE_ID, "--credentials", str(file)) == 0
    assert service.heard[0].headers["Authorization"] == "Basic ZGVtbzpvdGhlcg=="


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        ("s3cret", "is not JSON"),
        ("[]", "must be like"),
        ('{"clientId": 1}', "must be"),
        ("[" * 100_000, "is not JSON"),
    ],
    ids=["none", "no JSON", "no object", "no text", "depth"],
)
async def test_says_what_is_wrong_with_that_file(
    typist: Typist, tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "client.json"
    if content is not None:
        file.write_text(content)
    assert await typist.type("status", CASE_ID, "--credentials", str(file)) == 2
    assert words in typist.complained[0]
    assert "s3cret" not in typist.complained[0]


async def test_a_line_end_after_a_secret_is_not_part_of_it(service: Service, typist: Typist) -> None:
    del typist.environment["PAYBYINVOICE_DESK_USER"]
    typist.environment["PAYBYINVOICE_DESK_TOKEN"] = "t0ken\n"
    service.will(Say(200, {"value": []}))
    assert await typist.type("desk", "list") == 0
    assert service.heard[0].headers["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [
        ("PAYBYINVOICE_URL", ("status", "c1")),
        ("PAYBYINVOICE_CLIENT_ID", ("status", "c1")),
        ("PAYBYINVOICE_CLIENT_SECRET", ("status", "c1")),
        ("PAYBYINVOICE_DESK_USER", ("desk", "show", "c1")),
    ],
)
async def test_says_which_variable_is_missing(typist: Typist, missing: str, arguments: tuple[str, ...]) -> None:
    del typist.environment[missing]
    assert await typist.type(*arguments) == 2
    assert missing in typist.complained[0]


@pytest.mark.parametrize(
    ("variable", "value", "arguments"),
    [
        ("PAYBYINVOICE_CLIENT_ID", "con:toso", ("status", "c1")),
        ("PAYBYINVOICE_DESK_USER", "a\nda", ("desk", "list")),
        ("PAYBYINVOICE_DESK_TOKEN", "t0\nken", ("desk", "list")),
    ],
)
async def test_says_what_cannot_be_who_calls(
    typist: Typist, variable: str, value: str, arguments: tuple[str, ...]
) -> None:
    if variable == "PAYBYINVOICE_DESK_TOKEN":
        del typist.environment["PAYBYINVOICE_DESK_USER"]
    typist.environment[variable] = value
    assert await typist.type(*arguments) == 2
    assert "is wrong: " in typist.complained[0] or "is no client: " in typist.complained[0]
    assert "t0" not in typist.complained[0]


async def test_does_not_choose_between_two_ways_to_sign_in(typist: Typist) -> None:
    typist.environment["PAYBYINVOICE_DESK_TOKEN"] = "t0ken"
    assert await typist.type("desk", "list") == 2
    assert "one of the two" in typist.complained[0]


async def test_an_address_on_the_command_line_comes_before_the_variable(service: Service, typist: Typist) -> None:
    typist.environment["PAYBYINVOICE_URL"] = "https://elsewhere.example"
    service.will(Say(200, a_case()))
    assert await typist.type("status", CASE_ID, "--url", service.url) == 0


async def test_a_line_end_after_an_address_is_not_part_of_it(service: Service, typist: Typist) -> None:
    typist.environment["PAYBYINVOICE_URL"] = f" {service.url}\r\n"
    service.will(Say(200, a_case()))
    assert await typist.type("status", CASE_ID) == 0


async def test_a_mistyped_address_is_a_mistake_in_the_command(typist: Typist) -> None:
    assert await typist.type("status", "c1", "--url", "https://pay..example.com") == 2
    assert "its host is of letters, digits and hyphens" in typist.complained[0]


async def test_sends_nothing_in_the_clear(typist: Typist) -> None:
    assert await typist.type("status", "c1", "--url", "http://pay.example.com") == 2
    assert "https://pay.example.com" in typist.complained[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Standard input is not JSON: "),
        ("[1]", "Standard input must hold a JSON object"),
        ("", "is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "Standard input has a number of more than 4,300 digits: write a shorter one."),
        ('{"a": ' * 100_000 + "1" + "}" * 100_000, "Standard input is nested too deeply: "),
    ],
    ids=["cut off", "no object", "nothing", "digits", "depth"],
)
async def test_says_what_is_wrong_with_what_is_to_be_sent(typist: Typist, text: str, words: str) -> None:
    typist.typed = text
    assert await typist.type("submit", "-") == 2
    assert words in typist.complained[0]


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"\xff", "is not UTF-8")])
async def test_says_what_is_wrong_with_the_file(
    typist: Typist, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "form.json"
    if content is not None:
        file.write_bytes(content)
    assert await typist.type("submit", str(file)) == 2
    assert typist.complained[0].startswith(f"{file} {words}")


async def test_an_outage_is_told_with_the_key_to_go_on_with(service: Service, typist: Typist) -> None:
    service.will(HangUp())
    assert await typist.type("withdraw", CASE_ID) == 3
    key = service.heard[0].headers["Idempotency-Key"].strip('"')
    assert "cannot be reached" in typist.complained[0]
    assert typist.complained[-1] == f"  --idempotency-key {key}"


async def test_an_outage_while_reading_needs_no_key(service: Service, typist: Typist) -> None:
    service.will(Say(503))
    assert await typist.type("status", CASE_ID) == 3
    assert len(typist.complained) == 1


async def test_tries_no_longer_than_it_is_told(service: Service, typist: Typist) -> None:
    service.will(Say(503))
    assert await typist.type("status", CASE_ID, "--timeout", "2") == 3
    assert sum(typist.time.pauses) < 2.0


async def test_another_server_is_not_the_service(service: Service, typist: Typist) -> None:
    service.will(Say(200, "Welcome"))
    assert await typist.type("status", CASE_ID) == 3
    assert "Is this the address of the service?" in typist.complained[0]


async def test_says_when_to_come_back(service: Service, typist: Typist) -> None:
    service.will(Say(429, headers={"Retry-After": "3600"}))
    assert await typist.type("status", CASE_ID) == 1
    assert "Try again in 3600 s." in typist.complained


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["desk"], "the following arguments are required: COMMAND"),
        (["status", ""], "a request's id is not empty"),
        (["status", ".."], "a request's id is not empty"),
        (["status", "c1", "--fol"], "unrecognized arguments: --fol"),
        (["status", "c1", "--timeout", "0"], "must be a number of seconds above 0"),
        (["status", "c1", "--timeout", "soon"], "must be a number of seconds above 0, not 'soon'"),
        (["submit", "-", "--idempotency-key", 'a"b'], "1-255 printable ASCII characters"),
    ],
)
def test_refuses_arguments_that_mean_nothing(refused: Refused, arguments: list[str], words: str) -> None:
    assert words in refused(arguments)


def test_a_version_is_one_that_was_shown(refused: Refused) -> None:
    arguments = ["desk", "decide", "c1", "decline", "--code", "other", "--note", "n", "--if-match"]
    assert "such as 4.desk" in refused([*arguments, ""])
    assert "such as 4.desk" in refused([*arguments, 'a"b'])


@pytest.fixture
def environment(service: Service) -> dict[str, str]:
    own = {"PAYBYINVOICE_CLIENT_ID": "contoso", "PAYBYINVOICE_CLIENT_SECRET": "s", "PAYBYINVOICE_DESK_USER": "ada"}
    return {**os.environ, **own, "PAYBYINVOICE_URL": service.url}


# As at a terminal: whoever runs the tests in the background has them, and so their children, ignore Ctrl-C.
PROGRAM = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("paybyinvoice", run_name="__main__", alter_sys=True)
"""


@asynccontextmanager
async def started(environment: dict[str, str], *arguments: str, output: int = PIPE) -> AsyncIterator[Process]:
    command = (sys.executable, "-c", PROGRAM, *arguments)
    program = await create_subprocess_exec(*command, stdout=output, stderr=PIPE, env=environment)
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
            await program.communicate()


async def test_is_a_program(service: Service, environment: dict[str, str]) -> None:
    service.will(a_problem(404, "NotFound"))
    async with started(environment, "status", CASE_ID) as program:
        output, errors = await program.communicate()
    assert (program.returncode, output) == (1, b"")
    assert errors.startswith(b"Title of NotFound (404 NotFound)")


async def test_prints_what_the_terminal_cannot_in_other_words(service: Service, environment: dict[str, str]) -> None:
    service.will(Say(200, a_case(request=a_request(companyName="Łódź Café \u202e"))))
    cp1252 = {**environment, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    async with started(cp1252, "status", CASE_ID) as program:
        output, errors = await program.communicate()
    assert (program.returncode, errors) == (0, b"")
    assert b"Company       \\u0141\xf3d\\u017a Caf\xe9 \\ufffd" in output.splitlines()


async def test_can_be_interrupted(service: Service, environment: dict[str, str]) -> None:
    service.will(Say(200, a_case(), {"Retry-After": "3600"}))
    async with started(environment, "status", CASE_ID, "--follow") as program:
        assert program.stdout is not None
        assert b"checking_eligibility" in await program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert await program.communicate() == (b"", b"")
    assert program.returncode == 130


async def test_a_reader_may_have_enough(service: Service, environment: dict[str, str]) -> None:
    service.will(Say(200, {"value": []}))
    reading, writing = os.pipe()
    os.close(reading)
    async with started(environment, "desk", "list", output=writing) as program:
        os.close(writing)
        _, errors = await program.communicate()
    assert (program.returncode, errors) == (0, b"")
