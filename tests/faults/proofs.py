"""What was proved when, of which commit, on which machine: the file of proofs."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tests.faults.suites import Extent
from tests.faults.totals import Totals, summed

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PACKAGES: Final = ("azure-functions", "azure-data-tables", "azure-storage-queue", "aiohttp", "pydantic", "hypothesis")
AZURITE: Final = ROOT / "node_modules" / "azurite" / "package.json"
MADE_FROM_PROOFS: Final = ("docs/proofs.json", "docs/reliability.md")


@dataclass(frozen=True)
class Circumstances:
    """Of which commit, where and with what something was proved. A commit with `+` had changes beside it."""

    commit: str
    machine: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """What a run of a suite came to. `seeds` are the first and the last, None where it took all there is, or as much of
    it as it had time for if it was `cut_short`.

    `date` is the day (UTC) on which it ended.
    """

    suite: str
    long: bool
    cut_short: bool
    seeds: tuple[int, int] | None
    runs: int
    steps: int
    calls: int
    violations: int
    seconds: float
    date: str
    circumstances: Circumstances
    details: Mapping[str, Any] = field(default_factory=dict)


def circumstances() -> Circumstances:
    """Those of now and here."""
    system = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors"
    packages = {name: version(name) for name in PACKAGES}
    azurite = {"azurite": json.loads(AZURITE.read_text("utf-8"))["version"]} if AZURITE.exists() else {}
    return Circumstances(_commit(), system, {"python": platform.python_version(), **packages, **azurite})


def _commit() -> str:
    others = [f":!{name}" for name in MADE_FROM_PROOFS]
    commit = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", *others)
    return f"{commit}+" if changed else commit or "unknown"


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip()


def proof_of(totals: Totals, extent: Extent, found: Circumstances, now: datetime) -> Proof:
    """Totals as a proof."""
    return Proof(
        suite=totals.suite,
        long=extent.long,
        cut_short=totals.cut_short,
        seeds=(extent.start, extent.start + totals.seeds - 1) if totals.seeds else None,
        runs=totals.runs,
        steps=totals.steps,
        calls=totals.calls,
        violations=len(totals.violations),
        seconds=totals.seconds,
        date=f"{now.astimezone(UTC):%Y-%m-%d}",
        circumstances=found,
        details=totals.details,
    )


def with_proof(known: Sequence[Proof], new: Proof) -> list[Proof]:
    """The proofs and one more: it takes the place of one that it repeats, and becomes one with what it continues."""
    others = [proof for proof in known if not _begins_as(proof, new)]
    for proof in others:
        if _is_continued_by(proof, new):
            return [*(other for other in others if other is not proof), _as_one(proof, new)]
    return [*others, new]


def _is_alike(one: Proof, other: Proof) -> bool:
    return (one.suite, one.long, one.circumstances) == (other.suite, other.long, other.circumstances)


def _begins_as(known: Proof, new: Proof) -> bool:
    first, again = ((proof.seeds[0] if proof.seeds else None) for proof in (known, new))
    return _is_alike(known, new) and first == again


def _is_continued_by(known: Proof, new: Proof) -> bool:
    if known.seeds is None or new.seeds is None:
        return False
    return _is_alike(known, new) and known.seeds[1] + 1 == new.seeds[0]


def _as_one(known: Proof, new: Proof) -> Proof:
    return replace(
        new,
        seeds=known.seeds and new.seeds and (known.seeds[0], new.seeds[1]),
        runs=known.runs + new.runs,
        steps=known.steps + new.steps,
        calls=known.calls + new.calls,
        violations=known.violations + new.violations,
        seconds=round(known.seconds + new.seconds, 1),
        details=summed(known.details, new.details),
    )


def read_proofs(file: Path) -> list[Proof]:
    """Every proof of a file, in the order in which they came; none if there is no file."""
    documents = json.loads(file.read_text("utf-8")) if file.exists() else []
    return [_proof(document) for document in documents]


def _proof(document: dict[str, Any]) -> Proof:
    seeds = tuple(document["seeds"]) if document["seeds"] else None
    return Proof(**{**document, "seeds": seeds, "circumstances": Circumstances(**document["circumstances"])})


def record(file: Path, totals: Totals, extent: Extent) -> None:
    """Add totals to a file of proofs."""
    new = proof_of(totals, extent, circumstances(), datetime.now(UTC))
    proofs = with_proof(read_proofs(file), new)
    file.write_text(json.dumps([asdict(proof) for proof in proofs], indent=1) + "\n", "utf-8")
