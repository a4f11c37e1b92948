"""The suites in parts that processors can share, and what each part came to."""

import asyncio
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from shared.domain.lifecycle import State
from tests.faults import dates, injection, model, outages, schedules
from tests.faults.ablations import ABLATIONS, by_faults, by_schedules, noticed, unnoticed
from tests.faults.totals import Totals, Violation

STEPS_OF_A_SEED: Final = 5_000
"""Of the model's stories: enough for hypothesis to find its way into most states."""

CASES_OF_A_SEED: Final = 30_000
"""Of dates: enough batches for hypothesis to leave the small numbers with which it begins."""

SELDOM_SEEN: Final = frozenset({State.CHECKING_CREDIT, State.INELIGIBLE})
"""States in which few stories are looked at: one is left at once, the other is where a story ends early."""


def schedules_of(seeds: tuple[int, int]) -> Totals:
    """Run the seeds from the first up to, but not with, the second."""
    totals = Totals("schedules")
    for seed in range(*seeds):
        outcome = schedules.run(seed)
        totals.runs += 1
        totals.calls += outcome.calls
        totals.seeds += 1
        totals.violations += [Violation(f"seed {seed}: {each}", f"--repeat {seed}") for each in outcome.violations]
    return totals


def singles_of(plan: injection.Plan) -> Totals:
    """Run a plan with every single fault."""
    return _faults([plan, *injection.singles(plan)])


def pairs_of(plan: injection.Plan) -> Totals:
    """Run a plan with every pair of faults."""
    return _faults(
        pair for single in injection.singles(plan) for pair in injection.one_more(single, injection.run(single)[1])
    )


def sampled_pairs(seeds: tuple[int, int]) -> Totals:
    """Run a pair of faults per seed."""
    return replace(_faults(injection.a_pair(seed) for seed in range(*seeds)), seeds=seeds[1] - seeds[0])


def _faults(plans: Iterable[injection.Plan]) -> Totals:
    totals = Totals("faults")
    for plan in plans:
        outcome, _ = injection.run(plan)
        totals.runs += 1
        totals.calls += outcome.calls
        totals.violations += [Violation(f"{plan}: {each}", f"--repeat {plan.spec}") for each in outcome.violations]
    return totals


def ablation_of(work: tuple[int, range, bool]) -> Totals:
    """Run an ablation until it was missed, or all is over: `every` suite is asked, or those that must miss it."""
    number, seeds, every = work
    ablation = ABLATIONS[number]
    suites = {"schedules": by_schedules(ablation, seeds), "faults": by_faults(ablation)}
    seen = {name: noticed(runs, 1) for name, runs in suites.items() if every or name in ablation.missed_by}
    totals = Totals("ablations", runs=sum(each.runs for each in seen.values()))
    totals.details[ablation.name] = {suite: asdict(each) for suite, each in seen.items()}
    totals.violations += [
        Violation(f"the {suite} do not miss {ablation.name}: {ablation.without}") for suite in unnoticed(ablation, seen)
    ]
    return totals


def stories_of(
    seed: int, steps: int = STEPS_OF_A_SEED, machine: type[model.ServiceAndModel] = model.ServiceAndModel
) -> Totals:
    """Run the model's stories of a seed; a disagreement ends them with the shortest story that shows it."""
    totals = Totals("model", seeds=1)
    try:
        seen = model.explore(seed, steps, machine)
    except Exception as error:  # noqa: BLE001 - whatever is raised that should not be is a finding
        totals.violations.append(Violation(f"seed {seed}: {_told(error)}", f"--start {seed} --seeds 1"))
        return totals
    totals.runs, totals.steps, totals.details = seen.stories, seen.steps, dict(seen.reached)
    return totals


def never_reached(totals: Totals) -> list[Violation]:
    """What is wrong with the model's stories as a whole: they prove nothing of states that none of them gets to."""
    unseen = set(State) - totals.details.keys() - SELDOM_SEEN
    return [Violation(f"no story gets to {', '.join(sorted(unseen))}")] if unseen else []


def dates_of(
    seed: int, cases: int = CASES_OF_A_SEED, properties: Sequence[dates.Property] = dates.PROPERTIES
) -> Totals:
    """Hold every property of dates against its share of a seed's cases."""
    totals = Totals("dates", seeds=1)
    for holds in properties:
        try:
            tried = dates.prove(holds, -(-cases // len(properties)), seed)
        except Exception as error:  # noqa: BLE001 - as above
            totals.violations.append(Violation(f"seed {seed}: {_told(error)}", f"--start {seed} --seeds 1"))
            continue
        totals.runs += tried
        totals.details[holds.__name__] = tried
    return totals


def _told(error: BaseException) -> str:
    """An error with what hypothesis noted on it, without the way through the code."""
    return "".join(traceback.format_exception(error, limit=0, chain=False)).strip()


def outages_of(plan: outages.Plan) -> Totals:
    """Live through a plan's outages. Storage, notices and log are kept where something was wrong."""
    folder = Path(tempfile.mkdtemp(prefix="outages-"))
    report = asyncio.run(outages.run(plan, folder, _say))
    totals = Totals("outages", report.acknowledged, 1, calls=sum(report.requests_to_storage.values()))
    totals.violations = [Violation(f"{each} (all of it is in {folder})") for each in report.wrong]
    totals.details = {
        **report.done,
        "seconds until all was done": round(report.drained_seconds),
        "notices sent twice that say so": report.notices_sent_twice_declared,
    }
    totals.cut_short = report.acknowledged < plan.requests
    if not report.wrong:
        shutil.rmtree(folder)
    return totals


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
