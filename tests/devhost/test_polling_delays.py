from devhost.polling_delays import PollingDelays


def evenly(low: float, high: float) -> float:
    return (low + high) / 2


def test_doubles_from_a_tenth_of_a_second_to_the_longest() -> None:
    delays = PollingDelays(0.1, 2.0, evenly)
    rounded = [round(delays.next(), 3) for _ in range(8)]
    assert rounded == [0.1, 0.2, 0.3, 0.5, 0.9, 1.7, 2.0, 2.0]


def test_starts_over_after_a_message() -> None:
    delays = PollingDelays(0.1, 2.0, evenly)
    for _ in range(8):
        delays.next()
    delays.reset()
    assert delays.next() == 0.1


def test_spreads_each_step_by_a_fifth() -> None:
    for number in range(50):
        delays = PollingDelays(1.0, 60.0)
        assert delays.next() == 1.0, number
        assert 1.8 <= delays.next() <= 2.2


def test_stays_at_the_longest_once_it_is_reached() -> None:
    spreads = iter([1.0, 1.2, 0.8])
    delays = PollingDelays(1.0, 3.2, lambda _low, _high: next(spreads))
    assert [delays.next() for _ in range(5)] == [1.0, 2.0, 3.2, 3.2, 3.2]


def test_never_waits_longer_than_the_longest() -> None:
    assert PollingDelays(0.1, 0.05).next() == 0.05
