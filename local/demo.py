"""Plays the stories against an app of its own (`make demo`): exit code 0 only if every outcome was right.

python -m local.demo [--full] [--stay]
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from local import stack
from local.api import StillWaitingError
from local.errors import LocalRunError
from local.stage import Stage
from local.stories import STORIES, Story
from paybyinvoice import PayByInvoiceError

LOG_LINES = 30
INTERRUPTED = 130
"""The exit code that shells give to what Ctrl-C ended."""


def main(arguments: Sequence[str], stories: Sequence[Story] = STORIES) -> int:
    """Start everything on free ports, play, stop everything."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description="Show whole cases.")
    parser.add_argument("--full", action="store_true", help="print whole notices, not their first lines only")
    parser.add_argument("--stay", action="store_true", help="keep the app running afterwards, to open its pages")
    options = parser.parse_args(arguments)
    try:
        return _show(stories, whole_notices=options.full, stays=options.stay)
    except KeyboardInterrupt:
        _say("Stopped before the end.")
        return INTERRUPTED


def _show(stories: Sequence[Story], *, whole_notices: bool, stays: bool) -> int:
    begun = time.monotonic()
    _say("Starting Azurite and the host on free ports ...")
    with tempfile.TemporaryDirectory(prefix="pay-by-invoice-demo-") as folder:
        try:
            with stack.running(Path(folder)) as running:
                _say(
                    f"Ready at {running.base_url} after {time.monotonic() - begun:.1f} s.",
                    *_pages(running, stays=stays),
                )
                wrong = asyncio.run(play(running, stories, whole_notices=whole_notices))
                if stays:
                    _stay(running, wrong)
        except LocalRunError as error:
            _say(str(error))
            return 1
        if wrong:
            _say("The host's last lines:", *(Path(folder) / "host.log").read_text().splitlines()[-LOG_LINES:])
    played = f"{len(stories)} stories" if len(stories) > 1 else "1 story"
    _say("", f"{played} in {time.monotonic() - begun:.1f} s: {_sum_up(wrong)}")
    return 1 if wrong else 0


def _pages(running: stack.Stack, *, stays: bool) -> Sequence[str]:
    while_it_runs = "until you press Ctrl-C" if stays else "while the demo runs; with --stay until you press Ctrl-C"
    return (
        f"Pages, {while_it_runs}:",
        f"  {running.base_url}/               what applicants see first",
        f"  {running.base_url}/start          where they ask for a link, which comes as a file to {running.notices}",
        f"  {running.base_url}/desk/sign-in   the billing desk: as ada, who may decide, or bo, who may read",
    )


def _stay(running: stack.Stack, wrong: list[str]) -> None:
    """Wait for Ctrl-C, which ends the demo as the stories did."""
    with suppress(KeyboardInterrupt):
        _say("", f"The app stays at {running.base_url}/ ({_sum_up(wrong).rstrip('.')}). Ctrl-C ends it.")
        threading.Event().wait()


async def play(running: stack.Stack, stories: Sequence[Story], *, whole_notices: bool) -> list[str]:
    """Play the stories; what went wrong, in words."""
    wrong: list[str] = []
    async with running.api() as api:
        for story in stories:
            _say("", (story.__doc__ or "").strip())
            stage = Stage(api, running.notices, _say, whole_notices)
            try:
                await story(stage)
            except (StillWaitingError, LocalRunError, PayByInvoiceError) as error:
                stage.expect(str(error), holds=False)
            wrong.extend(stage.wrong)
    return wrong


def _sum_up(wrong: list[str]) -> str:
    if not wrong:
        return "every outcome was right."
    return f"{len(wrong)} outcomes were wrong." if len(wrong) > 1 else "1 outcome was wrong."


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    # As Ctrl-C does: what was started is stopped in order, whoever ends the demo.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
