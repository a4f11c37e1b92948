"""An application while it is being typed: whether one is possible, how far it is, what stands in its way."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from shared.domain.credit import CreditNeed, credit_check_for
from shared.domain.dossier import Dossier, SlotStatus
from shared.domain.draft import Draft, Step
from shared.domain.eligibility import Finding, Verdict, verdict
from shared.domain.policy import Policy
from shared.domain.typed_request import Known, Reading


class Standing(Enum):
    """Whether a scope has room for a request."""

    FREE = auto()
    OPEN = auto()
    COOLING = auto()
    SWITCHED = auto()


_STANDING_OF = {
    SlotStatus.OPEN: Standing.OPEN,
    SlotStatus.COOLING: Standing.COOLING,
    SlotStatus.SWITCHED: Standing.SWITCHED,
}


def standing_of(dossier: Dossier, now: datetime) -> Standing:
    """Whether there is room: a cooling-off that is over takes none."""
    if dossier.slot is None:
        return Standing.FREE
    slot = dossier.slot.value
    if slot.status is SlotStatus.COOLING and (slot.until is None or slot.until <= now):
        return Standing.FREE
    return _STANDING_OF[slot.status]


@dataclass(frozen=True, slots=True)
class Application:
    """What is known, what was typed so far, how it reads, and what every rule finds in what is known."""

    known: Known
    draft: Draft
    reading: Reading
    findings: tuple[Finding, ...]
    policy: Policy

    @property
    def verdict(self) -> Verdict:
        """What the findings come to."""
        return verdict(self.findings)

    @property
    def place(self) -> Step:
        """How far the applicant may go: to the first step with something wrong, and not past a refusal."""
        wrong = (step for step in Step if self.reading.wrong_in(step))
        bounds = [self.draft.step, next(wrong, Step.REVIEW)]
        if self.verdict is Verdict.INELIGIBLE:
            bounds.append(Step.PROBLEM_TYPE)
        return min(bounds, key=lambda step: step.number)

    @property
    def other_country(self) -> str:
        """The country of the billing address if the account's is known to be another, else empty: a remark only."""
        form = self.reading.form
        billed = form.billing_address.country if form else ""
        return billed if self.known.country not in {"", billed} else ""

    @property
    def credit(self) -> CreditNeed | None:
        """Whether a credit check will be needed for the amount, once that can be read."""
        form = self.reading.form
        return credit_check_for(form.credit_needed, self.policy.credit) if form else None
