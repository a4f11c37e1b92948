"""The README's section on the client shows what the command line prints."""

import ast
import json
import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from paybyinvoice.command_line.arguments import parser
from tests.builders import a_policy
from tests.paybyinvoice.command_line.conftest import Typist
from tests.paybyinvoice.documents import a_case, a_pre_check, a_request, a_review, a_row, a_status, a_wait
from tests.paybyinvoice.service import Say, Service, a_problem

README: Final = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
SECTION: Final = README.partition("\n## The client\n")[2].partition("\n## ")[0]

WORDS: Final = a_policy().consent.text
DUE = {"state": "credit_application_due", "wait": a_wait(lastDay="2026-12-14")}
REVIEWED = {"state": "credit_review", "wait": a_wait("desk"), "review": a_review()}
ANSWERS: Final = {
    "submit": [Say(200, a_pre_check(consent={"text": WORDS, "textSha256": "c" * 64})), Say(202, a_status())],
    "status": [Say(200, a_case(), {"Retry-After": "5"}), Say(200, a_case(**DUE))],
    "credit-application": [Say(202, a_status(state="checking_credit"))],
    "desk list": [Say(200, {"value": [a_row(owedBy="desk", expectedOn="2026-11-30")]})],
    "desk decide": [Say(200, a_case(**REVIEWED, openedBy="client:contoso")), Say(200, a_status(state="approved"))],
}


def shown() -> list[tuple[str, list[str]]]:
    """Each command of the section, with what it prints."""
    blocks = re.findall(r"^```console\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
    parts = [
        part.replace("\\\n> ", "").splitlines() for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)
    ]
    return [(part[0], part[1:]) for part in parts if part and part[0].startswith("paybyinvoice")]


def test_the_help_is_what_it_prints() -> None:
    assert dict(shown())["paybyinvoice --help"] == parser().format_help().splitlines()


async def test_the_session_is_what_it_prints(
    service: Service, typist: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "request.json").write_text(json.dumps(a_request(consent=None)))
    (tmp_path / "application.json").write_text("{}")
    session = [(shlex.split(command)[1:], lines) for command, lines in shown() if "--help" not in command]
    assert [" ".join(words[: 1 + (words[0] == "desk")]) for words, _ in session] == list(ANSWERS)
    for (words, lines), answers in zip(session, ANSWERS.values(), strict=True):
        service.will(*answers)
        assert await typist.type(*words) == 0
        assert [*typist.complained, *typist.said] == lines


async def test_the_code_does_what_it_says(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
    assert "https://pay.example.com" in code
    program = compile(
        code.replace("https://pay.example.com", service.url), "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )
    for answers in ([Say(202, a_status()), Say(200, a_case(**DUE))], [a_problem(409, "RequestOpen")]):
        service.will(*answers)
        await eval(program, {"secret": "s3cret", "form": a_request()})
    assert capsys.readouterr().out.splitlines() == ["credit_application_due", "Title of RequestOpen Mend it."]
