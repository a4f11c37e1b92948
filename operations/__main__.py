"""python -m operations COMMAND: see `operations/verify.py` and `operations/clients.py`, or --help."""

import argparse
import sys
from collections.abc import Sequence

from operations import clients, verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. Raises SystemExit 2 for arguments that are wrong."""
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m operations", description="Commands for those who run the service.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify.add_to(commands.add_parser("verify", help="check the history of one case, or of all"))
    clients.add_to(commands.add_parser("clients", help="list, create, rotate and revoke the clients of the API"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
