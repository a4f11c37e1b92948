"""Is a credit check needed for the amount asked?"""

from shared.domain.model import Model, Money
from shared.domain.policy import CreditTerms


class CreditNeed(Model):
    """Whether a credit check is needed, and why."""

    needed: bool
    reason: str
    source: str


def credit_check_for(asked: Money, terms: CreditTerms) -> CreditNeed:
    """A check is needed above the policy's amount, and always in a currency that the policy does not list."""
    limit = terms.check_above.get(asked.currency)
    source = f"{terms.source}{'; the amount is illustrative' if terms.illustrative else ''}"
    if limit is None:
        reason = f"The policy names no amount in {asked.currency}, so a credit check is always needed."
        return CreditNeed(needed=True, reason=reason, source=source)
    threshold = Money(amount=limit, currency=asked.currency)
    if asked.amount > limit:
        reason = f"A credit check is needed: {asked} is above {threshold}."
        return CreditNeed(needed=True, reason=reason, source=source)
    return CreditNeed(needed=False, reason=f"No credit check is needed up to {threshold}.", source=source)
