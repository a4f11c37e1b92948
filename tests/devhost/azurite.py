"""An Azurite of the tests' own, on ports the system picks."""

import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Azurite's documented development account.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

_LISTENING = re.compile(r"Azurite (Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(\d+)")
_EXECUTABLE = Path(__file__).parents[2] / "node_modules" / ".bin" / "azurite"


@dataclass
class Azurite:
    """A running Azurite and the port of its queue service."""

    process: subprocess.Popen[str]
    queue_port: int

    @property
    def connection_string(self) -> str:
        return connection_string(self.queue_port)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)


def connection_string(queue_port: int) -> str:
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
        f"QueueEndpoint=http://127.0.0.1:{queue_port}/{ACCOUNT};"
    )


def start_azurite(location: Path, queue_port: int = 0) -> Azurite:
    ports = ["--queuePort", str(queue_port), "--blobPort", "0", "--tablePort", "0"]
    flags = ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", str(location)]
    process = subprocess.Popen([str(_EXECUTABLE), *ports, *flags], stdout=subprocess.PIPE, text=True)
    return Azurite(process, _queue_port(process))


def _queue_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    ports: dict[str, int] = {}
    seen: Sequence[str] = ()
    while len(ports) < 3:
        line = process.stdout.readline()
        seen = [*seen, line]
        assert line, f"Azurite ended: {''.join(seen)}"
        if found := _LISTENING.search(line):
            ports[found[1]] = int(found[2])
    return ports["Queue"]
