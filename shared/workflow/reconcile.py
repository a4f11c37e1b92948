"""The nightly pass over all cases: whatever should not be, is put right and counted. The count is meant to be 0."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.domain.callers import Kind, Principal
from shared.domain.case import Case
from shared.domain.dossier import Dossier, ScopeRecord
from shared.domain.errors import PayByInvoiceError
from shared.domain.lifecycle import MACHINE
from shared.domain.notices import NoticeState
from shared.workflow.erasure import finish_erasure
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import send_pending
from shared.workflow.tallies import recount

UNCHANGED_FOR: Final = timedelta(hours=1)
"""A case that changed more recently may just be at work."""

_UNSENT: Final = frozenset({NoticeState.PENDING, NoticeState.INFLIGHT})

VOID_FOR: Final = timedelta(days=1)
"""No commit comes this late: a void that old fences nothing off any more."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drift:
    """What a pass found: cases looked at, pending messages sent again, index rows put right, what was cleaned up.

    `erased` counts erasures of personal data that were begun and not finished; they are now.
    `miscounted` is by how much the totals were wrong. `failed` counts what was left for the next night.
    """

    cases: int = 0
    sent_again: int = 0
    settled: int = 0
    receipts_deleted: int = 0
    keys_deleted: int = 0
    voids_deleted: int = 0
    drafts_deleted: int = 0
    erased: int = 0
    miscounted: int = 0
    failed: int = 0


async def reconcile(services: Services) -> Drift:
    """Look at every case once, page by page. What cannot be put right or deleted stops nothing else."""
    counts = dict.fromkeys(Drift.__dataclass_fields__, 0)
    try:
        with _left_for_next_night("the rest of the cases", counts):
            async for scope in services.archive.scopes():
                await _clean_up(services, scope, counts)
                await _put_all_right(services, scope.dossier, counts)
        await _delete_keys(services, counts)
        with _left_for_next_night("the totals", counts):
            counts["miscounted"] = await recount(services)
    finally:
        drift = Drift(**counts)
        _log.info("reconciled: %s", drift)
    return drift


@contextmanager
def _left_for_next_night(what: str, counts: dict[str, int]) -> Iterator[None]:
    """What fails is said and counted, and stops nothing else."""
    try:
        yield
    except PayByInvoiceError as error:
        _log.warning("%s could not be reconciled: %s: %s", what, type(error).__name__, error)
        counts["failed"] += 1


async def _clean_up(services: Services, scope: ScopeRecord, counts: dict[str, int]) -> None:
    for name, delete in _CLEAN_UPS:
        with _left_for_next_night(f"{name} in scope {scope.dossier.scope}", counts):
            counts[name] += await delete(services, scope)


async def _put_all_right(services: Services, dossier: Dossier, counts: dict[str, int]) -> None:
    for case in _cases(dossier):
        counts["cases"] += 1
        with _left_for_next_night(f"case {case.id}", counts):
            if done := await _put_right(services, case, dossier):
                counts[done] += 1


def _cases(dossier: Dossier) -> list[Case]:
    return [stored.value for stored in dossier.cases.values() if stored.value is not None]


async def _put_right(services: Services, case: Case, dossier: Dossier) -> str | None:
    """Send the pending message again if its work was visibly not done, else make the index agree; says which.

    What needs the desk's attention is not sent again, but listed as it is.
    """
    if services.now() - case.changed_at < UNCHANGED_FOR:
        return None
    if case.erasure_pending:
        await finish_erasure(services, case.id)
        return "erased"
    entry = await services.index.entry(case.id)
    behind = entry is None or entry.seq < case.seq
    unsent = any(stored.value.state in _UNSENT for stored in dossier.notices_of(case.id))
    needs_desk = case.attention is not None and not case.attention.passing
    if not needs_desk and (case.state in MACHINE or behind or unsent):
        await send_pending(services, case)
        return "sent_again"
    if entry is None or not await services.archive.agrees(case, entry):
        await settle_index(services, case, anew=True)
        return "settled"
    return None


async def _delete_voids(services: Services, scope: ScopeRecord) -> int:
    old = [case_id for case_id, at in scope.voids.items() if services.now() - at > VOID_FOR]
    for case_id in old:
        await services.archive.drop_void(case_id)
    return len(old)


async def _delete_draft(services: Services, scope: ScopeRecord) -> int:
    """Delete a draft that was left alone, or that a request was made of: it holds personal data."""
    applicant, cases = Principal(Kind.APPLICANT, scope.dossier.scope), _cases(scope.dossier)
    draft = scope.draft
    if draft is None or not (draft.value.is_over(services.now()) or draft.value.was_sent(applicant.actor, cases)):
        return 0
    await services.drafts.drop_draft(scope.dossier.scope, draft.tag)
    return 1


async def _delete_credit_draft(services: Services, scope: ScopeRecord) -> int:
    """Delete what was typed of an application that no request waits for any more."""
    draft = scope.credit_draft
    if draft is None or draft.value.is_waited_for(_cases(scope.dossier)):
        return 0
    await services.drafts.drop_credit_draft(scope.dossier.scope, draft.tag)
    return 1


async def _delete_receipts(services: Services, scope: ScopeRecord) -> int:
    expired = scope.receipts_expired_at(services.now())
    for receipt in expired:
        await services.archive.drop_receipt(scope.dossier.scope, receipt)
    return len(expired)


_CLEAN_UPS: Final[tuple[tuple[str, Callable[[Services, ScopeRecord], Awaitable[int]]], ...]] = (
    ("receipts_deleted", _delete_receipts),
    ("voids_deleted", _delete_voids),
    ("drafts_deleted", _delete_draft),
    ("drafts_deleted", _delete_credit_draft),
)
"""What is deleted in each scope, and as what it counts."""


async def _delete_keys(services: Services, counts: dict[str, int]) -> None:
    with _left_for_next_night("the rest of the keys", counts):
        async for key in services.keys.all_keys():
            if key.value.expires_at > services.now():
                continue
            with _left_for_next_night("a key", counts):
                await services.keys.drop_key(key)
                counts["keys_deleted"] += 1
