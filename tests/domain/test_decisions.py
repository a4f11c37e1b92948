import re
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.decisions import (
    DECLINE_WORDS,
    ApplicantWords,
    Approve,
    AskInformation,
    AskSecurity,
    Decision,
    Decline,
    DeclineCode,
    InformationItem,
    InformationReply,
    Language,
    SecurityReceived,
    SecurityType,
    unanswered,
)
from shared.domain.model import Model, Note, PositiveMoney, Text
from tests.builders import money

DECISION = TypeAdapter[Model](Decision)
TEXT, NOTE = TypeAdapter[str](Text), TypeAdapter[str](Note)
LANGUAGES: tuple[Language, ...] = get_args(Language)

# What would tell an applicant how figures were weighed, or whom the desk asked.
INTERNAL = re.compile(
    r"scor|altman|z''|rating|ratio\b|risk|risico|model|bureau|agency|insur|verzeker|bank\b|kredietbeoordel|informant"
    r"|edifact|adverse|negatie|distress|officer|desk|algorit|solven|third part|derde part|bkr|graydon|creditsafe",
    re.IGNORECASE,
)

DECISIONS: dict[str, dict[str, Any]] = {
    "approve": {"kind": "approve", "limit": money("50000"), "note": "Sound accounts."},
    "decline": {"kind": "decline", "codes": ["new_company", "other"], "note": "See file."},
    "ask_information": {"kind": "ask_information", "items": [{"item": "audited_statements"}], "note": "old"},
    "ask_security": {
        "kind": "ask_security",
        "type": "deposit",
        "amount": money("9"),
        "by": "2026-12-01",
        "note": "thin",
    },
}
KIND: dict[str, type[Model]] = {
    "approve": Approve,
    "decline": Decline,
    "ask_information": AskInformation,
    "ask_security": AskSecurity,
}


def _decide(kind: str, /, **changes: Any) -> Model:
    return DECISION.validate_python(DECISIONS[kind] | changes, extra="forbid")


def _refused(kind: str, /, **changes: Any) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as refused:
        _decide(kind, **changes)
    return [(error["loc"], error["msg"].removeprefix("Value error, ")) for error in refused.value.errors()]


def _all_words() -> list[ApplicantWords]:
    return [words.applicant[language] for words in DECLINE_WORDS.values() for language in LANGUAGES]


@pytest.mark.parametrize("code", DeclineCode)
def test_has_words_for_every_code_in_every_language(code: DeclineCode) -> None:
    assert DECLINE_WORDS[code].desk.endswith(".")
    assert set(DECLINE_WORDS[code].applicant) == set(LANGUAGES)
    for words in DECLINE_WORDS[code].applicant.values():
        assert all(TEXT.validate_python(text) == text and text.endswith(".") for text in (words.text, words.next_step))


def test_tells_an_applicant_nothing_that_is_the_desks() -> None:
    told = [text for words in _all_words() for text in (words.text, words.next_step)]
    assert len(told) == 2 * len(LANGUAGES) * len(DeclineCode)
    assert not [text for text in told if INTERNAL.search(text)]
    assert INTERNAL.search("Your score is too low."), "the pattern finds what it is to find"


def test_does_not_repeat_the_desks_words_or_the_code_to_the_applicant() -> None:
    for code, words in DECLINE_WORDS.items():
        told = " ".join(each.text + each.next_step for each in words.applicant.values())
        assert words.desk not in told
        assert code not in told.split()


def test_gives_each_code_words_of_its_own_and_each_language_its_own() -> None:
    assert len({words.text for words in _all_words()}) == len(LANGUAGES) * len(DeclineCode)


@pytest.mark.parametrize("kind", DECISIONS)
def test_reads_each_kind_of_decision(kind: str) -> None:
    decision = _decide(kind)
    assert type(decision) is KIND[kind]
    assert DECISION.validate_json(decision.model_dump_json(by_alias=True)) == decision


@pytest.mark.parametrize("kind", ["refuse", "", None])
def test_refuses_a_kind_of_decision_that_there_is_not(kind: str | None) -> None:
    ((location, message),) = _refused("approve", kind=kind)
    assert location == ()
    assert "'approve', 'decline', 'ask_information', 'ask_security'" in message


@pytest.mark.parametrize(("kind", "field"), [("approve", "limit"), ("ask_security", "amount")])
@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_refuses_an_amount_of_nothing(kind: str, field: str, amount: str) -> None:
    assert _refused(kind, **{field: money(amount)}) == [((kind, field, "amount"), "the amount must be more than 0")]


@given(st.decimals("0.01", 10**12, places=2))
def test_takes_any_amount_above_nothing(amount: Decimal) -> None:
    assert TypeAdapter(PositiveMoney).validate_python({"amount": amount, "currency": "EUR"}).amount == amount


@pytest.mark.parametrize("kind", ["approve", "decline"])
@pytest.mark.parametrize("note", ["", " \r\n ", "x" * 2001, "a\u202eb", None])
def test_refuses_a_decision_without_reasons_that_people_can_read(kind: str, note: str | None) -> None:
    ((location, _),) = _refused(kind, note=note)
    assert location == (kind, "note")


@pytest.mark.parametrize(("kind", "field"), [("decline", "codes"), ("ask_information", "items")])
def test_refuses_to_decide_about_nothing(kind: str, field: str) -> None:
    assert _refused(kind, **{field: []}) == [((kind, field), "name at least one")]


def test_refuses_the_same_code_or_item_twice() -> None:
    twice = [{"item": "legal_document"}, {"item": "legal_document", "text": None}]
    assert _refused("ask_information", items=twice) == [
        (("ask_information", "items", 1), "is named twice: name it once")
    ]
    assert _refused("decline", codes=["other"] * 2) == [(("decline", "codes", 1), "is named twice: name it once")]


def test_takes_five_codes_and_ten_items_at_the_most() -> None:
    codes, items = list(DeclineCode), [{"item": "other", "text": f"Line {n}"} for n in range(11)]
    _decide("decline", codes=codes[:5])
    _decide("ask_information", items=items[:10])
    assert _refused("decline", codes=codes[:6])[0][0] == ("decline", "codes")
    assert _refused("ask_information", items=items)[0][0] == ("ask_information", "items")


def test_says_in_a_code_what_is_wrong_with_a_list() -> None:
    kinds = []
    for codes in ([], ["other"] * 2):
        with pytest.raises(ValidationError) as refused:
            _decide("decline", codes=codes)
        kinds += [error["type"] for error in refused.value.errors()]
    assert kinds == ["too_short", "repeated"]


@pytest.mark.parametrize(("model", "field", "most"), [(Decline, "codes", 5), (AskInformation, "items", 10)])
def test_says_in_its_schema_how_long_a_list_can_be(model: type[Model], field: str, most: int) -> None:
    own = model.model_json_schema()["properties"][field]
    assert (own["minItems"], own["maxItems"], own["uniqueItems"]) == (1, most, True)


def test_refuses_a_code_that_there_is_not() -> None:
    assert ("decline", "codes", 0) in [location for location, _ in _refused("decline", codes=["bad_feeling"])]


def test_asks_for_something_other_only_in_words() -> None:
    message = "is missing: the item is other, so say here what is asked for"
    assert (("ask_information", "items", 0, "text"), message) in _refused("ask_information", items=[{"item": "other"}])
    asked = _decide("ask_information", items=[{"item": "other", "text": "The lease"}, {"item": "legal_document"}])
    assert isinstance(asked, AskInformation)
    assert [each.item for each in asked.items] == [InformationItem.OTHER, InformationItem.LEGAL_DOCUMENT]


def test_asks_a_security_with_or_without_a_last_day() -> None:
    assert [getattr(_decide("ask_security", by=by), "by", "") for by in ("2026-12-01", None)] == [
        date(2026, 12, 1),
        None,
    ]
    assert _refused("ask_security", by="soon")[0][0] == ("ask_security", "by")


def test_takes_an_answer_to_each_thing_asked() -> None:
    answer = {"item": "other", "text": "The lease", "answer": "It ended.\r\n\tIn May."}
    reply = InformationReply.model_validate({"answers": [answer]}, extra="forbid")
    assert reply.answers[0].answer == "It ended.\n\tIn May."


@pytest.mark.parametrize(
    "answers",
    [[], [{"item": "other", "answer": "a"}], [{"item": "legal_document"}], [{"item": "legal_document", "answer": ""}]],
)
def test_refuses_a_reply_that_answers_nothing(answers: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        InformationReply.model_validate({"answers": answers})


def test_keeps_what_security_came_and_when() -> None:
    document = {
        "type": "standby_letter_of_credit",
        "amount": money("9"),
        "reference": "L 1",
        "receivedOn": "2026-11-02",
    }
    security = SecurityReceived.model_validate(document, extra="forbid")
    assert (security.type, security.received_on) == (SecurityType.STANDBY_LETTER_OF_CREDIT, date(2026, 11, 2))
    with pytest.raises(ValidationError, match="more than 0"):
        SecurityReceived.model_validate(document | {"amount": money("0")})


@pytest.mark.parametrize(("adapter", "longest"), [(TEXT, 4000), (NOTE, 2000)])
def test_counts_a_line_break_of_a_browser_as_one_character(adapter: TypeAdapter[str], longest: int) -> None:
    assert len(adapter.validate_python("a" + "\r\n" * (longest - 2) + "b")) == longest
    with pytest.raises(ValidationError, match=f"at most {longest} characters"):
        adapter.validate_python("a" + "\r\n" * (longest - 1) + "b")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from("\n\t"), min_size=1))
def test_keeps_lines_and_tabs_of_a_text(text: str) -> None:
    assert TEXT.validate_python(f"<{text}>") == f"<{text}>"


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\x0c", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"])
def test_refuses_other_control_characters_in_a_text_and_names_them(control: str) -> None:
    with pytest.raises(ValidationError, match=rf"U\+{ord(control):04X}: take it out"):
        TEXT.validate_python(f"a\n{control}b")


@pytest.mark.parametrize("other", [5, None, b"a", ["a"]])
def test_refuses_what_is_no_text(other: object) -> None:
    with pytest.raises(ValidationError, match="valid string"):
        TEXT.validate_python(other, strict=True)


BANKS = [{"item": "bank_reference", "text": "of the first bank"}, {"item": "bank_reference", "text": "of the second"}]


@pytest.mark.parametrize(
    ("asked", "answers", "missing"),
    [
        ([{"item": "legal_document"}], [{"item": "legal_document"}], []),
        ([{"item": "legal_document"}], [{"item": "legal_document", "text": "the deed"}], []),
        ([{"item": "legal_document", "text": "the deed"}], [{"item": "legal_document"}], []),
        ([{"item": "legal_document"}], [{"item": "legal_document"}, {"item": "bank_reference"}], []),
        ([{"item": "other", "text": "the lease"}], [{"item": "other", "text": "the rent"}], [0]),
        (BANKS, BANKS, []),
        (BANKS, BANKS[1:], [0]),
        (BANKS, [{"item": "bank_reference"}], [0, 1]),
    ],
)
def test_an_answer_names_its_question(asked: list[Any], answers: list[Any], missing: list[int]) -> None:
    question = AskInformation.model_validate({"kind": "ask_information", "items": asked, "note": "why"})
    reply = InformationReply.model_validate({"answers": [{**each, "answer": "here"} for each in answers]})
    assert [place for place, _ in unanswered(question, reply)] == missing
