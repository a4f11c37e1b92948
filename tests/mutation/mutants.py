"""The mutants: each a copy of a function with one change, all of them side by side in a copy of the repository."""

import ast
import difflib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

MUTATED: Final = (
    "shared/domain/*.py",
    "shared/workflow/protocol.py",
    "shared/workflow/changes.py",
    "shared/workflow/repeats.py",
)
"""What is mutated: what decides, and what must neither lose nor double."""

NOT_COPIED: Final = (".*", "__pycache__", "node_modules")

ORIGINAL: Final = "orig"

_COPY: Final = re.compile(r"^x(?P<class>ǁ.+ǁ|_)(?P<function>\w+?)__mutmut_(?P<number>orig|\d+)$")

Mutate = Callable[[str, str], str]
"""The path and text of a module; answers the text with mutants in it."""


@dataclass(frozen=True)
class Mutant:
    """One change of one function."""

    name: str
    """As mutmut names it, with the module."""

    module: str
    """With dots."""

    function: str
    """With its class, if it has one."""

    was: str
    """The lines that differ, as the code has them."""

    now: str
    """The same lines as changed."""

    digest: str
    """Of the function as changed: a verdict holds for the same digest."""

    @property
    def change(self) -> str:
        """The lines that differ, with an arrow between before and after."""
        return f"{self.was} → {self.now}"


def copied_with_mutants(root: Path, copy: Path, mutate: Mutate) -> list[Mutant]:
    """Copy the repository afresh, mutate what is to be mutated, and list the mutants in the order of the code."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    found: list[Mutant] = []
    for path in (path for pattern in MUTATED for path in sorted(copy.glob(pattern))):
        module = str(path.relative_to(copy)).removesuffix(".py").replace("/", ".")
        path.write_text(mutate(str(path), path.read_text("utf-8")), "utf-8")
        found += mutants_in(module, path.read_text("utf-8"))
    return found


def save(mutants: Sequence[Mutant], path: Path) -> None:
    """Write them down."""
    path.write_text(json.dumps([asdict(each) for each in mutants], ensure_ascii=False, indent=1), "utf-8")


def load(path: Path) -> list[Mutant]:
    """Those that were written down."""
    return [Mutant(**each) for each in json.loads(path.read_text("utf-8"))]


def mutants_in(module: str, text: str) -> list[Mutant]:
    """The mutants of a mutated module."""
    originals: dict[str, list[str]] = {}
    found = []
    for name, function, number, lines in _copies(text):
        if number == ORIGINAL:
            originals[function] = lines
            continue
        digest = sha256("\n".join(lines).encode()).hexdigest()[:16]
        was, now = differing(originals[function], lines)
        found.append(Mutant(f"{module}.{name}", module, function, was, now, digest))
    return found


def _copies(text: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Each copy of a function: its name, the function's, its number, and its lines under the function's name."""
    lines = text.splitlines()
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for node in sorted(nodes, key=lambda each: each.lineno):
        if name := _COPY.match(node.name):
            function = f"{name['class'].strip('ǁ_')}.{name['function']}".removeprefix(".")
            body = "\n".join(lines[node.lineno - 1 : node.end_lineno]).replace(node.name, name["function"], 1)
            yield node.name, function, name["number"], body.splitlines()


def differing(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """The lines that one text has and those that the other has instead, each as one line."""
    lines = [*difflib.ndiff(before, after)]
    was, now = (" ".join(line[2:].strip() for line in lines if line.startswith(f"{sign} ")) for sign in "-+")
    return was, now
