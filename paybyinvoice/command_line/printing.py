"""Lays out for people what the API answered. Moments are in UTC, days as they were said."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from paybyinvoice.command_line.terminal import Terminal
from paybyinvoice.models import (
    Assessment,
    CaseStatus,
    CaseView,
    CreditNeed,
    DeskCaseView,
    DeskEventView,
    EventView,
    Finding,
    ListedView,
    Money,
    PreCheckView,
    ReviewView,
    UnreadableView,
    WaitView,
)
from paybyinvoice.problems import ApiProblem

Case = CaseView | DeskCaseView
Pair = tuple[str, str | None]

_OF_EVERY_PROBLEM: Final = frozenset(("type", "title", "detail", "instance"))
_WHOSE: Final = {"applicant": "the applicant's", "desk": "the billing desk's"}


def moment(at: datetime) -> str:
    """Write a moment by the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def money(sum_: Money | None) -> str | None:
    """Write an amount with its currency before it."""
    return None if sum_ is None else f"{sum_.currency} {sum_.amount}"


def status_lines(case: CaseStatus) -> list[str]:
    """Say how far a request is."""
    return _aligned(
        [
            ("Request", case.id),
            ("State", f"{case.state} ({case.status})"),
            ("Why", case.error.message if case.error else None),
            ("Subscription", str(case.subscription_id)),
            ("Opened", moment(case.opened_at)),
        ]
    )


def case_lines(case: Case) -> list[str]:
    """Say where a request stands, what was found, and what can be done."""
    return [
        *_aligned(_facts(case)),
        *_titled("Findings", _finding_lines(case.findings)),
        *_titled("Asked for", _asked_lines(case)),
        *_titled("Declined", [f"{each.reason} {each.next_step}" for each in case.decline_reasons or ()]),
        *_titled("Messages", _message_lines(case)),
        *_titled("Possible now", [", ".join(case.actions)] if case.actions else []),
    ]


def desk_case_lines(case: DeskCaseView) -> list[str]:
    """Say what the applicant sees, and beside it what only the desk does."""
    assessed = case.assessment
    said = [
        ("Opened by", case.opened_by),
        ("Attention", f"{case.attention.reason}, since {moment(case.attention.since)}" if case.attention else None),
        ("Assessment", _assessment(assessed) if assessed else None),
        ("Suggested", money(assessed.suggested_limit) if assessed else None),
        ("Declined for", ", ".join(case.decline_codes or ()) or None),
        ("Version", case.etag.strip('"')),
    ]
    return [*case_lines(case), "For the desk", *_indented(_aligned(said))]


def change_line(at: datetime, case: Case) -> str:
    """Say in a line where a request stands at this moment."""
    turn = f"{_whose(case.wait)} turn{_until(case.wait)}" if case.wait else case.status
    expected = f", expected {_expected(case.review)}" if case.review else ""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC  {case.state:<22}  {turn}{expected}"


def event_lines(events: Iterable[EventView | DeskEventView]) -> list[str]:
    """Say what happened to a request, an event a line."""
    rows = [[moment(each.at), each.event or each.note or "", _passage(each), each.actor] for each in events]
    return _table(rows)


def pre_check_lines(found: PreCheckView) -> list[str]:
    """Say what a pre-check found, and the words to agree to."""
    facts = [("Verdict", found.verdict), ("Policy", found.policy), ("Credit check", _credit(found.credit_check))]
    words = [*found.consent.text.splitlines(), f"(SHA-256 {found.consent.text_sha256})"]
    return [*_aligned(facts), *_titled("Findings", _finding_lines(found.findings)), *_titled("To agree to", words)]


def list_lines(rows: Sequence[ListedView]) -> list[str]:
    """Write the work list as a table."""
    if not rows:
        return ["Nothing is on the list."]
    heading = ["State", "Company", "Country", "Amount", "Turn", "Day", "", "Request"]
    return _table([heading, *(_row(each) for each in rows)])


def unreadable_lines(messages: Sequence[UnreadableView]) -> list[str]:
    """Write the messages that nobody could read, each with its whole body."""
    if not messages:
        return ["There are no unreadable messages."]
    return [
        line
        for each in messages
        for line in (f"{moment(each.at)}  {each.queue}  {each.message_id}", *_indented(each.body.splitlines()))
    ]


def problem_lines(problem: ApiProblem) -> list[str]:
    """Say what the API refused, why, and each wrong field with its place."""
    fields = [[each.pointer or "(whole)", each.detail] for each in problem.errors]
    wait = [f"Try again in {problem.retry_after:.0f} s."] if problem.retry_after is not None else []
    call = [f"(call {problem.request_id})"] if problem.request_id else []
    said = _indented([*_table(fields), *_aligned(_more(problem))])
    return [f"{problem.title} ({problem.status} {problem.code})", problem.detail, *said, *wait, *call]


def _more(problem: ApiProblem) -> Iterator[Pair]:
    """Give what else was said, such as which request is open."""
    for name, value in problem.document.items():
        if name not in _OF_EVERY_PROBLEM and isinstance(value, str):
            yield name, value
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield name, ", ".join(value)


def complain_of(problem: ApiProblem, terminal: Terminal) -> None:
    """Print a refusal where errors go."""
    terminal.complain(*problem_lines(problem))


def _facts(case: Case) -> list[Pair]:
    return [
        ("Request", case.id),
        ("State", f"{case.state} ({case.status})"),
        ("Why", case.error.message if case.error else None),
        ("Turn", _turn(case.wait) if case.wait else None),
        ("Expected", _expected(case.review) if case.review else None),
        ("Company", case.request.company_name),
        ("Subscription", str(case.request.subscription_id)),
        ("Needed", money(case.request.credit_needed)),
        ("Approved", money(case.approved_limit)),
        ("Credit check", _credit(case.credit_check)),
        ("Opened", moment(case.opened_at)),
    ]


def _turn(wait: WaitView) -> str:
    return f"{_whose(wait)}, since {moment(wait.since)}{_until(wait)}"


def _whose(wait: WaitView) -> str:
    return _WHOSE.get(wait.owed_by, wait.owed_by)


def _until(wait: WaitView) -> str:
    return f", until {wait.last_day}" if wait.last_day else ""


def _expected(review: ReviewView) -> str:
    return f"{review.expected_on}{' (paused)' if review.paused else ''}"


def _credit(check: CreditNeed | None) -> str | None:
    return None if check is None else f"{'needed' if check.needed else 'not needed'}: {check.reason}"


def _assessment(found: Assessment) -> str:
    return f"{found.recommendation}; score {found.score or 'none'} ({found.band})"


def _finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    for each in findings:
        if each.outcome != "pass":
            yield f"{each.outcome:<7}  {each.code}: {each.reason}"
            yield from _indented([f"To mend it: {each.fix}"] if each.fix else [], 9)


def _asked_lines(case: Case) -> Iterator[str]:
    for each in case.information_asked.items if case.information_asked else ():
        yield f"{each.item}: {each.text}" if each.text else each.item
    if case.security_asked:
        by = f", by {case.security_asked.by}" if case.security_asked.by else ""
        yield f"{case.security_asked.type} of {money(case.security_asked.amount)}{by}"


def _message_lines(case: Case) -> Iterator[str]:
    for each in case.messages:
        heading = [part for part in (moment(each.at), each.by) if part]
        yield from _lines("".join(f"{part}  " for part in heading), each.text)


def _lines(heading: str, text: str) -> list[str]:
    """Write a text behind a heading, its further lines below its first."""
    first, *further = text.split("\n")
    return [f"{heading}{first}", *_indented(further, len(heading))]


def _passage(event: EventView | DeskEventView) -> str:
    origin = f"{event.from_state} -> " if event.from_state and event.from_state != event.to_state else ""
    reasons = f" ({', '.join(event.reasons)})" if event.reasons else ""
    return f"{origin}{event.to_state}{reasons}"


def _row(listed: ListedView) -> list[str]:
    day = listed.last_day or listed.expected_on
    flags = [word for word, is_set in (("attention", listed.attention), ("call", listed.call)) if is_set]
    amount = f"{listed.currency} {listed.amount}"
    turn, shown = listed.owed_by or "", "" if day is None else str(day)
    return [listed.state, listed.company, listed.country, amount, turn, shown, " ".join(flags), listed.id]


def _aligned(facts: Iterable[Pair]) -> list[str]:
    said = [(name, value) for name, value in facts if value is not None]
    width = max((len(name) for name, _ in said), default=0)
    return [f"{name:<{width}}  {value}" for name, value in said]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    listed = list(lines)
    return [title, *_indented(listed)] if listed else []


def _indented(lines: Iterable[str], by: int = 2) -> list[str]:
    return [f"{' ' * by}{line}" for line in lines]
