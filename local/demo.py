"""Plays the stories against an app of its own (`make demo`): exit code 0 only if every outcome was right.

python -m local.demo
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from local import stack
from local.api import Api, StillWaitingError
from local.errors import LocalRunError
from local.stories import STORIES, Stage

LOG_LINES = 30


def main() -> int:
    """Start everything on free ports, play, stop everything."""
    begun = time.monotonic()
    _say("Starting Azurite and the host on free ports ...")
    with tempfile.TemporaryDirectory(prefix="pay-by-invoice-demo-") as folder:
        try:
            with stack.running(Path(folder)) as running:
                _say(f"Ready at {running.base_url} after {time.monotonic() - begun:.1f} s.")
                wrong = asyncio.run(play(running))
        except LocalRunError as error:
            _say(str(error))
            return 1
        if wrong:
            _say("The host's last lines:", *(Path(folder) / "host.log").read_text().splitlines()[-LOG_LINES:])
    _say("", f"{len(STORIES)} stories in {time.monotonic() - begun:.1f} s: {_sum_up(wrong)}")
    return 1 if wrong else 0


async def play(running: stack.Stack) -> list[str]:
    """Play every story; what went wrong, in words."""
    wrong: list[str] = []
    async with Api(running.base_url, running.credentials) as api:
        for story in STORIES:
            _say("", (story.__doc__ or story.__name__).strip())
            stage = Stage(api, running.notices, _say)
            try:
                await story(stage)
            except (StillWaitingError, LocalRunError) as error:
                stage.expect(str(error), holds=False)
            wrong.extend(stage.wrong)
    return wrong


def _sum_up(wrong: list[str]) -> str:
    return f"{len(wrong)} outcomes were wrong." if wrong else "every outcome was right."


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
