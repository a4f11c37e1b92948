"""Where the tests in a browser play: the app's people and its time."""

from datetime import UTC, datetime
from typing import Final

from local.stack import QUICK

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""A Monday: the app's time at the start, so that pages say the same whenever they are looked at."""

PEOPLE: Final = '{"ada": ["Desk.Read", "Desk.Decide"], "bo": ["Desk.Read"], "cleo": ["Desk.Read", "Desk.Decide"]}'
SETTINGS: Final = {**QUICK, "PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE": PEOPLE}
