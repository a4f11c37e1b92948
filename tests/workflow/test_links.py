"""Links: to the administrator only, once, and not too often."""

from dataclasses import replace

import pytest

from shared.domain.access import fingerprint
from shared.domain.case import scope_of
from shared.domain.errors import (
    CaseBusyError,
    NoticeInDoubtError,
    NoticeRefusedError,
    RowChangedError,
    RowExistsError,
    StorageUnavailableError,
    TryAgainLaterError,
)
from shared.domain.messages import LinkRequest
from shared.workflow.links import MOST_AN_HOUR, Door, call_back, send_link
from shared.workflow.protocol import TRIES
from tests.world import SUBSCRIPTION, Fault, World

KEY, OLD_KEY = b"k" * 32, b"o" * 32
DOOR = Door("http://localhost:7071", [KEY, OLD_KEY])
SCOPE = scope_of(SUBSCRIPTION)
ADMINISTRATOR = "azure-admin@contoso.example"


def a_request(number: int = 1, *, key: bytes = KEY, email: str = ADMINISTRATOR) -> LinkRequest:
    return LinkRequest(message_id=str(number), scope=SCOPE, grip=fingerprint(email, key), language="nl")


async def test_sends_a_link_in_the_language_of_whoever_asked(world: World) -> None:
    await world.portal_reports()
    await send_link(world.services, a_request(), DOOR)
    assert world.mailbox.subjects == ["Uw link naar Betalen op factuur"]


async def test_believes_a_fingerprint_under_an_older_key(world: World) -> None:
    await world.portal_reports()
    await send_link(world.services, a_request(key=OLD_KEY), DOOR)
    assert len(world.mailbox.letters) == 1


async def test_sends_a_link_however_the_address_is_written(world: World) -> None:
    await world.portal_reports(accountAdministratorEmail="Azure-Admin@xn--bcher-kva.example")
    await send_link(world.services, a_request(email="azure-admin@bücher.example"), DOOR)
    assert len(world.mailbox.letters) == 1


@pytest.mark.parametrize("email", ["somebody@else.example", ""])
async def test_sends_nothing_to_anybody_else(world: World, email: str) -> None:
    await world.portal_reports()
    await send_link(world.services, a_request(email=email), DOOR)
    assert world.mailbox.letters == []


async def test_sends_nothing_where_no_administrator_is_known(world: World) -> None:
    await send_link(world.services, a_request(), DOOR)
    assert world.mailbox.letters == []


async def test_sends_one_a_minute_at_most_and_a_few_an_hour(world: World) -> None:
    await world.portal_reports()
    for number in range(20):
        await send_link(world.services, a_request(number), DOOR)
        world.clock.move(seconds=30)
    assert len(world.mailbox.letters) == MOST_AN_HOUR
    world.clock.move(hours=1)
    await send_link(world.services, a_request(99), DOOR)
    assert len(world.mailbox.letters) == MOST_AN_HOUR + 1


@pytest.mark.parametrize(("deduplicates", "handed_over"), [(True, 2), (False, 1)])
async def test_the_same_message_again_sends_again_only_where_it_cannot_arrive_twice(
    deduplicates: bool, handed_over: int
) -> None:
    world = World(deduplicates=deduplicates)
    await world.portal_reports()
    for _ in range(2):
        await send_link(world.services, a_request(), DOOR)
    assert len(world.mailbox.letters) == handed_over


@pytest.mark.parametrize("deduplicates", [True, False])
async def test_a_link_that_the_mail_system_does_not_take_now_is_tried_again(deduplicates: bool) -> None:
    world = World(deduplicates=deduplicates)
    await world.portal_reports()
    world.mailbox.troubles.append(TryAgainLaterError("busy"))
    with pytest.raises(TryAgainLaterError):
        await send_link(world.services, a_request(), DOOR)
    await send_link(world.services, a_request(), DOOR)
    assert len(world.mailbox.letters) == 1


async def mail_is_away(world: World, faults: list[Fault]) -> None:
    """Storage goes wrong as well, once the link is marked as sent and the mail system did not take it."""
    await world.portal_reports()
    world.mailbox.troubles.append(TryAgainLaterError("busy"))
    world.storage.faults += faults
    with pytest.raises(TryAgainLaterError):
        await send_link(world.services, a_request(), DOOR)
    world.storage.faults.clear()


@pytest.mark.parametrize("error", [StorageUnavailableError("away"), RowChangedError()])
@pytest.mark.parametrize("after", [False, True])
async def test_a_link_that_was_not_sent_is_tried_again_though_storage_fails_too(error: Exception, after: bool) -> None:
    world = World(deduplicates=False)
    await mail_is_away(world, [Fault("commit", error, after=after, skip=1)])
    await send_link(world.services, a_request(), DOOR)
    assert len(world.mailbox.letters) == 1


async def test_a_link_that_is_given_up_is_said_to_be_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    world = World(deduplicates=False)
    away = Fault("commit", StorageUnavailableError("away"))
    await mail_is_away(world, [replace(away, skip=1), *[away] * 3])
    await send_link(world.services, a_request(), DOOR)
    assert world.mailbox.letters == []
    assert [text for text in caplog.messages if text.startswith("link 1 ")] == [
        "link 1 keeps its mark, though it was not sent: away",
        "link 1 may have been sent before: it is not sent again",
    ]
    assert ADMINISTRATOR not in caplog.text


@pytest.mark.parametrize("trouble", [NoticeRefusedError("no"), NoticeInDoubtError("who knows")])
async def test_a_link_that_was_refused_or_is_in_doubt_is_left(world: World, trouble: Exception) -> None:
    await world.portal_reports()
    world.mailbox.troubles.append(trouble)
    await send_link(world.services, a_request(), DOOR)
    assert world.mailbox.letters == []


async def test_two_messages_at_once_send_one_link(world: World) -> None:
    await world.portal_reports()
    world.storage.meanwhile.append(lambda: send_link(world.services, a_request(2), DOOR))
    with pytest.raises(RowExistsError):
        await send_link(world.services, a_request(1), DOOR)
    await send_link(world.services, a_request(1), DOOR)
    assert len(world.mailbox.letters) == 1


async def test_calling_back_ends_what_was_given_out(world: World) -> None:
    await call_back(world.services, SCOPE)
    await call_back(world.services, SCOPE)
    assert (await world.dossier()).access_generation == 2


async def test_calling_back_goes_on_when_others_are_first(world: World) -> None:
    world.storage.meanwhile.append(lambda: call_back(world.services, SCOPE))
    await call_back(world.services, SCOPE)
    assert (await world.dossier()).access_generation == 2


async def test_calling_back_gives_up_when_others_are_ever_first(world: World) -> None:
    world.storage.faults += [Fault("commit", RowExistsError())] * TRIES
    with pytest.raises(CaseBusyError):
        await call_back(world.services, SCOPE)


async def test_calling_back_fails_while_the_storage_does(world: World) -> None:
    world.storage.faults.append(Fault("commit", StorageUnavailableError("down")))
    with pytest.raises(StorageUnavailableError):
        await call_back(world.services, SCOPE)
