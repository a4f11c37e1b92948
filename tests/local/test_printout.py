import json
import shlex
from itertools import pairwise
from pathlib import Path

from local import printout
from paybyinvoice.command_line.arguments import parser
from paybyinvoice.command_line.sign_in import DESK_USER, URL

FILES = (Path(".local/client.json"), Path(".local/request.json"))
FACTS = printout.Facts("http://localhost:7072", "demo", "se cret", Path("/app/.local/notices"), "devhost", *FILES)
REQUEST = {
    "companyName": "O'Neill & Sons",
    "accountAdministratorEmail": "admin@contoso.example",
    "creditNeeded": {"amount": 5, "currency": "EUR"},
}


def words(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "))


def test_gives_addresses_credentials_and_the_notices_folder() -> None:
    text = printout.welcome(FACTS, "sub-1", REQUEST)
    for fact in (
        "http://localhost:7072/api",
        "http://localhost:7072/api/health/live",
        "se cret",
        "/app/.local/notices",
        "devhost",
    ):
        assert fact in text


def test_says_how_to_go_on_in_a_browser() -> None:
    text = printout.welcome(FACTS, "sub-1", REQUEST)
    for fact in ("http://localhost:7072/start", "Subscription   sub-1", "Administrator  admin@contoso.example"):
        assert fact in text


def test_puts_the_commands_in_the_order_in_which_they_work() -> None:
    text = printout.welcome(FACTS, "sub-1", REQUEST)
    commands = [
        printout.portal_command(FACTS.base_url, "sub-1"),
        printout.submit_command(FACTS, "sub-1", REQUEST),
        printout.client_submit_command(FACTS, "sub-1"),
        printout.read_command(FACTS),
        printout.client_status_command(FACTS),
    ]
    positions = [text.index(command) for command in commands]
    assert positions == sorted(positions)


def test_spells_a_curl_that_survives_the_shell() -> None:
    submit = words(printout.submit_command(FACTS, "sub-1", REQUEST))
    options = dict(pairwise(submit))
    assert options["-u"] == "demo:se cret"
    assert json.loads(options["-d"]) == REQUEST
    assert "Content-Type: application/json" in submit
    assert 'Idempotency-Key: "sample-sub-1"' in submit
    assert submit[-1] == "http://localhost:7072/api/requests?api-version=2026-11-01"


def test_spells_how_to_read_a_case() -> None:
    read = words(printout.read_command(FACTS))
    assert read == [
        "curl",
        "-u",
        "demo:se cret",
        "http://localhost:7072/api/requests/<id>?api-version=2026-11-01",
    ]


def test_spells_how_the_portal_reports_to_the_port_in_use() -> None:
    assert words(printout.portal_command("http://localhost:7072", "sub-1"))[-3:] == [
        "sub-1",
        "--url",
        "http://localhost:7072",
    ]


def test_says_where_the_secret_goes_when_it_is_not_known() -> None:
    unknown = printout.Facts("http://localhost:7072", "demo", None, Path("/n"), "func", *FILES)
    assert "not known here" in printout.welcome(unknown, "sub-1", REQUEST)
    assert "demo:CLIENT-SECRET" in words(printout.read_command(unknown))


def test_spells_commands_that_the_client_knows() -> None:
    submit = parser().parse_args(words(printout.client_submit_command(FACTS, "sub-1"))[1:])
    assert (submit.file, submit.idempotency_key, submit.credentials) == (str(FILES[1]), "sample-sub-1", FILES[0])
    status = parser().parse_args(words(printout.client_status_command(FACTS))[1:])
    assert (status.id, status.follow, status.credentials) == ("<id>", True, FILES[0])


def test_says_to_the_client_where_the_app_is() -> None:
    export, *variables = words(printout.client_environment(FACTS))
    assert export == "export"
    assert dict(each.split("=", 1) for each in variables) == {URL: FACTS.base_url, DESK_USER: "ada"}
    assert printout.client_environment(FACTS) in printout.welcome(FACTS, "sub-1", REQUEST)


def test_spells_how_the_desk_sees_its_work_list() -> None:
    command = shlex.split(printout.desk_command(FACTS))
    assert command[:3] == ["curl", "-H", "x-development-user: ada"]
    assert command[3].startswith(f"{FACTS.base_url}/api/requests?api-version=")
