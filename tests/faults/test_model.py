"""A slice of the model suite, and proof that it notices where service and model differ."""

import json
from pathlib import Path

import pytest

from shared.domain.lifecycle import State
from tests.faults import model
from tests.faults.reference import Reference, Request

SEEDS = (1, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_with_the_service(seed: int) -> None:
    found = model.explore(seed, model.IN_CI // len(SEEDS))
    assert found["steps"] >= 0.8 * model.IN_CI / len(SEEDS)
    assert set(State) - found["states"].keys() <= {State.CHECKING_CREDIT, State.INELIGIBLE}, "stories get nowhere"


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


def test_writes_its_totals_for_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "model.json"
    assert model.main(["--steps", "60", "--workers", "1", "--json", str(report)]) == 0
    totals = json.loads(report.read_text("utf-8"))
    assert (totals["suite"], totals["seeds"][0]) == ("model", 1)
    assert totals == json.loads(capsys.readouterr().out)
