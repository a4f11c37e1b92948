"""What the desk's page of a case shows, made from its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pydantic.alias_generators import to_camel

from shared.domain.case_file import CaseFile
from shared.domain.credit_assessment import Recommendation
from shared.domain.decisions import Language
from shared.domain.lifecycle import MACHINE, TRANSITIONS, State, events_open_to
from shared.domain.notices import NoticeState
from shared.domain.typed_decision import EVENT_OF, FormKind, event_of
from shared.domain.waiting import Party, over_at
from shared.web.assessment_words import doubt_in, driver_in, reasons_in
from shared.web.case_words import actor_in, found, told, told_since
from shared.web.frame import Frame
from shared.web.languages import word
from shared.web.notation import amount_in, money_in
from shared.web.notice_words import FORM, ITEMS, SECURITIES, STATES
from shared.web.words import credit_need_in

_AMOUNTS: Final = frozenset(
    {
        *("annual_revenue", "total_assets", "equity", "current_assets", "current_liabilities"),
        *("retained_earnings", "operating_result"),
    }
)
"""The figures that are in the currency of the annual accounts."""

_ADVISED: Final = {
    Recommendation.APPROVE: FormKind.APPROVE,
    Recommendation.APPROVE_LOWER: FormKind.APPROVE,
    Recommendation.ASK_INFORMATION: FormKind.ASK_INFORMATION,
    Recommendation.ASK_SECURITY: FormKind.ASK_SECURITY,
}

_TROUBLED: Final = frozenset({NoticeState.FAILED, NoticeState.IN_DOUBT})


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, since when and until when; `late_since` is the last day that was missed."""

    words: str
    since: datetime | None = None
    until: date | None = None
    late_since: date | None = None
    promised_on: date | None = None


def case_page(
    frame: Frame,
    file: CaseFile,
    seen: tuple[int, int] | None = None,
    note: tuple[str, str] = ("", ""),
    *,
    printing: bool = False,
) -> Mapping[str, Any]:
    """Everything of a case. `seen` is the last event that was seen before others changed it; `note` is what was typed
    as one, and the code of what is wrong with it.
    """
    language, (text, wrong) = frame.language, note
    return {
        **about(frame, file),
        "printing": printing,
        "values": {"text": text},
        "mistakes": {"text": word(language, f"case.mistakes.note.{wrong}")} if wrong else {},
        "changes": told_since(language, file, seen),
        "findings": [found(language, each) for each in file.findings],
        "opened_by": actor_in(language, file.standing.opened_by),
        "messages": [(each, actor_in(language, each.by) if each.by else "") for each in file.messages],
        "history": [told(language, each) for each in reversed(file.history)],
        "troubled": [each for each in file.notices if each.state in _TROUBLED],
        "needed": credit_need_in(language, file.credit.need) if file.credit.need else "",
        "figures": figures(language, file),
        "chain_problem": chain_problem(language, file),
    }


def about(frame: Frame, file: CaseFile) -> Mapping[str, Any]:
    """What every page about a case shows: where it stands, whose turn it is, what can be decided."""
    standing, language = file.standing, frame.language
    return {
        "file": file,
        "case": standing,
        "company": file.request.company_name,
        "address": f"/desk/cases/{standing.id}",
        "state": STATES[language][standing.state],
        "place": f"{standing.revision}.{standing.seq}.{standing.side}",
        "turn": turn(frame, file),
        "decisions": open_decisions(standing.state),
        "advised": advised(file),
        "is_over": not events_open_to(standing.state),
        "items": ITEMS[language],
        "securities": SECURITIES[language],
        **reckoned(language, file),
    }


def reckoned(language: Language, file: CaseFile) -> Mapping[str, Any]:
    """The advice, and how it was come to; everything is empty where no figures were weighed."""
    assessment = file.credit.assessment
    scored = assessment.score if assessment else None
    return {
        "assessment": assessment,
        "score": amount_in(language, scored) if scored is not None else "",
        "reasons": reasons_in(language, assessment) if assessment else [],
        "drivers": [driver_in(language, each) for each in assessment.drivers] if assessment else [],
        "doubts": [(doubt_in(language, each), each.blocks) for each in assessment.plausibility] if assessment else [],
    }


def chain_problem(language: Language, file: CaseFile) -> str:
    """What is wrong with the history; empty where it is whole."""
    if file.chain.whole:
        return ""
    kind = "ends_early" if "is not the last" in (file.chain.problem or "") else "changed"
    return word(language, f"case.broken.{kind}", number=file.chain.touched)


def open_decisions(state: State) -> list[FormKind]:
    """What an officer can decide in a state."""
    return [kind for kind in EVENT_OF if (state, event_of(kind, state)) in TRANSITIONS]


def advised(file: CaseFile) -> FormKind | None:
    """The decision to offer first: a security that is asked for is confirmed, else what the figures advise."""
    if file.standing.state is State.SECURITY_DUE:
        return FormKind.SECURITY_RECEIVED
    assessment = file.credit.assessment
    return _ADVISED.get(assessment.recommendation) if assessment else None


def turn(frame: Frame, file: CaseFile) -> Turn:
    """Whose turn it is."""
    standing, language = file.standing, frame.language
    if standing.state in MACHINE:
        return Turn(word(language, "case.turn.system"))
    if standing.wait is None:
        return Turn(word(language, "case.turn.nobody"))
    if standing.state is State.CREDIT_REVIEW:
        return _review_turn(frame, file)
    if standing.wait.owed_by is Party.DESK:
        return Turn(word(language, "case.turn.look_up"), standing.wait.since)
    words = word(language, f"case.turn.{standing.state.value}")
    return Turn(words, standing.wait.since, standing.wait.last_day, _missed(standing.wait.last_day, frame.now))


def _review_turn(frame: Frame, file: CaseFile) -> Turn:
    standing = file.standing
    words, since = word(frame.language, "case.turn.decide"), standing.wait.since if standing.wait else None
    clock = standing.review
    if clock is None:
        return Turn(words, since)
    promised = clock.breach_on if clock.breaches else None
    return Turn(words, since, clock.target_on, _missed(clock.target_on, frame.now), promised)


def _missed(day: date | None, now: datetime) -> date | None:
    """The day, once it has ended everywhere."""
    return day if day and over_at(day) <= now else None


def figures(language: Language, file: CaseFile) -> list[tuple[str, str]]:
    """The credit application, field by field; what was not given is said to be missing."""
    application = file.credit.application
    if application is None:
        return []
    return [(_name_of(language, name), _figure(language, application, name)) for name in FORM[language]]


def _name_of(language: Language, figure: str) -> str:
    member = "requestedLimit amount" if figure == "requested_limit" else to_camel(figure)
    return word(language, f"case.members.{member}")


def _figure(language: Language, application: Any, name: str) -> str:
    value = getattr(application, name)
    if value is None:
        return word(language, "case.missing")
    if name == "requested_limit":
        return money_in(language, value)
    return f"{application.currency} {amount_in(language, value)}" if name in _AMOUNTS else str(value)


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {"desk_case": case_page}
