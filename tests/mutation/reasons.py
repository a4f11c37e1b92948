"""Why a mutant may live: the reviewed reasons, and the survivors that none of them explains."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from tests.mutation.mutants import Mutant

FILE: Final = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Reason:
    """Explains the survivors at a place whose change looks so."""

    where: str
    """The module within `shared`, a colon and the function; `*` stands for anything."""

    change: str
    """A regular expression, found in the line as it was, an arrow and the line as it is."""

    why: str

    def explains(self, mutant: Mutant) -> bool:
        """Whether it is meant for this mutant."""
        return fnmatchcase(place_of(mutant), self.where) and re.search(self.change, mutant.change) is not None


def place_of(mutant: Mutant) -> str:
    """The module within `shared`, a colon and the function."""
    return f"{mutant.module.removeprefix('shared.')}:{mutant.function}"


def read_reasons(path: Path = FILE) -> list[Reason]:
    """The reasons in the file. Raises TypeError for an entry that says less or more than it should."""
    return [Reason(**each) for each in tomllib.loads(path.read_text("utf-8"))["reason"]]


@dataclass(frozen=True)
class Explained:
    """The survivors by the first reason that explains them."""

    by_reason: dict[Reason, list[Mutant]]
    without_reason: list[Mutant]

    @property
    def unused(self) -> list[Reason]:
        """Reasons for what does not survive, or is not there any more."""
        return [reason for reason, mutants in self.by_reason.items() if not mutants]


def explained(survivors: Iterable[Mutant], reasons: Sequence[Reason]) -> Explained:
    """Find each survivor its reason."""
    found = Explained({reason: [] for reason in reasons}, [])
    for mutant in survivors:
        reason = next((each for each in reasons if each.explains(mutant)), None)
        (found.without_reason if reason is None else found.by_reason[reason]).append(mutant)
    return found
