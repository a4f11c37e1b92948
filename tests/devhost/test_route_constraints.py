import pytest

from devhost.route_constraints import read_constraint

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        ("int", "5"),
        ("INT", " -2147483648 "),
        ("int", "0" * 30 + "7"),
        ("long", "9223372036854775807"),
        ("float", "1e5"),
        ("double", "-1,000.5"),
        ("double", "NaN"),
        ("decimal", ".5"),
        ("decimal", "5-"),
        ("decimal", "79228162514264337593543950335"),
        ("bool", "True"),
        ("datetime", "2026-11-22"),
        ("datetime", "2026-11-22T09:30:00.1234567Z"),
        ("guid", GUID),
        ("guid", GUID.replace("-", "").upper()),
        ("guid", f"{{{GUID}}}"),
        ("alpha", "aZ"),
        ("required", "x"),
        ("length(2)", "ab"),
        ("length(1, 3)", "abc"),
        ("length(2)", "\U0001f600"),
        ("minlength(2)", "abc"),
        ("maxlength(2)", "ab"),
        ("min(-1)", "-1"),
        ("max(5)", "5"),
        ("range(1,5)", "5"),
        ("regex(b+)", "abbc"),
        ("regex(^[a-c]$)", "B"),
    ],
)
def test_lets_through(constraint: str, value: str) -> None:
    assert read_constraint(constraint)(value)


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        ("int", "2147483648"),
        ("int", "1.0"),
        ("int", "\u0663"),
        ("int", "1" * 5000),
        ("long", "9223372036854775808"),
        ("double", "1.5x"),
        ("decimal", "1e5"),
        ("decimal", "79228162514264337593543950336"),
        ("bool", "1"),
        ("datetime", "2026-02-30"),
        ("datetime", "yesterday"),
        ("guid", GUID[:-1]),
        ("alpha", "a1"),
        ("required", ""),
        ("length(2)", "abc"),
        ("length(2,3)", "a"),
        ("minlength(2)", "a"),
        ("maxlength(2)", "abc"),
        ("min(1)", "0"),
        ("max(5)", "6"),
        ("max(5)", "x"),
        ("range(1,5)", "6"),
        ("regex(^[a-c]$)", "ab"),
    ],
)
def test_keeps_out(constraint: str, value: str) -> None:
    assert not read_constraint(constraint)(value)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("number", "there is no constraint 'number' \\(there are: alpha, bool,"),
        ("int(5", "there is no constraint"),
        ("int(5)", "'int' takes no argument"),
        ("length", "'length' needs an argument"),
        ("length(a)", "must be a whole number"),
        ("length(3,1)", r"'length\(3,1\)' does not have the numbers"),
        ("length(1,2,3)", "does not have the numbers"),
        ("range(1)", "does not have the numbers"),
        ("min(1,2)", "does not have the numbers"),
        ("regex([)", "cannot be read"),
    ],
)
def test_says_what_is_wrong_with_a_constraint(constraint: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_constraint(constraint)
