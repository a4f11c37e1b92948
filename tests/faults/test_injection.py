"""Single faults at every call of a few errands, and some pairs; the rest runs from the command line."""

import pytest

from tests.faults.injection import A_SPEC, Plan, a_pair, one_more, plan_of, plans, run, singles
from tests.faults.scenes import SCENES
from tests.faults.stage import FAULTS


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: f"{plan.scene}-{plan.errand}-{plan.keyed}")
def test_every_errand_comes_to_rest_without_a_fault(plan: Plan) -> None:
    assert run(plan)[0].violations == []


@pytest.mark.parametrize(
    "plan",
    [
        Plan("facts_known", "submit"),
        Plan("in_review", "approve"),
        Plan("approved", "message"),
        Plan("in_review", "document"),
        Plan("over", "timer"),
    ],
    ids=lambda plan: plan.errand,
)
def test_a_single_fault_anywhere_does_no_harm(plan: Plan) -> None:
    assert {str(single): found for single in singles(plan) if (found := run(single)[0].violations)} == {}


@pytest.mark.parametrize("seed", range(20))
def test_two_faults_anywhere_do_no_harm(seed: int) -> None:
    plan = a_pair(seed)
    assert run(plan)[0].violations == [], plan


def test_a_fault_is_planned_for_every_call_after_the_last_one() -> None:
    plan = Plan("facts_known", "submit")
    _, made = run(plan)
    first = next(iter(singles(plan)))
    assert len(list(singles(plan))) == sum(len(FAULTS[kind]) for kind in made)
    assert all(further.faults[1][0] > 1 for further in one_more(first, run(first)[1]))


def test_every_scene_is_a_place_to_begin() -> None:
    assert {plan.scene for plan in plans()} <= set(SCENES)


def test_a_plan_is_known_again_by_its_word() -> None:
    assert [plan_of(plan.spec) for plan in plans()] == plans()
    twice_wrong = a_pair(3)
    assert plan_of(twice_wrong.spec) == twice_wrong
    assert plan_of(A_SPEC).spec == A_SPEC


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "facts_known/submit",
        "moon/submit/keyed/plain",
        "facts_known/approve/keyed/plain",
        f"{A_SPEC}/9:bored",
        "a/b",
    ],
)
def test_what_is_no_plan_is_told_how_one_is_written(spec: str) -> None:
    with pytest.raises(ValueError, match="it is written SCENE/ERRAND/keyed"):
        plan_of(spec)
