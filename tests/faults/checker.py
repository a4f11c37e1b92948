"""What must hold once everything has come to rest: nothing that was acknowledged is lost, and nothing is doubled."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from shared.adapters.case_rows import (
    CASES,
    INDEX,
    document_of,
    dossier_of,
    due_row,
    history_event_of,
    indexed_key,
    list_row,
)
from shared.adapters.index_rows import index_entry_of, names_rows_of
from shared.adapters.storage import Row
from shared.adapters.terms_shelf import POLICIES, load_policy
from shared.adapters.work_rows import work_rows
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Dossier, IndexEntry, SlotStatus
from shared.domain.eligibility import Verdict, assess, verdict
from shared.domain.facts import SubscriptionFacts, as_shown_to
from shared.domain.history import HistoryEvent, first_broken
from shared.domain.lifecycle import MACHINE, TRANSITIONS, WAITS_FOR_APPLICANT, Event, NoticeKind, State
from shared.domain.messages import CaseMessage
from shared.domain.notices import Delivery, Letter, Notice, NoticeState, delivery_of
from shared.domain.policy import Policy
from shared.domain.waiting import Party
from shared.domain.work_list import TABS
from shared.web.notice_words import LABELS
from shared.workflow.repeats import CaseGist
from tests.faults.tally_checks import wrong_tallies
from tests.world import World

_ONLY_WHEN_NEW = frozenset({NoticeKind.BLOCKED, NoticeKind.FACTS_UNKNOWN})
"""Notices that a transition brings about only if the findings are not those that were told last."""


@dataclass
class Deed:
    """One thing that somebody wants done once, however often it is asked for.

    `event` is what it does to a case, None for what is done beside the transitions. `answers` are all that were given;
    none if nobody knows whether it was done. Of its `askers`, who may ask at once, `refusals` were told in the end that
    it cannot be done. `keyed`: every asking carried the same key, or there was one.
    """

    event: Event | None
    actor: str
    keyed: bool = True
    answers: list[CaseGist] = field(default_factory=list)
    askers: int = 0
    refusals: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether it was certainly not done: everybody who asked was refused."""
        return 0 < self.askers == self.refusals


@dataclass(frozen=True)
class Told:
    """Facts of a scope whose delivery was acknowledged, and when they were observed."""

    scope: str
    observed_at: datetime


@dataclass
class Acknowledged:
    """What the world outside knows: every deed that was asked for, answered or not, the facts that were taken.

    `poisoned` are the messages that the host gave up on.
    """

    deeds: list[Deed] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    poisoned: list[CaseMessage] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """Everything that is stored, and every letter that went out."""

    dossiers: Mapping[str, Dossier]
    histories: Mapping[str, list[HistoryEvent]]
    notices: Mapping[str, list[Notice]]
    index: Mapping[str, Row]
    letters: Mapping[str, list[Letter]]
    deduplicates: bool

    @property
    def cases(self) -> Iterator[Case]:
        for dossier in self.dossiers.values():
            yield from (stored.value for stored in dossier.cases.values() if stored.value)


async def violations(world: World, acknowledged: Acknowledged | None = None) -> list[str]:
    """Everything that must not be, in words; call it when every message was delivered and no timer is due.

    It reads the rows as they are, not through the world's services, which may be the ones under test.
    """
    found = await _everything_in(world)
    known = acknowledged or Acknowledged()
    problems = [*_lost(found, known.deeds), *_doubled(found, known.deeds), *_facts_lost(found, known.told)]
    for case in found.cases:
        problems += [f"{_name(case.id)}: {problem}" for problem in _of_case(found, case)]
        problems += [f"{_name(case.id)}: {problem}" async for problem in _of_documents(world, case)]
    for dossier in found.dossiers.values():
        problems += [*_of_slot(dossier), *_of_voids(found, dossier)]
    problems += [*_of_letters(found, known), *_of_index(found), *wrong_tallies(found.index, found.histories)]
    return [*problems, *_poison_unseen(found, known.poisoned)]


async def _everything_in(world: World) -> _Found:
    rows = await _rows(world, CASES)
    by_scope: dict[str, list[Row]] = defaultdict(list)
    histories: dict[str, list[HistoryEvent]] = defaultdict(list)
    notices: dict[str, list[Notice]] = defaultdict(list)
    letters: dict[str, list[Letter]] = defaultdict(list)
    for row in rows:
        if row.key.startswith("a|"):
            by_scope[row.partition].append(row)
        if row.key.startswith("c|event|"):
            event = history_event_of(row)
            histories[event.case_id].append(event)
        if "|notice|" in row.key and (notice := document_of(row, Notice)):
            notices[notice.case_id].append(notice)
    for letter in world.mailbox.letters:
        letters[letter.key].append(letter)
    index = {row.key: row for row in await _rows(world, INDEX)}
    dossiers = {scope: dossier_of(scope, hot) for scope, hot in by_scope.items()}
    return _Found(dossiers, histories, notices, index, letters, world.mailbox.deduplicates)


async def _rows(world: World, table: str) -> list[Row]:
    """All rows of a table, page by page."""
    found: list[Row] = []
    continuation: str | None = None
    while True:
        page = await world.storage.tables.scan(table, "~", continuation=continuation)
        found += page.rows
        continuation = page.continuation
        if continuation is None:
            return found


def _name(case_id: str) -> str:
    return f"case {case_id.partition('-')[2].lstrip('0') or '0'}"


# --- what was acknowledged


def _lost(found: _Found, deeds: Iterable[Deed]) -> Iterator[str]:
    """Every answered deed is an event of its own in the history of its case, which reached the state in the answer."""
    promised: Counter[tuple[str, Event | None, str, State]] = Counter()
    for deed in deeds:
        if deed.keyed and any(answer != deed.answers[0] for answer in deed.answers):
            yield f"{deed.actor} was answered differently for the same {_of(deed.event)}: {deed.answers}"
        for answer in deed.answers[:1]:
            promised[answer.id, deed.event, deed.actor, answer.state] += 1
    for (case_id, event, actor, state), times in promised.items():
        done = [e for e in found.histories.get(case_id, []) if (e.event, e.actor, e.to_state) == (event, actor, state)]
        if len(done) < times:
            yield f"{_name(case_id)}: {_of(event)} by {actor} was acknowledged {times} times, and is there {len(done)}"


def _doubled(found: _Found, deeds: Iterable[Deed]) -> Iterator[str]:
    """No deed is done twice, none that was refused. Who asks without a key may have done so twice himself."""
    asked: Counter[tuple[Event | None, str]] = Counter()
    unkeyed = set()
    for deed in deeds:
        asked[deed.event, deed.actor] += not deed.is_refused
        unkeyed |= set() if deed.keyed else {(deed.event, deed.actor)}
    done = Counter((event.event, event.actor) for events in found.histories.values() for event in events)
    for deed_kind, times in asked.items():
        if done[deed_kind] > times and deed_kind not in unkeyed:
            yield f"{_of(deed_kind[0])} by {deed_kind[1]} was asked for {times} times, and done {done[deed_kind]}"


def _of(event: Event | None) -> str:
    return event.value if event else "action beside the transitions"


def _facts_lost(found: _Found, told: Iterable[Told]) -> Iterator[str]:
    for facts in told:
        dossier = found.dossiers.get(facts.scope)
        known = dossier.known_facts if dossier else SubscriptionFacts()
        seen = [moment for moment in (known.observed_at, known.payment_method_observed_at) if moment]
        if not seen or max(seen) < facts.observed_at:
            yield f"facts of {facts.observed_at.isoformat()} were acknowledged, and are not there"


def _poison_unseen(found: _Found, poisoned: Iterable[CaseMessage]) -> Iterator[str]:
    """What the host gave up on is shown to the desk, unless the case has gone on."""
    for message in poisoned:
        scope = found.dossiers.get(scope_of_case(message.case_id))
        stored = scope.cases.get(message.case_id) if scope else None
        if stored is None or stored.value is None or stored.value.seq != message.seq:
            continue
        told = f"attention: the {message.kind.value} step of number {message.seq} failed for good"
        if not any(event.note == told for event in found.histories[message.case_id]):
            yield f"{_name(message.case_id)}: a {message.kind.value} message failed for good, and nobody was shown"


# --- a case


def _of_case(found: _Found, case: Case) -> Iterator[str]:
    yield from _of_history(case, found.histories.get(case.id, []))
    yield from _of_notices(found, case)
    yield from _of_facts(case, found.dossiers[case.scope])
    yield from _of_index_rows(found, case)
    if case.state in MACHINE and case.attention is None:
        yield f"it is stuck in {case.state.value}, number {case.seq}, and nobody was shown"
    if case.state in WAITS_FOR_APPLICANT and case.next_due_at is None and _waits_for_applicant(case):
        yield f"it waits in {case.state.value} for ever"


async def _of_documents(world: World, case: Case) -> AsyncIterator[str]:
    """What a case speaks of is there, and it speaks of nothing twice."""
    for document in case.documents:
        if await world.documents.get(case.id, document.sha256) is None:
            yield f"the content of its document {document.sha256} is not there"
    if len({(each.slot, each.sha256) for each in case.documents}) < len(case.documents):
        yield "it has a document twice"


def _waits_for_applicant(case: Case) -> bool:
    return case.wait is None or case.wait.owed_by is Party.APPLICANT


def _of_history(case: Case, events: list[HistoryEvent]) -> Iterator[str]:
    broken = first_broken(events)
    if broken:
        yield f"its history does not hold at {broken.number}"
    if not events or events[-1].hash != case.chain_head:
        yield "its history does not end where the case says"
    if [event.seq for event in events if not event.side] != list(range(1, case.seq + 1)):
        yield f"its history misses numbers up to {case.seq}: {[event.number for event in events]}"
    if len({event.commit_id for event in events}) != len(events):
        yield "two events of its history were made by one commit"


def _of_facts(case: Case, dossier: Dossier) -> Iterator[str]:
    """What is known of the subscription and what was decided from it agree: they commit together."""
    shown = as_shown_to(dossier.known_facts, case.request.account_administrator_email)
    if case.state not in {State.ACTION_REQUIRED, State.APPROVED}:
        return
    found = verdict(assess(shown, _policy(case.policy)))
    if case.state is State.ACTION_REQUIRED and found is Verdict.ELIGIBLE:
        yield "it is held up, though the facts allow it"
    if case.state is State.APPROVED and found in {Verdict.BLOCKED, Verdict.INELIGIBLE}:
        yield f"it is approved, though the facts say {found.value}"


@cache
def _policy(policy_id: str) -> Policy:
    return load_policy(POLICIES, policy_id)


def _of_slot(dossier: Dossier) -> Iterator[str]:
    open_cases = [s.value.id for s in dossier.cases.values() if s.value and not s.value.is_final]
    slot = dossier.slot.value if dossier.slot else None
    holder = slot.case_id if slot and slot.status is SlotStatus.OPEN else None
    if len(open_cases) > 1:
        yield f"{len(open_cases)} requests are open at once: {', '.join(map(_name, open_cases))}"
    if [holder] * bool(holder) != open_cases:
        yield f"the slot says {_name(holder or '')}, open are: {', '.join(map(_name, open_cases)) or 'none'}"


def _of_voids(found: _Found, dossier: Dossier) -> Iterator[str]:
    for case_id in (case_id for case_id, stored in dossier.cases.items() if stored.value is None):
        if found.histories.get(case_id) or found.notices.get(case_id):
            yield f"{_name(case_id)}: it was fenced off, and yet something happened to it"


# --- notices


def _of_notices(found: _Found, case: Case) -> Iterator[str]:
    notices = {notice.key: notice for notice in found.notices.get(case.id, [])}
    if len(notices) < len(found.notices.get(case.id, [])):
        yield "a notice is done with and is not at once"
    for event in found.histories.get(case.id, []):
        kind = _notice_of(event)
        if kind and kind not in _ONLY_WHEN_NEW and f"{case.id}|{event.seq:06}|0" not in notices:
            yield f"the {kind.value} notice of number {event.seq} was never made"
    for notice in notices.values():
        yield from (
            f"the {notice.kind.value} notice of number {notice.seq} {p}" for p in _of_notice(found, case, notice)
        )


def _notice_of(event: HistoryEvent) -> NoticeKind | None:
    if event.from_state is None or event.event is None:
        return None
    transition = TRANSITIONS.get((event.from_state, event.event))
    return transition.notice if transition else None


def _of_notice(found: _Found, case: Case, notice: Notice) -> Iterator[str]:
    sent = len(found.letters.get(notice.key, []))
    if notice.state in {NoticeState.PENDING, NoticeState.INFLIGHT} and case.attention is None:
        yield f"is left {notice.state.value}, and nobody was shown"
    if notice.state is NoticeState.DONE and not sent:
        yield "is done, and was never sent"
    if notice.state is NoticeState.SUPERSEDED and sent and not notice.attempts:
        yield "is superseded, and was sent"
    if notice.state in {NoticeState.FAILED, NoticeState.IN_DOUBT} and not _was_shown(found, notice):
        yield f"is {notice.state.value}, and nobody was shown"
    if notice.state is NoticeState.IN_DOUBT and delivery_of(notice.kind) is not Delivery.AT_MOST_ONCE:
        yield "is left in doubt, though it is to be said again"


def _was_shown(found: _Found, notice: Notice) -> bool:
    told = f"attention: notice {notice.kind.value} of number {notice.seq} "
    return any(event.note.startswith(told) for event in found.histories.get(notice.case_id, []))


def _of_letters(found: _Found, known: Acknowledged) -> Iterator[str]:
    """A letter goes out once; once more only where nobody can tell, and then it says so. Each case hears in order.

    Out of its turn comes only what was refused, when the desk says so.
    """
    made = {notice.key for notices in found.notices.values() for notice in notices}
    heard: dict[str, list[str]] = defaultdict(list)
    for key, letters in found.letters.items():
        what = f"{_name(key)}: the letter {letters[0].kind}"
        heard[key.partition("|")[0]].append(key)
        if key not in made:
            yield f"{what} went out, and no transition brought it about"
        if len(letters) == 1 or found.deduplicates:
            continue
        if delivery_of(NoticeKind(letters[0].kind)) is Delivery.AT_MOST_ONCE:
            yield f"{what} went out {len(letters)} times"
        elif not _says_so(letters):
            yield f"{what} went out {len(letters)} times without saying so"
    late = {notice.key for notices in found.notices.values() for notice in notices if notice.renewed}
    in_turn = {case_id: [key for key in keys if key not in late] for case_id, keys in heard.items()}
    yield from (f"{_name(c)}: its letters came out of order" for c, keys in in_turn.items() if keys != sorted(keys))


def _says_so(letters: Sequence[Letter]) -> bool:
    """Whether every letter but the first says that it may have come before."""
    return all(LABELS[letter.language].again in letter.text for letter in letters[1:])


# --- the index


def _of_index_rows(found: _Found, case: Case) -> Iterator[str]:
    """A case that rests, or needs the desk, is listed as it is; a step at work has not settled the index."""
    if case.state in MACHINE and case.attention is None:
        return
    wanted = (list_row(case), *work_rows(case))
    for row in wanted:
        listed = found.index.get(row.key)
        if listed is None or dict(listed.values) != dict(row.values):
            yield f"its row in the work list is not of number {case.seq}.{case.side_events}: {row.key}, {listed}"
    tabs = {key for key, row in found.index.items() if key.startswith("work|") and row.values["caseId"] == case.id}
    if more := tabs - {row.key for row in wanted}:
        yield f"it is still in tabs of the work list that it has left: {more}"
    indexed = found.index.get(indexed_key(case.id))
    if indexed is None or not _speaks_of(index_entry_of(case.id, indexed), case):
        yield f"the index does not speak of number {case.seq}: {indexed}"
    due = due_row(case)
    if due and not any(key.startswith("due|") and key.endswith(case.id) and key <= due.key for key in found.index):
        yield f"it is due at {case.next_due_at}, and no timer will know"


def _speaks_of(entry: IndexEntry, case: Case) -> bool:
    return (entry.seq, entry.progress.state) == (case.seq, case.state) and names_rows_of(entry, case)


def _of_index(found: _Found) -> Iterator[str]:
    """Each case is listed once, and nothing else is."""
    known = {case.id for case in found.cases}
    for tab in ("list|", *(f"work|{tab}|" for tab in TABS)):
        listed = Counter(str(row.values["caseId"]) for key, row in found.index.items() if key.startswith(tab))
        for case_id, times in listed.items():
            if times > 1 or case_id not in known:
                more = "" if case_id in known else ", and is no case"
                yield f"{_name(case_id)}: it is listed {times} times in {tab}{more}"
