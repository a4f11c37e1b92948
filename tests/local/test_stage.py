from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from local import settings
from local.api import api_of
from local.app_clock import AppClock
from local.stage import Stage, came_on_time, is_accepted, is_refused, is_silent_on, notices_of, refusal, says
from paybyinvoice import Answer, Conflict, NotFound
from paybyinvoice.models import CaseStatus
from tests.paybyinvoice.documents import a_status


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def stage(tmp_path: Path, said: list[str]) -> Stage:
    clock = AppClock(tmp_path / "clock-offset")
    nowhere = replace(api_of("http://127.0.0.1:9", settings.new_credentials(), clock), patience=0.2)
    return Stage(nowhere, tmp_path, said.append)


def put_notice(folder: Path, number: int, kind: str, text: str = "Dear you,\n\nThe request\nwaits.\n") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"{kind} {number}"
    mail["X-Notice-Kind"] = kind
    mail.set_content(text)
    (folder / f"case-1_{number:06}_0.eml").write_bytes(mail.as_bytes())
    return mail


def test_remembers_what_was_wrong_and_says_both(stage: Stage, said: list[str]) -> None:
    stage.expect("this is right", holds=True)
    stage.expect("this is not", holds=False)
    assert stage.wrong == ["this is not"]
    assert said == ["   ok    this is right", "   WRONG this is not"]


async def test_finds_the_newest_notice_of_a_kind(stage: Stage) -> None:
    for number, kind in enumerate(("reminder", "reminder", "expired"), start=1):
        put_notice(stage.notices, number, kind)
    found = await stage.notice("case-1", "reminder", 2)
    assert found is not None
    assert found["Subject"] == "reminder 2"


async def test_gives_up_on_a_notice_that_does_not_come(stage: Stage) -> None:
    put_notice(stage.notices, 1, "reminder")
    assert await stage.notice("case-1", "reminder", 2) is None
    assert await stage.notice("case-2", "reminder") is None


def test_tells_notices_of_one_case_from_those_of_others(tmp_path: Path) -> None:
    put_notice(tmp_path, 1, "blocked")
    assert [mail["Subject"] for mail in notices_of(tmp_path, "case-1")] == ["blocked 1"]
    assert notices_of(tmp_path, "case-10") == notices_of(tmp_path, "case-1", "expired") == []


def test_looks_for_words_wherever_lines_break(tmp_path: Path) -> None:
    mail = put_notice(tmp_path, 1, "blocked")
    assert says(mail, "request waits", "you")
    assert not says(mail, "request waits", "expired")
    assert is_silent_on(mail, "score")
    assert not is_silent_on(mail, "the REQUEST")


def test_a_missing_notice_neither_says_nor_is_silent() -> None:
    assert not says(None)
    assert not is_silent_on(None, "score")


def test_an_answer_is_accepted_or_refused_for_its_very_reason() -> None:
    status = CaseStatus.model_validate(a_status(id="1"))
    assert is_accepted(Answer(202, status, {}, {"Location": "/api/requests/1"}))
    assert not is_accepted(Answer(202, status, {}, {}))
    assert not is_accepted(Answer(200, status, {}, {"Location": "/api/requests/1"}))
    refused = Conflict(409, "RequestOpen", "There is one.", "One at a time.")
    assert is_refused(refused, "RequestOpen", "One")
    assert not is_refused(refused, "RequestOpen", "since")
    assert not is_refused(refused, "AlreadySwitched")
    assert not is_refused(NotFound(404, "RequestOpen", "There is none.", "One"), "RequestOpen")
    assert not is_refused(None, "RequestOpen")


async def test_tells_a_refusal_from_an_answer() -> None:
    async def answer(*, refused: bool) -> Answer[CaseStatus]:
        if refused:
            raise NotFound(404, "NotFound", "There is none.", "Look elsewhere.")
        return Answer(200, CaseStatus.model_validate(a_status()), {}, {})

    assert isinstance(await refusal(answer(refused=True)), NotFound)
    assert await refusal(answer(refused=False)) is None


def test_on_time_is_within_the_hour_after_it_was_due_and_as_often() -> None:
    due, again = datetime(2027, 1, 4, 8, tzinfo=UTC), datetime(2027, 1, 5, 8, tzinfo=UTC)
    history = [{"event": "remind", "at": due.isoformat()}, {"event": "assess", "at": again.isoformat()}]
    assert came_on_time(history, "remind", due)
    assert not came_on_time(history, "remind", due, again)
    assert not came_on_time(history, "remind")
    assert not came_on_time(history, "remind", due + timedelta(seconds=1))
    assert not came_on_time(history, "remind", due - timedelta(hours=1))
