"""Where our own processor time goes in a whole case: by what it is spent on, in memory, without a storage's SDK."""

import asyncio
import cProfile
import logging
import pstats
import time
import uuid
from collections.abc import Mapping
from statistics import median

from bench.figures import Row, Section, milliseconds
from bench.service import Service, in_memory, request_for, whole_case

SHARES: Mapping[str, tuple[str, ...]] = {
    "e-mail addresses": ("email_validator", "idna"),
    "pydantic: validation, copies, JSON": ("pydantic",),
    "letters: templates and MIME": ("jinja2", "shared/web", "<template>", "/email/", "templates/"),
    "keys and rows": ("shared/adapters/case_rows", "shared/adapters/case_store", "shared/adapters/step_queues"),
    "hashing": ("hash", "hmac"),
    "JSON of the standard library": ("/json/", "_json"),
    "the HTTP door": ("functions/", "azure/functions", "werkzeug", "urllib"),
    "domain": ("shared/domain",),
    "workflow": ("shared/workflow", "shared/wiring"),
    "the storage in memory (not ours in Azure)": ("shared/adapters/storage", "bench/"),
    "asyncio, threads, logging": ("asyncio", "concurrent", "threading", "logging", "select", "queue"),
}
"""What belongs together, by a part of a function's file or name; the first that fits counts."""


async def _prepared(service: Service, cases: int) -> list[bytes]:
    await whole_case(service)
    subscriptions = [str(uuid.uuid4()) for _ in range(cases)]
    for subscription in subscriptions:
        await service.report(subscription)
    return [request_for(each) for each in subscriptions]


async def _through(service: Service, requests: list[bytes]) -> float:
    """Processor seconds of a case."""
    began = time.process_time()
    for request in requests:
        await service.send(request)
        await service.drain()
    return (time.process_time() - began) / len(requests)


async def _times(rounds: int, cases: int) -> list[float]:
    found = []
    for _ in range(rounds):
        service = in_memory()
        found.append(await _through(service, await _prepared(service, cases)))
    return found


async def _profiled(cases: int) -> pstats.Stats:
    service = in_memory()
    requests, profile = await _prepared(service, cases), cProfile.Profile(time.process_time)
    profile.enable()
    await _through(service, requests)
    profile.disable()
    return pstats.Stats(profile)


def own_cpu(rounds: int, cases: int) -> Section:
    """The processor time of whole cases in memory, and its shares."""
    logging.disable(logging.INFO)
    seconds = median(asyncio.run(_times(rounds, cases)))
    shares = shares_of(asyncio.run(_profiled(cases)))
    rows = [Row("a whole case, all in memory", milliseconds(seconds))]
    rows += [Row(f"- {name}", f"{share:.0%}") for name, share in shares.items()]
    return Section(
        "Our own processor time",
        f"Median of {rounds} rounds of {cases} cases, from the HTTP request to the instructions in words, without "
        "host and SDKs; shares by cProfile, which makes small functions look larger than they are. What is other is "
        "mostly Python itself.",
        tuple(rows),
    )


def shares_of(stats: pstats.Stats) -> dict[str, float]:
    """What share of the time was spent on what, largest first."""
    times = dict.fromkeys((*SHARES, "other"), 0.0)
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        times[_kind_of(f"{file}:{name}")] += own
    total = sum(times.values())
    return {kind: taken / total for kind, taken in sorted(times.items(), key=lambda each: -each[1]) if taken}


def _kind_of(function: str) -> str:
    return next((kind for kind, parts in SHARES.items() if any(part in function for part in parts)), "other")
