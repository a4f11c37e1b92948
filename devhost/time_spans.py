"""Lengths of time as settings of the host write them: ``hh:mm:ss``, with days and fractions if need be."""

import re
from datetime import timedelta

_TIME_SPAN = re.compile(r"(?:(\d+)\.)?([01]?\d|2[0-3]):([0-5]?\d):([0-5]?\d(?:\.\d{1,7})?)")


def parse_time_span(text: str) -> timedelta | None:
    """Read ``[d.]hh:mm:ss[.fffffff]``; None when it is something else, hours above 23 included.

    .NET would take ``24:00:00`` for 24 days, which nobody who writes it means.
    """
    found = _TIME_SPAN.fullmatch(text)
    if not found:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups()[:3])
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=float(found[4]))


def format_time_span(seconds: float) -> str:
    """Write a length of time of less than a day the way .NET does: ``hh:mm:ss``, with a fraction if there is one."""
    whole, fraction = divmod(round(seconds * 10**7), 10**7)
    text = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{fraction:07}" if fraction else text
