"""What an officer typed, read as a decision."""

from decimal import Decimal

import pytest

from shared.domain.decisions import (
    Approve,
    AskInformation,
    AskSecurity,
    Decline,
    DeclineCode,
    InformationItem,
    SecurityReceived,
)
from shared.domain.lifecycle import Event, State
from shared.domain.mistakes import ambiguous
from shared.domain.typed_decision import EVENT_OF, FormKind, event_of, read_decision

MONEY = {"amount": "5.000,50", "currency": "eur"}


def wrong_in(kind: FormKind, **values: str) -> dict[str, str]:
    """The codes of what is wrong, by field."""
    typed = read_decision(kind, values, "en")
    assert typed.values == values
    assert (typed.papers is None) == bool(typed.mistakes)
    return {name: mistake.code for name, mistake in typed.mistakes.items()}


def test_every_form_brings_something_about() -> None:
    assert EVENT_OF.keys() == set(FormKind)
    assert len(set(EVENT_OF.values())) == len(FormKind)
    assert EVENT_OF[FormKind.SECURITY_RECEIVED] is Event.CONFIRM_SECURITY


@pytest.mark.parametrize("kind", FormKind)
def test_brings_the_same_about_in_every_state_but_revokes_what_it_declines_once_approved(kind: FormKind) -> None:
    found = {state: event_of(kind, state) for state in State}
    approved = found.pop(State.APPROVED)
    assert set(found.values()) == {EVENT_OF[kind]}
    assert approved is (Event.REVOKE if kind is FormKind.DECLINE else EVENT_OF[kind])


def test_reads_an_approval_with_its_limit_as_the_language_writes_it() -> None:
    papers = read_decision(FormKind.APPROVE, {**MONEY, "note": "sound"}, "nl").papers
    assert isinstance(papers, Approve)
    assert (papers.limit.amount, papers.limit.currency, papers.note) == (Decimal("5000.50"), "EUR", "sound")


def test_reads_a_refusal_with_its_codes_in_their_order() -> None:
    values = {"code_other": "yes", "code_new_company": "yes", "code_not_trading": "", "note": "x"}
    papers = read_decision(FormKind.DECLINE, values, "en").papers
    assert isinstance(papers, Decline)
    assert papers.codes == (DeclineCode.NEW_COMPANY, DeclineCode.OTHER)


def test_reads_what_is_asked_with_and_without_words() -> None:
    values = {
        "item_other": "yes",
        "text_other": "Your lease",
        "item_bank_reference": "yes",
        "text_bank_reference": "",
        "note": "x",
    }
    papers = read_decision(FormKind.ASK_INFORMATION, {**values, "text_legal_document": "A deed"}, "en").papers
    assert isinstance(papers, AskInformation)
    assert [(each.item, each.text) for each in papers.items] == [
        (InformationItem.BANK_REFERENCE, None),
        (InformationItem.LEGAL_DOCUMENT, "A deed"),
        (InformationItem.OTHER, "Your lease"),
    ]


@pytest.mark.parametrize("by", ["", "2026-12-31"])
def test_reads_a_security_with_and_without_a_day(by: str) -> None:
    papers = read_decision(FormKind.ASK_SECURITY, {**MONEY, "type": "deposit", "by": by, "note": "x"}, "nl").papers
    assert isinstance(papers, AskSecurity)
    assert str(papers.by or "") == by


def test_reads_a_security_that_came() -> None:
    values = {**MONEY, "type": "deposit", "reference": "T 1", "received_on": "2026-11-23"}
    papers = read_decision(FormKind.SECURITY_RECEIVED, values, "nl").papers
    assert isinstance(papers, SecurityReceived)
    assert papers.model_extra == {}


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        (FormKind.APPROVE, {}, {"amount": "missing", "currency": "missing", "note": "missing"}),
        (FormKind.APPROVE, {"amount": "2.500", "currency": "EUR", "note": "x"}, {"amount": "ambiguous_amount"}),
        (FormKind.APPROVE, {"amount": "0", "currency": "EUR", "note": "x"}, {"amount": "greater_than"}),
        (FormKind.APPROVE, {"amount": "5", "currency": "EU", "note": "x"}, {"currency": "currency_code"}),
        (FormKind.DECLINE, {"note": "x"}, {"codes": "too_short"}),
        (FormKind.DECLINE, {f"code_{code}": "yes" for code in DeclineCode} | {"note": "x"}, {"codes": "too_long"}),
        (FormKind.ASK_INFORMATION, {"note": "x"}, {"items": "too_short"}),
        (FormKind.ASK_INFORMATION, {"item_other": "yes", "note": "x"}, {"text_other": "missing"}),
        (
            FormKind.ASK_SECURITY,
            {"amount": "5", "currency": "EUR", "note": "x", "by": "31-12-2026"},
            {"type": "missing", "by": "day"},
        ),
        (
            FormKind.ASK_SECURITY,
            {"amount": "2.500", "currency": "EU", "type": "deposit", "note": "x"},
            {"amount": "ambiguous_amount", "currency": "currency_code"},
        ),
        (
            FormKind.SECURITY_RECEIVED,
            {"amount": "5", "currency": "EUR", "type": "deposit"},
            {"reference": "missing", "received_on": "missing"},
        ),
        (
            FormKind.SECURITY_RECEIVED,
            {"amount": "2.500", "currency": "EUR", "type": "deposit", "reference": "T 1", "received_on": "2026-11-23"},
            {"amount": "ambiguous_amount"},
        ),
    ],
)
def test_names_every_wrong_field(kind: FormKind, values: dict[str, str], wrong: dict[str, str]) -> None:
    assert wrong_in(kind, **values) == wrong


def test_says_what_is_wrong_with_its_figures() -> None:
    mistake = read_decision(FormKind.APPROVE, {**MONEY, "note": "x" * 2001}, "nl").mistakes["note"]
    assert (mistake.code, mistake.details) == ("string_too_long", {"max_length": 2000})


def test_quotes_an_amount_that_can_mean_two() -> None:
    values = {"amount": "2.500", "currency": "EUR", "note": "x"}
    assert read_decision(FormKind.APPROVE, values, "en").mistakes == {"amount": ambiguous("2.500")}
