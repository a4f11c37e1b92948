"""What the pages of the credit-check application show, in every language; and what their script knows of it."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.callers import Kind, Principal
from shared.domain.credit_application import REMARKS, Doubt
from shared.domain.decisions import Language
from shared.domain.lifecycle import State
from shared.domain.mistakes import Mistake
from shared.domain.typed_application import FIELDS, CreditForm, TypedApplication, read_application
from shared.web import credit_pages
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, words_of
from shared.web.pages import STATIC, page
from tests.builders import NOON, a_case, a_policy
from tests.domain.test_typed_application import TYPED, WRONG

CASE = a_case(State.CREDIT_APPLICATION_DUE)
DOUBTFUL = {
    "current_assets": "3000000",
    "current_liabilities": "5000000",
    "retained_earnings": "0",
    "operating_result": "6000000",
    "figures_year": "2023",
    "years_in_business": "1",
    "limit_amount": "600000",
}
"""With all doubts at once but those of other currencies and of an equity above the total assets."""


def a_frame(language: Language = "en") -> Frame:
    return Frame(language, "/follow/credit-application", Principal(Kind.APPLICANT, CASE.scope), NOON)


def a_form(**changes: str) -> CreditForm:
    typed = read_application({**TYPED, **changes}, "nl")
    return CreditForm(CASE, typed, a_policy().credit.assessment, date(2026, 11, 23), kept_at=NOON)


def shown(form: CreditForm, template: str = "credit_form", language: Language = "en", **more: Any) -> str:
    return page(template, a_frame(language), {"form": form, "key": "1", **more}).html


def key_words(language: Language) -> set[str]:
    return {text for key, text in words_of(language).items() if key.startswith("credit.mistakes.")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "text", "code"), WRONG)
def test_every_mistake_is_told_in_words_of_its_own(name: str, text: str, code: str, language: Language) -> None:
    ((field, mistake),) = read_application({**TYPED, name: text}, "nl").mistakes.items()
    told = credit_pages.mistake_in(language, field, mistake)
    assert told not in {mistake.words, words_of(language)["credit.mistakes.any.other"]}
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["tax_id", "figures_year"])
def test_what_no_model_knows_has_words_too(name: str, language: Language) -> None:
    told = credit_pages.mistake_in(language, name, Mistake(name, "is wrong"))
    assert told == words_of(language)[f"credit.mistakes.{name}.{name}"]


def test_a_mistake_of_a_newer_model_is_told_in_the_same_language() -> None:
    for name in FIELDS:
        told = credit_pages.mistake_in("nl", name, Mistake("new", "is too new"))
        assert told == words_of("nl")["credit.mistakes.any.other"]


@given(st.dictionaries(st.sampled_from([*FIELDS]), st.text(max_size=300), max_size=4))
def test_whatever_is_typed_no_mistake_is_told_in_another_language(changes: dict[str, str]) -> None:
    for name, mistake in read_application({**TYPED, **changes}, "nl").mistakes.items():
        told = credit_pages.mistake_in("nl", name, mistake)
        assert told != words_of("nl")["credit.mistakes.any.other"], mistake.code
        assert mistake.words not in told


def test_every_field_stands_on_the_page_once() -> None:
    assert [name for group in credit_pages.GROUPS for name in group.fields] == [*FIELDS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_label_and_a_hint_that_it_names(language: Language) -> None:
    html = shown(a_form(), language=language)
    for name in FIELDS:
        assert f'<label for="{name}">' in html
        assert html.count(f'id="{name}"') == 1
        assert (f'aria-describedby="{name}-hint"' in html) is (name != "limit_currency")
    assert len(html) < 100_000


def test_fills_in_what_is_known() -> None:
    empty = replace(a_form(), typed=TypedApplication({}))
    values = credit_pages.credit_form(a_frame("nl"), empty, "1")["values"]
    assert values == {
        "legal_name": "Contoso B.V.",
        "currency": "EUR",
        "limit_amount": "2.500,00",
        "limit_currency": "EUR",
    }


def test_what_is_wrong_is_told_only_to_whom_sent_it() -> None:
    form = a_form(equity="much")
    assert 'id="equity-wrong"' not in shown(form)
    assert 'id="equity-wrong"' in shown(form, again=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        DOUBTFUL,
        {"equity": "3000000"},
        {"equity": "-1"},
        {"currency": "USD", "limit_currency": "USD"},
    ],
)
def test_a_doubt_names_the_figures_that_it_speaks_of(changes: dict[str, str], language: Language) -> None:
    form = a_form(**changes)
    assert form.doubts
    for doubt in form.doubts:
        words = credit_pages.doubt_in(language, form, doubt)
        assert "{" not in words
        assert words != doubt.words
        if doubt.code in {Doubt.CURRENT_ASSETS_ABOVE_TOTAL_ASSETS, Doubt.EQUITY_ABOVE_TOTAL_ASSETS}:
            assert ("EUR 2,600,000.00" if language == "en" else "EUR 2.600.000,00") in words


def test_the_doubts_of_these_tests_are_all_there_are() -> None:
    forms = [a_form(**DOUBTFUL), a_form(equity="3000000"), a_form(equity="-1")]
    forms += [a_form(currency="USD"), a_form(limit_currency="USD")]
    assert {doubt.code for form in forms for doubt in form.doubts} == {*Doubt}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_tells_what_follows_from_each_doubt(language: Language) -> None:
    form = a_form(**DOUBTFUL)
    contents = credit_pages.credit_review(a_frame(language), form, "1")
    assert (len(contents["blocking"]), len(contents["remarks"])) == (4, 5)
    html = shown(form, "credit_review", language)
    asks, looks = (html.index(words_of(language)[f"credit.review.{name}"]) for name in ("asks", "looks"))
    for doubt in form.doubts:
        place = html.index(credit_pages.doubt_in(language, form, doubt))
        assert (place > looks) is (doubt.code in REMARKS)
        assert place > asks


def test_the_review_shows_amounts_as_they_were_read_and_what_was_left_out() -> None:
    html = shown(a_form(figures_year="", tax_id=""), "credit_review", "nl")
    assert "<dd>EUR -1.100.000,00</dd>" in html
    assert html.count("leeggelaten</span>") == 2
    assert "<li>Jaar waarin het boekjaar eindigde</li>" in html


def test_what_is_missing_stands_in_the_order_of_the_form() -> None:
    form = a_form(figures_year="", annual_revenue="", equity="")
    missing = credit_pages.credit_review(a_frame(), form, "1")["missing"]
    assert missing == ["Year in which they ended", "Equity", "Annual revenue"]


def test_the_review_of_a_sound_application_says_so() -> None:
    sound = {"equity": "1100000", "retained_earnings": "700000", "operating_result": "420000"}
    assert words_of("en")["credit.review.sound"] in shown(a_form(**sound), "credit_review")
    assert words_of("en")["credit.review.sound"] not in shown(a_form(), "credit_review")


# --- the script


SCRIPT = (STATIC / "credit.js").read_text("utf-8")


def codes_in_script() -> set[str]:
    table = SCRIPT.split("const doubts = {")[1].split("\n  };")[0]
    found = set(re.findall(r"^    (\w+): ", table, re.MULTILINE))
    assert len(found) > 5, "the script's list is not found: check this guard"
    return found


def test_the_script_knows_no_doubt_that_the_domain_does_not_have() -> None:
    assert codes_in_script() <= {code.value for code in Doubt}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_brings_the_script_the_words_of_every_doubt(language: Language) -> None:
    form = a_form()
    html = shown(form, language=language)
    templates = dict(re.findall(r'<template data-doubt="(\w+)">([^<]+)</template>', html))
    assert codes_in_script() <= templates.keys()
    assert templates == credit_pages.doubt_templates(language, form)


def test_the_script_fills_in_every_figure_that_the_words_name() -> None:
    named = {
        name for text in credit_pages.doubt_templates("en", a_form()).values() for name in re.findall(r"{(\w+)}", text)
    }
    assert {"equity", "total_liabilities", "limit", "currency"} < named
    assert {name for name in named if not re.search(rf"\b{name}\b", SCRIPT)} == set()


def test_the_script_and_the_domain_speak_the_same_words() -> None:
    form = a_form(**DOUBTFUL)
    for doubt in form.doubts:
        text = credit_pages.doubt_templates("en", form)[doubt.code.value]
        around = [re.escape(part) for part in re.split(r"{\w+}", text)]
        assert re.fullmatch(".+".join(around), credit_pages.doubt_in("en", form, doubt))


def test_the_script_says_nothing_of_its_own() -> None:
    texts = re.findall(r'"([^"]*)"', re.sub(r"//.*", "", SCRIPT))
    assert {text for text in texts if " " in text and not text.startswith("use ")} == set()


def test_what_others_typed_is_escaped() -> None:
    hostile = '<script>alert("x")</script>'
    form = a_form(legal_name=hostile)
    for html in (shown(form), shown(form, "credit_review")):
        assert hostile not in html
        assert "&lt;script&gt;" in html
    closed = page("credit_closed", a_frame(), {"case": CASE, "typed": {"legal_name": hostile}}).html
    assert hostile not in closed
