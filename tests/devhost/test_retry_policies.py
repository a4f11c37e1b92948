import pytest

from devhost.retry_policies import Attempt, RetryPolicy, read_retry_policy

FIXED = {"strategy": "fixed_delay", "max_retry_count": "3", "delay_interval": "00:00:05"}
EXPONENTIAL = {
    "strategy": "Exponential_Backoff",
    "max_retry_count": "-1",
    "minimum_interval": "00:00:01",
    "maximum_interval": "00:00:08",
}


def test_waits_as_long_each_time() -> None:
    policy = read_retry_policy(FIXED)
    delay = policy.delays()
    assert policy == RetryPolicy(3, 5, 5)
    assert [delay() for _ in range(3)] == [5, 5, 5]


def test_waits_ever_longer() -> None:
    delay = read_retry_policy(EXPONENTIAL).delays()
    delays = [delay() for _ in range(8)]
    assert delays[0] == 1
    assert delays[:4] == sorted(delays[:4])
    assert max(delays) == delays[-1] == 8


def test_starts_over_with_each_run() -> None:
    policy = read_retry_policy(EXPONENTIAL)
    policy.delays()()
    assert policy.delays()() == 1


def test_allows_as_many_retries_as_it_says() -> None:
    limited, endless, none = (RetryPolicy(most, 1, 1) for most in (2, -1, 0))
    assert [limited.allows(retries) for retries in (1, 2, 3)] == [True, True, False]
    assert endless.allows(1_000_000)
    assert not none.allows(1)


def test_has_no_exception_to_tell() -> None:
    assert Attempt(1, 3).exception is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (FIXED | {"strategy": "linear"}, "strategy 'linear' is not one of fixed_delay, exponential_backoff"),
        (FIXED | {"max_retry_count": "many"}, "max_retry_count must be a whole number, .* is 'many'"),
        (FIXED | {"max_retry_count": "-2"}, "max_retry_count"),
        (FIXED | {"delay_interval": "5"}, "delay_interval must be a time like 00:00:30, but is '5'"),
        (FIXED | {"delay_interval": None}, "delay_interval must be"),
        (EXPONENTIAL | {"maximum_interval": "x"}, "maximum_interval must be"),
        (EXPONENTIAL | {"maximum_interval": "00:00:00"}, "minimum_interval is longer than maximum_interval"),
    ],
)
def test_refuses_a_policy_it_cannot_follow(settings: dict[str, str | None], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_retry_policy(settings)
