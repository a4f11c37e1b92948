"""`python -m tests.upgrade freeze VERSION`: keep what this version stores and sends, for later ones to read."""

import argparse
import sys
from collections.abc import Sequence

from tests.upgrade.frozen import FIXTURES, freeze


def main(arguments: Sequence[str]) -> int:
    """Run from the command line. What is frozen stays as it is: a version is frozen once."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade", description=__doc__)
    parser.add_argument("command", choices=["freeze"])
    parser.add_argument("version", help="the API version or the release, 2026-11 say")
    chosen = parser.parse_args(arguments)
    if (FIXTURES / chosen.version).exists():
        parser.error(f"{chosen.version} is frozen already, and stays so: name another version")
    print(f"froze {len(freeze(chosen.version))} files in {FIXTURES / chosen.version}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
