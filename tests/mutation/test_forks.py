import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutation.forks import FAILED, Job, done_by_forks

# Python 3.12 and later say so where tests run in parallel; these forks do nothing that a thread could have locked.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def a_job(work: Callable[[], int], key: str = "job", most_seconds: int = 60, output: str = os.devnull) -> Job:
    return Job(key, work, most_cpu_seconds=1, most_seconds=most_seconds, output=output)


def _turn_for_ever() -> int:
    while True:
        pass


def _wait_for_ever() -> int:
    signal.pause()
    return 0


def test_answers_every_job_with_what_its_work_answers() -> None:
    jobs = [a_job(lambda status=status: status, key=str(status)) for status in range(5)]  # type: ignore[misc]
    assert dict(done_by_forks(jobs, 2)) == {str(status): status for status in range(5)}


def test_does_its_work_in_another_process() -> None:
    own = os.getpid()
    assert [*done_by_forks([a_job(lambda: int(os.getpid() == own))], 1)] == [("job", 0)]


def test_writes_down_what_failed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert [*done_by_forks([a_job(lambda: 1 // 0, output=str(log))], 1)] == [("job", FAILED)]
    assert "ZeroDivisionError" in log.read_text("utf-8")


@pytest.mark.parametrize(("work", "ended_by"), [(_turn_for_ever, signal.SIGXCPU), (_wait_for_ever, signal.SIGALRM)])
def test_ends_what_takes_too_long(work: Callable[[], int], ended_by: signal.Signals) -> None:
    most_seconds = 60 if ended_by is signal.SIGXCPU else 1
    assert [*done_by_forks([a_job(work, most_seconds=most_seconds)], 1)] == [("job", -ended_by)]


def test_begins_no_more_jobs_than_may_run_at_once() -> None:
    begun: list[str] = []

    def jobs() -> object:
        for key in "abc":
            begun.append(key)
            yield a_job(lambda: 0, key)

    ended = done_by_forks(jobs(), 1)  # type: ignore[arg-type]
    assert next(ended)[0] == "a"
    assert begun == ["a", "b"]
    assert [key for key, _ in ended] == ["b", "c"]
