"""What importing the app costs beside the bare imports of what it needs, and what the first requests cost then."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.figures import Row, Section, median_ratio, milliseconds
from local import azurite, settings

OURS = ("function_app", "functions", "shared")

_LISTED = f"""
import sys
before = set(sys.modules)
import function_app
for name, module in sys.modules.items():
    if name not in before and name.split('.')[0] not in {OURS!r} and getattr(module, '__spec__', None):
        print(name)
"""
_FIRST = """
import asyncio, time, logging
import function_app
from bench.service import in_memory, request_for
logging.disable()
async def main():
    service = in_memory()
    requests = [request_for(f"{n:08x}-0000-4000-8000-000000000000") for n in range(2)]
    for request in requests:
        began = time.process_time()
        await service.send(request)
        await service.drain()
        print(time.process_time() - began)
asyncio.run(main())
"""


def cold_start(times: int) -> Section:
    """CPU time of fresh processes, so many of each in turn."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        names = _run(_LISTED, environment).split()
        bare = f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
        app = "import function_app"
        for code in (app, bare, _FIRST):
            _run(code, environment)  # writes the byte code
        taken = [(_cpu(app, environment), _cpu(bare, environment)) for _ in range(times)]
        firsts = [[float(line) for line in _run(_FIRST, environment).split()] for _ in range(times)]
    return Section(
        "Cold start",
        f"CPU time of {times} fresh processes each, in turn, until all is imported; medians. Compared with importing "
        f"the {len(names)} modules of others that `function_app` imports, in the same order and with byte code for "
        "all; with the settings of local.settings.json.example, which are checked at the start. `function_app` has no "
        "garbage looked for meanwhile, not in the modules of others either.",
        (_imported([each[0] for each in taken], [each[1] for each in taken]), _first(firsts)),
    )


def _imported(ours: Sequence[float], bare: Sequence[float]) -> Row:
    times = milliseconds(median(ours)), milliseconds(median(bare))
    return Row("import of function_app, beside its bare dependencies", *times, median_ratio(ours, bare), "<= 1.3")


def _first(found: Sequence[Sequence[float]]) -> Row:
    first, second = (median(each[place] for each in found) for place in range(2))
    return Row(
        "first request and its steps, beside the second (in memory)",
        milliseconds(first),
        milliseconds(second),
        first / second,
    )


def _environment(folder: Path) -> Mapping[str, str]:
    """Settings of an app, and byte code kept in a folder, whatever this machine says of it."""
    storage = azurite.connection_string(azurite.WELL_KNOWN_PORTS)
    own = settings.isolated(folder, storage=storage, public_url="http://localhost:7071").environment
    return {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _run(code: str, environment: Mapping[str, str]) -> str:
    arguments = (sys.executable, "-c", code)
    done = subprocess.run(  # noqa: S603 - our own code
        arguments, cwd=settings.ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE
    )
    return done.stdout


def _cpu(code: str, environment: Mapping[str, str]) -> float:
    """Seconds of processor time that a fresh process takes for this code: not for starting Python, nor for ending."""
    timed = f"import time\nbegan = time.process_time()\n{code}\nprint(time.process_time() - began)"
    return float(_run(timed, environment))
