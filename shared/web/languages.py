"""The words of the pages, in every language, looked up by key: `shared/web/locales/<language>/<area>.toml`.

A key is an area and names, such as `apply.company.title`. Text may have {names} to fill in; a key that ends in `_html`
holds markup, into which names are filled in escaped.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from markupsafe import Markup

from shared.domain.decisions import Language

LOCALES: Final = Path(__file__).parent / "locales"
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def _leaves(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", str(value)


@cache
def words_of(language: Language) -> Mapping[str, str]:
    """Every text of a language by its key."""
    files = sorted((LOCALES / language).glob("*.toml"))
    return dict(leaf for file in files for leaf in _leaves(file.stem, tomllib.loads(file.read_text("utf-8"))))


def has_words(language: Language, key: str) -> bool:
    """Whether there is a text of this key."""
    return key in words_of(language)


def word(language: Language, key: str, **named: object) -> str:
    """A text with its names filled in. Raises KeyError for a key or a name that there is not."""
    text = words_of(language)[key]
    if key.endswith("_html"):
        return Markup(text).format(**named)  # noqa: S704 - our own files
    return text.format(**named) if named else text
