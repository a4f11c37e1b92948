from datetime import timedelta

import pytest

from shared.domain.dossier import Dossier, Receipt, ScopeRecord, SlotStatus, Stored
from shared.domain.facts import UNKNOWN
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import MOST_RENEWED, Notice, NoticeState
from tests.builders import NOON, facts


def _stored(case_id: str, seq: int) -> Stored[Notice]:
    return Stored(Notice(case_id=case_id, seq=seq, kind=NoticeKind.BLOCKED, created_at=NOON), f"tag-{seq}")


def test_knows_nothing_of_a_subscription_without_facts() -> None:
    assert Dossier("scope").known_facts is UNKNOWN


def test_knows_the_facts_as_read() -> None:
    known = facts()
    assert Dossier("scope", facts=Stored(known, "tag")).known_facts is known


def test_tells_the_notices_of_one_case_from_those_of_another() -> None:
    first, other, second = _stored("mine", 2), _stored("other", 3), _stored("mine", 4)
    dossier = Dossier("scope", notices=(first, other, second))
    assert dossier.notices_of("mine") == (first, second)
    assert dossier.notices_of("nobody's") == ()


@pytest.mark.parametrize("state", NoticeState)
def test_renews_what_was_refused_and_nothing_else(state: NoticeState) -> None:
    stored = _stored("mine", 2)
    found = Stored(stored.value.model_copy(update={"state": state}), stored.tag)
    renewed = stored.value.model_copy(update={"state": NoticeState.PENDING, "renewed": True})
    dossier = Dossier("scope", notices=(found, _stored("other", 3)))
    assert dossier.renewed_notices_of("mine") == ((Stored(renewed, "tag-2"),) if state is NoticeState.FAILED else ())


def test_renews_the_latest_as_one_transaction_has_room_for_no_more() -> None:
    stored = [_stored("mine", seq) for seq in range(2, 102)]
    failed = tuple(Stored(s.value.model_copy(update={"state": NoticeState.FAILED}), s.tag) for s in stored)
    renewed = Dossier("scope", notices=failed).renewed_notices_of("mine")
    assert [each.tag for each in renewed] == [each.tag for each in failed[-MOST_RENEWED:]]


@pytest.mark.parametrize("word", [*SlotStatus])
def test_keeps_the_words_that_rows_hold(word: SlotStatus) -> None:
    assert word.value == word.name.lower()


def test_finds_a_receipt_expired_at_its_very_moment() -> None:
    stored = Stored(Receipt(key="key", expires_at=NOON), "tag")
    record = ScopeRecord(Dossier("scope"), (stored,))
    assert record.receipts_expired_at(NOON) == [stored]
    assert record.receipts_expired_at(NOON - timedelta(microseconds=1)) == []
