"""One fault at every call of every endpoint, message and timer; two at every pair of calls in the long run.

A run begins with an errand and goes on until all that follows from it has been done, so that every message kind is
among the handlers. Its calls are counted: for each one, the run is repeated with each fault that its kind can have.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.faults.errands import ELSEWHERE, PAYMENT, PRE_CHECK, RECONCILE, TIMER, begin
from tests.faults.ports import Call, Kind
from tests.faults.rest import Outcome, drain, outcome_at_rest
from tests.faults.scenes import scene_of
from tests.faults.stage import FAULTS, Arrangement, Fault, Stage

_OPEN: Final = ("withdraw", "message", PAYMENT)
_DECISIONS: Final = ("approve", "decline", "ask", "secure")

WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "nothing_known": ("submit", "facts_fine", "support_request"),
    "facts_known": (PRE_CHECK, "support_request", "submit", "submit_more", ELSEWHERE, "facts_third_party"),
    "submitted": ("withdraw", "facts_individual"),
    "eligible": ("withdraw", "facts_third_party"),
    "approved_untold": ("facts_third_party", "message", "decline"),
    "approved": (*_OPEN, "facts_third_party", "facts_individual", "facts_by_invoice", "decline"),
    "held_up": (*_OPEN, "recheck", "facts_fine", "decline"),
    "held_up_for_the_desk": ("recheck", "facts_fine", "decline"),
    "application_due": ("application", "withdraw"),
    "in_review": (*_DECISIONS, "withdraw", "facts_third_party", "document"),
    "information_due": ("information", "approve", "decline", "document"),
    "security_due": ("security", "withdraw"),
    "declined": ("submit",),
    "reminder_due": (TIMER, RECONCILE, "decline"),
    "over": (TIMER,),
    "review_overdue": (TIMER,),
    "rescan_due": (TIMER, "decline"),
    "flagged": ("resume", RECONCILE),
    "refused": ("resume", "withdraw", RECONCILE),
    "kept_waiting": ("withdraw", "facts_third_party", RECONCILE),
    "keys_expired": ("submit", "message", RECONCILE),
    "lost_step": (RECONCILE,),
    "lost_notice": (RECONCILE,),
}
"""Which errands begin in which scene."""


_CALLERS: Final = ("keyed", "once")
_MAIL_SYSTEMS: Final = ("deduplicating", "plain")
A_SPEC: Final = "facts_known/submit/keyed/plain/3:unseen/7:late"


@dataclass(frozen=True)
class Plan:
    """A run: its scene and errand, how the caller and the mail system behave, and which calls go wrong how."""

    scene: str
    errand: str
    keyed: bool = True
    deduplicates: bool = True
    faults: tuple[tuple[int, Fault], ...] = ()

    def __str__(self) -> str:
        faults = ", ".join(f"call {number}: {fault.value}" for number, fault in self.faults)
        caller = "insists under a key" if self.keyed else "asks once"
        mail = "deduplicates" if self.deduplicates else "does not deduplicate"
        return f"{self.errand} in {self.scene}; the caller {caller}, the mail system {mail}; {faults or 'no fault'}"

    @property
    def spec(self) -> str:
        """The plan in one word, which `plan_of` reads."""
        caller = _CALLERS[0] if self.keyed else _CALLERS[1]
        mail = _MAIL_SYSTEMS[0] if self.deduplicates else _MAIL_SYSTEMS[1]
        faults = [f"{number}:{fault.name.lower()}" for number, fault in self.faults]
        return "/".join((self.scene, self.errand, caller, mail, *faults))


def plan_of(spec: str) -> Plan:
    """Read a plan from its word. ValueError, saying how it is written, if it cannot be read."""
    try:
        scene, errand, caller, mail, *faults = spec.split("/")
        errand = WHERE[scene][WHERE[scene].index(errand)]
        keyed, deduplicates = not _CALLERS.index(caller), not _MAIL_SYSTEMS.index(mail)
        numbered = (fault.split(":") for fault in faults)
        chosen = tuple((int(number), Fault[name.upper()]) for number, name in numbered)
    except (ValueError, KeyError) as error:
        form = f"SCENE/ERRAND/{'|'.join(_CALLERS)}/{'|'.join(_MAIL_SYSTEMS)}[/CALL:FAULT ...]"
        raise ValueError(f"no plan: {spec!r}; it is written {form}, as in {A_SPEC}") from error
    return Plan(scene, errand, keyed, deduplicates, chosen)


def plans() -> list[Plan]:
    """Every run without a fault."""
    return [
        Plan(scene, errand, keyed, deduplicates)
        for scene, errands in WHERE.items()
        for errand in errands
        for keyed, deduplicates in ((True, True), (False, False))
    ]


def run(plan: Plan, arrangement: Arrangement | None = None, *, traces: bool = False) -> tuple[Outcome, list[Kind]]:
    """Run a plan to rest; what it came to, and the kinds of the calls that were made until then."""
    scene = scene_of(plan.scene, deduplicates=plan.deduplicates)
    stage = Stage(scene, deduplicates=plan.deduplicates, arrangement=arrangement, traces=traces)
    faults = dict(plan.faults)
    made: list[Kind] = []

    def choose(call: Call) -> Fault | None:
        made.append(call.kind)
        return faults.get(len(made))

    begin(stage, plan.errand, keyed=plan.keyed)
    drain(stage, choose)
    return outcome_at_rest(stage), made


def one_more(plan: Plan, made: list[Kind]) -> Iterator[Plan]:
    """The plan with one more fault, at each call after those that go wrong already."""
    first = plan.faults[-1][0] if plan.faults else 0
    for number, kind in enumerate(made[first:], first + 1):
        for fault in FAULTS[kind]:
            yield Plan(plan.scene, plan.errand, plan.keyed, plan.deduplicates, (*plan.faults, (number, fault)))


def singles(plan: Plan, arrangement: Arrangement | None = None) -> Iterator[Plan]:
    """The plan with one fault, at each of its calls."""
    yield from one_more(plan, run(plan, arrangement)[1])


def a_pair(seed: int) -> Plan:
    """Any plan with any two faults."""
    chosen = random.Random(seed)
    plan = chosen.choice(plans())
    for _ in range(2):
        further = list(one_more(plan, run(plan)[1]))
        plan = chosen.choice(further) if further else plan
    return plan
