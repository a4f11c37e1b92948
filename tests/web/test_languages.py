"""The words of the pages: the same keys and names in every language."""

import re
import string

import pytest

from shared.web.languages import LANGUAGES, LOCALES, has_words, word, words_of
from shared.web.pages import LANGUAGE_NAMES

TEMPLATES = LOCALES.parent / "templates" / "pages"


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_has_the_same_keys() -> None:
    first, *others = LANGUAGES
    assert len(words_of(first)) > 20
    for other in others:
        assert words_of(other).keys() == words_of(first).keys()
    assert {*LANGUAGE_NAMES} == {*LANGUAGES}


@pytest.mark.parametrize("key", sorted(words_of("en")))
def test_a_text_has_the_same_names_in_every_language(key: str) -> None:
    assert len({frozenset(_names(words_of(language)[key])) for language in LANGUAGES}) == 1


def test_templates_ask_for_words_that_there_are() -> None:
    templates = [file.read_text("utf-8") for file in TEMPLATES.glob("*.j2")]
    asked = {key for text in templates for key in re.findall(r"\bt\('([\w.-]+)'[,)]", text)}
    assert len(asked) > 5
    assert {key for key in asked if not has_words("en", key)} == set()


def test_names_are_filled_in_escaped_where_text_is_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words_of("en"), "test.link_html", "<b>{name}</b>")
    assert word("en", "test.link_html", name="<i>") == "<b>&lt;i&gt;</b>"
