"""App settings: what bindings look up by name. Keys ignore case, and ``__`` and ``:`` mean the same, as in the host."""

import re
from collections.abc import Mapping

from devhost.errors import BindingError, StartError

DEFAULT_CONNECTION = "AzureWebJobsStorage"

_EXPRESSION = re.compile(r"%([^%]*)%")
_IDENTITY_KEYS = ("serviceUri", "queueServiceUri", "blobServiceUri", "tableServiceUri", "accountName", "credential")


def _key(name: str) -> str:
    return name.replace("__", ":").lower()


class AppSettings:
    """A frozen copy of an environment, looked up the way the host's configuration is."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values = {_key(name): value for name, value in environment.items()}

    def get(self, name: str) -> str | None:
        """Return the value of a setting, None when there is none."""
        return self._values.get(_key(name))

    def is_true(self, name: str) -> bool:
        """Say whether a setting is on: "true" in any case, or "1"."""
        return (self.get(name) or "").lower() in {"true", "1"}

    def under(self, section: str) -> dict[str, str]:
        """Return every setting below a section, keys in lower case and joined by ":"."""
        prefix = _key(section) + ":"
        return {key.removeprefix(prefix): value for key, value in self._values.items() if key.startswith(prefix)}

    def resolve(self, text: str) -> str:
        """Replace every ``%NAME%`` in a binding's text.

        Raises:
            BindingError: a name has no value, or a ``%`` is never closed.
        """
        if text.count("%") % 2:
            raise BindingError(f"the '%' in '{text}' does not have a closing '%'")
        return _EXPRESSION.sub(lambda found: self._value_of(found[1]), text)

    def _value_of(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise BindingError(f"'%{name}%' does not resolve to a value")
        return value

    def connection_string(self, name: str) -> str:
        """Return the connection string a binding's ``connection`` names.

        The names tried are the host's, in its order (``GetWebJobsConnectionStringSection``): the one with the prefix
        ``AzureWebJobs`` goes first, so that ``Storage`` finds ``AzureWebJobsStorage``.

        Raises:
            BindingError: there is none.
            StartError: it asks for an identity instead of a connection string, which devhost does not support.
        """
        name = name or DEFAULT_CONNECTION
        for candidate in (f"AzureWebJobs{name}", name):
            for key in (f"ConnectionStrings:{candidate}", candidate):
                if value := self.get(key):
                    return value
                self._refuse_identity(key)
        raise BindingError(f"connection '{name}' has no value: set the app setting '{name}'")

    def _refuse_identity(self, key: str) -> None:
        for member in _IDENTITY_KEYS:
            if self.get(f"{key}:{member}"):
                raise StartError(
                    f"connection '{key}' is identity-based ('{key}__{member}'), which is not supported by devhost:"
                    " give a connection string"
                )
