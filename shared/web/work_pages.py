"""What the work list shows: its tabs with counts, and each case's row in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from shared.domain.dossier import ListedCase
from shared.domain.lifecycle import FINAL, MACHINE, State
from shared.domain.waiting import day_over_at
from shared.domain.work_list import ALL, ATTENTION, TABS
from shared.web.frame import Frame
from shared.web.languages import word
from shared.web.notation import amount_in, day_in
from shared.web.notice_words import STATES


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its name, how many cases it has, and its address."""

    key: str
    name: str
    count: int
    address: str
    is_shown: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list. `deadline` is the last day on which it is in time.

    `place` is what the row shows of it, as forms bring it back; without one it cannot be taken on from here.
    """

    id: str
    company: str
    country: str
    amount: str
    state: str
    turn: str
    since: str
    deadline: str
    is_overdue: bool
    attention: str
    to_call: bool
    messages: int
    assignee: str
    is_mine: bool
    place: str


def work_list(
    frame: Frame,
    *,
    found: Sequence[ListedCase],
    counts: Mapping[str, int],
    typed: Mapping[str, str],
    changed: str,
    **addresses: str,
) -> Mapping[str, Any]:
    """The tabs, the filters as they were typed beside the tab, and the cases that were found.

    `changed` is the id of a case that was to be taken and had changed meanwhile. The addresses are the list's own,
    `here`, and where it goes on, `more`.
    """
    tab, given = typed["tab"], {name: value for name, value in typed.items() if value and name != "tab"}
    tabs = [_tab(frame, each, counts.get(each, 0), given, is_shown=each == tab) for each in TABS]
    lines = [_line(frame, case) for case in found]
    return {
        "tabs": [each for each in tabs if each.key not in _CLOSED],
        "closed": [each for each in tabs if each.key in _CLOSED],
        "tab": tab,
        "tab_name": _name(frame, tab),
        "caption": word(frame.language, f"work.{'newest' if tab in _CLOSED else 'caption'}", tab=_name(frame, tab)),
        "lines": lines,
        "typed": typed,
        "is_narrowed": bool(given),
        **addresses,
        "changed": changed,
        "changed_line": next((line for line in lines if line.id == changed), None),
    }


_OWN_NAMES: Final = frozenset({ALL, ATTENTION, *MACHINE})
"""Tabs that are not called by what applicants are told: to them, both steps are one."""

_CLOSED: Final = frozenset(state.value for state in FINAL)


def _name(frame: Frame, tab: str) -> str:
    return word(frame.language, f"work.{tab}") if tab in _OWN_NAMES else STATES[frame.language][State(tab)]


def _tab(frame: Frame, tab: str, count: int, given: Mapping[str, str], *, is_shown: bool) -> Tab:
    address = f"/desk?{urlencode({'tab': tab, **given})}"
    return Tab(tab, _name(frame, tab), count, address, is_shown, is_urgent=tab == ATTENTION and count > 0)


def _line(frame: Frame, case: ListedCase) -> Line:
    summary, language, state = case.summary, frame.language, State(str(case.summary["state"]))
    deadline = _moment(summary.get("deadline"))
    return Line(
        id=str(summary["caseId"]),
        company=str(summary["company"]),
        country=str(summary["country"]),
        amount=f"{summary['currency']} {amount_in(language, Decimal(str(summary['amount'])))}",
        state=STATES[language][state],
        turn=word(language, f"work.turn.{summary['owedBy'] or ('nobody' if state in FINAL else 'system')}"),
        since=_day(frame, _moment(summary["since"])),
        deadline=day_in(language, day_over_at(deadline)) if deadline else "",
        is_overdue=deadline is not None and deadline < frame.now,
        attention=str(summary["attention"]),
        to_call=bool(summary["call"]),
        messages=int(summary["messages"]),
        assignee=str(summary.get("assignee", "")),
        is_mine=summary.get("assignee") == frame.principal.name,
        place=_place(summary) if state not in FINAL or summary["attention"] else "",
    )


def _place(summary: Mapping[str, str | int | bool]) -> str:
    """What a row shows of its case; nothing in rows from before they said so."""
    return f"{summary['revision']}.{summary['seq']}.{summary['side']}" if "side" in summary else ""


def _moment(text: object) -> datetime | None:
    """A moment as rows have it."""
    return datetime.fromisoformat(str(text)) if text else None


def _day(frame: Frame, moment: datetime | None) -> str:
    return day_in(frame.language, moment.astimezone(UTC).date()) if moment else ""


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {"work_list": work_list}
