"""Stories that end in every state, with every notice and message waiting: what a version leaves behind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from local.sample import sample_application, sample_request, third_party_resources
from shared.domain.case import RequestForm
from shared.domain.credit_application import CreditApplication
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.messages import CREDIT_CHECKS, DUE_CASES, ELIGIBILITY_CHECKS, NOTIFICATIONS
from shared.workflow import actions, credit, due_cases, intake
from tests.workflow.test_credit import APPROVE, ASK, DECLINE, RECEIVED, REPLY, SECURE
from tests.world import CLIENT, OFFICER, SUBSCRIPTION, World, a_key, asked

THIRD_PARTY: Final[dict[str, Any]] = {"resources": third_party_resources(str(SUBSCRIPTION))}
STEPS_AND_TIMERS: Final = (ELIGIBILITY_CHECKS, CREDIT_CHECKS, DUE_CASES)

WITHOUT_OPTIONALS: Final = {
    "billingAddress": {"line1": "Evert van de Beekstraat 354", "city": "Schiphol", "country": "NL"},
    "contact": {"name": "Sanne de Vries", "email": "accounts.payable@contoso.example"},
}
WITH_OPTIONALS: Final = {
    "billingAddress": {
        **sample_request(str(SUBSCRIPTION))["billingAddress"],
        "line2": "Building B",
        "region": "Noord-Holland",
    },
    "contact": {
        "name": "Sanne de Vries",
        "email": "accounts.payable@contoso.example",
        "phone": "+31 20 123 4567",
        "preferredMethod": "phone",
        "language": "nl",
    },
}
NEEDED_OF_AN_APPLICATION: Final = ("legalName", "registrationNumber", "currency", "requestedLimit")


@dataclass
class Telling:
    """A story being told in a world of its own: with all optional members, or with none."""

    world: World
    optionals: bool
    case_id: str = ""

    async def submit(self, amount: str = "25000") -> None:
        """The request comes in, under a key if it has all that is optional."""
        changes = {**(WITH_OPTIONALS if self.optionals else WITHOUT_OPTIONALS)}
        form = RequestForm.model_validate(
            {
                **sample_request(str(SUBSCRIPTION)),
                **changes,
                "creditNeeded": {"amount": amount, "currency": "EUR"},
            }
        )
        submission = intake.Submission(form, CLIENT, a_key("key") if self.optionals else None)
        self.case_id = (await intake.submit(self.world.services, submission)).answer.id

    async def run_steps(self) -> None:
        """Steps and timers do their work; notices are left waiting."""
        while any([await self.world.run_next(queue) for queue in STEPS_AND_TIMERS]):
            pass

    async def apply(self) -> None:
        """The credit-check application comes in."""
        document = sample_application("25000")
        if not self.optionals:
            document = {name: document[name] for name in NEEDED_OF_AN_APPLICATION}
        asked_for = asked(self.case_id, key="application" if self.optionals else None)
        await credit.submit_application(self.world.services, asked_for, CreditApplication.model_validate(document))

    async def decide(self, decision: Any) -> None:
        """The officer decides on the case as it is."""
        seen = (await self.world.case(self.case_id)).content_revision
        key = "decision" if self.optionals else None
        await credit.decide(self.world.services, asked(self.case_id, OFFICER, key, seen), decision)

    async def days_pass(self, days: int) -> None:
        """Everything is delivered, days pass, and the timer hands on what is due."""
        await self.world.drain()
        self.world.clock.move(days=days)
        await due_cases.hand_on_due_cases(self.world.services)


Tell = Callable[[Telling], Awaitable[None]]


async def submitted(story: Telling) -> None:
    await story.world.portal_reports()
    await story.submit()


async def checking_credit(story: Telling) -> None:
    await submitted(story)
    await story.world.run_next(ELIGIBILITY_CHECKS)


async def blocked(story: Telling) -> None:
    await story.world.portal_reports(**THIRD_PARTY)
    await story.submit()
    await story.run_steps()


async def facts_unknown(story: Telling) -> None:
    await story.submit()
    await story.run_steps()


async def ineligible(story: Telling) -> None:
    await story.world.portal_reports(accountType="Individual")
    await story.submit()
    await story.run_steps()


async def approved(story: Telling) -> None:
    await story.world.portal_reports()
    await story.submit("2500.00")
    await story.run_steps()


async def application_due(story: Telling) -> None:
    await submitted(story)
    await story.run_steps()


async def in_review(story: Telling) -> None:
    await application_due(story)
    await story.world.run_next(NOTIFICATIONS)
    await story.apply()
    await story.run_steps()


async def information_due(story: Telling) -> None:
    await in_review(story)
    await story.decide(ASK)


async def security_due(story: Telling) -> None:
    await in_review(story)
    await story.decide(SECURE)


async def security_received(story: Telling) -> None:
    await security_due(story)
    await credit.confirm_security(story.world.services, asked(story.case_id, OFFICER), RECEIVED)


async def answered(story: Telling) -> None:
    await information_due(story)
    await credit.submit_information(story.world.services, asked(story.case_id), REPLY)


async def approved_by_the_desk(story: Telling) -> None:
    await in_review(story)
    await story.decide(APPROVE)


async def declined(story: Telling) -> None:
    await in_review(story)
    await story.decide(DECLINE)


async def overdue(story: Telling) -> None:
    await in_review(story)
    await story.days_pass(9)
    await story.run_steps()


async def delayed(story: Telling) -> None:
    await overdue(story)
    await story.days_pass(3)
    await story.run_steps()


async def due(story: Telling) -> None:
    await application_due(story)
    await story.days_pass(3)


async def reminded(story: Telling) -> None:
    await due(story)
    await story.run_steps()


async def expired(story: Telling) -> None:
    await application_due(story)
    await story.days_pass(40)
    await story.run_steps()


async def withdrawn(story: Telling) -> None:
    await application_due(story)
    await actions.withdraw(story.world.services, asked(story.case_id, key="withdrawal" if story.optionals else None))


async def switched(story: Telling) -> None:
    await approved(story)
    await story.world.portal_reports("msg_switched", paymentMethodFamily="CheckWire")


async def flagged(story: Telling) -> None:
    """A notice is under way, the applicant wrote, and a message nobody can read lies with the desk."""
    await approved(story)
    await actions.write_to_desk(story.world.services, asked(story.case_id), "hello")
    story.world.mailbox.troubles.append(TimeoutError("nobody knows"))
    await story.world.run_next(NOTIFICATIONS)
    await story.world.services.index.keep_unreadable(NOTIFICATIONS, "m-1", "not JSON", story.world.clock.now)
    story.world.clock.now += timedelta(seconds=1)


STORIES: Final[dict[str, tuple[Tell, State, NoticeKind | None]]] = {
    "submitted": (submitted, State.CHECKING_ELIGIBILITY, None),
    "checking-credit": (checking_credit, State.CHECKING_CREDIT, None),
    "blocked": (blocked, State.ACTION_REQUIRED, NoticeKind.BLOCKED),
    "facts-unknown": (facts_unknown, State.ACTION_REQUIRED, NoticeKind.FACTS_UNKNOWN),
    "ineligible": (ineligible, State.INELIGIBLE, NoticeKind.INELIGIBLE),
    "approved": (approved, State.APPROVED, NoticeKind.INSTRUCTIONS),
    "application-due": (application_due, State.CREDIT_APPLICATION_DUE, NoticeKind.CREDIT_APPLICATION),
    "in-review": (in_review, State.CREDIT_REVIEW, NoticeKind.IN_REVIEW),
    "information-due": (information_due, State.INFORMATION_DUE, NoticeKind.INFORMATION_ASKED),
    "security-due": (security_due, State.SECURITY_DUE, NoticeKind.SECURITY_ASKED),
    "security-received": (security_received, State.CREDIT_REVIEW, NoticeKind.SECURITY_RECEIVED),
    "answered": (answered, State.CHECKING_CREDIT, None),
    "approved-by-the-desk": (approved_by_the_desk, State.APPROVED, NoticeKind.INSTRUCTIONS),
    "declined": (declined, State.DECLINED, NoticeKind.DECLINED),
    "overdue": (overdue, State.CREDIT_REVIEW, NoticeKind.REVIEW_OVERDUE),
    "delayed": (delayed, State.CREDIT_REVIEW, NoticeKind.REVIEW_DELAYED),
    "due": (due, State.CREDIT_APPLICATION_DUE, None),
    "reminded": (reminded, State.CREDIT_APPLICATION_DUE, NoticeKind.REMINDER),
    "expired": (expired, State.EXPIRED, NoticeKind.EXPIRED),
    "withdrawn": (withdrawn, State.WITHDRAWN, NoticeKind.WITHDRAWN),
    "switched": (switched, State.SWITCHED, NoticeKind.SWITCHED),
    "flagged": (flagged, State.APPROVED, NoticeKind.INSTRUCTIONS),
}
"""Each story by its name: how it goes, the state it ends in, and the notice that is left waiting."""
