"""Reads what an applicant follows."""

from shared.domain.callers import Principal
from shared.domain.dossier import Dossier
from shared.domain.facts import as_shown_to
from shared.domain.following import Following, current_of, requests_in, told_of
from shared.workflow.actions import case_for
from shared.workflow.ports import Services


async def follow(services: Services, dossier: Dossier, principal: Principal, case_id: str = "") -> Following | None:
    """A request of a dossier, or without an id the current one; None where there is none at all: one request.

    Raises CaseNotFoundError for an id that is none of the applicant's.
    """
    cases = requests_in(dossier)
    if not cases and not case_id:
        return None
    current_id = current_of(dossier, cases) if cases else ""
    case = case_for(dossier, case_id or current_id, principal).value
    past = await services.past_rows.past(case.id)
    pending = [stored.value for stored in dossier.notices_of(case.id)]
    slot = dossier.slot.value if dossier.slot and dossier.slot.value.case_id == case.id else None
    return Following(
        case=case,
        events=past.events,
        notices=told_of(past.notices, pending),
        slot=slot,
        facts=as_shown_to(dossier.known_facts, case.request.account_administrator_email),
        others=tuple(other for other in cases if other.id != case.id),
        terms=await services.shelf.terms(case.policy, case.request.billing_address.country),
        is_current=case.id == current_id,
    )
