from datetime import UTC, datetime

from bench.figures import Row, Section
from bench.page import page_of

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


def test_says_when_and_on_what_it_was_measured() -> None:
    page = page_of([], NOW)
    assert "23 November 2026, 09:05 UTC" in page
    assert "processors" in page
    assert "azure-data-tables 12." in page


def test_has_a_table_for_each_section() -> None:
    page = page_of([Section("Speed", "How it was measured.", (Row("fast", "1 ms", "2 ms", 0.5, "<= 1"),))], NOW)
    assert "## Speed\n\nHow it was measured.\n" in page
    assert (
        "| What | Ours | Compared with | Ratio | Aim |\n| - | - | - | - | - |\n| fast | 1 ms | 2 ms | 0.50 | <= 1 |"
        in page
    )
