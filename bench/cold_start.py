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

_APP = "import function_app"


def _listed(code: str) -> str:
    """Tells the modules of others that this code imports, in their order."""
    return f"""
import sys
before = set(sys.modules)
{code}
for name, module in sys.modules.items():
    if name not in before and name.split('.')[0] not in {OURS!r} and getattr(module, '__spec__', None):
        print(name)
"""


def _imports(names: Sequence[str]) -> str:
    return f"import importlib\nfor name in {names!r}: importlib.import_module(name)"


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
    whole = f"{_APP}\n{_imports(_all_of_ours())}"
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        rows = tuple(
            _beside_bare(what, code, environment, times)
            for what, code in (("import of function_app", _APP), ("and of what requests import later", whole))
        )
        _run(_FIRST, environment)  # writes the byte code
        firsts = [[float(line) for line in _run(_FIRST, environment).split()] for _ in range(times)]
    return Section(
        "Cold start",
        f"CPU time of {times} fresh processes each, in turn, until all is imported; medians. Compared with importing "
        "the modules of others that are imported then, in the same order and with byte code for all; with the "
        "settings of local.settings.json.example, which are checked at the start. `function_app` has no garbage looked "
        "for meanwhile, not in the modules of others either. Later, at the first request that needs them, come the "
        "SDKs of storage, templates and mail.",
        (*rows, _first(firsts)),
    )


def _all_of_ours() -> list[str]:
    files = [file for package in ("functions", "shared") for file in (settings.ROOT / package).rglob("*.py")]
    return sorted(
        ".".join(each.relative_to(settings.ROOT).with_suffix("").parts) for each in files if each.stem[0] != "_"
    )


def _beside_bare(what: str, code: str, environment: Mapping[str, str], times: int) -> Row:
    names = _run(_listed(code), environment).split()
    bare = _imports(names)
    for each in (code, bare):
        _run(each, environment)  # writes the byte code
    taken = [(_cpu(code, environment), _cpu(bare, environment)) for _ in range(times)]
    ours, others = [each[0] for each in taken], [each[1] for each in taken]
    words = f"{what}, beside the {len(names)} modules of others alone"
    return Row(words, milliseconds(median(ours)), milliseconds(median(others)), median_ratio(ours, others), "<= 1.3")


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
