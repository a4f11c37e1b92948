import cProfile
import json
import pstats

from bench.own_cpu import shares_of


def test_time_is_shared_out_wholly_by_what_it_was_spent_on() -> None:
    with cProfile.Profile() as profile:
        json.dumps([{"a": n} for n in range(1000)], indent=1)
    shares = shares_of(pstats.Stats(profile))
    assert abs(sum(shares.values()) - 1) < 1e-9
    assert next(iter(shares)) == "JSON of the standard library"
