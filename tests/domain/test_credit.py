from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.credit import CreditNeed, credit_check_for
from shared.domain.model import Money
from tests.builders import a_policy

TERMS = a_policy().credit


@pytest.mark.parametrize("amount", ["0.01", "9999.99", "10000", "10000.00"])
def test_needs_no_check_up_to_the_policys_amount(amount: str) -> None:
    need = credit_check_for(Money(amount=Decimal(amount), currency="EUR"), TERMS)
    assert not need.needed
    assert need.reason == "No credit check is needed up to EUR 10,000.00."


def test_needs_a_check_from_the_first_cent_above() -> None:
    need = credit_check_for(Money(amount=Decimal("10000.01"), currency="USD"), TERMS)
    assert need.needed
    assert need.reason == "A credit check is needed: USD 10,000.01 is above USD 10,000.00."


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_always_needs_a_check_in_a_currency_that_the_policy_does_not_list(amount: Decimal) -> None:
    need = credit_check_for(Money(amount=amount, currency="CHF"), TERMS)
    assert need.needed
    assert "names no amount in CHF" in need.reason


def test_says_that_its_amounts_are_illustrative() -> None:
    asked = Money(amount=Decimal(1), currency="EUR")
    assert credit_check_for(asked, TERMS).source == f"{TERMS.source}; the amount is illustrative"
    published = TERMS.model_copy(update={"illustrative": False})
    assert credit_check_for(asked, published).source == str(TERMS.source)


@pytest.mark.parametrize(
    ("amount", "currency", "code", "threshold"),
    [
        ("10000", "EUR", "up_to_amount", "10000"),
        ("10000.01", "USD", "above_amount", "10000"),
        ("1", "CHF", "currency_not_listed", None),
    ],
)
def test_says_it_by_code_and_details_too(amount: str, currency: str, code: str, threshold: str | None) -> None:
    need = credit_check_for(Money(amount=Decimal(amount), currency=currency), TERMS)
    assert need.code == code
    known = {"currency": currency, "asked": amount}
    assert need.details == (known | {"threshold": threshold} if threshold else known)


def test_reads_a_need_from_before_codes_were_kept() -> None:
    older = CreditNeed.model_validate({"needed": True, "reason": "Because.", "source": "s"})
    assert (older.code, older.details) == ("", {})
