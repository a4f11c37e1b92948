"""Tables as CSV that every program reads and no spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.csv_text import as_csv


def test_lines_end_and_fields_are_quoted_as_the_standard_has_it() -> None:
    assert as_csv([["a", "b"], ['say "x", y', "two\nlines"]]) == 'a,b\r\n"say ""x"", y","two\nlines"\r\n'


def test_numbers_are_written_with_a_point_and_no_needless_decimals() -> None:
    assert as_csv([[3, 2.5, 2.0, -1, 12345678]]) == "3,2.5,2,-1,12345678\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_is_no_formula(text: str) -> None:
    assert next(csv.reader(io.StringIO(as_csv([[text]]), newline=""))) == [f"'{text}"]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1)))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(as_csv(rows), newline="")))
    assert [[field.removeprefix("'") for field in row] for row in read] == [
        [field.removeprefix("'") for field in row] for row in rows
    ]
