import pytest

from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import Delivery, Notice, NoticeState, delivery_of
from tests.builders import NOON


def test_names_a_notice_the_same_at_every_attempt() -> None:
    notice = Notice(case_id="case-1", seq=7, ordinal=1, kind=NoticeKind.BLOCKED, created_at=NOON)
    again = notice.model_copy(update={"state": NoticeState.INFLIGHT, "attempts": 3, "taken_by": "message-1"})
    assert notice.key == again.key == "case-1|000007|1"


def test_sorts_the_notices_of_a_case_by_their_age() -> None:
    kind = NoticeKind.BLOCKED
    keys = [Notice(case_id="case-1", seq=seq, kind=kind, created_at=NOON).key for seq in (2, 10, 99, 100)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("kind", NoticeKind)
def test_leaves_only_a_reminder_when_in_doubt(kind: NoticeKind) -> None:
    once = kind is NoticeKind.REMINDER
    assert delivery_of(kind) is (Delivery.AT_MOST_ONCE if once else Delivery.AT_LEAST_ONCE)


def test_waits_to_be_sent_at_first() -> None:
    notice = Notice(case_id="case-1", seq=1, kind=NoticeKind.SWITCHED, created_at=NOON)
    assert (notice.state, notice.attempts, notice.taken_at) == (NoticeState.PENDING, 0, None)


@pytest.mark.parametrize("word", [*NoticeState, *Delivery])
def test_keeps_the_words_that_rows_hold(word: NoticeState | Delivery) -> None:
    assert word.value == word.name.lower()
