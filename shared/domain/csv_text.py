"""Tables as CSV: fields and lines as RFC 4180 has them, and nothing that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that spreadsheets run; an apostrophe before it makes it text (OWASP, "CSV Injection")."""


def as_csv(rows: Iterable[Iterable[str | float]]) -> str:
    """Rows as text with CRLF line ends; numbers have a point and no needless decimals."""
    text = io.StringIO()
    csv.writer(text).writerows([[_field(each) for each in row] for row in rows])
    return text.getvalue()


def _field(value: str | float) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return f"{value:g}" if isinstance(value, float) else str(value)
