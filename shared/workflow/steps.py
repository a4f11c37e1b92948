"""The steps of the two machine states: eligibility, then credit. Each looks at the case and says how it moves."""

from shared.domain.case import Case
from shared.domain.credit import credit_check_for
from shared.domain.dossier import Dossier
from shared.domain.eligibility import EVENT_OF, Finding, Outcome, Verdict, assess, verdict
from shared.domain.facts import as_shown_to
from shared.domain.lifecycle import Event
from shared.domain.messages import CaseMessage
from shared.domain.moves import Move, findings_update
from shared.domain.policy import Policy
from shared.domain.waiting import Party
from shared.workflow.ports import Services
from shared.workflow.protocol import run_step


async def check_eligibility(services: Services, message: CaseMessage, deliveries: int) -> None:
    """The eligibility step of the case that the message names."""

    async def work(case: Case, dossier: Dossier) -> Move:
        policy = await services.shelf.policy(case.policy)
        return _eligibility_move(await _findings(services, case, dossier, policy))

    await run_step(services, message, deliveries, work)


async def check_credit(services: Services, message: CaseMessage, deliveries: int) -> None:
    """The credit step: eligibility once more, since it may approve, then whether a credit check is needed."""

    async def work(case: Case, dossier: Dossier) -> Move:
        policy = await services.shelf.policy(case.policy)
        found = _eligibility_move(await _findings(services, case, dossier, policy))
        return _credit_move(case, policy, found) if found.event is Event.FIND_ELIGIBLE else found

    await run_step(services, message, deliveries, work)


async def _findings(services: Services, case: Case, dossier: Dossier, policy: Policy) -> tuple[Finding, ...]:
    known = await services.directory.look_up(case.request.subscription_id, dossier.known_facts)
    return assess(as_shown_to(known, case.request.account_administrator_email), policy)


def _eligibility_move(findings: tuple[Finding, ...]) -> Move:
    result = verdict(findings)
    reasons = tuple(dict.fromkeys(f.code for f in findings if f.outcome is not Outcome.PASS))
    owed_by = Party.DESK if result is Verdict.UNKNOWN else Party.APPLICANT
    return Move(EVENT_OF[result], "system", reasons, findings_update(findings), owed_by)


def _credit_move(case: Case, policy: Policy, found: Move) -> Move:
    need = credit_check_for(case.request.credit_needed, policy.credit)
    event = Event.REQUIRE_APPLICATION if need.needed else Event.WAIVE_CHECK
    reason = "credit_check_needed" if need.needed else "credit_check_not_needed"
    return Move(event, "system", (reason,), {**found.updates, "credit": need})
