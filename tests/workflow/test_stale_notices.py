"""Notices that no longer hold: nobody is asked for what was given, or told twice what changed since."""

from collections.abc import Callable

from shared.domain.errors import TryAgainLaterError
from shared.domain.lifecycle import State
from shared.workflow import actions, credit
from tests.workflow.test_credit import APPROVE, ASK, REPLY, an_application, application_due, decide, in_review
from tests.workflow.test_steps import SENDGRID
from tests.world import World, asked


def mail_is_away(world: World) -> Callable[[], None]:
    """The mail system takes nothing until the answer is called."""
    world.mailbox.troubles.extend(TryAgainLaterError("mail_away") for _ in range(50))
    return world.mailbox.troubles.clear


async def mail_is_back(world: World, comes_back: Callable[[], None]) -> list[str]:
    """What goes out once the mail system takes letters again."""
    comes_back()
    before = len(world.mailbox.kinds)
    world.clock.move(hours=2)
    await world.drain()
    return world.mailbox.kinds[before:]


async def test_one_who_applied_and_withdrew_hears_of_the_withdrawal_only(world: World) -> None:
    comes_back = mail_is_away(world)
    case_id = await application_due(world)
    await credit.submit_application(world.services, asked(case_id), an_application())
    await world.drain()
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    assert await mail_is_back(world, comes_back) == ["withdrawn"]


async def test_what_was_answered_is_not_asked_and_the_review_is_told_as_it_is(world: World) -> None:
    comes_back = mail_is_away(world)
    case_id = await in_review(world)
    await decide(world, case_id, ASK)
    await credit.submit_information(world.services, asked(case_id), REPLY)
    await world.drain()
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW
    assert await mail_is_back(world, comes_back) == ["in_review"]


async def test_nobody_is_told_to_wait_when_something_was_asked_since(world: World) -> None:
    comes_back = mail_is_away(world)
    await decide(world, await in_review(world), ASK)
    assert await mail_is_back(world, comes_back) == ["information_asked"]


async def test_the_desk_is_not_told_that_a_review_is_overdue_when_it_has_decided(world: World) -> None:
    case_id = await in_review(world)
    comes_back = mail_is_away(world)
    world.clock.move(days=9)
    await world.tick()
    await world.drain()
    await decide(world, case_id, APPROVE)
    assert await mail_is_back(world, comes_back) == ["instructions"]


async def test_findings_that_changed_since_are_told_once_as_they_are(world: World) -> None:
    comes_back = mail_is_away(world)
    await world.portal_reports(resources=[SENDGRID])
    await world.submit()
    await world.drain()
    await world.portal_reports(resources=[SENDGRID, {**SENDGRID, "id": f"{SENDGRID['id']}2"}])
    await world.drain()
    assert await mail_is_back(world, comes_back) == ["blocked"]
