"""Finds Chromium on this machine, and starts it. `python -m tests.browser.chromium` installs it where it is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What distributions call it."""

SETTING: Final = "CHROMIUM"
PACKAGES: Final = ("chromium", "fonts-dejavu-core")
MISSING: Final = (
    "Chromium is needed for the tests in a browser. Install it (on Debian: sudo apt install chromium), "
    f"or name one: make test-browser {SETTING}=/path/to/chromium"
)


class NoChromiumError(Exception):
    """There is no Chromium here; the text says how to get one."""


def find() -> str | None:
    """Return the path of the Chromium that the environment names, else of the first that is on the PATH."""
    named = os.environ.get(SETTING)
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """Run a browser without a window. Raises NoChromiumError."""
    path = find()
    if path is None:
        raise NoChromiumError(MISSING)
    async with async_playwright() as playwright:
        # What /dev/shm holds may be too little for it in a container.
        browser = await playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            await browser.close()


def install() -> bool:
    """Install Debian's package where that needs no password; False if it cannot be."""
    if shutil.which("apt-get") is None:
        return False
    sudo = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
    quiet = ("apt-get", "install", "--yes", "-qq", "--no-install-recommends", *PACKAGES)
    return _succeeds((*sudo, "apt-get", "update", "-qq")) and _succeeds((*sudo, *quiet))


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:  # no sudo
        return False


def main() -> int:
    """See to it that there is a Chromium; 0 if there is one now."""
    if find() is None and SETTING not in os.environ:
        sys.stdout.write("Installing Chromium with apt.\n")
        install()
    if find() is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
