"""Puts the case file together from what is kept of a case."""

from shared.domain.callers import Principal, Role
from shared.domain.case import Case
from shared.domain.case_file import (
    CaseFile,
    ChainOnFile,
    CreditOnFile,
    EventOnFile,
    FactsOnFile,
    NoticeOnFile,
    Standing,
)
from shared.domain.dossier import Dossier, Past
from shared.domain.facts import UNKNOWN, as_shown_to
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import status_of
from shared.workflow.actions import case_for, scope_to_read
from shared.workflow.audit import Audit, audited, has_moved_on
from shared.workflow.ports import Services


async def case_file(services: Services, case_id: str, principal: Principal) -> CaseFile:
    """Everything of a case, for people of the desk: two storage requests, and more only where its history does not fit.

    Raises RoleNeededError, CaseNotFoundError.
    """
    principal.needs(Role.READ)
    dossier = await services.cases.read(scope_to_read(case_id))
    case = case_for(dossier, case_id, principal).value
    past = await services.past_rows.past(case_id)
    audit = audited(case, past.events)
    if not audit.is_whole and await has_moved_on(services, case):
        return await case_file(services, case_id, principal)
    return CaseFile(
        made_at=services.now(),
        standing=_standing(case),
        request=case.request,
        facts=_facts(dossier, case),
        findings=case.findings,
        findings_total=case.findings_total,
        credit=_credit(case),
        notices=_notices(dossier, case, past),
        messages=case.messages,
        notes=case.notes,
        documents=case.documents,
        history=tuple(_event(event) for event in past.events),
        chain=_chain(audit),
    )


def as_json(file: CaseFile) -> str:
    """The file to hand out: camelCase, absent members left out, indented for people."""
    return file.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def _standing(case: Case) -> Standing:
    own = {name: getattr(case, name) for name in Standing.model_fields if name in Case.model_fields}
    return Standing(**own, status=status_of(case.state), side=case.side_events, revision=case.content_revision)


def _facts(dossier: Dossier, case: Case) -> FactsOnFile:
    known = dossier.known_facts
    return FactsOnFile(known=known, count=as_shown_to(known, case.request.account_administrator_email) != UNKNOWN)


def _credit(case: Case) -> CreditOnFile:
    own = {name: getattr(case, name) for name in CreditOnFile.model_fields if name in Case.model_fields}
    return CreditOnFile(**own, need=case.credit, application=case.credit_application)


def _notices(dossier: Dossier, case: Case, past: Past) -> tuple[NoticeOnFile, ...]:
    # One that was done with between the two readings is in both: as it is in the later one counts.
    known = {stored.value.key: stored.value for stored in dossier.notices_of(case.id)}
    ordered = sorted({**known, **{notice.key: notice for notice in past.notices}}.items())
    return tuple(
        NoticeOnFile(**{name: getattr(each, name) for name in NoticeOnFile.model_fields}) for _, each in ordered
    )


def _event(event: HistoryEvent) -> EventOnFile:
    return EventOnFile(**{name: getattr(event, name) for name in EventOnFile.model_fields})


def _chain(audit: Audit) -> ChainOnFile:
    return ChainOnFile(whole=audit.is_whole, events=audit.events, touched=audit.touched, problem=audit.problem)
