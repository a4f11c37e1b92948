"""The steps of the two machine states: eligibility, then credit. Each looks at the case and says how it moves."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final

from shared.domain.case import Case
from shared.domain.credit import credit_check_for
from shared.domain.credit_assessment import assess_application
from shared.domain.dossier import Dossier
from shared.domain.eligibility import EVENT_OF, Outcome, Verdict, assess, verdict
from shared.domain.errors import TryAgainLaterError
from shared.domain.facts import SubscriptionFacts, as_shown_to
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event
from shared.domain.messages import CaseMessage
from shared.domain.moves import Move, findings_update
from shared.domain.policy import Policy
from shared.domain.waiting import Party
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import RETRY_DELAYS, flag_case, run_step

ATTENTION_AFTER: Final = len(RETRY_DELAYS)
"""Retries, nearly two hours in all, after which the desk is told that a step waits for facts; the retries go on."""


async def check_eligibility(services: Services, message: CaseMessage, deliveries: int) -> None:
    """The eligibility step of the case that the message names."""

    async def work(case: Case, dossier: Dossier) -> Move:
        policy = await services.shelf.policy(case.policy)
        return _eligibility_move(await _facts(services, case, dossier), policy)

    await run_step(services, message, deliveries, work)


async def check_credit(services: Services, message: CaseMessage, deliveries: int) -> None:
    """The credit step: eligibility once more, since it may approve, then whether a credit check is needed."""

    async def work(case: Case, dossier: Dossier) -> Move:
        policy = await services.shelf.policy(case.policy)
        found = _eligibility_move(await _facts(services, case, dossier), policy)
        return _credit_move(services, case, policy, found) if found.event is Event.FIND_ELIGIBLE else found

    await run_step(services, message, deliveries, work)


async def _facts(services: Services, case: Case, dossier: Dossier) -> SubscriptionFacts:
    try:
        known = await services.directory.look_up(case.request.subscription_id, dossier.known_facts)
    except TryAgainLaterError as trouble:
        if case.retries >= ATTENTION_AFTER and case.attention is None:
            await _show_silence(services, case, trouble)
        raise
    return as_shown_to(known, case.request.account_administrator_email)


async def _show_silence(services: Services, case: Case, trouble: TryAgainLaterError) -> None:
    """Tell the desk that a case waits for facts, and since when. The flag goes when they come."""
    since = _silent_since(await services.cases.history(case.id)) or services.now()
    reason = (
        f"the facts have not been available since {since:%Y-%m-%dT%H:%M:%SZ}: {trouble.reason}; asked for every hour"
    )
    flagged = await flag_case(services, case.id, reason, passing=True)
    await settle_index(services, flagged, anew=True)


def _silent_since(events: Sequence[HistoryEvent]) -> datetime | None:
    """When the step was first put off, of the times in a row until now."""
    moves = [event for event in reversed(events) if event.event is not None]
    put_off = list(takewhile(lambda event: event.event is Event.SCHEDULE_RETRY, moves))
    return put_off[-1].at.astimezone(UTC) if put_off else None


def _eligibility_move(facts: SubscriptionFacts, policy: Policy) -> Move:
    findings = assess(facts, policy)
    result = verdict(findings)
    reasons = tuple(dict.fromkeys(f.code for f in findings if f.outcome is not Outcome.PASS))
    owed_by = Party.DESK if result is Verdict.UNKNOWN else Party.APPLICANT
    updates = {**findings_update(findings), "agreement_type": facts.agreement_type}
    return Move(EVENT_OF[result], "system", reasons, updates, owed_by)


def _credit_move(services: Services, case: Case, policy: Policy, found: Move) -> Move:
    need = credit_check_for(case.request.credit_needed, policy.credit)
    updates = {**found.updates, "credit": need}
    if case.approved_limit is not None:
        return Move(Event.WAIVE_CHECK, "system", ("decided_before",), updates)
    if not need.needed:
        return Move(Event.WAIVE_CHECK, "system", ("credit_check_not_needed",), updates)
    if case.credit_application is None:
        return Move(Event.REQUIRE_APPLICATION, "system", ("credit_check_needed",), updates)
    today = services.now().astimezone(UTC).date()
    assessed = assess_application(case.credit_application, case.request.credit_needed, today, policy.credit.assessment)
    return Move(
        Event.ASSESS,
        "system",
        (f"recommendation_{assessed.recommendation.value}",),
        {**updates, "assessment": assessed},
    )
