"""Outages under load, briefly; `python -m tests.faults.outages --long` is the whole of it."""

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.outage_load import Story
from tests.faults.outages import SHORT, Report, chooser, is_well, run
from tests.faults.proxy import Fault


@pytest.mark.xdist_group("alone")
@pytest.mark.timeout(300)
async def test_outages_and_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    report = await run(SHORT, tmp_path, print)
    assert report.wrong == ()
    assert is_well(report)
    assert (report.acknowledged, report.cases) == (SHORT.requests, SHORT.requests)
    assert report.done["app killed"] == SHORT.kills
    assert sum(report.done.values()) == SHORT.kills + SHORT.cycles


def test_a_run_with_anything_wrong_is_not_well() -> None:
    assert is_well(Report(SHORT, drained_seconds=1.0))
    assert not is_well(Report(SHORT, drained_seconds=1.0, wrong=("lost: something",)))
    assert not is_well(Report(SHORT, drained_seconds=None))


def test_disturbs_the_share_of_requests_that_was_asked_for_with_every_fault() -> None:
    choose = chooser(0.5, random.Random(1))
    chosen = Counter(choose() for _ in range(1000))
    assert set(chosen) == {None, *Fault}
    assert 400 < chosen[None] < 600


def test_every_story_says_how_it_ends() -> None:
    assert {story.state for story in Story} == {"approved", "withdrawn", "credit_review"}
