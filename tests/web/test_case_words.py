"""What happened to a case, in words: everything that can happen has some, in every language."""

import itertools
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from shared.domain.case_file import EventOnFile
from shared.domain.credit_assessment import Band, RatioName, Recommendation
from shared.domain.decisions import DeclineCode
from shared.domain.documents import DocumentSlot
from shared.domain.eligibility import RULES, Outcome
from shared.domain.lifecycle import WAITS_FOR_APPLICANT, Event, NoticeKind, State
from shared.domain.mistakes import Mistake
from shared.domain.notices import NoticeState
from shared.domain.policy import Severity
from shared.domain.third_party import Layer
from shared.domain.typed_decision import FormKind
from shared.web.case_words import actor_in, told
from shared.web.decision_pages import mistake_in
from shared.web.languages import LANGUAGES, has_words

KINDS: dict[str, type[StrEnum]] = {
    "events": Event,
    "letters": NoticeKind,
    "deliveries": NoticeState,
    "decisions": FormKind,
    "recommendations": Recommendation,
    "bands": Band,
    "ratios": RatioName,
    "layers": Layer,
    "weights": Severity,
    "outcomes": Outcome,
    "reasons": DeclineCode,
    "slots": DocumentSlot,
}


def an_event(**changes: Any) -> EventOnFile:
    made = {
        "seq": 3,
        "side": 1,
        "at": datetime(2026, 11, 23, tzinfo=UTC),
        "to_state": State.CREDIT_REVIEW,
        "from_state": State.CREDIT_REVIEW,
        "actor": "desk:ada",
        "commit_id": "c",
        "previous_hash": "",
        "hash": "",
    }
    return EventOnFile.model_validate(made | changes)


@pytest.mark.parametrize(("language", "area"), [*itertools.product(LANGUAGES, KINDS)])
def test_everything_has_words(language: Any, area: str) -> None:
    assert [each for each in KINDS[area] if not has_words(language, f"case.{area}.{each.value}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_waits_and_advice_have_words(language: Any) -> None:
    keys = [f"rules.{rule.__name__}" for rule in RULES] + [f"turn.{state.value}" for state in WAITS_FOR_APPLICANT]
    keys += [f"reasons.recommendation_{each.value}" for each in Recommendation]
    assert [key for key in keys if not has_words(language, f"case.{key}")] == []


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("note of the desk", "Een notitie van de afdeling"),
        ("assigned to bo", "In behandeling genomen door bo"),
        ("attention: the eligibility step failed", "Vraagt aandacht: the eligibility step failed"),
        ("something of a newer version", "something of a newer version"),
    ],
)
def test_tells_what_happened_beside_the_transitions(note: str, words: str) -> None:
    assert told("nl", an_event(note=note)).what == words


def test_tells_a_transition_with_its_reasons_and_what_people_wrote() -> None:
    personal = {"note": "no", "limit": {"amount": "1"}, "codes": ["a", "b"]}
    event = an_event(
        event=Event.DECLINE, side=0, to_state=State.DECLINED, reasons=("other", "new_code"), personal=personal
    )
    found = told("en", event)
    assert (found.number, found.what, found.state) == ("3", "Declined", "closed: declined")
    assert found.reasons == ("another reason, see the note", "new code")
    assert found.wrote == {"Note": "no", "limit amount": "1", "codes 1": "a", "codes 2": "b"}


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        ("desk:ada", "ada (billing desk)"),
        ("applicant:0b1f", "the applicant"),
        ("portal", "the Azure portal"),
        ("robot:7", "robot:7"),
    ],
)
def test_names_who_did_it(actor: str, words: str) -> None:
    assert actor_in("en", actor) == words


def test_tells_a_mistake_without_words_in_the_models_english() -> None:
    assert mistake_in("nl", "amount", Mistake("new_code", "is odd")) == "is odd"
