"""Each safeguard of the protocol left out, one at a time: the suites must notice, or they prove nothing.

A safeguard is left out by injection: in place of a member of `Services`, or around a message's handler.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.adapters.case_rows import INDEX, INDEX_PARTITION
from shared.adapters.case_store import CaseStore
from shared.adapters.index_rows import settling
from shared.adapters.key_store import KeyStore
from shared.adapters.storage import Insert, Put, Replace, Tables, place_of
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Change, Dossier, DueRow, IndexEntry, Receipt, Stored
from shared.domain.errors import RowChangedError, StorageUnavailableError
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import FollowUp
from shared.domain.messages import CaseMessage
from shared.domain.notices import Notice, NoticeState
from shared.domain.passages import Passage
from shared.workflow.ports import Outbox, Services
from tests.faults import injection, schedules
from tests.faults.rest import Outcome
from tests.faults.stage import Arrangement, Role, handle

TakeBack = Callable[[], Awaitable[None]]


FAULTS: Final = frozenset({"faults"})
"""Only they do everything at the worst moment."""

SCHEDULES: Final = frozenset({"schedules"})
"""Only there handlers run side by side: single faults run one after the other, and begin with one errand."""

BOTH: Final = FAULTS | SCHEDULES


@dataclass(frozen=True)
class Ablation:
    """A safeguard, what is done without it, and the app so put together."""

    name: str
    without: str
    arrangement: Arrangement
    missed_by: frozenset[str] = BOTH
    """The suites that must notice."""


class Apart(CaseStore):
    """Commits some members of a change in a transaction of their own, after the others."""

    def __init__(self, tables: Tables, *members: str) -> None:
        super().__init__(tables)
        self._members = members

    async def commit(self, change: Change) -> None:
        """Commit twice."""
        if change.case is None:
            return await super().commit(change)
        nothing = Change(change.scope)
        apart = {name: getattr(change, name) for name in self._members}
        await super().commit(replace(change, **{name: getattr(nothing, name) for name in apart}))
        if any(apart.values()):
            await super().commit(replace(nothing, **apart))
        return None


class Without(CaseStore):
    """Leaves some members of a change out."""

    def __init__(self, tables: Tables, leave_out: Callable[[Change], Change]) -> None:
        super().__init__(tables)
        self._leave_out = leave_out

    async def commit(self, change: Change) -> None:
        """Commit the rest."""
        await super().commit(self._leave_out(change) if change.case else change)


class Unconditional(CaseStore):
    """Replaces a case and its event whatever their versions."""

    async def commit(self, change: Change) -> None:
        """Commit a case that others may have changed."""
        if not change.case_tag or change.case is None or change.event is None:
            return await super().commit(change)
        await super().commit(replace(change, case=None, event=None)) if _has_more(change) else None
        present = await self.read(change.scope)
        tag = present.cases[change.case.id].tag
        event = None if await self._has(change.event) else change.event
        return await super().commit(Change(change.scope, change.case, tag, event))

    async def _has(self, event: HistoryEvent) -> bool:
        return any(known.number == event.number for known in await self.history(event.case_id))


def _has_more(change: Change) -> bool:
    return bool(change.notices or change.facts or change.slot or change.receipt)


class Unfenced(CaseStore):
    """Fences nothing off."""

    async def fence(self, case_id: str, tag: str, at: datetime) -> None:
        """Leave the case as it is."""


class Unrecognizing(CaseStore):
    """Never knows a commit of one's own again."""

    async def committed(self, event: HistoryEvent) -> bool:
        """Not that anybody knows."""
        return False


class Forgetful(CaseStore):
    """Reads cases as they are, changed a little."""

    def __init__(self, tables: Tables, forget: Callable[[Dossier], Dossier]) -> None:
        super().__init__(tables)
        self._forget = forget

    async def read(self, scope: str) -> Dossier:
        """Read a scope, and forget something of it."""
        return self._forget(await super().read(scope))


def _without_committer(dossier: Dossier) -> Dossier:
    cases = {
        case_id: Stored(each.value.model_copy(update={"committed_by": ""}) if each.value else None, each.tag)
        for case_id, each in dossier.cases.items()
    }
    return replace(dossier, cases=cases)


def _never_in_flight(dossier: Dossier) -> Dossier:
    return replace(dossier, notices=tuple(replace(notice, age=timedelta.max) for notice in dossier.notices))


class Unmarking(CaseStore):
    """Sends notices without marking them first."""

    async def mark(self, notice: Notice, tag: str) -> str:
        """Mark nothing as under way."""
        return tag if notice.state is NoticeState.INFLIGHT else await super().mark(notice, tag)


class Hasty(CaseStore):
    """Calls notices done before they are sent."""

    async def mark(self, notice: Notice, tag: str) -> str:
        """Finish what is about to be sent."""
        if notice.state is not NoticeState.INFLIGHT:
            return await super().mark(notice, tag)
        if not await self.finish(notice.model_copy(update={"state": NoticeState.DONE}), tag):
            raise RowChangedError
        return "gone"


class Unordered(CaseStore):
    """Writes the index whoever wrote it before."""

    async def settle(self, case: Case, entry: IndexEntry | None, past: Sequence[Passage] | None = None) -> None:
        """Put the rows of this case, and delete those that were read."""
        change = settling(case, entry, case.recent if past is None else past)
        rows = [each.row for each in change.written if isinstance(each, Insert | Replace | Put)]
        await self._tables.commit(INDEX, [Put(row) for row in rows])
        for each in change.deleted:
            await self._delete(INDEX, INDEX_PARTITION, place_of(each)[1])


class Telling(CaseStore):
    """Sends what does not hold any more, in place of leaving it."""

    def __init__(self, tables: Tables, services: Services) -> None:
        super().__init__(tables)
        self._services = services

    async def finish(self, notice: Notice, tag: str) -> bool:
        """Send a notice that is superseded."""
        if notice.state is not NoticeState.SUPERSEDED:
            return await super().finish(notice, tag)
        case = (await self.read(scope_of_case(notice.case_id))).cases[notice.case_id].value
        if case is not None:
            await self._services.mailer.send(await self._services.letters.write(case, notice, again=False))
        return await super().finish(notice.model_copy(update={"state": NoticeState.DONE}), tag)


class Hoarding(CaseStore):
    """Lets receipts count for ever."""

    async def receipt(self, scope: str, key: str) -> Stored[Receipt] | None:
        """Read a receipt as if it never expired."""
        found = await super().receipt(scope, key)
        return found and Stored(
            found.value.model_copy(update={"expires_at": datetime.max.replace(tzinfo=UTC)}), found.tag
        )


class Keyless(KeyStore):
    """Lets a key stand for nothing."""

    async def keep_key(self, receipt: Receipt, tag: str) -> None:
        """Keep nothing."""


class Held:
    """An outbox that sends only when it is told that something else was done first."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._held: list[tuple[CaseMessage, timedelta]] = []

    async def send(self, message: CaseMessage, *, delay: timedelta = timedelta()) -> TakeBack:
        """Keep a message back."""
        self._held.append((message, delay))

        async def take_back() -> None:
            self._held.clear()

        return take_back

    async def send_held(self) -> None:
        """Send what was kept back."""
        while self._held:
            message, delay = self._held.pop(0)
            await self._outbox.send(message, delay=delay)


class CommitFirst(CaseStore):
    """Commits, then sends."""

    def __init__(self, tables: Tables, outbox: Held) -> None:
        super().__init__(tables)
        self._outbox = outbox

    async def commit(self, change: Change) -> None:
        """Commit, then send what should have been sent first."""
        await super().commit(change)
        await self._outbox.send_held()

    async def drop(self, row: DueRow) -> None:
        """Delete a due row, then send what should have been sent first."""
        await super().drop(row)
        await self._outbox.send_held()


class TakingBack(CaseStore):
    """Takes a message back whenever a commit is not answered, though it may have come about."""

    def __init__(self, tables: Tables, outbox: "Remembering") -> None:
        super().__init__(tables)
        self._outbox = outbox

    async def commit(self, change: Change) -> None:
        """Commit; without an answer, take the message back."""
        try:
            await super().commit(change)
        except StorageUnavailableError:
            for take_back in self._outbox.sent:
                await take_back()
            raise


class Remembering:
    """An outbox that knows how to take back what it sent."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.sent: list[TakeBack] = []

    async def send(self, message: CaseMessage, *, delay: timedelta = timedelta()) -> TakeBack:
        """Send a message."""
        self.sent.append(await self._outbox.send(message, delay=delay))
        return self.sent[-1]


def _tell_anyway(services: Services, _: Role, tables: Tables) -> Services:
    return replace(services, notice_rows=Telling(tables, services))


def _undated(dossier: Dossier) -> Dossier:
    if dossier.facts is None:
        return dossier
    undated = {"observed_at": None, "payment_method_observed_at": None}
    return replace(dossier, facts=Stored(dossier.facts.value.model_copy(update=undated), dossier.facts.tag))


def _out_of_order(services: Services, role: Role, tables: Tables) -> Services:
    return replace(services, cases=Forgetful(tables, _undated)) if role is Role.CALLER else services


def _unflagged(change: Change) -> Change:
    if change.case is None or change.event is None or change.event.note != "resumed":
        return change
    return replace(change, case=change.case.model_copy(update={"attention": None}))


def _commit_first(services: Services, role: Role, tables: Tables) -> Services:
    held = Held(services.outbox)
    return replace(services, outbox=held, cases=CommitFirst(tables, held)) if role is Role.CALLER else services


def _drop_first(services: Services, role: Role, tables: Tables) -> Services:
    held = Held(services.outbox)
    return replace(services, outbox=held, due_rows=CommitFirst(tables, held)) if role is Role.TIMER else services


def _take_back_always(services: Services, role: Role, tables: Tables) -> Services:
    outbox = Remembering(services.outbox)
    return replace(services, outbox=outbox, cases=TakingBack(tables, outbox)) if role is Role.CALLER else services


def _in_place(members: str, make: Callable[[Tables], Any]) -> Arrangement:
    """The app with something else in place of some members of its services."""

    def arrange(services: Services, _: Role, tables: Tables) -> Services:
        return replace(services, **dict.fromkeys(members.split(), make(tables)))

    return Arrangement(arrange)


def _handled(change: Callable[[CaseMessage, Case], CaseMessage | None]) -> Arrangement:
    """The app with messages changed, or dropped, before they are handled, given the case as it is."""

    async def changed(services: Services, message: CaseMessage, deliveries: int) -> None:
        stored = (await services.cases.read(scope_of_case(message.case_id))).cases.get(message.case_id)
        case = stored.value if stored else None
        after = change(message, case) if case and message.kind is not FollowUp.WAKE else message
        if after is not None:
            await handle(services, after, deliveries, kind=message.kind)

    return Arrangement(handle=changed)


def _any_number(message: CaseMessage, case: Case) -> CaseMessage:
    return message.model_copy(update={"seq": case.seq})


def _any_kind(message: CaseMessage, case: Case) -> CaseMessage:
    return message.model_copy(update={"kind": case.follow_up})


def _never_early(message: CaseMessage, case: Case) -> CaseMessage | None:
    return message if message.seq <= case.seq else None


ABLATIONS: Final = (
    Ablation("send_before_commit", "an endpoint commits, then sends", Arrangement(_commit_first)),
    Ablation(
        "send_again",
        "a message that crashed after its commit is dropped when it comes back",
        _in_place("cases", lambda tables: Forgetful(tables, _without_committer)),
    ),
    Ablation("if_match", "a case is replaced whatever its version", _in_place("cases", Unconditional)),
    Ablation("number_check", "a message is taken for the case's number, whatever its own", _handled(_any_number)),
    Ablation("kind_check", "a message does its work whatever the case waits for", _handled(_any_kind), SCHEDULES),
    Ablation("wait_for_number", "a message that comes before its commit is dropped", _handled(_never_early)),
    Ablation(
        "facts_touch",
        "what was decided from older facts is committed",
        _in_place(
            "cases",
            lambda tables: Without(tables, lambda c: replace(c, facts=c.facts if c.facts and c.facts.facts else None)),
        ),
        SCHEDULES,
    ),
    Ablation("fence", "a commit that did not come may still come", _in_place("cases", Unfenced), FAULTS),
    Ablation("was_ours_look", "a commit of one's own is taken for that of others", _in_place("cases", Unrecognizing)),
    Ablation(
        "receipt",
        "nothing is kept of what a key was for",
        _in_place("cases", lambda t: Without(t, lambda c: replace(c, receipt=None))),
    ),
    Ablation(
        "receipt_in_transaction", "the receipt is written afterwards", _in_place("cases", lambda t: Apart(t, "receipt"))
    ),
    Ablation("slot_in_transaction", "the slot is written afterwards", _in_place("cases", lambda t: Apart(t, "slot"))),
    Ablation(
        "event_in_transaction", "the history is written afterwards", _in_place("cases", lambda t: Apart(t, "event"))
    ),
    Ablation(
        "notices_in_transaction", "notices are written afterwards", _in_place("cases", lambda t: Apart(t, "notices"))
    ),
    Ablation("key_row", "a key may stand for several requests", _in_place("keys", Keyless)),
    Ablation("inflight_mark", "a notice is sent without being marked first", _in_place("notice_rows", Unmarking)),
    Ablation("finish_after_sending", "a notice is called done before it is sent", _in_place("notice_rows", Hasty)),
    Ablation(
        "inflight_wait",
        "a notice that others are sending is sent too",
        _in_place("cases", lambda tables: Forgetful(tables, _never_in_flight)),
        SCHEDULES,
    ),
    Ablation("index_order", "the index is written by whoever comes last", _in_place("index", Unordered)),
    Ablation(
        "take_back_when_certain", "a message is taken back when its commit is in doubt", Arrangement(_take_back_always)
    ),
    Ablation("send_before_drop", "a timer deletes its row, then sends", Arrangement(_drop_first)),
    Ablation("stale_notice", "a notice that does not hold any more is sent", Arrangement(_tell_anyway)),
    Ablation("flag_seen", "resuming takes off any flag", _in_place("cases", lambda t: Without(t, _unflagged)), FAULTS),
    Ablation("facts_order", "facts replace whatever is known", Arrangement(_out_of_order), SCHEDULES),
    Ablation("receipt_expiry", "a receipt counts for ever", _in_place("receipts", Hoarding)),
)
"""Every safeguard that can be left out without touching the code."""


@dataclass(frozen=True)
class Noticed:
    """What a suite made of an ablation: its runs, how many had violations, and the first of them."""

    runs: int
    found: int
    first: str


def by_schedules(ablation: Ablation, seeds: range) -> Iterator[tuple[str, Outcome]]:
    """Every seed's run without the safeguard."""
    for seed in seeds:
        yield f"seed {seed}", schedules.run(seed, ablation.arrangement)


def by_faults(ablation: Ablation) -> Iterator[tuple[str, Outcome]]:
    """Every single fault without the safeguard."""
    for plan in injection.plans():
        for single in injection.singles(plan, ablation.arrangement):
            yield str(single), injection.run(single, ablation.arrangement)[0]


def noticed(runs: Iterator[tuple[str, Outcome]], most: int) -> Noticed:
    """Count the runs with violations, until there are `most`."""
    made = found = 0
    first = ""
    for what, outcome in runs:
        made += 1
        if outcome.violations:
            found += 1
            first = first or f"{what}: {outcome.violations[0]}"
        if found == most:
            break
    return Noticed(made, found, first)


def unnoticed(ablation: Ablation, seen: Mapping[str, Noticed]) -> list[str]:
    """The suites that must notice an ablation, and did not."""
    return sorted(suite for suite in ablation.missed_by if not seen[suite].found)
