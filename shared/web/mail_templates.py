"""Where letters are filled in: as plain text, and as HTML, in which everything that people wrote is escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES: Final = Path(__file__).parent / "templates"


def environment_of(kind: str, form: Literal["text", "html"]) -> Environment:
    """The templates of a kind of letters in a form, with those that both forms share."""
    folder = TEMPLATES / kind
    return Environment(
        loader=FileSystemLoader([folder / form, folder]),
        undefined=StrictUndefined,
        autoescape=form == "html",  # noqa: S701 - off for plain text only
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class MailTemplates:
    """The templates of a kind of letters in both forms, compiled once each."""

    def __init__(self, kind: str) -> None:
        self._text, self._html = environment_of(kind, "text"), environment_of(kind, "html")

    def filled(self, name: str, words: Mapping[str, Any]) -> tuple[str, str]:
        """A letter as text and as HTML."""
        return self._text.get_template(name).render(words), self._html.get_template(name).render(words)
