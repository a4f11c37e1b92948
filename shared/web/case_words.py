"""What happened to a case and what was found, in words for the billing desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.domain.case_file import CaseFile, EventOnFile
from shared.domain.decisions import Language
from shared.domain.eligibility import Finding
from shared.web.languages import has_words, word
from shared.web.notice_words import STATES
from shared.web.words import FindingWords, finding_in

_NOTES: Final[Mapping[str, str]] = {
    "note of the desk": "note",
    "message from the applicant": "message",
    "document": "document",
    "document removed": "document_removed",
    "released": "released",
    "attention cleared": "attention_cleared",
    "resumed": "resumed",
    "security accepted": "security_accepted",
    "erasure of personal data begun": "erasure_begun",
    "personal data erased": "erased",
}
"""What history says of what happened beside a case's transitions, and the key of its words."""

_NAMED: Final = re.compile(r"(?P<what>assigned to|attention:) (?P<name>.+)", re.DOTALL)
_KEY_OF: Final = {"assigned to": "assigned", "attention:": "attention"}


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words: when, what, by whom, where it led, why, and what people wrote with it."""

    number: str
    at: datetime
    what: str
    who: str
    state: str = ""
    reasons: tuple[str, ...] = ()
    wrote: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundWords:
    """A finding: which rule, what it came to, and for a resource which layer of evidence said so."""

    rule: str
    outcome: str
    weight: str
    words: FindingWords
    product: str = ""
    name: str = ""
    layer: str = ""
    evidence: str = ""


def told(language: Language, event: EventOnFile) -> Told:
    """One event."""
    moved = event.event is not None and event.from_state is not event.to_state
    return Told(
        number=f"{event.seq}.{event.side}" if event.side else str(event.seq),
        at=event.at,
        what=_what(language, event),
        who=actor_in(language, event.actor),
        state=STATES[language][event.to_state] if moved else "",
        reasons=tuple(_or_plain(language, f"case.reasons.{each}", each) for each in event.reasons),
        wrote={_member(language, name): value for name, value in _leaves(event.personal or {}).items()},
    )


def told_since(language: Language, file: CaseFile, seen: tuple[int, int] | None) -> list[Told]:
    """What happened after the last event that somebody saw; nothing where they saw none."""
    return [told(language, each) for each in file.history if seen is not None and (each.seq, each.side) > seen]


def found(language: Language, finding: Finding) -> FoundWords:
    """One finding."""
    resource = finding.resource
    return FoundWords(
        rule=_or_plain(language, f"case.rules.{finding.rule}", finding.rule),
        outcome=finding.outcome.value,
        weight=finding.severity.value,
        words=finding_in(language, finding),
        product=resource.product if resource else "",
        name=resource.name if resource else "",
        layer=word(language, f"case.layers.{resource.layer.value}") if resource else "",
        evidence=resource.evidence if resource else "",
    )


def actor_in(language: Language, actor: str) -> str:
    """Who did something, from how history names them."""
    kind, _, name = actor.partition(":")
    key = f"case.actors.{kind}"
    return word(language, key, name=name) if has_words(language, key) else actor


def _what(language: Language, event: EventOnFile) -> str:
    if event.event is not None:
        return word(language, f"case.events.{event.event.value}")
    named = _NAMED.fullmatch(event.note)
    if named:
        return word(language, f"case.asides.{_KEY_OF[named['what']]}", name=named["name"])
    return word(language, f"case.asides.{_NOTES[event.note]}") if event.note in _NOTES else event.note


def _or_plain(language: Language, key: str, code: str) -> str:
    """The words of a code; one of a newer version, or a sentence, as it is."""
    return word(language, key) if has_words(language, key) else code.replace("_", " ")


def _member(language: Language, name: str) -> str:
    """What a part of what came is called; without words for it, the name that it has in the API."""
    key = f"case.members.{name}"
    return word(language, key) if has_words(language, key) else name


def _leaves(personal: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """What people wrote, flat: one line for each value, under the names that lead to it."""
    leaves: dict[str, Any] = {}
    for name, value in personal.items():
        parts = _parts(value)
        path = f"{above}{name}"
        leaves |= _leaves(parts, f"{path} ") if parts is not None else {path: value}
    return leaves


def _parts(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, list):
        return {str(number): each for number, each in enumerate(value, 1)}
    return value if isinstance(value, dict) else None
