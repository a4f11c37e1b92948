"""python -m operations verify [CASE_ID]: check the history of one case, or of all.

Settings come from the environment and, where it is there, from local.settings.json. Exit code 0: all is whole;
1: something was touched, and which event is printed; 2: it could not be checked.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from shared import wiring
from shared.domain.errors import CaseNotFoundError, PayByInvoiceError
from shared.workflow.audit import Audit, audit_all, audit_case

LOCAL_SETTINGS = Path("local.settings.json")
TOUCHED, NOT_CHECKED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command in a loop of its own; returns its exit code."""
    return asyncio.run(run(arguments))


async def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m operations", description="Commands for those who run the service.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check the history of one case, or of all")
    verify.add_argument("case_id", nargs="?", help="the case; without it, all are checked")
    options = parser.parse_args(arguments)
    use_local_settings(LOCAL_SETTINGS)
    try:
        return await _verify(options.case_id)
    except CaseNotFoundError:
        print(f"There is no case {options.case_id}.", file=sys.stderr)
    except PayByInvoiceError as error:
        print(f"Could not check: {str(error) or type(error).__name__}", file=sys.stderr)
    finally:
        await wiring.close()
    return NOT_CHECKED


def use_local_settings(file: Path) -> None:
    """Take what the environment does not say from local.settings.json, as the Functions host does."""
    if file.exists():
        for name, value in json.loads(file.read_text("utf-8")).get("Values", {}).items():
            os.environ.setdefault(name, value)


async def _verify(case_id: str | None) -> int:
    checked = touched = 0
    async for audit in _audits(case_id):
        checked += 1
        touched += not audit.is_whole
        if not audit.is_whole or case_id:
            print(_line(audit))
    print(f"Histories checked: {checked}; {f'touched: {touched}' if touched else 'all whole'}.")
    return TOUCHED if touched else 0


async def _audits(case_id: str | None) -> AsyncIterator[Audit]:
    services = wiring.services()
    if case_id:
        yield await audit_case(services, case_id)
        return
    async for audit in audit_all(services):
        yield audit


def _line(audit: Audit) -> str:
    if audit.is_whole:
        return f"{audit.case_id}: {audit.events} events, whole"
    return f"{audit.case_id}: TOUCHED: event {audit.touched} {audit.problem}"


if __name__ == "__main__":
    sys.exit(main())
