"""The checks after an outage see what is wrong: each is shown one thing that is."""

from pathlib import Path

import pytest

from shared.domain.case import Attention, Case
from shared.domain.dossier import Dossier, Stored
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.notices import Notice, NoticeState
from tests.builders import NOON, a_case
from tests.faults.outage_checks import (
    Drained,
    Patience,
    overtaken,
    until_nothing_is_left,
    wrong_with_case,
    wrong_with_notices,
)
from tests.faults.outage_load import Story

ID = "case"


def found(case: Case, story: Story | None = Story.APPROVED, *notices: Notice) -> list[str]:
    stored = tuple(Stored(notice, "tag") for notice in notices)
    return list(wrong_with_case(case, Dossier(case.scope, None, None, {case.id: Stored(case, "tag")}, stored), story))


def a_notice(state: NoticeState, case: Case) -> Notice:
    return Notice(case_id=case.id, seq=3, kind=NoticeKind.INSTRUCTIONS, state=state, created_at=NOON)


def brought(folder: Path, *kinds: str) -> Path:
    for place, kind in enumerate(kinds):
        (folder / f"{ID}_{place:06}_0.eml").write_text(f"X-Notice-Kind: {kind}\n\nwords")
    return folder


def test_nothing_is_wrong_with_a_case_that_is_where_its_customer_was_told() -> None:
    case = a_case(State.APPROVED)
    assert found(case, Story.APPROVED, a_notice(NoticeState.DONE, case)) == []


def test_a_case_in_another_state_is_lost() -> None:
    assert "is checking_credit and not approved" in found(a_case(State.CHECKING_CREDIT))[0]


def test_a_case_that_nobody_was_told_of_is_doubled() -> None:
    assert found(a_case(State.APPROVED), None)[0].startswith("doubled: nobody was told")


def test_a_case_with_a_flag_is_named_with_its_reason() -> None:
    case = a_case(State.APPROVED, attention=Attention(reason="a step failed", since=NOON))
    assert found(case) == [f"attention: {case.id}: a step failed"]


@pytest.mark.parametrize("state", [NoticeState.PENDING, NoticeState.INFLIGHT])
def test_a_notice_that_was_not_sent_is_lost(state: NoticeState) -> None:
    case = a_case(State.APPROVED)
    assert found(case, Story.APPROVED, a_notice(state, case))[0].endswith(f"is {state.value}")


def test_a_missing_notice_is_lost(tmp_path: Path) -> None:
    wrong = list(wrong_with_notices(brought(tmp_path, "in_review"), ID, Story.REVIEWED))
    assert wrong == ["lost: case brought no notice credit_application"]


@pytest.mark.parametrize(
    ("kind", "state", "story", "found"),
    [
        (NoticeKind.CREDIT_APPLICATION, NoticeState.SUPERSEDED, Story.REVIEWED, {"credit_application"}),
        (NoticeKind.CREDIT_APPLICATION, NoticeState.DONE, Story.REVIEWED, set()),
        (NoticeKind.IN_REVIEW, NoticeState.SUPERSEDED, Story.REVIEWED, set()),
        (NoticeKind.WITHDRAWN, NoticeState.SUPERSEDED, Story.WITHDRAWN, set()),
    ],
)
def test_only_a_notice_whose_wait_is_over_may_be_missing(
    kind: NoticeKind, state: NoticeState, story: Story, found: set[str]
) -> None:
    notice = Notice(case_id=ID, seq=3, kind=kind, state=state, created_at=NOON)
    assert overtaken([notice], story) == found


def test_a_notice_that_was_overtaken_is_not_lost(tmp_path: Path) -> None:
    dropped = frozenset({"credit_application"})
    assert list(wrong_with_notices(brought(tmp_path, "in_review"), ID, Story.REVIEWED, dropped)) == []


def test_a_second_notice_of_a_kind_is_doubled(tmp_path: Path) -> None:
    wrong = list(wrong_with_notices(brought(tmp_path, "instructions", "instructions"), ID, Story.APPROVED))
    assert wrong == ["doubled: case brought 1 more of notice instructions"]


def test_instructions_may_have_come_before_a_withdrawal(tmp_path: Path) -> None:
    assert list(wrong_with_notices(brought(tmp_path, "instructions", "withdrawn"), ID, Story.WITHDRAWN)) == []


async def looking(*found: list[str], standstill: float = 60.0, longest: float = 60.0) -> Drained:
    """Look at what is left in one place after the other, and at the last one again and again."""
    left = iter(found)

    async def look() -> list[str]:
        return next(left, found[-1])

    return await until_nothing_is_left(look, Patience(0.0, standstill, longest))


async def test_waits_while_something_moves() -> None:
    assert (await looking(["two messages"], ["one message"], ["one message"], [])).left == ()


async def test_does_not_wait_for_what_does_not_move() -> None:
    found = await looking(["one message"], standstill=0.0)
    assert found.left == ("left after 0 s: one message",)


async def test_does_not_wait_for_ever_for_what_goes_round_and_round() -> None:
    found = await looking(["one message"], ["two messages"], longest=0.0)
    assert found.left == ("left after 0 s: one message",)
