"""An applicant types the credit-check application: what was typed is kept, looked over, and sent."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

from shared.domain.case import Case
from shared.domain.draft import CreditDraft
from shared.domain.errors import StorageError
from shared.domain.following import current_request
from shared.domain.lifecycle import Event, transition_for
from shared.domain.mistakes import Mistake
from shared.domain.typed_application import CreditForm, TypedApplication, read_application
from shared.workflow import credit
from shared.workflow.actions import case_for
from shared.workflow.applying import Applicant
from shared.workflow.ports import Services
from shared.workflow.repeats import Acceptance, Asked

_log = logging.getLogger(__name__)


async def look(services: Services, applicant: Applicant) -> CreditForm:
    """The form of the current request as it was left: one request.

    Raises CaseNotFoundError, IllegalMoveError where no application is waited for.
    """
    case = _waiting(current_request(applicant.dossier))
    stored = await services.drafts.credit_draft(case.scope)
    if stored is None or stored.value.case_id != case.id:
        return await _form(services, applicant, case, {})
    form = await _form(services, applicant, case, stored.value.values)
    return replace(form, kept_at=stored.value.saved_at)


async def save(services: Services, applicant: Applicant, case_id: str, values: Mapping[str, str]) -> CreditForm:
    """Keep what was typed, right or wrong: one request. Raises CaseNotFoundError, IllegalMoveError."""
    case = _waiting(case_for(applicant.dossier, case_id, applicant.principal).value)
    draft = CreditDraft(case_id=case.id, saved_at=services.now(), values=values)
    await services.drafts.keep_credit_draft(case.scope, draft)
    return replace(await _form(services, applicant, case, values), kept_at=draft.saved_at)


async def read_over(services: Services, applicant: Applicant, case_id: str, values: Mapping[str, str]) -> CreditForm:
    """What was typed as it reads; nothing is kept. No request. Raises CaseNotFoundError, IllegalMoveError."""
    case = _waiting(case_for(applicant.dossier, case_id, applicant.principal).value)
    return await _form(services, applicant, case, values)


async def send(
    services: Services, applicant: Applicant, asked: Asked, values: Mapping[str, str]
) -> CreditForm | Acceptance:
    """Send the application, once under its key; or the form again, with what is wrong.

    Raises CaseNotFoundError, IllegalMoveError, RepeatKeyReusedError.
    """
    case = case_for(applicant.dossier, asked.case_id, applicant.principal).value
    form = await _form(services, applicant, case, values)
    if form.typed.application is None:
        _waiting(case)
        return form
    acceptance = await credit.submit_application(services, asked, form.typed.application)
    await _drop(services, case)
    return acceptance


def _waiting(case: Case) -> Case:
    """The case, if it waits for the application. Raises IllegalMoveError."""
    transition_for(case.state, Event.SUBMIT_APPLICATION)
    return case


async def _form(services: Services, applicant: Applicant, case: Case, values: Mapping[str, str]) -> CreditForm:
    policy = await services.shelf.policy(case.policy)
    typed = _checked(services, case, read_application(values, applicant.language))
    return CreditForm(case, typed, policy.credit.assessment, services.now().astimezone(UTC).date())


def _checked(services: Services, case: Case, typed: TypedApplication) -> TypedApplication:
    """What was typed, also with what is wrong beyond the model: everything is told at once."""
    found = credit.wrong_in(services, case, typed.tax_id, typed.figures_year)
    return typed.wrong({each.code: Mistake(each.code, each.detail) for each in found})


async def _drop(services: Services, case: Case) -> None:
    """Delete what was typed, now that it is sent; what fails here, the nightly pass does."""
    try:
        stored = await services.drafts.credit_draft(case.scope)
        if stored:
            await services.drafts.drop_credit_draft(case.scope, stored.tag)
    except StorageError as error:
        _log.warning("the credit draft of scope %s stays: %s", case.scope, error)
