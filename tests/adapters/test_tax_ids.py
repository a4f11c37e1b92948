import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.tax_ids import StdnumTaxIds

TAX_IDS = StdnumTaxIds()

# Both forms of the Dutch number, one with the country's letters, and numbers as other countries write them.
SOUND = [
    ("NL", "004495445B01"),
    ("NL", "NL004495445B01"),
    ("DE", "DE136695976"),
    ("BE", "BE 428759497"),
    ("IN", "27AAPFU0939F1ZV"),
    ("US", "91-1144442"),
    ("AT", "AT U13585627"),
    ("AT", "59-119/9013"),
]
LETTERS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]) | st.sampled_from("0123456789AB-./"))


@pytest.mark.parametrize(("country", "tax_id"), SOUND)
def test_finds_nothing_wrong_with_a_sound_number_of_any_of_a_countrys_kinds(country: str, tax_id: str) -> None:
    assert TAX_IDS.problem(country, tax_id) is None


@pytest.mark.parametrize(
    ("country", "tax_id", "wrong"),
    [
        ("DE", "DE13669597", "it has too few or too many characters"),
        ("DE", "DE136695977", "its check digit does not fit, so a character is probably mistyped"),
        ("DE", "hello, sir", "it does not have the form of such a number"),
        ("MX", "GODE569931 GR8", "a part of it, such as a region or a date, does not exist"),
    ],
)
def test_says_what_is_wrong(country: str, tax_id: str, wrong: str) -> None:
    assert f"cannot be right: {wrong}. Expected: " in (TAX_IDS.problem(country, tax_id) or "")


@pytest.mark.parametrize("number", ["C000z803P61", "C00008T3561"])
def test_calls_a_number_malformed_where_the_countrys_rules_stumble_over_its_letters(number: str) -> None:
    assert "the form of such a number" in (TAX_IDS.problem("GH", number) or "")


def test_names_the_number_and_shows_one_that_it_accepts() -> None:
    problem = TAX_IDS.problem("NL", "1")
    assert problem is not None
    assert "the Dutch VAT number), for example " in problem
    assert TAX_IDS.problem("NL", problem.rpartition("for example ")[2].rstrip(".")) is None


def test_shows_a_companys_number_and_not_a_persons_in_the_united_states() -> None:
    assert (TAX_IDS.problem("US", "1") or "").endswith("for example 91-1144442.")


@pytest.mark.parametrize("country", ["UA", "XX", "MD"])
def test_lets_every_number_pass_of_a_country_it_does_not_know(country: str) -> None:
    assert TAX_IDS.problem(country, "whatever") is None


@settings(deadline=None, database=None)
@given(st.text() | st.sampled_from(["", ".", "nl", "NL\n", "..", "isbn", "N\x00", "\ud800\ud800", "\u0130L", "NLD"]))
def test_lets_every_number_pass_where_the_country_is_no_code(country: str) -> None:
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        assert TAX_IDS.problem(country, "1") is None


@settings(deadline=None, database=None)
@given(
    st.sampled_from(["NL", "DE", "FR", "GB", "US", "GH", "GT", "MX", "CN", "IN", "ES", "IT", "TH", "ZA", "CZ", "SE"]),
    LETTERS | st.text(st.characters()) | st.from_regex(r"[A-Z]{0,2}[0-9]{5,14}[A-Z\n]?", fullmatch=True),
)
def test_never_raises_and_never_repeats_the_number(country: str, tax_id: str) -> None:
    problem = TAX_IDS.problem(country, f"<{tax_id}>")
    assert problem is None or f"<{tax_id}>" not in problem
    TAX_IDS.problem(country, tax_id)


def test_reads_a_number_of_any_length() -> None:
    assert TAX_IDS.problem("NL", "1" * 10_000) is not None
