from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.domain.history import HistoryEvent, commitment_to, erased, first_broken, hash_of, sealed
from shared.domain.lifecycle import Event, State
from tests.builders import NOON

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "case_id": TEXT,
    "seq": st.integers(),
    "side": st.integers(),
    "at": st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])),
    "event": st.none() | st.sampled_from(Event),
    "note": TEXT,
    "from_state": st.none() | st.sampled_from(State),
    "to_state": st.sampled_from(State),
    "actor": TEXT,
    "reasons": st.lists(TEXT, max_size=3).map(tuple),
    "commit_id": TEXT,
    "previous_hash": TEXT,
    "hash": TEXT,
    "a_member_of_later": TEXT,
}
SOME_CHANGE = st.sampled_from(sorted(CHANGES)).flatmap(lambda name: st.tuples(st.just(name), CHANGES[name]))
PLACES = st.integers(0, 3)


def _event(**changes: Any) -> HistoryEvent:
    whole: dict[str, Any] = {
        "case_id": "case-1",
        "seq": 1,
        "at": NOON,
        "event": Event.SUBMIT,
        "to_state": State.CHECKING_ELIGIBILITY,
        "actor": "client:contoso",
        "commit_id": "commit-1",
        "previous_hash": "",
    }
    return HistoryEvent.model_validate(whole | changes)


def _chain(length: int = 4) -> list[HistoryEvent]:
    events: list[HistoryEvent] = []
    for seq in range(1, length + 1):
        events.append(sealed(_event(seq=seq, previous_hash=events[-1].hash if events else "")))
    return events


@pytest.mark.parametrize("length", range(5))
def test_finds_nothing_broken_in_a_whole_chain(length: int) -> None:
    assert first_broken(_chain(length)) is None


@given(PLACES, SOME_CHANGE)
def test_names_the_first_event_that_was_touched(place: int, change: tuple[str, Any]) -> None:
    events = _chain()
    name, value = change
    touched = events[place].model_copy(update={name: value})
    assume(touched != events[place])
    events[place] = touched
    assert first_broken(events) is touched


@given(PLACES, PLACES)
def test_names_the_earlier_of_two_touched_events(one: int, other: int) -> None:
    events = _chain()
    for place in (one, other):
        events[place] = events[place].model_copy(update={"actor": "somebody else"})
    assert first_broken(events) is events[min(one, other)]


def test_names_the_event_after_one_that_was_changed_and_sealed_anew() -> None:
    events = _chain()
    events[1] = sealed(events[1].model_copy(update={"actor": "somebody else"}))
    assert first_broken(events) is events[2]


def test_changes_the_head_with_a_last_event_that_was_sealed_anew() -> None:
    events = _chain()
    forged = sealed(events[-1].model_copy(update={"actor": "somebody else"}))
    assert forged.hash != events[-1].hash


@pytest.mark.parametrize("place", range(3))
def test_names_the_event_after_one_that_is_gone(place: int) -> None:
    events = _chain()
    following = events[place + 1]
    del events[place]
    assert first_broken(events) is following


def test_names_the_first_of_two_events_in_the_wrong_order() -> None:
    events = _chain()
    events[1], events[2] = events[2], events[1]
    assert first_broken(events) is events[1]


@given(st.fixed_dictionaries({name: values for name, values in CHANGES.items() if name != "hash"}))
def test_keeps_its_hash_through_json(members: dict[str, Any]) -> None:
    event = sealed(_event(**members))
    stored = event.model_dump_json(by_alias=True, exclude_none=True)
    assert hash_of(HistoryEvent.model_validate_json(stored)) == event.hash


class _LaterEvent(HistoryEvent):
    member_of_later: str | None = None


def test_keeps_old_hashes_when_members_are_added() -> None:
    old = sealed(_event())
    later = _LaterEvent.model_validate_json(old.model_dump_json(by_alias=True))
    assert hash_of(later) == old.hash


def test_hashes_the_same_way_for_ever() -> None:
    assert hash_of(_event(note="café")) == "4c1aeb4691258df393c08f8383e6dc0efee9606349ea558aaf97aec3db0255d4"


@pytest.mark.parametrize(
    ("seq", "side", "number"), [(1, 0, "000001"), (12, 3, "000012.000003"), (1234567, 0, "1234567")]
)
def test_numbers_side_events_after_their_transition(seq: int, side: int, number: str) -> None:
    assert _event(seq=seq, side=side).number == number


# --- personal data beside the chain


def _told(**changes: Any) -> HistoryEvent:
    personal = {"text": "need help"}
    committed = {"personal": personal, "salt": "pepper", "commitment": commitment_to(personal, "pepper")}
    return sealed(_event().model_copy(update={**committed, **changes}))


def test_keeps_personal_data_out_of_the_hash() -> None:
    assert hash_of(_told()) == hash_of(erased(_told()))


def test_stays_whole_when_personal_data_and_salt_are_erased() -> None:
    assert first_broken([_told()]) is None
    assert first_broken([erased(_told())]) is None


@pytest.mark.parametrize(
    "changes", [{"personal": {"text": "all is well"}}, {"salt": "salt"}, {"personal": None}, {"salt": None}]
)
def test_names_an_event_whose_personal_data_were_changed(changes: dict[str, Any]) -> None:
    event = _told().model_copy(update=changes)
    assert first_broken([event]) is event


def test_hides_personal_data_behind_the_salt() -> None:
    assert commitment_to({"text": "a"}, "one") != commitment_to({"text": "a"}, "two")


def test_sorts_ten_side_events_in_their_order() -> None:
    numbers = [_event(seq=2, side=side).number for side in range(12)]
    assert numbers == sorted(numbers)


def test_leaves_neither_personal_data_nor_salt_when_they_are_erased() -> None:
    left = erased(_told())
    assert (left.personal, left.salt, left.commitment) == (None, None, _told().commitment)
