"""The desk's work list: its tabs, which case comes first in them, and what they can be narrowed down to."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from shared.domain.case import Case
from shared.domain.dossier import ListedCase
from shared.domain.lifecycle import MACHINE, State
from shared.domain.waiting import Party, over_at

ALL: Final = "all"
"""The tab of every open case."""

ATTENTION: Final = "attention"
"""The tab of every case with an attention flag, closed ones too."""

TABS: Final = (ALL, ATTENTION, *(state.value for state in State))
"""Every tab; each state has its own."""

_FLAGGED, _DUE_BY_DESK, _OWED_BY_DESK, _AT_WORK, _OWED_BY_APPLICANT = range(5)
_END_OF_TIME: Final = 10**11
"""Seconds since 1970, more than any year of four digits has: newest first is what is left of them."""


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """What a tab is narrowed down to; all that are given must hold.

    `least_amount` counts in whatever currency a case has. `overdue_at` asks for deadlines before that moment, `text`
    for a part of the company's name, whatever its case and accents, or for how a case id begins.
    """

    country: str | None = None
    least_amount: Decimal | None = None
    overdue_at: datetime | None = None
    assignee: str | None = None
    to_call: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """A page of a tab: up to `limit` cases (1 to 1000), from where the page before it said it goes on."""

    tab: str
    after: str = ""
    limit: int = 50
    filters: WorkFilters = WorkFilters()


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The cases found, most urgent first. With `after` there may be more, though few or none were found so far."""

    cases: tuple[ListedCase, ...]
    after: str | None = None


def places_of(case: Case) -> tuple[tuple[str, str], ...]:
    """In which tabs a case is, and its place in each as text that sorts: the most urgent first, of closed the newest.

    What is overdue comes first among what the desk owes without anything being written: the earliest deadline leads.
    """
    urgency = _urgency(case)
    flagged = ((ATTENTION, urgency),) if case.attention else ()
    if case.is_final:
        left = _END_OF_TIME - int(case.changed_at.timestamp())
        return ((case.state.value, f"{left:012}"), *flagged)
    return ((ALL, urgency), (case.state.value, urgency), *flagged)


def deadline_of(case: Case) -> datetime | None:
    """When what is owed is overdue: a review past its target, an applicant's wait past its last day.

    None in steps, at the end, and where the desk owes something without a deadline.
    """
    if case.is_final or case.state in MACHINE:
        return None
    if case.state is State.CREDIT_REVIEW:
        return over_at(case.review.target_on) if case.review else None
    return over_at(case.wait.last_day) if case.wait and case.wait.last_day else None


def folded(text: str) -> str:
    """A text as it is searched: without case, accents and spaces around it."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def matches(summary: Mapping[str, str | int | bool], text: str) -> bool:
    """Whether a case is looked for by this text."""
    wanted = folded(text)
    return wanted in str(summary["companyFolded"]) or str(summary["caseId"]).startswith(wanted)


def _urgency(case: Case) -> str:
    rank, moment = _rank(case)
    return f"{rank}|{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _rank(case: Case) -> tuple[int, datetime]:
    """Whose turn it is, and the moment that orders cases of the same rank."""
    deadline = deadline_of(case)
    if case.attention:
        return _FLAGGED, case.attention.since
    if case.state in MACHINE or case.wait is None:
        return _AT_WORK, case.changed_at
    if case.wait.owed_by is Party.APPLICANT:
        return _OWED_BY_APPLICANT, deadline or case.wait.since
    return (_DUE_BY_DESK, deadline) if deadline else (_OWED_BY_DESK, case.wait.since)
