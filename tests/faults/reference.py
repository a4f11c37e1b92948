"""What the service promises, as people understand it: a small model, written from the rules and not from the code.

It knows nothing of messages, numbers or rows. A case that a step is at work on moves when the step is run.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tests.faults.statutes import STATUTES

DUTCH_BUSINESS_DAY: Final = STATUTES["NL"].is_business_day
KEYS_STAND_FOR: Final = timedelta(days=7)
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
CREDIT_CHECK_ABOVE: Final = 10_000

REMINDERS: Final = {
    "action_required": ("calendar", (3, 7, 14), 30),
    "approved": ("calendar", (3, 7, 14), 30),
    "credit_application_due": ("business", (2, 5, 9), 15),
    "information_due": ("business", (2, 5, 10), 20),
    "security_due": ("business", (2, 5, 10), 20),
}
"""How days are counted, after which reminders go out, and after which it is over."""

STEPS: Final = frozenset({"checking_eligibility", "checking_credit"})
OVER: Final = frozenset({"switched", "ineligible", "declined", "withdrawn", "expired"})
OFFICERS_TURN: Final = frozenset({"credit_review", "information_due", "security_due"})


class Refused(Exception):  # noqa: N818 - the service's answer, not an error of the model
    """The service says no; the text is the kind of refusal."""


@dataclass(frozen=True)
class Facts:
    """What the portal says of the subscription."""

    account: str | None = "Business"
    method: str | None = "CreditCard"
    country: str = "NL"
    third_party: bool = False
    administrator_known: bool = True

    @property
    def verdict(self) -> str:
        """What the published rules make of it."""
        if not self.administrator_known:
            return "unknown"
        if self.account == "Individual" or self.method == "CheckWire" or self.country == "CN":
            return "ineligible"
        if self.third_party:
            return "blocked"
        return "unknown" if self.account is None or self.method is None else "eligible"


NOTHING_KNOWN: Final = Facts(None, None, administrator_known=False)


@dataclass
class Wait:
    """Whose turn it is, until when, and when they are reminded."""

    owed_by: str
    last_day: date | None = None
    remind_on: tuple[date, ...] = ()
    check_at: datetime | None = None


@dataclass
class Request:
    """One request. `last_deed` is what somebody did to it last."""

    number: int
    owner: str
    amount: int
    state: str = "checking_eligibility"
    applied: bool = False
    limit: bool = False
    wait: Wait | None = None
    last_deed: tuple[str, str] = ("submit", "")


@dataclass
class Kept:
    """What a key stands for, until when, and the request that was answered."""

    body: object
    until: datetime
    number: int | None = None


@dataclass
class Reference:
    """The service of one subscription."""

    now: datetime
    facts: Facts = NOTHING_KNOWN
    observed: tuple[datetime, int] | None = None
    method_seen: datetime | None = None
    requests: list[Request] = field(default_factory=list)
    closed_until: datetime | None = None
    keys: dict[object, Kept] = field(default_factory=dict)
    receipts: dict[object, Kept] = field(default_factory=dict)
    reminders: int = 0
    switched: bool = False
    last_owner: str = ""

    @property
    def current(self) -> Request | None:
        """The open request."""
        last = self.requests[-1] if self.requests else None
        return last if last and last.state not in OVER else None

    # --- requests by people

    def submit(self, owner: str, key: str | None, amount: int) -> tuple[int, bool]:
        """The number of the request, and whether it was made before. Refused."""
        if key and self._stands(self.keys, (owner, key), amount) is None:
            self.keys[owner, key] = Kept(amount, self.now + KEYS_STAND_FOR)
        before = self._stands(self.receipts, (owner, "submit", key), amount) if key else None
        if before and before.number is not None:
            return before.number, True
        self._refuse_unless_free(owner)
        self.requests.append(Request(len(self.requests), owner, amount))
        self.closed_until, self.last_owner = None, owner
        self._keep((owner, "submit", key), amount, self.requests[-1])
        return self.requests[-1].number, False

    def _refuse_unless_free(self, owner: str) -> None:
        closed = self.closed_until is not None and self.now < self.closed_until
        if not (self.current or self.switched or closed):
            return
        if owner != self.last_owner and (self.current or not self.facts.administrator_known):
            raise Refused("RequestOpenError")
        if self.current:
            raise Refused("RequestOpenError")
        raise Refused("AlreadySwitchedError" if self.switched else "CoolingOffError")

    def act(self, request: Request, who: str, deed: str, key: str | None, details: object = None) -> str:
        """How the deed was known as done before: by its key, or by the case; else it is done now. Refused."""
        is_decision = deed in {"approve", "decline", "ask_information", "ask_security"}
        name = (who, "decision" if is_decision else deed, request.number, key)
        body = (deed, details)
        before = self._stands(self.receipts, name, body) if key else None
        if before:
            return "key"
        if who not in {request.owner, "officer"}:
            raise Refused("CaseNotFoundError")
        taken = request.last_deed == ("application", who) and request.state in {"checking_credit", "credit_review"}
        if deed == "application" and taken:
            return "case"
        self._do(request, deed, details)
        if deed not in {"message", "resume"}:
            request.last_deed = (deed, who)
        self._keep(name, body, request)
        return ""

    def _do(self, request: Request, deed: str, body: object) -> None:
        if deed in {"message", "resume"}:
            return
        came_from = {
            "withdraw": frozenset(REMINDERS) | STEPS | {"credit_review"},
            "recheck": {"action_required"},
            "application": {"credit_application_due"},
            "information": {"information_due"},
            "security": {"security_due"},
            "approve": OFFICERS_TURN,
            "decline": OFFICERS_TURN | {"approved", "action_required"},
            "ask_information": {"credit_review"},
            "ask_security": {"credit_review"},
        }[deed]
        if deed == "ask_security":
            self._refuse_wrong_day(body)
        if request.state not in came_from:
            raise Refused("IllegalMoveError")
        if deed == "information" and not body:
            raise Refused("WrongFieldError")
        if deed == "approve" and self.facts.verdict != "eligible":
            raise Refused("FactsBlockError")
        request.applied |= deed == "application"
        request.limit = deed == "approve" or (request.limit and deed != "decline")
        leads_to = {
            "withdraw": "withdrawn",
            "recheck": "checking_eligibility",
            "application": "checking_credit",
            "information": "checking_credit",
            "security": "credit_review",
            "approve": "approved",
            "decline": "declined",
            "ask_information": "information_due",
            "ask_security": "security_due",
        }
        self._enter(request, leads_to[deed])
        if deed == "ask_security" and isinstance(body, int) and request.wait:
            self._until(request.wait, self.now.date() + timedelta(days=body))

    def _refuse_wrong_day(self, days: object) -> None:
        if isinstance(days, int) and not 0 < days <= 365:
            raise Refused("WrongFieldError")

    def _until(self, wait: Wait, last_day: date) -> None:
        wait.last_day = last_day
        wait.remind_on = tuple(day for day in wait.remind_on if day < last_day)

    def _stands(self, kept: dict[object, Kept], name: object, body: object) -> Kept | None:
        found = kept.get(name)
        if found is None or found.until <= self.now:
            return None
        if found.body != body:
            raise Refused("RepeatKeyReusedError")
        return found

    def _keep(self, name: tuple[object, ...], body: object, request: Request) -> None:
        if name[-1] is not None:
            self.receipts[name] = Kept(body, self.now + KEYS_STAND_FOR, request.number)

    # --- the portal

    def observe(self, at: datetime, order: int, facts: Facts) -> None:
        """A full snapshot; one that is not newer changes nothing. Refused."""
        self._refuse_future(at)
        if self.observed and (at, order) <= self.observed:
            return
        before, self.observed = self.facts, (at, order)
        later = self.method_seen is not None and self.method_seen > at
        self.facts = replace(facts, method=before.method) if later else facts
        if not later:
            self.method_seen = None
        self._react(before.method)

    def change_method(self, at: datetime, method: str) -> None:
        """The payment method changed. Refused."""
        self._refuse_future(at)
        seen = [moment for moment in (self.observed[0] if self.observed else None, self.method_seen) if moment]
        if any(moment >= at for moment in seen):
            return
        self.facts, self.method_seen = replace(self.facts, method=method), at
        if self.current and method == "CheckWire":
            self._enter(self.current, "switched")
            return
        self._react(None)

    def _refuse_future(self, at: datetime) -> None:
        if at > self.now + CLOCKS_DIFFER_BY:
            raise Refused("WrongFieldError")

    def _react(self, method_before: str | None) -> None:
        request = self.current
        if request is None:
            return
        on_invoice = self.facts.administrator_known and self.facts.method == "CheckWire"
        if on_invoice and (request.state == "approved" or method_before not in {None, "CheckWire"}):
            self._enter(request, "switched")
        elif request.state == "action_required":
            self._enter(request, "checking_eligibility")
        elif request.state == "approved" and self.facts.verdict in {"blocked", "ineligible"}:
            self._rule_out(request)
        else:
            return
        request.last_deed = ("facts", "portal")

    # --- what happens by itself

    def run_a_step(self) -> bool:
        """Let the step at work finish; whether there was one."""
        request = self.current
        if request is None or request.state not in STEPS:
            return False
        if self.facts.verdict != "eligible":
            self._rule_out(request)
        elif request.state == "checking_eligibility":
            self._enter(request, "checking_credit")
        else:
            self._enter(request, self._after_credit_step(request))
        return True

    def _after_credit_step(self, request: Request) -> str:
        if request.limit or request.amount <= CREDIT_CHECK_ABOVE:
            return "approved"
        return "credit_review" if request.applied else "credit_application_due"

    def _rule_out(self, request: Request) -> None:
        if self.facts.verdict == "ineligible":
            self._enter(request, "ineligible")
            return
        owed_by = "desk" if self.facts.verdict == "unknown" else "applicant"
        waited = request.wait if request.state == "checking_eligibility" else None
        request.state = "action_required"
        request.wait = waited if waited and waited.owed_by == owed_by else self._wait("action_required", owed_by)

    def timers_fire(self) -> None:
        """Whatever is due happens, the weightiest first, until nothing is."""
        while self._fire():
            while self.run_a_step():
                pass

    def _fire(self) -> bool:
        request = self.current
        wait = request.wait if request and request.state in REMINDERS else None
        if request is None or wait is None:
            return False
        if wait.last_day and self.now >= _noon_after(wait.last_day):
            self._enter(request, "expired")
            return True
        missed = [day for day in wait.remind_on if datetime.combine(day, time(8), UTC) <= self.now]
        if missed:
            wait.remind_on = wait.remind_on[len(missed) :]
            self.reminders += 1
            return True
        if wait.check_at and wait.check_at <= self.now and request.state == "action_required":
            self._enter(request, "checking_eligibility")
            return True
        return False

    def _enter(self, request: Request, state: str) -> None:
        kept = state == "checking_eligibility"
        if kept and request.wait:
            request.wait.check_at = self.now + timedelta(hours=24)
        request.state = state
        request.wait = request.wait if kept else self._wait(state, "applicant")
        self.switched |= state == "switched"
        if state == "declined":
            self.closed_until = half_a_year_after(self.now)

    def _wait(self, state: str, owed_by: str) -> Wait | None:
        if state == "credit_review":
            return Wait("desk")
        if state not in REMINDERS:
            return None
        check_at = self.now + timedelta(hours=24) if state == "action_required" else None
        if owed_by == "desk":
            return Wait("desk", check_at=check_at)
        unit, remind_after, over_after = REMINDERS[state]
        days = {n: _later(self.now.date(), n, unit) for n in (*remind_after, over_after)}
        return Wait("applicant", days[over_after], tuple(days[n] for n in remind_after), check_at)


def _later(day: date, days: int, unit: str) -> date:
    while days:
        day += timedelta(days=1)
        days -= unit == "calendar" or DUTCH_BUSINESS_DAY(day)
    return day


def _noon_after(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC) + timedelta(days=1)


def half_a_year_after(moment: datetime) -> datetime:
    """Six months later, on the same day of the month or the month's last one."""
    month = moment.replace(day=1)
    for _ in range(6):
        month = (month + timedelta(days=32)).replace(day=1)
    days_in_month = ((month + timedelta(days=32)).replace(day=1) - month).days
    return month.replace(day=min(moment.day, days_in_month))
