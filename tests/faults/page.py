"""Makes docs/reliability.md from its text beside this module and from the file of proofs.

python -m tests.faults.page > docs/reliability.md
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.faults.ablations import ABLATIONS
from tests.faults.outage_host import LEASE_SECONDS
from tests.faults.proofs import ROOT, Proof, read_proofs
from tests.faults.suites import SUITES

PROOFS: Final = ROOT / "docs" / "proofs.json"
TEXT: Final = "reliability.md.j2"


def reliability_page(proofs: Sequence[Proof]) -> str:
    """The page, whole."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["number"] = lambda number: f"{number:,.0f}"
    places, latest = _places(proofs), list({proof.suite: proof for proof in proofs}.values())
    return environment.get_template(TEXT).render(
        proofs=proofs,
        latest=latest,
        wrong=sum(proof.violations for proof in latest),
        particulars=_particulars,
        seeds=_seeds,
        places=places,
        place_of=lambda proof: places[_place_of(proof)],
        suites=SUITES,
        ablations=ABLATIONS,
        lease=LEASE_SECONDS,
    )


def _place_of(proof: Proof) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in proof.circumstances.versions.items())
    return f"{proof.circumstances.machine}; {versions}"


def _places(proofs: Sequence[Proof]) -> Mapping[str, str]:
    """A letter for each machine with its versions, in the order in which they first appear."""
    found = dict.fromkeys(_place_of(proof) for proof in proofs)
    return {place: chr(ord("A") + number) for number, place in enumerate(found)}


def _seeds(proof: Proof) -> str:
    if proof.seeds:
        return f"{proof.seeds[0]:,} to {proof.seeds[1]:,}"
    return "part of all" if proof.cut_short else "all there is"


def _particulars(proof: Proof) -> str:
    """The details in a few words; of safeguards, how many were left out."""
    if proof.suite == "ablations":
        return f"{len(proof.details)} safeguards left out, each by itself"
    counted = "; ".join(f"{what.replace('_', ' ')} {number:,}" for what, number in proof.details.items())
    return f"cases were seen in: {counted}" if proof.suite == "model" else counted


if __name__ == "__main__":
    sys.stdout.write(reliability_page(read_proofs(PROOFS)))
