"""Policies from their documents, and business days from the `holidays` package."""

import asyncio
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import holidays
from pydantic import ValidationError

from shared.domain.errors import SettingsError
from shared.domain.policy import Policy
from shared.domain.waiting import Terms

POLICIES: Final = Path(__file__).parent.parent / "policies"
_SATURDAY: Final = 5

_CATEGORIES: Final = {"NL": (holidays.PUBLIC, holidays.OPTIONAL)}
"""For which countries more than `holidays.PUBLIC` are holidays by law, in the words of `holidays`.

By article 3(1) of the Dutch Algemene termijnenwet 5 May is a holiday every year; `holidays` has it among the public
ones every fifth year only, when collective agreements give the day off. Good Friday is one by article 3(2).
"""


class FileTermsShelf:
    """The workflow's `TermsShelf`. Each document and calendar is loaded once, in a thread, on first use."""

    def __init__(self, folder: Path = POLICIES) -> None:
        self._folder = folder
        self._policies: dict[str, Policy] = {}
        self._calendars: dict[str, Callable[[date], bool]] = {}

    async def policy(self, policy_id: str) -> Policy:
        """A policy by its id. Raises SettingsError for one that is not there or not valid."""
        if policy_id not in self._policies:
            self._policies[policy_id] = await asyncio.to_thread(load_policy, self._folder, policy_id)
        return self._policies[policy_id]

    async def terms(self, policy_id: str, country: str) -> Terms:
        """What a case under that policy, of a company in that country (ISO 3166-1 alpha-2), is held to."""
        if country not in self._calendars:
            self._calendars[country] = await asyncio.to_thread(business_days_of, country)
        return Terms(await self.policy(policy_id), self._calendars[country])


def load_policy(folder: Path, policy_id: str) -> Policy:
    """Read and check a policy document. Raises SettingsError, naming what is wrong."""
    found = {path.stem: path for path in folder.glob("*.toml")}
    if policy_id not in found:
        raise SettingsError(f"there is no policy '{policy_id}'; there are: {', '.join(sorted(found)) or 'none'}")
    try:
        return Policy.model_validate(tomllib.loads(found[policy_id].read_text("utf-8")), extra="forbid")
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"policy '{policy_id}' is not valid: {error}") from None


def business_days_of(country: str) -> Callable[[date], bool]:
    """Which dates are business days: by the country's weekend and public holidays where they are known.

    Where `holidays` does not know the country, Monday to Friday.
    """
    try:
        calendar = holidays.country_holidays(country, categories=_CATEGORIES.get(country))
    except NotImplementedError:
        return lambda day: day.weekday() < _SATURDAY
    return calendar.is_working_day
