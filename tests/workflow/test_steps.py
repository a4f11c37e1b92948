"""The steps: where a case goes, and why."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from functions.examples import ADMINISTRATOR
from shared.adapters.directory_portal import PortalDirectory
from shared.domain.errors import TryAgainLaterError
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import Event, State
from shared.domain.waiting import Party
from shared.workflow.intake import read_history
from shared.workflow.protocol import flag_case
from tests.world import CLIENT, World

SENDGRID = {"id": "/x/mail", "name": "mail", "type": "Sendgrid.Email/accounts"}


async def settled(world: World, **changes: Any) -> str:
    """Submit the sample request and let everything run until nothing is queued."""
    case_id = await world.submit(**changes)
    await world.drain()
    return case_id


async def test_a_small_amount_is_approved_without_a_credit_check(world: World) -> None:
    await world.portal_reports()
    case = await world.case(await settled(world))
    assert case.state is State.APPROVED
    assert case.credit is not None
    assert not case.credit.needed
    assert case.wait is not None
    assert case.wait.owed_by is Party.APPLICANT


async def test_an_amount_above_the_policys_waits_for_the_credit_application(world: World) -> None:
    await world.portal_reports()
    case = await world.case(await settled(world, creditNeeded={"amount": "10000.01", "currency": "EUR"}))
    assert case.state is State.CREDIT_APPLICATION_DUE
    assert case.wait is not None
    assert str(case.wait.last_day) == "2026-12-14", "15 business days after 23 November in the Netherlands"


async def test_a_currency_that_is_not_listed_always_needs_a_check(world: World) -> None:
    await world.portal_reports()
    case = await world.case(await settled(world, creditNeeded={"amount": "1", "currency": "SEK"}))
    assert case.state is State.CREDIT_APPLICATION_DUE


async def test_a_personal_account_is_ineligible(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    case = await world.case(await settled(world))
    assert case.state is State.INELIGIBLE
    assert (await world.dossier()).slot is None


async def test_third_party_resources_block(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case = await world.case(await settled(world))
    assert case.state is State.ACTION_REQUIRED
    assert case.wait is not None
    assert case.wait.owed_by is Party.APPLICANT
    assert [f.resource.product for f in case.findings if f.resource] == ["SendGrid"]


async def test_unknown_facts_wait_for_the_desk(world: World) -> None:
    case = await world.case(await settled(world))
    assert case.state is State.ACTION_REQUIRED
    assert case.wait is not None
    assert (case.wait.owed_by, case.wait.last_day) == (Party.DESK, None)


async def test_the_wrong_administrator_reads_the_facts_as_unknown(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    case = await world.case(await settled(world, accountAdministratorEmail="somebody@else.example"))
    assert case.state is State.ACTION_REQUIRED
    assert {finding.outcome for finding in case.findings} == {"unknown"}


async def test_an_outstanding_balance_is_a_warning_only(world: World) -> None:
    await world.portal_reports(outstandingBalance={"amount": "12.50", "currency": "EUR"})
    assert (await world.case(await settled(world))).state is State.APPROVED


async def test_facts_that_change_between_the_steps_are_seen_by_the_credit_step(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    (message,) = world.messages()
    await world.handle(message)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    world.clock.move(days=7)
    await world.drain()
    assert (await world.case(case_id)).state is State.ACTION_REQUIRED


class SilentDirectory(PortalDirectory):
    """A source of facts that does not answer the first times."""

    def __init__(self, silent: int) -> None:
        self.silent = silent

    async def look_up(self, subscription_id: UUID, known: SubscriptionFacts) -> SubscriptionFacts:
        if self.silent:
            self.silent -= 1
            raise TryAgainLaterError("directory_silent")
        return await super().look_up(subscription_id, known)


async def test_a_silent_directory_is_asked_again_later(world: World) -> None:
    object.__setattr__(world.services, "directory", SilentDirectory(2))
    await world.portal_reports()
    case_id = await settled(world)
    assert (await world.case(case_id)).retries == 1
    for minutes in (1, 2):
        world.clock.move(minutes=minutes)
        await world.drain()
    case = await world.case(case_id)
    assert (case.state, case.retries) == (State.APPROVED, 0)
    events = [event.event for event in await read_history(world.services, case_id, CLIENT)]
    assert events.count(Event.SCHEDULE_RETRY) == 2


async def test_the_administrators_address_may_differ_in_case(world: World) -> None:
    await world.portal_reports(accountAdministratorEmail=ADMINISTRATOR.upper())
    assert (await world.case(await settled(world))).state is State.APPROVED


async def test_a_retry_says_why_in_the_history(world: World) -> None:
    object.__setattr__(world.services, "directory", SilentDirectory(1))
    await world.portal_reports()
    events = await read_history(world.services, await settled(world), CLIENT)
    retry = next(event for event in events if event.event is Event.SCHEDULE_RETRY)
    assert (retry.actor, retry.reasons) == ("system", ("directory_silent",))


HOURLY = (1, 2, 5, 15, 30, 60)
"""Minutes until a step that was put off is tried again; the last repeats."""


async def kept_waiting(world: World, retries: int = 6) -> str:
    """A case whose step was put off so many times, and is about to be tried again; the source will be silent on."""
    object.__setattr__(world.services, "directory", SilentDirectory(99))
    await world.portal_reports()
    case_id = await settled(world)
    for number in range(retries - 1):
        await an_hour_later(world, number)
    world.clock.move(minutes=HOURLY[retries - 1])
    return case_id


async def an_hour_later(world: World, number: int = 5) -> None:
    world.clock.move(minutes=HOURLY[number])
    await world.drain()


async def test_a_source_that_stays_silent_is_shown_to_the_desk_and_asked_on(world: World) -> None:
    began = world.clock.now + timedelta(seconds=1)
    case_id = await kept_waiting(world)
    await world.drain()
    attention = (await world.case(case_id)).attention
    assert attention is not None
    assert f"not been available since {began:%Y-%m-%dT%H:%M:%SZ}: directory_silent" in attention.reason
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["attention"] == attention.reason
    assert any(message.kind == "eligibility" for message in world.messages())


async def test_nobody_is_troubled_by_a_short_silence(world: World) -> None:
    assert (await world.case(await kept_waiting(world))).attention is None


async def test_a_flag_of_silence_goes_when_the_facts_come(world: World) -> None:
    case_id = await kept_waiting(world)
    await world.drain()
    assert (await world.case(case_id)).attention is not None
    object.__setattr__(world.services, "directory", SilentDirectory(0))
    await an_hour_later(world)
    case = await world.case(case_id)
    (listed,) = await world.store.listed(None, "", 10)
    assert (case.state, case.attention, listed.summary["attention"]) == (State.APPROVED, None, "")


async def test_a_case_that_the_desk_is_shown_already_gets_no_other_flag(world: World) -> None:
    case_id = await kept_waiting(world)
    await flag_case(world.services, case_id, "stuck")
    await an_hour_later(world)
    attention = (await world.case(case_id)).attention
    assert attention is not None
    assert (attention.reason, attention.passing) == ("stuck", False)
