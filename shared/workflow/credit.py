"""The credit check: the applicant's papers come in, the officer decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final

from shared.domain import moves
from shared.domain.case import Case
from shared.domain.credit_application import CreditApplication, year_problem
from shared.domain.decisions import (
    Approve,
    AskedItem,
    AskInformation,
    AskSecurity,
    Decision,
    Decline,
    InformationReply,
    SecurityReceived,
    unanswered,
)
from shared.domain.dossier import Dossier, Moment, Stored
from shared.domain.eligibility import Verdict, assess, verdict
from shared.domain.errors import FactsBlockError, IllegalMoveError, PreconditionFailedError, WrongFieldError
from shared.domain.facts import as_shown_to
from shared.domain.lifecycle import Event, State, refusal_in, transition_for
from shared.domain.model import Model
from shared.domain.moves import Advance, Move, findings_update
from shared.domain.notices import Letter
from shared.workflow.actions import act_beside, act_on_case, case_asked_for, case_for, move_case, scope_to_read
from shared.workflow.changes import Aside, moved_by
from shared.workflow.ports import Services
from shared.workflow.protocol import Action
from shared.workflow.repeats import Acceptance, Asked, gist_of

_EARTHS_FIRST_ZONE: Final = timedelta(hours=14)
"""Where a day begins first, it begins so long before UTC's."""

LONGEST_FOR_SECURITY: Final = timedelta(days=365)
"""How far away the day may be by which security is asked for."""

_TAKEN: Final = frozenset({State.CHECKING_CREDIT, State.CREDIT_REVIEW})
"""The states in which an application lies that was taken and not answered yet."""

_OF_ITSELF: Final = frozenset({Event.SCHEDULE_RETRY, Event.ASSESS, Event.ESCALATE, Event.BREACH})
"""What happens to such a case without anybody doing anything."""


async def submit_application(services: Services, asked: Asked, application: CreditApplication) -> Acceptance:
    """Take the credit-check application; the next step assesses its figures.

    The same application again is no other one, also without a key: it is answered by the case as it is now.
    Raises WrongFieldError, IllegalMoveError.
    """
    move = _papers(Event.SUBMIT_APPLICATION, asked, {"credit_application": application}, application)

    async def decide(dossier: Dossier) -> Action:
        stored = case_asked_for(dossier, asked)
        transition_for(stored.value.state, move.event)
        _refuse(wrong_in(services, stored.value, application.tax_id, application.figures_year))
        return Action(stored, move)

    claim = asked.claim("PUT", "credit-application", application)
    try:
        return (await act_on_case(services, asked, claim, decide)).acceptance
    except (IllegalMoveError, PreconditionFailedError):
        taken = await _case_with(services, asked, application)
        if taken is None:
            raise
        return Acceptance(gist_of(taken), replayed=True)


async def _case_with(services: Services, asked: Asked, application: CreditApplication) -> Case | None:
    """The case, if this caller's same application is the last thing that anybody did to it."""
    case = case_for(await services.cases.read(scope_to_read(asked.case_id)), asked.case_id, asked.principal).value
    if case.state not in _TAKEN or case.credit_application != application:
        return None
    events = await services.cases.history(case.id)
    done = [event for event in events if event.event is not None and event.event not in _OF_ITSELF]
    last = done[-1]
    return case if last.event is Event.SUBMIT_APPLICATION and last.actor == asked.principal.actor else None


def wrong_in(services: Services, case: Case, tax_id: str | None, figures_year: int | None) -> list[WrongFieldError]:
    """Everything that is wrong with an application and its model cannot know. No request."""
    country = case.request.billing_address.country
    found = {
        ("/taxId", "tax_id"): services.tax_ids.problem(country, tax_id) if tax_id else None,
        ("/figuresYear", "figures_year"): year_problem(figures_year, services.now().astimezone(UTC).date()),
    }
    return [WrongFieldError(pointer, code, problem) for (pointer, code), problem in found.items() if problem]


async def submit_information(services: Services, asked: Asked, reply: InformationReply) -> Acceptance:
    """Take what the officer asked for, all of it; the review goes on. IllegalMoveError, WrongFieldError."""
    move = _papers(Event.SUBMIT_INFORMATION, asked, {"information": reply}, reply)

    async def decide(dossier: Dossier) -> Action:
        stored = case_asked_for(dossier, asked)
        transition_for(stored.value.state, move.event)
        _check_answers(stored.value, reply)
        return Action(stored, move)

    return (await act_on_case(services, asked, asked.claim("POST", "information", reply), decide)).acceptance


def _check_answers(case: Case, reply: InformationReply) -> None:
    """Raise WrongFieldError for everything that was asked for and is not answered."""
    missing = unanswered(case.information_asked, reply) if case.information_asked else ()
    _refuse([WrongFieldError("/answers", "missing", _missing(place, item)) for place, item in missing])


def _missing(place: int, asked: AskedItem) -> str:
    named = f"the item {asked.item.value}" + (f" and the text {asked.text!r}" if asked.text else "")
    return f"lacks an answer to /informationAsked/items/{place} of the case: add one with {named}"


def _refuse(wrong: Sequence[WrongFieldError]) -> None:
    """Raise the first of what is wrong, with the others; nothing where nothing is."""
    if wrong:
        first, *others = wrong
        raise WrongFieldError(first.pointer, first.code, first.detail, others)


async def accept_security(services: Services, asked: Asked) -> Acceptance:
    """The applicant agrees to give the security that is asked for; the review goes on when the desk has it.

    Agreeing twice is agreeing once. Raises IllegalMoveError where none is asked for.
    """

    def accept(case: Case, moment: Moment) -> Advance:
        return moves.accept_security(case, asked.principal.actor, moment)

    async def decide(dossier: Dossier) -> Action | None:
        stored = case_asked_for(dossier, asked)
        transition_for(stored.value.state, Event.CONFIRM_SECURITY)
        return None if stored.value.security_accepted_at else Action(stored, Aside(accept))

    return await act_beside(services, asked, asked.claim("POST", "security-accepted"), decide)


async def confirm_security(services: Services, asked: Asked, received: SecurityReceived) -> Acceptance:
    """The desk has the security that was asked for; the review goes on. IllegalMoveError, WrongFieldError."""
    if received.received_on > (services.now() + _EARTHS_FIRST_ZONE).date():
        raise WrongFieldError("/receivedOn", "received_on", "has not come yet: give the day on which the security came")
    move = _papers(Event.CONFIRM_SECURITY, asked, {"security_received": received}, received)
    return await move_case(services, asked, asked.claim("POST", "security-received", received), move)


def _papers(event: Event, asked: Asked, update: dict[str, Any], papers: Model) -> Move:
    """A move that brings papers in: kept on the case, and beside its history."""
    personal = papers.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Move(event, asked.principal.actor, (), update, personal=personal)


async def decide(services: Services, asked: Asked, decision: Decision) -> Acceptance:
    """The officer's decision on a case as it was seen.

    Raises PreconditionFailedError if the case has changed since, IllegalMoveError, and on approval FactsBlockError if
    the facts no longer allow it.
    """

    async def look(dossier: Dossier) -> Action:
        return Action(*await _decided(services, asked, decision, dossier))

    return (await act_on_case(services, asked, asked.claim("POST", "decision", decision), look)).acceptance


async def preview(services: Services, asked: Asked, decision: Decision) -> Letter:
    """What the applicant would be told if this were decided now; nothing is kept or sent. Raises what `decide` raises.

    One storage request.
    """
    dossier = await services.cases.read(scope_to_read(asked.case_id))
    stored, move = await _decided(services, asked, decision, dossier)
    moment = Moment(services.now(), services.new_id(), services.new_id())
    after, change = await moved_by(services, dossier, stored, move, moment)
    return await services.letters.write(after, change.notices[0], again=False)


async def _decided(services: Services, asked: Asked, decision: Decision, dossier: Dossier) -> tuple[Stored[Case], Move]:
    """The case as it was seen, and how the decision moves it."""
    stored = case_asked_for(dossier, asked)
    _check_day(services, decision)
    move = _move_of(decision, asked.principal.actor, stored.value.state)
    transition_for(stored.value.state, move.event)
    checked = await _still_eligible(services, stored.value, dossier) if move.event is Event.APPROVE else {}
    return stored, replace(move, updates={**move.updates, **checked})


def _check_day(services: Services, decision: Decision) -> None:
    """Security can be asked for by a later day only. Raises WrongFieldError."""
    today = services.now().astimezone(UTC).date()
    latest = today + LONGEST_FOR_SECURITY
    if isinstance(decision, AskSecurity) and decision.by is not None and not today < decision.by <= latest:
        raise WrongFieldError(
            "/by", "by", f"must be a day after {today.isoformat()}, and {latest.isoformat()} at the latest"
        )


def _move_of(decision: Decision, actor: str, state: State) -> Move:
    personal = decision.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(decision, Approve):
        return Move(Event.APPROVE, actor, (), {"approved_limit": decision.limit}, personal=personal)
    if isinstance(decision, Decline):
        codes = tuple(code.value for code in decision.codes)
        # What was approved before is not what a declined company may owe.
        refusal = {"decline_codes": decision.codes, "approved_limit": None}
        return Move(refusal_in(state), actor, codes, refusal, personal=personal)
    if isinstance(decision, AskInformation):
        return Move(Event.ASK_INFORMATION, actor, (), {"information_asked": decision}, personal=personal)
    asks = {"security_asked": decision, "security_accepted_at": None}  # what was agreed to was another security
    return Move(Event.ASK_SECURITY, actor, (), asks, personal=personal)


async def _still_eligible(services: Services, case: Case, dossier: Dossier) -> dict[str, Any]:
    """The findings of now, which the approval commits together with a touch of the facts they come from."""
    policy = await services.shelf.policy(case.policy)
    known = await services.directory.look_up(case.request.subscription_id, dossier.known_facts)
    findings = assess(as_shown_to(known, case.request.account_administrator_email), policy)
    if verdict(findings) is not Verdict.ELIGIBLE:
        raise FactsBlockError(findings)
    return findings_update(findings)
