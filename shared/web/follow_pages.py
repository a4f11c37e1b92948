"""What the pages show by which an applicant follows a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from shared.domain.callers import Kind
from shared.domain.case import Case
from shared.domain.decisions import Language
from shared.domain.dossier import SlotStatus
from shared.domain.eligibility import Finding, Outcome
from shared.domain.following import Following
from shared.domain.lifecycle import FINAL, MACHINE, NoticeKind, State
from shared.domain.moves import notice_details
from shared.domain.notices import Notice
from shared.domain.policy import Severity, WaitUnit
from shared.domain.waiting import Party, Terms, Wait, add_days
from shared.web.contents import contents_of
from shared.web.follow_story import notices_in, path_of, story_of
from shared.web.frame import Frame
from shared.web.languages import has_words, word, words_of
from shared.web.letters import part_in_html
from shared.web.notice_words import STATES
from shared.web.removals import removal_in
from shared.web.words import finding_in

_SATURDAY: Final = 5

POSTING_DAYS: Final = {"ach": 5, "wire_domestic": 4, "wire_international": 7}
"""Business days from the payment to its booking; source: "Pay for your Azure subscription by wire transfer", 2022."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is (applicant, desk, service or nobody), since when; what is promised or owed until when.

    `skipped` are the days up to then that do not count besides weekends, `days` how many do; 0 where somebody chose
    the day.
    """

    of: str
    wait: Wait | None = None
    until: date | None = None
    days: int = 0
    in_business_days: bool = False
    skipped: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """How long a way to pay takes, and when a payment of today is booked."""

    way: str
    days: int
    booked_on: date


def follow(frame: Frame, following: Following | None, key: str) -> Mapping[str, Any]:
    """Where a request stands, what is owed, what happened."""
    if following is None:
        return {"following": None}
    case, language = following.case, frame.language
    return {
        **case_page(frame, case, key),
        **owed(language, following),
        "following": following,
        "path": path_of(case, following.came_from, following.events),
        "turn": turn_of(case, following.terms),
        "story": story_of(language, following.events),
        "notices": notices_in(language, following.notices),
        "others": following.others,
        "stood": STATES[language],
        "is_current": following.is_current,
        "apply_after": _apply_after(following, frame.now),
        "postings": _postings(frame.now.astimezone(UTC).date(), following.terms),
        "method": _method(language, following.facts.payment_method_family),
        "country": _place(language, case.request.billing_address.country),
    }


def case_page(frame: Frame, case: Case, key: str = "") -> Mapping[str, Any]:
    """What every page about a request shows, and what its forms bring back: a key of its own, and what was seen."""
    return {
        "case": case,
        "state": case.state.value,
        "is_open": case.state not in FINAL,
        "is_machine": case.state in MACHINE,
        "is_decided": case.state in FINAL or case.state is State.APPROVED,
        "key": key,
        "status": STATES[frame.language][case.state],
    }


def owed(language: Language, following: Following) -> Mapping[str, Any]:
    """What is owed, and what is next, in the words of the letters."""
    case, policy = following.case, following.terms.policy
    told_at = max((event.at for event in following.events if event.event), default=case.changed_at)
    details = notice_details(case, following.came_from, case.wait)
    notice = Notice(case_id=case.id, seq=case.seq, kind=NoticeKind.INSTRUCTIONS, details=details, created_at=told_at)
    words = contents_of(case, notice, policy, language)
    return {
        **{name: words[name] for name in ("refusing", "warnings", "unknowns", "items", "security_name", "refusals")},
        **{name: words[name] for name in ("missed", "credit_reason", "more_findings", "details", "policy", "form")},
        "came_by_api": case.opened_by.startswith(f"{Kind.CLIENT.value}:"),
        "removals": [removal for each in case.findings if _is_block(each) and (removal := removal_in(language, each))],
        "blocking": [finding_in(language, each) for each in case.findings if _is_block(each) and not each.resource],
        "portal_steps": part_in_html("owed/approved", words) if case.state is State.APPROVED else "",
        "reckoning": part_in_html("reckoning", {**words, "to_desk": False}) if case.review else "",
    }


def _is_block(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and finding.severity is Severity.BLOCK


def turn_of(case: Case, terms: Terms) -> Turn:
    """Whose turn it is, since when, and until when."""
    if case.state in FINAL:
        return Turn("nobody")
    if case.wait is None or case.state in MACHINE:
        return Turn("service")
    if case.state is State.CREDIT_REVIEW and case.review:
        review = case.review
        skipped = _skipped(review.started_on, review.expected_on, terms)
        return Turn("desk", case.wait, review.expected_on, review.target_days, in_business_days=True, skipped=skipped)
    return _waiting(case, case.wait, terms)


def _waiting(case: Case, wait: Wait, terms: Terms) -> Turn:
    if wait.owed_by is Party.DESK or wait.last_day is None:
        return Turn(wait.owed_by.value, wait)
    chosen = case.security_asked.by if case.state is State.SECURITY_DUE and case.security_asked else None
    counted = terms.policy.waits[case.state]
    is_business = counted.unit is WaitUnit.BUSINESS_DAYS and chosen is None
    skipped = _skipped(wait.since.astimezone(UTC).date(), wait.last_day, terms) if is_business else ()
    days = 0 if chosen else counted.expire_after
    return Turn(Party.APPLICANT.value, wait, wait.last_day, days, is_business, skipped)


def _skipped(since: date, until: date, terms: Terms) -> tuple[date, ...]:
    """Days of the week from Monday to Friday that are no business days."""
    days = (since + timedelta(days=count) for count in range(1, (until - since).days + 1))
    return tuple(day for day in days if day.weekday() < _SATURDAY and not terms.is_business_day(day))


def _apply_after(following: Following, now: datetime) -> date | None:
    """The day after which a new request is possible, as the letter says it; None where it is possible now."""
    slot = following.slot
    if slot is None or slot.status is not SlotStatus.COOLING or slot.until is None or slot.until <= now:
        return None
    return slot.until.astimezone(UTC).date()


def _postings(today: date, terms: Terms) -> list[Posting]:
    return [
        Posting(way, days, add_days(today, days, WaitUnit.BUSINESS_DAYS, terms.is_business_day))
        for way, days in POSTING_DAYS.items()
    ]


def _method(language: Language, family: str | None) -> str:
    """What people call a payment method, from the portal's name for it; empty where that is not known."""
    key = f"follow.methods.{family}"
    return word(language, key if has_words(language, key) else "follow.methods.other") if family else ""


def _place(language: Language, country: str) -> str:
    return words_of(language).get(f"countries.{country}", country)


def withdraw(frame: Frame, case: Case, key: str) -> Mapping[str, Any]:
    """Whether the applicant means it."""
    return case_page(frame, case, key)


def ask_for_help(
    frame: Frame, case: Case, key: str, typed: str = "", wrong: str = "", problem: str = ""
) -> Mapping[str, Any]:
    """A message to the desk, and those that were sent. `wrong` is the code of what is wrong with what was typed."""
    language = frame.language
    code = wrong if wrong in {"string_too_short", "string_too_long"} else "other"
    mistakes = {"text": word(language, f"follow.help.wrong.{code}")} if wrong else {}
    return {**case_page(frame, case, key), "values": {"text": typed}, "mistakes": mistakes, "problem": problem}


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "follow": follow,
    "withdraw": withdraw,
    "help": ask_for_help,
}
