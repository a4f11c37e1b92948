from bench.figures import Row, median_ratio, milliseconds, percentile


def test_a_percentile_is_a_value_that_enough_others_do_not_exceed() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)) == (50, 99, 100)
    assert percentile([7.0], 0.5) == 7.0


def test_a_ratio_is_of_rounds_next_to_each_other() -> None:
    assert median_ratio([1, 20, 3], [1, 10, 6]) == 1.0


def test_times_are_told_in_milliseconds() -> None:
    assert (milliseconds(0.0123456), milliseconds(1.5)) == ("12.3 ms", "1,500 ms")


def test_a_row_without_comparison_leaves_its_cells_empty() -> None:
    assert Row("what", "1").cells() == ("what", "1", "", "", "")
    assert Row("what", "1", "2", 0.5, ">= 0.8").cells() == ("what", "1", "2", "0.50", ">= 0.8")
