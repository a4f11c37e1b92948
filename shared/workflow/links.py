"""Links for applicants: asked for by anybody, sent to the account administrator only, and not too often.

Whoever asks learns nothing: the same one message is sent whatever is known, and looked into later.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.domain.access import LINK_LIFETIME, Access, Invitation, Pass, Purpose, SentLink, fingerprint, written
from shared.domain.case import scope_of
from shared.domain.decisions import Language
from shared.domain.dossier import Dossier
from shared.domain.errors import (
    CaseBusyError,
    NoticeInDoubtError,
    NoticeRefusedError,
    RowChangedError,
    RowExistsError,
    StorageError,
    TryAgainLaterError,
    UnreadableMessageError,
)
from shared.domain.messages import LinkRequest, read_link_request
from shared.workflow.ports import Services
from shared.workflow.protocol import PAUSES, TRIES
from shared.workflow.tracing import current_trace_id, next_traceparent, taken_up

SHORTEST_PAUSE: Final = timedelta(minutes=1)
"""Between two links to the same address."""

MOST_AN_HOUR: Final = 5
"""Links to the same address; more would be a nuisance, and are of no use."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Where links lead, and the keys that sign them: the first signs, all are believed."""

    public_url: str
    keys: Sequence[bytes]


async def ask_for_link(services: Services, subscription_id: UUID, email: str, language: Language, door: Door) -> None:
    """Have a link sent if this is the account administrator's address: one storage request, whatever is known."""
    request = LinkRequest(
        message_id=services.new_id(),
        scope=scope_of(subscription_id),
        grip=fingerprint(email, door.keys[0]),
        language=language,
        traceparent=next_traceparent(services.new_id),
    )
    await services.link_requests.send_link_request(request)


async def send_link(services: Services, request: LinkRequest, door: Door) -> None:
    """Send the link that was asked for, if the address is the administrator's and had not too many already.

    A link is marked as sent before it is mailed, so that it goes out once at most; one that the mail system does not
    take now is asked for again by the queue. Raises TryAgainLaterError, RowChangedError, RowExistsError.
    """
    with taken_up(request.traceparent, services.new_id):
        dossier = await services.cases.read(request.scope)
        administrator = dossier.known_facts.account_administrator_email
        if administrator is None or request.grip not in [fingerprint(administrator, key) for key in door.keys]:
            _log.info("no link for scope %s: the address is not the administrator's", request.scope)
            return
        if not await _is_marked(services, dossier, request):
            return
        await _mail(services, dossier, request, administrator, door)


async def _is_marked(services: Services, dossier: Dossier, request: LinkRequest) -> bool:
    """Mark the link as sent; whether it is to be mailed."""
    access, tag = _access_in(dossier)
    if any(link.message_id == request.message_id for link in access.links):
        if not services.mailer.deduplicates:
            _log.warning("link %s may have been sent before: it is not sent again", request.message_id)
        return services.mailer.deduplicates
    now = services.now()
    recent = tuple(link for link in access.links if link.at > now - timedelta(hours=1))
    if _is_too_many(recent, now):
        _log.info("no link for scope %s: too many were sent of late", request.scope)
        return False
    sent = SentLink(message_id=request.message_id, at=now)
    await services.accesses.keep_access(request.scope, access.model_copy(update={"links": (*recent, sent)}), tag)
    return True


def _is_too_many(recent: Sequence[SentLink], now: datetime) -> bool:
    return len(recent) >= MOST_AN_HOUR or any(link.at > now - SHORTEST_PAUSE for link in recent)


async def _mail(services: Services, dossier: Dossier, request: LinkRequest, to: str, door: Door) -> None:
    ends_at = services.now() + LINK_LIFETIME
    link = Pass(Purpose.LINK, request.scope, ends_at, request.grip, dossier.access_generation)
    url = f"{door.public_url}/enter/{written(link, door.keys[0])}"
    invitation = Invitation(request.message_id, to, request.language, url, ends_at)
    letter = replace(await services.link_letters.write_link(invitation), trace_id=current_trace_id())
    try:
        await services.mailer.send(letter)
    except TryAgainLaterError:
        await _unmark(services, request)
        raise
    except (NoticeRefusedError, NoticeInDoubtError) as error:
        _log.warning("link %s is not known to have been sent: %s", request.message_id, type(error).__name__)
        return
    _log.info("sent link %s for scope %s", request.message_id, request.scope)


async def _unmark(services: Services, request: LinkRequest) -> None:
    """The mail system did not take it: it was not sent, and may be tried again.

    Where the mark stays, nobody can tell any more that the link was not sent; so it takes several tries to give up.
    """
    for pause in (*PAUSES, None):
        try:
            await _take_mark_off(services, request)
            break
        except StorageError as error:
            if pause is None:
                _log.warning("link %s keeps its mark, though it was not sent: %s", request.message_id, error)
            else:
                await services.pause(pause)


async def _take_mark_off(services: Services, request: LinkRequest) -> None:
    access, tag = _access_in(await services.cases.read(request.scope))
    others = tuple(link for link in access.links if link.message_id != request.message_id)
    await services.accesses.keep_access(request.scope, access.model_copy(update={"links": others}), tag)


def _access_in(dossier: Dossier) -> tuple[Access, str]:
    """What is kept of the scope's passes, and the version of its row."""
    return (dossier.access.value, dossier.access.tag) if dossier.access else (Access(), "")


async def call_back(services: Services, scope: str) -> None:
    """End every link and session of a scope. CaseBusyError if others are ever first."""
    for _ in range(TRIES):
        access, tag = _access_in(await services.cases.read(scope))
        try:
            return await services.accesses.keep_access(scope, Access(generation=access.generation + 1), tag)
        except (RowChangedError, RowExistsError):
            continue
    raise CaseBusyError


async def take_link_poison(services: Services, queue: str, message_id: str, body: str) -> None:
    """Keep a request for a link that failed for good where the desk sees it."""
    try:
        what = read_link_request(body).message_id
    except UnreadableMessageError as error:
        what = f"unreadable: {error}"
    _log.error("link request %s failed for good and is kept: %s", message_id, what)
    await services.index.keep_unreadable(queue, message_id, body, services.now())
