"""What an applicant has typed so far: kept as text, right or wrong, until it is sent or of no more use."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import Field

from shared.domain.case import Case
from shared.domain.lifecycle import State
from shared.domain.model import Instant, Model

DRAFT_LIFETIME: Final = timedelta(days=30)
"""After so long without a change, a draft is deleted: it holds personal data of a request that nobody made."""


class Step(StrEnum):
    """The steps of applying, in their order."""

    SUBSCRIPTION = "subscription"
    PROBLEM_TYPE = "problem-type"
    DETAILS = "details"
    CONTACT = "contact"
    REVIEW = "review"

    @property
    def number(self) -> int:
        """1 to 5."""
        return list(Step).index(self) + 1

    @property
    def next(self) -> "Step":
        """The step after this one; the last one leads nowhere else."""
        return list(Step)[min(self.number, len(Step) - 1)]


class Draft(Model):
    """What was typed, by field; personal data lies in `values` only.

    `step` is the furthest step that was reached. The id is another at every change: a request made of this version is
    made once, and nobody agrees to a version that they have not seen. Nothing was saved yet where it is empty.
    """

    id: str = ""
    step: Step = Step.SUBSCRIPTION
    saved_at: Instant | None = None
    values: Mapping[str, str] = Field(default_factory=dict)

    def changed(self, values: Mapping[str, str], step: Step, draft_id: str, now: datetime) -> "Draft":
        """The draft with what was typed in a step; never less far than it was."""
        furthest = max(self.step, step, key=lambda each: each.number)
        return Draft(id=draft_id, step=furthest, saved_at=now, values={**self.values, **values})

    def was_sent(self, actor: str, cases: Iterable[Case]) -> bool:
        """Whether a request was made since by the same applicant: only its clean-up did not happen."""
        return any(case.opened_by == actor and self._is_before(case.opened_at) for case in cases)

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for so long that it is deleted."""
        return self._is_before(now - DRAFT_LIFETIME)

    def _is_before(self, moment: datetime) -> bool:
        return self.saved_at is not None and self.saved_at <= moment


class CreditDraft(Model):
    """What was typed of the credit-check application of a request; personal data lies in `values` only.

    It lives as long as the request waits for the application.
    """

    case_id: str
    saved_at: Instant
    values: Mapping[str, str] = Field(default_factory=dict)

    def is_waited_for(self, cases: Iterable[Case]) -> bool:
        """Whether its request still waits for the application."""
        return any(case.id == self.case_id and case.state is State.CREDIT_APPLICATION_DUE for case in cases)
