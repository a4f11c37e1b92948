"""The command that checks histories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import verify
from operations.__main__ import main
from shared import wiring
from shared.adapters.case_rows import event_key
from shared.adapters.storage import Delete
from shared.domain.errors import StorageUnavailableError
from tests.functions.calling import wired
from tests.workflow.test_steps import settled
from tests.world import Fault, World


@pytest.fixture(autouse=True)
def _installed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    wiring.install(wired(world))
    yield
    wiring.install(None)


async def touched_case(world: World) -> str:
    await world.portal_reports()
    case_id = await settled(world)
    await world.storage.commit("cases", [Delete(case_id.split("-")[0], event_key(case_id, "000002"))])
    return case_id


async def test_histories_that_are_whole_are_counted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = await settled(world)
    assert await verify.verify(None) == 0
    assert capsys.readouterr().out == "Histories checked: 1; all whole.\n"
    assert await verify.verify(case_id) == 0
    assert f"{case_id}: 2 events, whole" in capsys.readouterr().out


async def test_a_touched_history_is_named_with_its_first_event(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = await touched_case(world)
    assert await verify.verify(None) == verify.TOUCHED
    out = capsys.readouterr().out
    assert f"{case_id}: TOUCHED: event 000003 was changed" in out
    assert "touched: 1" in out


async def test_a_case_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify.verify("nothing") == verify.NOT_CHECKED
    assert "There is no case nothing." in capsys.readouterr().err


def test_settings_that_cannot_be_read_are_told_as_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    verify.LOCAL_SETTINGS.write_text('{"Values": {"A": "1",}}')
    assert main(["verify"]) == verify.NOT_CHECKED
    assert "Could not check: local.settings.json is not valid JSON" in capsys.readouterr().err


async def test_an_outage_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.storage.faults.append(Fault("scan", StorageUnavailableError()))
    assert await verify.verify(None) == verify.NOT_CHECKED
    assert "Could not check: StorageUnavailableError" in capsys.readouterr().err


def test_the_command_line_runs_it_in_a_loop_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    assert "Histories checked: 0" in capsys.readouterr().out
