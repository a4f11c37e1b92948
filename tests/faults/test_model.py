"""A slice of the model suite, and proof that it notices where service and model differ."""

import pytest

from tests.faults import model
from tests.faults.reference import Reference, Request

SLICE = 1_000


def test_agrees_with_the_service() -> None:
    found = model.explore(1_000, SLICE)
    assert found.steps >= 0.8 * SLICE
    assert found.stories >= SLICE / model.STEPS_OF_A_STORY
    assert len(found.reached) > 5, "stories get nowhere"


class WithoutCoolingOff(Reference):
    def _refuse_unless_free(self, owner: str) -> None:
        if self.current or self.switched:
            super()._refuse_unless_free(owner)


class WithoutRemindersOnceDone(Reference):
    def _fire(self) -> bool:
        before = self.reminders
        fired = super()._fire()
        self.reminders = min(before, 0)
        return fired


class WhereBlockedFactsDoNotMatter(Reference):
    def _rule_out(self, request: Request) -> None:
        if not self.facts.third_party or request.state != "approved":
            super()._rule_out(request)


@pytest.mark.parametrize("wrong", [WithoutCoolingOff, WithoutRemindersOnceDone, WhereBlockedFactsDoNotMatter])
def test_notices_a_rule_that_one_of_both_does_not_keep(wrong: type[Reference]) -> None:
    class Differing(model.ServiceAndModel):
        def __init__(self) -> None:
            super().__init__()
            self.model = wrong(self.world.clock.now)

    with pytest.raises((AssertionError, ExceptionGroup)):
        model.explore(1, 10_000, Differing, shrinks=False)
