"""The countries and currencies that there are. Lists change: what is sent is held against them, what is stored is not.

Importing the lists takes 8 ms after the app's own imports (25 ms alone; CPython 3.11), which a start of the app need
not pay for: they are read when first asked for.
"""

from collections.abc import Mapping
from functools import cache


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, and XK, which Microsoft and the European Union use for Kosovo."""
    import iso3166  # noqa: PLC0415 - see the module's text

    return frozenset(iso3166.countries_by_alpha2)


@cache
def minor_units() -> Mapping[str, int]:
    """The currencies of ISO 4217 with how many decimals each has: EUR 2, JPY 0, KWD 3.

    Codes without minor units are no money: metals, bond units, the code for tests and that for no currency.
    """
    import iso4217  # noqa: PLC0415 - see the module's text

    return {each.code: each.exponent for each in iso4217.Currency if each.exponent is not None}
