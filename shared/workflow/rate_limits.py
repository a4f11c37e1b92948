"""How often a client may call, and how many requests it may submit: what a caller is told, and who counts.

Calls protect one instance, so each instance counts its own, at no cost. Submissions protect the billing desk, so all
instances share one count: each spends a small share by itself, then leases more from what is counted for all of them.
Windows of submissions are fixed (a quota of 3,600 seconds begins anew at every full hour, UTC).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, Protocol, TypeVar

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHARES: Final = 10
"""Into how many shares the quota of submissions is cut: one is an instance's own, and leases come by one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """`quota` requests of a client in `seconds`, under a name that callers are told. ValueError for less than 1."""

    name: str
    quota: int
    seconds: int

    def __post_init__(self) -> None:
        if self.quota < 1 or self.seconds < 1:
            raise ValueError(f"the limit '{self.name}' needs a quota and a number of seconds of at least 1")

    @property
    def window(self) -> timedelta:
        """The time that the quota is for."""
        return timedelta(seconds=self.seconds)


CALLS: Final = Limit("calls", 600, 60)
"""Every authenticated call of a client."""

SUBMISSIONS: Final = Limit("submissions", 120, 3600)
"""What a client submits for the desk to look at."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether one request may pass, and what its client has left: `remaining` for the next `effective_seconds`.

    Whoever spreads `remaining` over that time is never refused for it. Where nothing remains, it is the time until
    something does.
    """

    limit: Limit
    allowed: bool
    remaining: int
    effective_seconds: int

    @property
    def retry_after(self) -> int | None:
        """After how many seconds a refused caller will pass; None for one that passes."""
        return None if self.allowed else self.effective_seconds


def header_fields(rulings: Sequence[Ruling]) -> dict[str, str]:
    """The headers of an answer, from at least one ruling (draft-ietf-httpapi-ratelimit-headers-11, RFC 9651 lists).

    A refusal tells only of the limits that refuse: Retry-After should not end before a window that is told.
    """
    refused = [ruling for ruling in rulings if not ruling.allowed]
    policies = [f'"{r.limit.name}";q={r.limit.quota};w={r.limit.seconds}' for r in rulings]
    left = [f'"{r.limit.name}";r={r.remaining};t={r.effective_seconds}' for r in refused or rulings]
    fields = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}
    if refused:
        fields["Retry-After"] = str(max(ruling.effective_seconds for ruling in refused))
    return fields


class CallAllowance:
    """Counts calls in this process, by the generic cell rate algorithm (GCRA, ITU-T I.371).

    All it keeps of a client is the moment when its quota will be whole again, so that whoever is back to full can be
    forgotten at sight. Quota comes back one by one: a client that hits the limit is slowed down, not shut out until a
    window ends, and there is no moment at which all come back together. In return a client that was idle may make up to
    twice its quota of calls within one window: the whole quota at once, and what comes back meanwhile.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        # Rounded up, so that the whole quota never takes less than its window to come back.
        self._interval = timedelta(microseconds=-(-limit.seconds * 1_000_000 // limit.quota))
        self._capacity = self._interval * limit.quota
        self._full_at: dict[str, datetime] = {}

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._full_at)

    def take(self, client: str, now: datetime) -> Ruling:
        """Let one call of a client pass, or refuse it. A clock that went back costs a client one window at most."""
        full_at = max(self._full_at.pop(client, now), now)
        debt = min(full_at - now, self._capacity)
        allowed = debt + self._interval <= self._capacity
        if allowed:
            debt += self._interval
        self._full_at[client] = now + debt
        _forget(self._full_at, lambda moment: moment <= now)
        return self._ruling(allowed=allowed, left=self._capacity - debt)

    def _ruling(self, *, allowed: bool, left: timedelta) -> Ruling:
        remaining = left // self._interval
        # Not the time until all is whole: shortly after a client's first call that would promise 599 for one second.
        effective = remaining * self._interval if remaining else self._interval - left
        return Ruling(self._limit, allowed, remaining, _seconds(effective))


class Quotas(Protocol):
    """What all instances count together."""

    async def count(self, client: str, window: datetime, onward: Callable[[int], int]) -> tuple[int, int]:
        """Take the count of a client's window from what it is to what `onward` makes of it; returns both.

        The count begins at 0, and `onward` is asked anew when others were first; it never takes the count back.
        Raises StorageUnavailableError; RowExistsError or RowChangedError if others were first again and again.
        """
        ...


@dataclass(slots=True, eq=False)
class _Account:
    """What this instance knows of a client's window: what it may admit by itself, and what it could still lease.

    `newest` is the latest window that the client had an account for.
    """

    window: datetime
    newest: datetime
    at_hand: int
    undeclared: int
    to_lease: int
    lease: "asyncio.Task[None] | None" = None


class SubmissionAllowance:
    """Counts submissions together with the other instances, which may admit a share each beyond the quota."""

    def __init__(self, limit: Limit, quotas: Quotas) -> None:
        self._limit, self._quotas = limit, quotas
        self._share = max(1, limit.quota // _SHARES)
        self._accounts: dict[str, _Account] = {}

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._accounts)

    async def take(self, client: str, now: datetime) -> Ruling:
        """Let one submission of a client pass, or refuse it.

        Asks the storage once the share at hand is spent, and never again in a window whose quota is known to be spent.
        Raises what `Quotas.count` raises; nothing has passed then.
        """
        account = self._account(client, now)
        while not account.at_hand and account.to_lease:
            # Whoever comes meanwhile waits for the same lease, and shares its failure: no outage is waited out in turn.
            account.lease = account.lease or asyncio.ensure_future(self._lease(client, account))
            await asyncio.shield(account.lease)
        allowed = account.at_hand > 0
        account.at_hand -= allowed
        remaining = account.at_hand + account.to_lease
        return Ruling(self._limit, allowed, remaining, _seconds(account.window + self._limit.window - now))

    def _account(self, client: str, now: datetime) -> _Account:
        begun = now - (now - _EPOCH) % self._limit.window
        account = self._accounts.pop(client, None)
        if account is None or account.window != begun:
            account = self._opened(begun, account.newest if account else _EPOCH)
        self._accounts[client] = account
        _forget(self._accounts, lambda other: other.newest < begun)
        return account

    def _opened(self, begun: datetime, newest: datetime) -> _Account:
        """A window's account. One that was left before, by a clock that goes back, gets no second share of its own."""
        own = self._share if begun > newest else 0
        return _Account(begun, max(begun, newest), own, own, self._limit.quota - own)

    async def _lease(self, client: str, account: _Account) -> None:
        """Have a share counted for this instance, and what it admitted before, as far as the quota goes."""
        quota, undeclared = self._limit.quota, account.undeclared
        try:
            before, after = await self._quotas.count(
                client, account.window, lambda counted: max(counted, min(quota, counted + undeclared + self._share))
            )
        finally:
            account.lease = None
        account.undeclared = 0
        account.at_hand += max(0, after - before - undeclared)
        account.to_lease = max(0, quota - after)


def _forget(clients: dict[str, T], idle: Callable[[T], bool]) -> None:
    """Drop idle clients among the two that are unused for longest: twice what a request can add."""
    for client in [*islice(clients, 2)]:
        if idle(clients[client]):
            del clients[client]


def _seconds(time: timedelta) -> int:
    """Whole seconds, rounded up: who waits for them has waited long enough."""
    return -(-time // timedelta(seconds=1))
