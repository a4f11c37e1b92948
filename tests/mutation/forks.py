"""Work in forked processes, a few at a time, each with its limits."""

import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

FAILED: Final = 70
"""The exit status of work that raised (EX_SOFTWARE)."""


LOOK_EVERY_SECONDS: Final = 0.01


@dataclass(frozen=True)
class Job:
    """What is to be done by a process of its own; the exit status is what the work answers."""

    key: str
    work: Callable[[], int]
    most_cpu_seconds: int
    most_seconds: int
    output: str = os.devnull
    """Where what it prints is written."""


def done_by_forks(jobs: Iterable[Job], at_once: int) -> Iterator[tuple[str, int]]:
    """Each job's key with its exit status, or with the negative number of the signal that ended it, as they end."""
    running: dict[int, str] = {}
    for job in jobs:
        if len(running) == at_once:
            yield _ended(running)
        pid = os.fork()
        if not pid:
            _do(job)
        running[pid] = job.key
    while running:
        yield _ended(running)


def _ended(running: dict[int, str]) -> tuple[str, int]:
    while True:
        for pid in running:  # and no other child of this process
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return running.pop(pid), os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_EVERY_SECONDS)


def _do(job: Job) -> None:
    """Runs in the fork, says nothing, and never returns."""
    status = FAILED
    try:
        output = os.open(job.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(job.most_seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (job.most_cpu_seconds, resource.RLIM_INFINITY))
        status = job.work()
    except BaseException:  # noqa: BLE001 - whatever it is, the process ends here
        os.write(2, traceback.format_exc().encode())
    finally:
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(status)
