"""An applicant types a request, page by page: what was typed is kept, and sent when they agree."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.domain.applying import Application
from shared.domain.callers import Principal
from shared.domain.case import RequestForm
from shared.domain.decisions import Language
from shared.domain.dossier import Dossier, Stored
from shared.domain.draft import Draft, Step
from shared.domain.eligibility import assess
from shared.domain.errors import CaseBusyError, ConsentOutdatedError, RowChangedError, RowExistsError, StorageError
from shared.domain.mistakes import Mistake
from shared.domain.policy import Policy
from shared.domain.typed_request import Agreement, Known, Reading, known_of, read_request
from shared.workflow import intake
from shared.workflow.ports import Services
from shared.workflow.protocol import TRIES
from shared.workflow.repeats import Acceptance, KeyKind, RepeatKey

_log = logging.getLogger(__name__)

_CHANGED = Mistake("changed", "the request was changed since you saw it: read it again")
_OUTDATED = Mistake("outdated", "the words to agree to have changed: read them again")


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: for which scope, as it was read to let them in, and in which language they type."""

    principal: Principal
    dossier: Dossier
    language: Language


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The applicant's last word, on the version of the draft that they were shown."""

    draft_id: str
    agreement: Agreement


async def look(services: Services, applicant: Applicant) -> Application:
    """The application as far as it was typed: one request."""
    stored = await _draft(services, applicant)
    return _application(await _policy(services), applicant, stored.value)


async def save(services: Services, applicant: Applicant, step: Step, typed: Mapping[str, str]) -> Application:
    """Keep what was typed in a step, right or wrong; only without mistakes in it the next step is reached.

    Two requests, if nobody saves at the same time. Raises CaseBusyError.
    """
    policy = await _policy(services)
    for _ in range(TRIES):
        stored = await _draft(services, applicant)
        draft = stored.value.changed(typed, step, services.new_id(), services.now())
        application = _application(policy, applicant, draft)
        if not application.reading.wrong_in(step):
            draft = draft.changed({}, step.next, draft.id, services.now())
            application = replace(application, draft=draft)
        try:
            await services.drafts.keep_draft(applicant.dossier.scope, draft, stored.tag)
        except (RowExistsError, RowChangedError):
            continue  # in another window: what was typed there stays, but for the fields of this step
        return application
    raise CaseBusyError


async def confirm(services: Services, applicant: Applicant, confirmation: Confirmation) -> Application | Acceptance:
    """Send the request, once however often this is asked; or the application again, with what is wrong.

    Raises RequestOpenError, AlreadySwitchedError, CoolingOffError.
    """
    stored = await _draft(services, applicant)
    application = _application(await _policy(services), applicant, stored.value)
    if application.place is not Step.REVIEW:
        return application
    if stored.value.id != confirmation.draft_id:
        return _with(application, _CHANGED)
    agreed = _reading(application.known, applicant, stored.value, confirmation.agreement)
    if agreed.form is None:
        return _with(application, agreed.mistakes["consent"])
    submission = intake.Submission(agreed.form, applicant.principal, _key_of(stored.value, agreed.form))
    try:
        acceptance = await intake.submit(services, submission)
    except ConsentOutdatedError:
        return _with(application, _OUTDATED)
    await _drop(services, applicant.dossier.scope, stored.tag)
    return acceptance


async def _draft(services: Services, applicant: Applicant) -> Stored[Draft]:
    """The draft that was kept; an empty one where there is none, or where a request was made of it."""
    stored = await services.drafts.draft(applicant.dossier.scope)
    cases = [each.value for each in applicant.dossier.cases.values() if each.value]
    if stored is None or stored.value.was_sent(applicant.principal.actor, cases):
        return Stored(Draft(), stored.tag if stored else "")
    return stored


async def _policy(services: Services) -> Policy:
    return await services.shelf.policy(services.current_policy)


def _application(policy: Policy, applicant: Applicant, draft: Draft) -> Application:
    """Everything about a draft. Nobody is asked to agree before the end: what is typed is read as if they did."""
    known = known_of(applicant.dossier)
    reading = _reading(known, applicant, draft, Agreement(accepted=True, text_sha256=policy.consent.sha256))
    return Application(known, draft, reading, assess(applicant.dossier.known_facts, policy), policy)


def _reading(known: Known, applicant: Applicant, draft: Draft, agreement: Agreement) -> Reading:
    return read_request(known.filled(draft.values, applicant.language), known.scope, applicant.language, agreement)


def _with(application: Application, mistake: Mistake) -> Application:
    return replace(application, reading=Reading(application.reading.form, {"consent": mistake}))


def _key_of(draft: Draft, form: RequestForm) -> RepeatKey:
    """Names the request that this version of a draft makes; what is known can make it another one."""
    content = hashlib.sha256(form.model_dump_json().encode()).hexdigest()
    return RepeatKey(KeyKind.IDEMPOTENCY_KEY, f"{draft.id}.{content}")


async def _drop(services: Services, scope: str, tag: str) -> None:
    """Delete the draft of a request that was made; what fails here, the nightly pass does."""
    try:
        await services.drafts.drop_draft(scope, tag)
    except StorageError as error:
        _log.warning("the draft of scope %s stays: %s", scope, error)
