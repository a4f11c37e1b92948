"""Is a case's history whole? Recomputes the chain of hashes and compares its end with the case."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from shared.domain.case import Case, scope_of_case
from shared.domain.errors import CaseNotFoundError
from shared.domain.history import HistoryEvent, first_broken
from shared.workflow.actions import scope_to_read
from shared.workflow.ports import Services


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found of one case: how many events, and the first that was touched (its number) with what is wrong."""

    case_id: str
    events: int
    touched: str | None = None
    problem: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was touched."""
        return self.touched is None


async def audit_case(services: Services, case_id: str) -> Audit:
    """Check the history of one case. CaseNotFoundError."""
    stored = (await services.cases.read(scope_to_read(case_id))).cases.get(case_id)
    if stored is None or stored.value is None:
        raise CaseNotFoundError
    return await _audit(services, stored.value)


async def audit_all(services: Services) -> AsyncIterator[Audit]:
    """Check the history of every case, page by page."""
    async for scope in services.archive.scopes():
        for stored in scope.dossier.cases.values():
            if stored.value is not None:
                yield await _audit(services, stored.value)


async def _audit(services: Services, case: Case) -> Audit:
    audit = audited(case, await services.cases.history(case.id))
    if not audit.is_whole and await has_moved_on(services, case):
        return await audit_case(services, case.id)
    return audit


async def has_moved_on(services: Services, case: Case) -> bool:
    """Whether something happened to a case since it was read: its events, which are read after it, may then not fit.

    One storage request.
    """
    stored = (await services.cases.read(scope_of_case(case.id))).cases.get(case.id)
    return stored is not None and stored.value is not None and stored.value.chain_head != case.chain_head


def audited(case: Case, events: Sequence[HistoryEvent]) -> Audit:
    """Check the events of a case, all of them in order, against each other and against the case."""
    broken = first_broken(events)
    if broken is not None:
        return Audit(case.id, len(events), broken.number, "was changed, or something before it is missing")
    if not events or events[-1].hash != case.chain_head:
        last = events[-1].number if events else f"{1:06}"
        return Audit(case.id, len(events), last, "is not the last event that the case knows: later ones are missing")
    return Audit(case.id, len(events))
