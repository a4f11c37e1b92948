"""verify [CASE_ID]: check the history of one case, or of all.

Settings come from the environment and, where it is there, from local.settings.json. Exit code 0: all is whole;
1: something was touched, and which event is printed; 2: it could not be checked.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from operations.settings_file import use_local_settings
from shared import wiring
from shared.domain.errors import CaseNotFoundError, PayByInvoiceError
from shared.workflow.audit import Audit, audit_all, audit_case

LOCAL_SETTINGS = Path("local.settings.json")
TOUCHED, NOT_CHECKED = 1, 2


def add_to(parser: argparse.ArgumentParser) -> None:
    """Let the parser of this command know its arguments and how it is run."""
    parser.add_argument("case_id", nargs="?", help="the case; without it, all are checked")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return asyncio.run(verify(options.case_id))


async def verify(case_id: str | None) -> int:
    """Check one history or all of them, and print what was found; returns the exit code."""
    try:
        use_local_settings(LOCAL_SETTINGS)
        return await _checked(case_id)
    except CaseNotFoundError:
        print(f"There is no case {case_id}.", file=sys.stderr)
    except PayByInvoiceError as error:
        print(f"Could not check: {str(error) or type(error).__name__}", file=sys.stderr)
    finally:
        await wiring.close()
    return NOT_CHECKED


async def _checked(case_id: str | None) -> int:
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
