"""Plays the stories against an app of its own (`make demo`): exit code 0 only if every outcome was right.

python -m local.demo [--full]
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
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
    options = parser.parse_args(arguments)
    try:
        return _show(stories, whole_notices=options.full)
    except KeyboardInterrupt:
        _say("Stopped before the end.")
        return INTERRUPTED


def _show(stories: Sequence[Story], *, whole_notices: bool) -> int:
    begun = time.monotonic()
    _say("Starting Azurite and the host on free ports ...")
    with tempfile.TemporaryDirectory(prefix="pay-by-invoice-demo-") as folder:
        try:
            with stack.running(Path(folder)) as running:
                _say(f"Ready at {running.base_url} after {time.monotonic() - begun:.1f} s.")
                wrong = asyncio.run(play(running, stories, whole_notices=whole_notices))
        except LocalRunError as error:
            _say(str(error))
            return 1
        if wrong:
            _say("The host's last lines:", *(Path(folder) / "host.log").read_text().splitlines()[-LOG_LINES:])
    _say("", f"{len(stories)} stories in {time.monotonic() - begun:.1f} s: {_sum_up(wrong)}")
    return 1 if wrong else 0


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
