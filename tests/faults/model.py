"""The whole service in memory against the reference model: the same things happen to both, and both must agree."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from local.sample import sample_application, sample_snapshot, third_party_resources
from shared.adapters.directory_portal import PortalDirectory
from shared.domain.case import scope_of
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import AskSecurity, Decision, InformationReply
from shared.domain.dossier import SlotStatus
from shared.domain.errors import PayByInvoiceError
from shared.domain.lifecycle import Event
from shared.domain.messages import PaymentMethodChanged, SubscriptionUpdated, read_message
from shared.workflow import actions, credit, intake, portal
from shared.workflow.reconcile import reconcile
from shared.workflow.repeats import Acceptance, Asked
from tests.faults.checker import Acknowledged, Deed, Told, violations
from tests.faults.reference import OFFICERS_TURN, OVER, STEPS, Facts, Reference, Refused, Request
from tests.workflow.test_credit import APPROVE, ASK, DECLINE, LIMIT, RECEIVED, REPLY
from tests.workflow.test_steps import HOURLY, SilentDirectory
from tests.world import CLIENT, OFFICER, OTHER, QUEUES, SUBSCRIPTION, World, a_submission, asked

STEPS_OF_A_STORY: Final = 25

WHO: Final = {"demo": CLIENT, "other": OTHER, "officer": OFFICER}
EVENTS: Final = {
    "withdraw": Event.WITHDRAW,
    "recheck": Event.ASK_RECHECK,
    "application": Event.SUBMIT_APPLICATION,
    "information": Event.SUBMIT_INFORMATION,
    "security": Event.CONFIRM_SECURITY,
    "approve": Event.APPROVE,
    "decline": Event.DECLINE,
    "ask_information": Event.ASK_INFORMATION,
    "ask_security": Event.ASK_SECURITY,
}
DECISIONS: Final[dict[str, Decision]] = {"approve": APPROVE, "decline": DECLINE, "ask_information": ASK}

BESIDE_THE_POINT: Final = InformationReply.model_validate(
    {"answers": [{"item": "legal_document", "answer": "sent by post"}]}
)

KEYS = st.sampled_from([None, "a", "b"])
OWNERS = st.sampled_from(["demo", "demo", "demo", "other"])
AMOUNTS = st.sampled_from([2_500, 25_000, 25_000])
RARELY = st.sampled_from([False, False, False, False, False, True])
FACTS = st.one_of(
    st.just(Facts()),
    st.just(Facts()),
    st.builds(Facts, third_party=st.booleans()),
    st.builds(Facts, third_party=st.booleans(), account=st.sampled_from(["Business", None])),
    st.builds(
        Facts,
        account=st.sampled_from(["Business", "Business", "Individual", None]),
        method=st.sampled_from(["CreditCard", "CreditCard", "CreditCard", "CheckWire", None]),
        country=st.sampled_from(["NL", "NL", "NL", "CN"]),
        third_party=st.booleans(),
        administrator_known=st.sampled_from([True, True, False]),
    ),
)
BEGINNINGS = (
    *("nothing", "blocked", "approved", "application_due"),
    *("review", "review", "information_due", "security_due", "declined"),
)
MINUTES_OLD = st.sampled_from([0, 0, 0, 1, 90, 2_000, -4, -6])
DAYS_FOR_SECURITY = st.sampled_from([None, None, 3, 40, 365, 0, 366])


class ServiceAndModel(RuleBasedStateMachine):
    """The service, the model, and what both were told."""

    stories, steps = 0, 0
    """Of a seed, and taken by all of them."""
    reached: ClassVar[Counter[str]] = Counter()
    """The states that cases were seen in."""

    def __init__(self) -> None:
        super().__init__()
        type(self).stories += 1
        self.runner = asyncio.Runner()
        self.world = World(deduplicates=False)
        self.model = Reference(self.world.clock.now)
        self.ids: list[str] = []
        self.deeds: dict[object, Deed] = {}
        self.told: list[Told] = []
        self.webhooks = 0
        self.done = 0
        self.differs = False

    def run(self, work: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await work

        type(self).steps += 1
        return self.runner.run(awaited())

    def both(self, expected: Callable[[], Any], work: Awaitable[Any]) -> tuple[Any, Any] | None:
        """What the model and the service answer; None if both refuse alike."""
        try:
            promise, refusal = expected(), None
        except Refused as refused:
            promise, refusal = None, str(refused)
        answer, error = self.run(_outcome(work))
        found = type(error).__name__ if error else None
        self.differs = found != refusal
        assert not self.differs, f"the model: {refusal or 'agreed'}; the service: {error!r} {answer}"
        return None if refusal else (promise, answer)

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning: str) -> None:
        """A story begins where things can happen."""
        if beginning == "nothing":
            return
        self.report(Facts(third_party=beginning == "blocked"), 0)
        self.submit("demo", None, 2_500 if beginning == "approved" else 25_000)
        self.deliver_all()
        if beginning not in {"blocked", "approved", "application_due"}:
            self.apply(None)
            self.deliver_all()
        if beginning == "declined":
            self.decide("decline", None)
        if beginning == "information_due":
            self.decide("ask_information", None)
        if beginning == "security_due":
            self.ask_for_security(None)

    # --- people

    @rule(owner=OWNERS, key=KEYS, amount=AMOUNTS)
    def submit(self, owner: str, key: str | None, amount: int) -> None:
        """Somebody asks."""
        needed = {"amount": str(amount), "currency": "EUR"}
        submission = a_submission(key, WHO[owner], creditNeeded=needed)
        found = self.both(lambda: self.model.submit(owner, key, amount), intake.submit(self.world.services, submission))
        self._deliver_mostly()
        if found is None:
            return
        (number, replayed), answer = found
        assert answer.replayed is replayed
        if not replayed:
            self.ids.append(answer.answer.id)
        assert answer.answer.id == self.ids[number], "another case was answered"
        self._remember((owner, "submit", number if key is None else key, number), Event.SUBMIT, owner, key, answer)

    @precondition(lambda self: self._state in OVER)
    @rule(key=KEYS)
    def submit_anew(self, key: str | None) -> None:
        """Who was there before asks again."""
        self.submit("demo", key, 25_000)

    @precondition(lambda self: self._state == "approved")
    @rule(third_party=st.booleans())
    def report_of_approved(self, third_party: bool) -> None:
        """The portal reports a subscription that is to be switched."""
        self.report(Facts(third_party=third_party), 0)

    def _act(self, who: str, deed: str, key: str | None, work: "Work", body: object = None) -> None:
        request = self.model.requests[-1]
        event = Event.REVOKE if (deed, request.state) == ("decline", "approved") else EVENTS.get(deed)
        action = asked(self.ids[request.number], WHO[who], key)
        found = self.both(lambda: self.model.act(request, who, deed, key, body), work(action))
        self._deliver_mostly()
        if found is None:
            return
        known_by, answer = found
        assert answer.replayed is bool(known_by), f"{deed}: replayed is {answer.replayed}"
        assert answer.answer.id == self.ids[request.number]
        if known_by != "case":
            once = object() if key is None else key
            self._remember((who, deed, once, request.number), event, who, key, answer)

    def _remember(self, name: object, event: Event | None, who: str, key: str | None, answer: Acceptance) -> None:
        if name in self.deeds and not answer.replayed:
            self.deeds[object()] = self.deeds.pop(name)  # the key stood for another deed before it expired
        deed = self.deeds.setdefault(name, Deed(event, WHO[who].actor, keyed=key is not None))
        deed.answers.append(answer.answer)

    @precondition(lambda self: self.ids)
    @rule(who=st.sampled_from(["demo", "demo", "officer", "other"]), key=KEYS, really=RARELY)
    def withdraw(self, who: str, key: str | None, really: bool) -> None:
        """The applicant wants it no more, or somebody asks who may not."""
        if really or who == "other" or self.model.current is None:
            self._act(who, "withdraw", key, partial(actions.withdraw, self.world.services))

    @precondition(lambda self: self.ids)
    @rule(key=KEYS)
    def recheck(self, key: str | None) -> None:
        """The applicant asks for another look."""
        self._act("demo", "recheck", key, partial(actions.recheck, self.world.services))

    @precondition(lambda self: self.ids)
    @rule(key=KEYS)
    def resume(self, key: str | None) -> None:
        """The desk sends what is pending again."""
        self._act("officer", "resume", key, partial(actions.resume, self.world.services))

    @precondition(lambda self: self.ids)
    @rule(key=KEYS)
    def write(self, key: str | None) -> None:
        """The applicant writes."""
        work = lambda asked: actions.write_to_desk(self.world.services, asked, "hello")  # noqa: E731
        self._act("demo", "message", key, work)

    @precondition(lambda self: self._state in {"credit_application_due", "checking_credit", "credit_review"})
    @rule(key=KEYS)
    def apply(self, key: str | None) -> None:
        """The applicant sends the application, perhaps once more."""
        work = lambda asked: credit.submit_application(self.world.services, asked, APPLICATION)  # noqa: E731
        self._act("demo", "application", key, work)

    @precondition(lambda self: self._state in {"information_due", "credit_review"})
    @rule(key=KEYS, reply=st.sampled_from([REPLY, REPLY, REPLY, BESIDE_THE_POINT]))
    def inform(self, key: str | None, reply: InformationReply) -> None:
        """The applicant answers the officer, or something else."""
        work = lambda asked: credit.submit_information(self.world.services, asked, reply)  # noqa: E731
        self._act("demo", "information", key, work, reply is REPLY)

    @precondition(lambda self: self._state in {"security_due", "credit_review", "approved"})
    @rule(key=KEYS)
    def confirm_security(self, key: str | None) -> None:
        """The desk has the security."""
        work = lambda asked: credit.confirm_security(self.world.services, asked, RECEIVED)  # noqa: E731
        self._act("officer", "security", key, work)

    @precondition(lambda self: self._state in OFFICERS_TURN | {"approved", "action_required"})
    @rule(kind=st.sampled_from(sorted(DECISIONS)), key=KEYS)
    def decide(self, kind: str, key: str | None) -> None:
        """The officer decides on the case as it is."""
        self._act("officer", kind, key, self._decision(DECISIONS[kind]))

    @precondition(lambda self: self._state in {"credit_review", "security_due"})
    @rule(days=DAYS_FOR_SECURITY)
    def ask_for_security(self, days: int | None) -> None:
        """The officer asks for security, by a day or by none."""
        by = self.world.clock.now.date() + timedelta(days=days) if days is not None else None
        document = {"kind": "ask_security", "type": "deposit", "amount": LIMIT, "note": "thin", "by": by}
        self._act("officer", "ask_security", None, self._decision(AskSecurity.model_validate(document)), days)

    def _decision(self, decision: Decision) -> "Work":
        async def decide(action: Asked) -> Acceptance:
            now = await self.world.case(action.case_id)
            seen = asked(
                action.case_id, action.principal, action.key.value if action.key else None, now.content_revision
            )
            return await credit.decide(self.world.services, seen, decision)

        return decide

    @precondition(lambda self: self.ids)
    @rule(kind=st.sampled_from(sorted(DECISIONS)))
    def decide_on_what_is_past(self, kind: str) -> None:
        """The officer decides on a version that is no more."""

        async def decide() -> None:
            now = await self.world.case(self.ids[-1])
            seen = asked(self.ids[-1], OFFICER, seen=now.content_revision - 1)
            await credit.decide(self.world.services, seen, DECISIONS[kind])

        def expected() -> None:
            raise Refused("PreconditionFailedError")

        self.both(expected, decide())

    # --- the portal

    @rule(facts=FACTS, minutes_old=MINUTES_OLD)
    def report(self, facts: Facts, minutes_old: int) -> None:
        """The portal reports the subscription as it is, or as it was."""
        at = self.world.clock.now - timedelta(minutes=minutes_old)
        self.webhooks += 1
        event = SubscriptionUpdated.model_validate(
            {"type": "subscription.updated", "timestamp": at, "data": a_snapshot(facts)}
        )
        order, webhook = self.webhooks, f"{self.webhooks:06}"
        for _ in range(1 + order % 2):  # every second one comes twice
            expected = partial(self.model.observe, at, order, facts)
            if self.both(expected, portal.subscription_updated(self.world.services, webhook, event)):
                self.told.append(Told(scope_of(SUBSCRIPTION), at))
        self._deliver_mostly()

    @rule(on_invoice=RARELY, minutes_old=MINUTES_OLD)
    def change_method(self, on_invoice: bool, minutes_old: int) -> None:
        """The portal tells that the payment method changed."""
        method = "CheckWire" if on_invoice else "CreditCard"
        at = self.world.clock.now - timedelta(minutes=minutes_old)
        self.webhooks += 1
        data = {"subscriptionId": str(SUBSCRIPTION), "paymentMethodFamily": method}
        event = PaymentMethodChanged.model_validate({"type": "payment_method.changed", "timestamp": at, "data": data})
        expected = partial(self.model.change_method, at, method)
        self.both(expected, portal.payment_method_changed(self.world.services, f"{self.webhooks:06}", event))

    @precondition(lambda self: self._state in STEPS)
    @rule(times=st.sampled_from([2, 7]))
    def facts_stay_away(self, times: int) -> None:
        """The source of facts is silent for minutes, or for hours: then the desk is told, until it answers."""
        object.__setattr__(self.world.services, "directory", SilentDirectory(99))
        self.run(self.world.drain())
        for number in range(times):
            self._pass(timedelta(minutes=HOURLY[min(number, 5)]))
            self.run(self.world.drain())
        assert self._is_flagged() is (times > len(HOURLY)), "the desk was told too early, or too late"
        object.__setattr__(self.world.services, "directory", PortalDirectory())
        self._pass(timedelta(hours=1))
        self.deliver_all()
        assert not self._is_flagged(), "the facts came, and the desk is still told that they have not"

    def _is_flagged(self) -> bool:
        return self.runner.run(self.world.case(self.ids[-1])).attention is not None

    # --- time and the host

    @rule(minutes=st.sampled_from([1, 30, 300, 1_500]))
    def wait_a_little(self, minutes: int) -> None:
        """Time passes; messages are left waiting."""
        self._pass(timedelta(minutes=minutes))

    @rule(hours=st.sampled_from([1, 25, 25, 73, 73, 24 * 5, 24 * 8, 24 * 16, 24 * 31, 24 * 184]))
    def let_timers_fire(self, hours: int) -> None:
        """Time passes, messages are delivered and timers fire."""
        self._pass(timedelta(hours=hours))
        self._settle()

    @rule()
    def deliver_all(self) -> None:
        """The host delivers what is waiting."""
        self.run(self.world.drain())
        while self.model.run_a_step():
            pass

    @rule(queue=st.sampled_from(QUEUES))
    def deliver_one_twice(self, queue: str) -> None:
        """The host delivers a message, and once more although it was done with."""
        self.run(self._twice(queue))
        request = self.model.current
        if request and self._state_of(request) != request.state:
            self.model.run_a_step()

    def _deliver_mostly(self) -> None:
        """Leave messages waiting after every third deed only, so that stories get somewhere."""
        self.done += 1
        if self.done % 3:
            self.deliver_all()

    async def _twice(self, queue: str) -> None:
        for delivery in await self.world.storage.receive(queue, visibility_seconds=600):
            await self.world.run(delivery)
            await self.world.handle(read_message(delivery.body), 2)

    @rule()
    def reconcile(self) -> None:
        """The nightly pass comes."""
        self.run(reconcile(self.world.services))

    def _pass(self, time: timedelta) -> None:
        self.world.clock.now += time
        self.model.now += time

    def _settle(self) -> None:
        async def settle() -> None:
            await self.world.drain()
            while await self.world.tick():
                pass

        self.run(settle())
        while self.model.run_a_step():
            pass
        self.model.timers_fire()

    # --- what must be so

    @property
    def _state(self) -> str:
        return self.model.requests[-1].state if self.model.requests else ""

    def _state_of(self, request: Request) -> str:
        return str(self.runner.run(self.world.case(self.ids[request.number])).state)

    @invariant()
    def agrees(self) -> None:
        """The service is where the model is."""
        dossier = self.runner.run(self.world.dossier())
        for request in self.model.requests:
            stored = dossier.cases[self.ids[request.number]].value
            assert stored is not None
            self.reached[request.state] += 1
            assert stored.state == request.state, f"case {request.number} is {stored.state}, not {request.state}"
            assert (stored.approved_limit is not None) is request.limit
            if request.state not in OVER and request.wait:
                found = (stored.wait.owed_by, stored.wait.last_day) if stored.wait else None
                assert found == (request.wait.owed_by, request.wait.last_day), found
        assert len(dossier.cases) == len(self.model.requests)
        slot = dossier.slot.value.status if dossier.slot else None
        assert slot == self._slot(), f"the slot is {slot}"

    def _slot(self) -> SlotStatus | None:
        if self.model.switched:
            return SlotStatus.SWITCHED
        if self.model.current:
            return SlotStatus.OPEN
        return SlotStatus.COOLING if self._state == "declined" else None

    def teardown(self) -> None:
        """Everything comes to rest, and the checker looks at it all; unless both have parted already."""
        try:
            if self.differs:
                return
            self._settle()
            self.agrees()
            reminders = self.world.mailbox.kinds.count("reminder")
            assert reminders == self.model.reminders, f"{reminders} reminders, not {self.model.reminders}"
            found = self.runner.run(violations(self.world, Acknowledged([*self.deeds.values()], self.told)))
            assert not found, found
            assert not self.world.failures, self.world.failures
        finally:
            self.runner.close()


async def _outcome(work: Awaitable[Any]) -> tuple[Any, PayByInvoiceError | None]:
    try:
        return await work, None
    except PayByInvoiceError as error:
        return None, error


Work = Callable[[Asked], Awaitable[Acceptance]]
APPLICATION: Final = CreditApplication.model_validate(sample_application("25000"))


def a_snapshot(facts: Facts) -> dict[str, Any]:
    """What the portal says of these facts."""
    snapshot = sample_snapshot(str(SUBSCRIPTION)) | {"accountType": facts.account, "country": facts.country}
    snapshot["paymentMethodFamily"] = facts.method
    if facts.third_party:
        snapshot["resources"] = third_party_resources(str(SUBSCRIPTION))
    if not facts.administrator_known:
        snapshot["accountAdministratorEmail"] = "somebody.else@contoso.example"
    return snapshot


@dataclass(frozen=True)
class Explored:
    """The stories of a seed: how many, the steps in them, and how often cases were seen in each state."""

    stories: int
    steps: int
    reached: Counter[str]


def explore(
    number: int, steps: int, machine: type[ServiceAndModel] = ServiceAndModel, *, shrinks: bool = True
) -> Explored:
    """Stories of one seed, of about so many steps in all.

    A disagreement is raised with the shortest story that shows it, or with the first one found unless it `shrinks`.
    """
    fresh: dict[str, Any] = {"stories": 0, "steps": 0, "reached": Counter()}
    seeded: type[ServiceAndModel] = type("ServiceAndModelOfASeed", (machine,), fresh)
    run_state_machine_as_test(
        seed(number)(seeded),
        settings=settings(
            max_examples=-(-steps // STEPS_OF_A_STORY),
            stateful_step_count=STEPS_OF_A_STORY,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Explored(seeded.stories, seeded.steps, seeded.reached)
