"""How a credit application was weighed, in Dutch: the domain says it in English, as it reckons.

Sentences are recognised by their form. One that is not, of a newer version, is told in the domain's own English.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.credit_application import Doubt, Figure, PlausibilityFinding
from shared.domain.credit_assessment import Assessment, Driver, RatioName
from shared.domain.decisions import Language
from shared.web.languages import word
from shared.web.notation import amount_in
from shared.web.notice_words import FORM

_MONEY: Final = re.compile(r"[A-Z]{3} -?[0-9][0-9,]*\.[0-9]+")
_SHARE: Final = re.compile(r"[0-9][0-9,]*\.[0-9]+%")
_MARKS: Final = str.maketrans(",.", ".,")

_MEANINGS_NL: Final[Mapping[RatioName, tuple[str, str]]] = {
    RatioName.WORKING_CAPITAL: (
        "Wat binnen een jaar geld wordt, is meer dan wat binnen een jaar moet worden betaald: {share} van alle bezit.",
        "Wat binnen een jaar moet worden betaald, is meer dan wat binnen een jaar geld wordt: {share} van alle bezit.",
    ),
    RatioName.RETAINED_EARNINGS: (
        "Winsten van alle jaren die in het bedrijf bleven, betaalden {share} van het bezit.",
        "De verliezen van alle jaren bedragen {share} van het bezit.",
    ),
    RatioName.OPERATING_RESULT: (
        "Voor rente en belastingen verdiende het bedrijf dit jaar {share} van het bezit.",
        "Voor rente en belastingen verloor het bedrijf dit jaar {share} van het bezit.",
    ),
    RatioName.EQUITY: (
        "Het eigen vermogen bedraagt {share} van de schulden.",
        "Het eigen vermogen is op: {share} van de schulden is niet door bezit gedekt.",
    ),
}
"""What a ratio means from 0 up and below 0."""

_DOUBTS_NL: Final[Mapping[Doubt, str]] = {
    Doubt.CURRENT_ASSETS_ABOVE_TOTAL_ASSETS: "De vlottende activa kunnen niet hoger zijn dan het balanstotaal.",
    Doubt.CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES: (
        "De kortlopende schulden kunnen niet hoger zijn dan alle schulden samen."
    ),
    Doubt.EQUITY_ABOVE_TOTAL_ASSETS: "Het eigen vermogen kan niet hoger zijn dan het balanstotaal.",
    Doubt.OPERATING_RESULT_ABOVE_REVENUE: "Het bedrijfsresultaat kan niet hoger zijn dan de jaaromzet.",
    Doubt.FIGURES_STALE: "De cijfers zijn verouderd.",
    Doubt.FIGURES_IN_ANOTHER_CURRENCY: "De cijfers zijn in een andere valuta dan het verzoek.",
    Doubt.LIMIT_IN_ANOTHER_CURRENCY: "De gevraagde limiet is in een andere valuta dan het verzoek.",
    Doubt.RETAINED_EARNINGS_ABOVE_EQUITY: "De ingehouden winsten zijn hoger dan het eigen vermogen.",
    Doubt.NEGATIVE_EQUITY: "Het eigen vermogen is negatief.",
    Doubt.LIMIT_HIGH_FOR_REVENUE: "De gevraagde limiet is hoog voor de jaaromzet.",
    Doubt.LIMIT_ABOVE_REQUEST: "De gevraagde limiet is hoger dan het krediet waar het verzoek om vraagt.",
    Doubt.NEW_COMPANY: "Het bedrijf bestaat nog niet lang.",
}
"""Doubts; the figures they speak of stand beside them."""

_WHOLE_NL: Final[Mapping[str, str]] = {
    "Figures in this zone carry no credit without a security.": (
        "Cijfers in deze zone dragen geen krediet zonder zekerheid."
    ),
    "Ask for an explanation or better figures, before any limit is told from these.": (
        "Vraag om een toelichting of betere cijfers voordat hieruit een limiet wordt afgeleid."
    ),
    "Without any assets or without any debts there is no score: ask for the annual accounts.": (
        "Zonder bezit of zonder schulden is er geen score: vraag om de jaarrekening."
    ),
    "That leaves nothing to lend without a security.": "Dan blijft er zonder zekerheid niets te lenen over.",
    "The figures carry the limit asked for.": "De cijfers dragen de gevraagde limiet.",
}
_WORDS_NL: Final = (
    ("The limit is the smallest of: ", "De limiet is het laagste van: "),
    ("the requested limit", "de gevraagde limiet"),
    (" of a month's revenue", " van een maandomzet"),
    (" of the equity", " van het eigen vermogen"),
)
"""The parts of the sentence with the amounts of which the smallest counts."""


@dataclass(frozen=True, slots=True)
class DriverWords:
    """One ratio's part in the score, as people read it."""

    name: str
    meaning: str
    value: str
    weight: str
    contribution: str


def driver_in(language: Language, driver: Driver) -> DriverWords:
    """One ratio."""
    numbers = (amount_in(language, each) for each in (driver.value, driver.weight, driver.contribution))
    return DriverWords(word(language, f"case.ratios.{driver.name.value}"), _meaning(language, driver), *numbers)


def _meaning(language: Language, driver: Driver) -> str:
    if language == "en":
        return driver.meaning
    good, bad = _MEANINGS_NL[driver.name]
    share = _SHARE.search(driver.meaning)
    words = good if driver.value >= 0 else bad
    return words.format(share=_dutch_marks(share[0]) if share else f"{abs(driver.value):.1%}".replace(".", ","))


def doubt_in(language: Language, doubt: PlausibilityFinding) -> str:
    """One doubt; in Dutch with the amounts and shares that it names."""
    if language == "en":
        return doubt.words
    named = [_dutch_marks(each) for each in (*_MONEY.findall(doubt.words), *_SHARE.findall(doubt.words))]
    return f"{_DOUBTS_NL[doubt.code]} ({'; '.join(named)})" if named else _DOUBTS_NL[doubt.code]


def reasons_in(language: Language, assessment: Assessment) -> list[str]:
    """Why the advice is what it is."""
    if language == "en":
        return list(assessment.reasons)
    doubts = {doubt.words: doubt_in(language, doubt) for doubt in assessment.plausibility}
    return [doubts.get(each) or _WHOLE_NL.get(each) or _formed(each) or each for each in assessment.reasons]


def _scored(found: re.Match[str]) -> str:
    score, band, safe, distress = (_dutch_marks(each) for each in found.groups())
    zone = word("nl", f"case.bands.{band}")
    return f"De score is {score}: {zone} (veilig boven {safe}, gevaar onder {distress})."


def _missing(found: re.Match[str]) -> str:
    figures = {figure.replace("_", " "): FORM["nl"][figure.value] for figure in Figure}
    names = ", ".join(figures.get(each, each) for each in found[1].split(", "))
    return f"Vraag naar wat ontbreekt: {names}. Heeft het bedrijf die cijfers niet, dan kan een zekerheid volstaan."


def _smallest(found: re.Match[str]) -> str:
    text = _SHARE.sub(_with_dutch_marks, _MONEY.sub(_with_dutch_marks, found[0]))
    for english, dutch in _WORDS_NL:
        text = text.replace(english, dutch)
    return text


def _lower(found: re.Match[str]) -> str:
    limit, asked = (_dutch_marks(each) for each in found.groups())
    return f"De cijfers dragen {limit}; dat is minder dan de gevraagde {asked}."


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"The score is (\S+), in the (\w+) zone \(safe above (\S+), distress below (\S+)\)\."), _scored),
    (re.compile(r"Ask for what is missing: (.+)\. If the company has no such figures, .+"), _missing),
    (re.compile(r"The limit is the smallest of: .+"), _smallest),
    (re.compile(r"The figures carry (.+), which is less than the (.+) asked for\."), _lower),
)
"""Sentences with something to fill in, and what makes them Dutch."""


def _formed(sentence: str) -> str | None:
    found = ((form.fullmatch(sentence), made) for form, made in _FORMS)
    return next((made(match) for match, made in found if match), None)


def _with_dutch_marks(found: re.Match[str]) -> str:
    return _dutch_marks(found[0])


def _dutch_marks(text: str) -> str:
    return text.translate(_MARKS)
