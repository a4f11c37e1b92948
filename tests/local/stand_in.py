"""A stand-in for Core Tools' `func`: records how it was called, answers the liveness check, ends on a signal."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.local.waiting import wait_until

SCRIPT = """
import http.server, json, os, pathlib, signal, sys

folder = pathlib.Path(__file__).parent
if (folder / "refuse").exists():
    sys.exit(7)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/health/live" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def stop(number, _frame):
    (folder / "signal").write_text(str(number))
    if not (folder / "deaf").exists():
        sys.exit(0)


for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, stop)
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[-1])), Handler)
record = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}
record["pid"] = os.getpid()
(folder / "draft").write_text(json.dumps(record))
(folder / "draft").rename(folder / "started.json")
print("func says hello", flush=True)
while (folder / "mute").exists():
    signal.pause()
server.serve_forever()
"""


@dataclass(frozen=True)
class Started:
    """How the stand-in was called."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    pid: int


@dataclass(frozen=True)
class StandIn:
    """The folder of the stand-in; files in it tell it how to misbehave."""

    folder: Path

    @property
    def path(self) -> str:
        """A PATH on which it is found first."""
        return os.pathsep.join([str(self.folder), os.environ["PATH"]])

    def misbehave(self, how: str) -> None:
        """refuse: end at once with 7; mute: never answer; deaf: ignore signals."""
        (self.folder / how).touch()

    def started(self) -> Started:
        """Wait until it was started and return how."""
        record = self.folder / "started.json"
        wait_until(record.exists)
        return Started(**json.loads(record.read_text()))

    def signal_received(self) -> int:
        return int((self.folder / "signal").read_text())


def install(folder: Path) -> StandIn:
    folder.mkdir()
    program = folder / "func"
    program.write_text(f"#!{sys.executable}\n{SCRIPT}")
    program.chmod(0o755)
    return StandIn(folder)
