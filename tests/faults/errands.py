"""What people, the portal and timers want done: each through the workflow's own functions, and asked for again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from local.sample import sample_snapshot
from shared.domain.callers import PORTAL, Principal
from shared.domain.case import Case, scope_of
from shared.domain.documents import DocumentSlot
from shared.domain.errors import (
    CaseBusyError,
    PayByInvoiceError,
    StorageError,
    StorageUnavailableError,
    WrongFieldError,
)
from shared.domain.lifecycle import Event, State
from shared.domain.messages import PaymentMethodChanged, PortalEvent, SubscriptionUpdated, SupportRequestCreated
from shared.workflow import actions, credit, documents, due_cases, intake, portal, tallies
from shared.workflow.intake import PreCheckForm
from shared.workflow.ports import Services
from shared.workflow.reconcile import reconcile
from shared.workflow.repeats import Acceptance, Asked
from tests.document_files import a_pdf
from tests.faults.checker import Deed, Told
from tests.faults.ports import run_now
from tests.faults.stage import Role, Stage
from tests.workflow.test_credit import APPROVE, ASK, DECLINE, RECEIVED, REPLY, SECURE, an_application
from tests.workflow.test_steps import SENDGRID
from tests.world import CLIENT, OFFICER, SUBSCRIPTION, a_key, a_submission, asked

OTHER_SUBSCRIPTION: Final = UUID("5d0c1f7e-9a41-4a58-8e52-2f6f1c0b7a34")

MOST_REPEATS: Final = 12
"""How often a caller asks again before it gives up."""


@dataclass(frozen=True)
class Errand:
    """An action that a caller asks for, and the event it brings about: None beside the transitions.

    What `puts` is one deed however often and under whatever keys it is asked for, and is answered with the case as it
    is at the time: no more than that the case has it is promised.
    """

    name: str
    event: Event | None
    do: Callable[[Services, Asked], Awaitable[Acceptance]]
    by_officer: bool = False
    by_portal: bool = False
    puts: bool = False

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return OFFICER if self.by_officer else PORTAL if self.by_portal else CLIENT


def _submit(**changes: Any) -> Callable[[Services, Asked], Awaitable[Acceptance]]:
    submission = a_submission(**changes)
    return lambda services, asking: intake.submit(
        services, replace(submission, key=asking.key, principal=asking.principal)
    )


def _decide(decision: Any) -> Callable[[Services, Asked], Awaitable[Acceptance]]:
    return lambda services, asking: credit.decide(services, asking, decision)


async def _request_in_the_portal(services: Services, asking: Asked) -> Acceptance:
    form = {"type": "support_request.created", "timestamp": services.now(), "data": a_submission().form}
    webhook_id = asking.key.value if asking.key else services.new_id()
    return await portal.support_request_created(services, webhook_id, SupportRequestCreated.model_validate(form))


async def _upload(services: Services, asking: Asked) -> Acceptance:
    """A file of its own for each key, and without one for each asking: what is uploaded again is no second document."""
    told = asking.key.value if asking.key else services.new_id()
    return await documents.upload(services, asking, DocumentSlot.OTHER, "file", a_pdf(more=b"%% %s\n" % told.encode()))


_APPLICATION: Final = an_application()

ERRANDS: Final[Mapping[str, Errand]] = {
    errand.name: errand
    for errand in (
        Errand("submit", Event.SUBMIT, _submit()),
        Errand("submit_more", Event.SUBMIT, _submit(creditNeeded={"amount": "25000", "currency": "EUR"})),
        Errand("support_request", Event.SUBMIT, _request_in_the_portal, by_portal=True),
        Errand("withdraw", Event.WITHDRAW, actions.withdraw),
        Errand("recheck", Event.ASK_RECHECK, actions.recheck),
        Errand("message", None, lambda services, asking: actions.write_to_desk(services, asking, "hello")),
        Errand("document", None, _upload),
        Errand("resume", None, actions.resume, by_officer=True),
        Errand(
            "application",
            Event.SUBMIT_APPLICATION,
            lambda services, asking: credit.submit_application(services, asking, _APPLICATION),
            puts=True,
        ),
        Errand(
            "information",
            Event.SUBMIT_INFORMATION,
            lambda services, asking: credit.submit_information(services, asking, REPLY),
        ),
        Errand(
            "security",
            Event.CONFIRM_SECURITY,
            lambda services, asking: credit.confirm_security(services, asking, RECEIVED),
            by_officer=True,
        ),
        Errand("approve", Event.APPROVE, _decide(APPROVE), by_officer=True),
        Errand("decline", Event.DECLINE, _decide(DECLINE), by_officer=True),
        Errand("ask", Event.ASK_INFORMATION, _decide(ASK), by_officer=True),
        Errand("secure", Event.ASK_SECURITY, _decide(SECURE), by_officer=True),
    )
}

_SUBMIT_OTHER: Final = Errand("submit_other", Event.SUBMIT, _submit(subscriptionId=str(OTHER_SUBSCRIPTION)))

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "facts_fine": {},
    "facts_third_party": {"resources": [SENDGRID]},
    "facts_individual": {"accountType": "Individual"},
    "facts_by_invoice": {"paymentMethodFamily": "CheckWire"},
    "facts_unknown": {"accountType": None, "resources": None},
    "facts_other_administrator": {"accountAdministratorEmail": "new@contoso.example"},
}
"""Snapshots that the portal sends, as changes to the sample's."""

PAYMENT: Final = "payment_by_invoice"
ELSEWHERE: Final = "submit_elsewhere"
"""Requests for two subscriptions under one key, at once: it can stand for one of them only."""

PRE_CHECK: Final = "pre_check"
"""A look that must leave nothing behind."""

TIMER: Final = "timer"
RECONCILE: Final = "reconcile"


def begin(stage: Stage, name: str, *, number: int = 1, keyed: bool = True, twice: bool = False) -> None:
    """Begin what is named. `number` tells the askings of one run apart, and orders the portal's observations.

    With `twice`, the same is asked for twice at once.
    """
    if name == TIMER:
        _run_timer(stage)
    elif name == RECONCILE:
        _reconcile(stage)
    elif name == PRE_CHECK:
        _pre_check(stage)
    elif name == ELSEWHERE:
        _submit_elsewhere(stage, f"key-{number}")
    elif name in ERRANDS:
        ask(stage, ERRANDS[name], f"key-{number}" if keyed else None, twice=twice)
    else:
        for _ in range(1 + twice):
            _tell(stage, name, number)


def _run_timer(stage: Stage) -> None:
    """The timer fires, and fires again if it was cut short."""

    async def run() -> None:
        services = stage.services_for(Role.TIMER)
        await due_cases.hand_on_due_cases(services)
        await tallies.fold(services, least=1)  # at once: a run has fewer movements than are worth while otherwise

    stage.spawn(TIMER, run(), crashed=lambda: _run_timer(stage), failed=lambda _: _run_timer(stage))


def _pre_check(stage: Stage) -> None:
    form = a_submission().form
    asked_for = PreCheckForm(
        subscription_id=form.subscription_id,
        account_administrator_email=form.account_administrator_email,
        credit_needed=form.credit_needed,
    )

    async def check() -> None:
        await intake.pre_check(stage.services_for(Role.CALLER), asked_for)

    stage.spawn(PRE_CHECK, check())


def _reconcile(stage: Stage) -> None:
    """The nightly pass, and the next night's if it was cut short or could not put everything right."""

    async def run() -> None:
        drift = await reconcile(stage.services_for(Role.TIMER))
        if drift.failed:
            raise StorageUnavailableError

    stage.spawn(RECONCILE, run(), crashed=lambda: _reconcile(stage), failed=lambda _: _reconcile(stage))


def ask(stage: Stage, errand: Errand, key: str | None, case_id: str = "", *, twice: bool = False) -> None:
    """A caller asks for an action on a case, else the scene's; under a key, it asks until it is answered."""
    case_id = case_id or stage.scene.case_id
    principal = errand.principal
    case = _case_on(stage, case_id) if errand.by_officer and errand.event else None
    seen = case.content_revision if case else None
    asking = replace(asked(case_id, principal, seen=seen), key=a_key(key) if key else None)
    deed = _deed(stage, _as_seen(errand, case), principal.actor)
    for _ in range(1 + twice):
        deed.askers += 1
        _attempt(stage, errand, asking, deed, MOST_REPEATS if key else 0)


def _as_seen(errand: Errand, case: Case | None) -> Errand:
    """The errand as it is on the case that was seen: what is approved is declined by revoking it."""
    revokes = errand.event is Event.DECLINE and case is not None and case.state is State.APPROVED
    return replace(errand, event=Event.REVOKE) if revokes else errand


def _submit_elsewhere(stage: Stage, key: str) -> None:
    deed = Deed(Event.SUBMIT, CLIENT.actor, askers=2)
    stage.acknowledged.deeds.append(deed)
    for errand in (ERRANDS["submit"], _SUBMIT_OTHER):
        _attempt(stage, errand, asked("", CLIENT, key), deed, MOST_REPEATS)


def _deed(stage: Stage, errand: Errand, actor: str) -> Deed:
    deeds = stage.acknowledged.deeds
    for known in deeds:
        if errand.puts and (known.event, known.actor) == (errand.event, actor):
            return known
    deeds.append(Deed(errand.event, actor))
    return deeds[-1]


def _case_on(stage: Stage, case_id: str) -> Case | None:
    stored = run_now(stage.world.store.read(scope_of(SUBSCRIPTION))).cases.get(case_id)
    return stored.value if stored else None


def _attempt(stage: Stage, errand: Errand, asking: Asked, deed: Deed, left: int) -> None:
    async def attempt() -> None:
        accepted = await errand.do(stage.services_for(Role.CALLER), asking)
        only_there = {"state": State.CHECKING_CREDIT, "revision": 0} if errand.puts else {}
        deed.answers.append(accepted.answer.model_copy(update=only_there))

    def again() -> None:
        if left:
            _attempt(stage, errand, asking, deed, left - 1)
        elif errand.event is None:
            stage.leave_beside()

    def failed(error: PayByInvoiceError) -> None:
        if isinstance(error, StorageError | CaseBusyError):
            again()
        else:
            deed.refusals += 1

    stage.spawn(errand.name, attempt(), crashed=again, failed=failed)


def _tell(stage: Stage, name: str, number: int) -> None:
    observed_at = stage.scene.now + timedelta(seconds=number)
    body: dict[str, Any] = {"timestamp": observed_at.isoformat()}
    subscription = str(SUBSCRIPTION)
    if name == PAYMENT:
        data = {"subscriptionId": subscription, "paymentMethodFamily": "CheckWire"}
        event: PortalEvent = PaymentMethodChanged.model_validate(
            {**body, "type": "payment_method.changed", "data": data}
        )
    else:
        data = {
            key: value for key, value in {**sample_snapshot(subscription), **FACTS[name]}.items() if value is not None
        }
        event = SubscriptionUpdated.model_validate({**body, "type": "subscription.updated", "data": data})
    _deliver(stage, name, f"webhook-{number}", event)


def _deliver(stage: Stage, name: str, webhook_id: str, event: PortalEvent) -> None:
    """The portal sends a webhook until it is taken."""

    async def deliver() -> None:
        await portal.take_event(stage.services_for(Role.CALLER), webhook_id, event)
        stage.acknowledged.told.append(Told(scope_of(SUBSCRIPTION), event.timestamp))

    def again() -> None:
        _deliver(stage, name, webhook_id, event)

    def failed(error: PayByInvoiceError) -> None:
        if isinstance(error, StorageError | CaseBusyError) or (stage.skews and isinstance(error, WrongFieldError)):
            again()  # from the future, says a machine whose clock is slow
        else:
            stage.problems.append(f"the portal's {name} was refused: {error!r}")

    stage.spawn(name, deliver(), crashed=again, failed=failed)
