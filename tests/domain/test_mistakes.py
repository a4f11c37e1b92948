"""What is wrong with what was typed."""

import pytest
from pydantic import ValidationError

from shared.domain.decisions import Decline
from shared.domain.door import AT_THE_DOOR
from shared.domain.mistakes import Mistake, ambiguous, mistake_of


@pytest.mark.parametrize(
    ("note", "mistake"),
    [
        ("a\u0007b", Mistake("value_error", "contains the control character U+0007: take it out")),
        ("", Mistake("string_too_short", "String should have at least 1 character", {"min_length": 1})),
        (None, Mistake("string_type", "Input should be a valid string")),
    ],
)
def test_tells_what_a_model_says_with_its_figures_only(note: str | None, mistake: Mistake) -> None:
    with pytest.raises(ValidationError) as refused:
        Decline.model_validate({"kind": "decline", "codes": ["other"], "note": note}, context=AT_THE_DOOR)
    assert [mistake_of(each) for each in refused.value.errors()] == [mistake]


def test_tells_how_to_correct_an_amount_that_can_mean_two() -> None:
    words = (
        "can mean two amounts: '2.500'; leave out the marks between thousands, "
        "and write a 0 behind three decimals, as in 100.1250"
    )
    assert ambiguous("2.500") == Mistake("ambiguous_amount", words, {"typed": "2.500"})
