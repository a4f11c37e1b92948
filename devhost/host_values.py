"""``host.json`` with its override variables: flat, and read with types. Errors name the key."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from devhost.app_settings import AppSettings
from devhost.errors import StartError
from devhost.time_spans import parse_time_span

HOST_FILE = "host.json"
OVERRIDES = "AzureFunctionsJobHost"
NO_LIMIT = "-1"


class HostValues:
    """Values by key, ``extensions:http:routePrefix`` for one; keys ignore case, and a null is no value."""

    def __init__(self, content: Mapping[str, object], app_settings: AppSettings) -> None:
        """Take a file's content; variables that begin with ``AzureFunctionsJobHost__`` override it."""
        self._values = {key.lower(): (key, text) for key, text in _flatten(content)}
        for key, text in app_settings.under(OVERRIDES).items():
            spelled = self._values.get(key, (key, ""))[0]
            self._values[key] = (spelled, text)

    def under(self, section: str) -> dict[str, str]:
        """Return what is below a section, by keys as they are spelled; of a list, these are numbers."""
        prefix = f"{section.lower()}:"
        return {spelled[len(prefix) :]: text for key, (spelled, text) in self._values.items() if key.startswith(prefix)}

    def text(self, key: str, default: str) -> str:
        """Return a text."""
        return self._values.get(key.lower(), (key, default))[1]

    def whole(self, key: str, default: int, *, least: int, most: int | None = None) -> int:
        """Return a whole number within limits.

        Raises:
            StartError: it is none.
        """
        text = self.text(key, str(default))
        if not re.fullmatch(r"-?\d+", text):
            raise bad_value(key, text, "a whole number")
        if int(text) < least or (most is not None and int(text) > most):
            raise bad_value(key, text, f"at least {least}" if most is None else f"from {least} to {most}")
        return int(text)

    def limit(self, key: str) -> int | None:
        """Return a whole number above zero, None for -1 or none, which is no limit.

        Raises:
            StartError: it is something else.
        """
        return None if self.text(key, NO_LIMIT) == NO_LIMIT else self.whole(key, 1, least=1)

    def seconds(self, key: str, default: float) -> float:
        """Return a time like 00:00:30 in seconds.

        Raises:
            StartError: it is none.
        """
        text = self.text(key, "")
        if not text:
            return default
        span = parse_time_span(text)
        if span is None:
            raise bad_value(key, text, "a time like 00:00:30")
        return span.total_seconds()

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of some texts, in lower case.

        Raises:
            StartError: it is none of them.
        """
        text = self.text(key, default)
        if text.lower() not in choices:
            raise bad_value(key, text, " or ".join(choices))
        return text.lower()


def bad_value(key: str, text: str, expected: str) -> StartError:
    """Return the error for a value that cannot be used."""
    return StartError(f"{HOST_FILE} (or its override variable): '{key}' must be {expected}, but is '{text}'")


def read_object(file: Path) -> Mapping[str, object]:
    """Read a file that holds a JSON object.

    Raises:
        StartError: it cannot be read, or holds something else.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise StartError(f"{file.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise StartError(f"{file.name} must hold a JSON object")
    return content


def _flatten(content: Mapping[str, object], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        key = f"{path}{name}"
        if isinstance(value, list):
            value = dict(enumerate(value))  # noqa: PLW2901 - as configuration in .NET has a list
        if isinstance(value, dict):
            yield from _flatten(value, f"{key}:")
        elif value is not None:
            yield key, value if isinstance(value, str) else json.dumps(value)
