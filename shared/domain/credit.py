"""Is a credit check needed for the amount asked?"""

from typing import Any

from pydantic import Field

from shared.domain.model import Model, Money
from shared.domain.policy import CreditTerms


class CreditNeed(Model):
    """Whether a credit check is needed, and why; `code` and `details` say it to whoever writes in another language.

    In rows from before they were kept, both are empty.
    """

    needed: bool
    code: str = ""
    reason: str
    details: dict[str, Any] = Field(default_factory=dict)
    source: str


def credit_check_for(asked: Money, terms: CreditTerms) -> CreditNeed:
    """A check is needed above the policy's amount, and always in a currency that the policy does not list."""
    limit = terms.check_above.get(asked.currency)
    source = f"{terms.source}{'; the amount is illustrative' if terms.illustrative else ''}"
    details = {"currency": asked.currency, "asked": str(asked.amount)}
    if limit is None:
        code, reason = "currency_not_listed", f"The policy names no amount in {asked.currency}"
        return _need(code, f"{reason}, so a credit check is always needed.", details, source)
    threshold = Money(amount=limit, currency=asked.currency)
    details["threshold"] = str(limit)
    if asked.amount > limit:
        return _need("above_amount", f"A credit check is needed: {asked} is above {threshold}.", details, source)
    reason = f"No credit check is needed up to {threshold}."
    return CreditNeed(needed=False, code="up_to_amount", reason=reason, details=details, source=source)


def _need(code: str, reason: str, details: dict[str, str], source: str) -> CreditNeed:
    return CreditNeed(needed=True, code=code, reason=reason, details=details, source=source)
