"""Draws the lifecycle of a case from the transition table, as Markdown with a Mermaid diagram.

python -m local.diagram > docs/lifecycle.md
"""

from collections import defaultdict
from itertools import groupby

from shared.domain.lifecycle import FINAL, MACHINE, SUBMITTED, TRANSITIONS, WAITS_FOR_APPLICANT, State

HEAD = """# The life of a case

Made from `shared/domain/lifecycle.py` by `python -m local.diagram`; do not edit it by hand.

Events that end any open case (`withdraw`, `verify_switch`) and those that any wait for the applicant can meet
(`remind`, `expire`) are left out of the picture; the table has them all.
"""
EVERYWHERE = frozenset({"withdraw", "verify_switch", "remind", "expire"})


def lifecycle_page() -> str:
    """The whole page."""
    return "\n".join([HEAD, "```mermaid", *_diagram(), "```", "", *_states(), "", *_table(), ""])


def _diagram() -> list[str]:
    arrows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (state, event), transition in TRANSITIONS.items():
        if event not in EVERYWHERE:
            arrows[state, transition.to].append(event)
    lines = [f"    {origin} --> {to}: {', '.join(events)}" for (origin, to), events in arrows.items()]
    ends = [f"    {state} --> [*]" for state in State if state in FINAL]
    return ["stateDiagram-v2", f"    [*] --> {SUBMITTED.to}: submit", *lines, *ends]


def _states() -> list[str]:
    return ["| State | Kind |", "|---|---|", *(f"| {state} | {_kind(state)} |" for state in State)]


def _kind(state: State) -> str:
    if state in FINAL:
        return "final"
    if state in MACHINE:
        return "machine: a step is queued"
    if state is State.ACTION_REQUIRED:
        return "resting: the applicant's turn, or the desk's where facts are unknown"
    return "resting: the applicant's turn" if state in WAITS_FOR_APPLICANT else "resting: the desk's turn"


def _table() -> list[str]:
    rows = ["| From | Event | To | Follow-up | Notice |", "|---|---|---|---|---|"]
    ordered = sorted(TRANSITIONS.items(), key=lambda item: [*State].index(item[0][0]))
    for state, moves in groupby(ordered, key=lambda item: item[0][0]):
        for place, ((_, event), move) in enumerate(moves):
            shown = state if place == 0 else ""
            rows.append(f"| {shown} | {event} | {move.to} | {move.follow_up} | {move.notice or ''} |")
    return rows


if __name__ == "__main__":
    print(lifecycle_page(), end="")
