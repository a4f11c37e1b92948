"""Puts pages together: a template, the frame around it, and the words of its language.

Pages load the site's own style and script, by addresses that change with their content, and nothing else.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.domain.callers import Kind, Role
from shared.domain.decisions import Language
from shared.web import (
    apply_pages,
    case_pages,
    credit_pages,
    decision_pages,
    document_pages,
    follow_pages,
    home_pages,
    overview_pages,
    work_pages,
)
from shared.web.frame import Asset, Frame, Shown
from shared.web.languages import LANGUAGES, has_words, word
from shared.web.notation import day_in, money_in

STATIC: Final = Path(__file__).parent / "static"
MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    **apply_pages.PRESENTERS,
    **case_pages.PRESENTERS,
    **credit_pages.PRESENTERS,
    **decision_pages.PRESENTERS,
    **document_pages.PRESENTERS,
    **follow_pages.PRESENTERS,
    **home_pages.PRESENTERS,
    **overview_pages.PRESENTERS,
    **work_pages.PRESENTERS,
}
"""Per template, what it shows, made from what the endpoint read."""

LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"en": "English", "nl": "Nederlands"}


def asset(name: str) -> Asset | None:
    """A file that pages load, or None for what is none."""
    return _assets().get(name)


@cache
def _assets() -> Mapping[str, Asset]:
    files = [file for file in STATIC.iterdir() if file.suffix in MEDIA_TYPES]
    return {file.name: Asset(file.read_bytes(), MEDIA_TYPES[file.suffix]) for file in files}


def address_of(name: str) -> str:
    """Where a file that pages load is: another address for another content, so that it may be kept for ever."""
    return f"/static/{name}?v={hashlib.sha256(_assets()[name].content).hexdigest()[:12]}"


def page(template: str, frame: Frame, contents: Mapping[str, Any]) -> Shown:
    """A page. `template` has neither folder nor ending: `home` is templates/pages/home.j2.

    A template with a presenter gets what that makes of the contents.
    """
    language = frame.language
    if template in PRESENTERS:
        contents = PRESENTERS[template](frame, **contents)
    surroundings = {
        "frame": frame,
        "t": partial(word, language),
        "known": partial(has_words, language),
        "day": partial(_day, language),
        "at": partial(_at, language),
        "money": partial(money_in, language),
        "languages": [(other, LANGUAGE_NAMES[other], _in_language(other, frame.path)) for other in LANGUAGES],
        "is_desk": frame.principal.kind is Kind.DESK,
        "may_decide": Role.DECIDE in frame.principal.roles,
        "is_applicant": frame.principal.kind is Kind.APPLICANT,
    }
    return Shown(_TEMPLATES.get_template(f"{template}.j2").render({**surroundings, **contents}), POLICY)


def _in_language(language: Language, path: str) -> str:
    return f"/language/{language}?to={quote(path, safe='')}"


def _day(language: Language, moment: date | datetime) -> str:
    """The day, of a moment in UTC, as people write it."""
    return day_in(language, moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment)


def _at(language: Language, moment: datetime) -> str:
    """Day and time of day in UTC."""
    return f"{_day(language, moment)}, {moment.astimezone(UTC):%H:%M} UTC"


_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "pages"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"static": address_of}
