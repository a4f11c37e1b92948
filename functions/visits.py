"""Who visits a page and what they sent: cookies, language, form fields, and that the form is one of ours."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from functions.page_problems import FORM_EXPIRED
from functions.problem_types import BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.access import Pass, Purpose, is_token, read_pass
from shared.domain.callers import Principal
from shared.domain.decisions import Language
from shared.domain.dossier import Dossier

VISIT, LANGUAGE, APPLICANT, DESK, SAID = "visit", "language", "applicant", "desk", "said"
"""The names of the cookies; over https they begin with __Host-, so that nobody else's page can set them."""

_OURS: Final = (VISIT, LANGUAGE, APPLICANT, DESK, SAID)

TOKEN_FIELD: Final = "token"  # noqa: S105 - the name of a field
LARGEST_FORM: Final = 131_072
"""Bytes of a form without files."""

MOST_PARTS: Final = 100
"""Fields and files of a form with files; ours have about 50 at the most."""

_VISIT_FORM: Final = re.compile(r"[0-9a-f]{32}")
_YEAR_SECONDS: Final = 365 * 24 * 3600
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a form brought: the values of each field, in order, and files."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The first value of a field without spaces around it; empty for one that did not come."""
        return next(iter(self.values.get(name, ())), "").strip()

    def every(self, name: str) -> Sequence[str]:
        """All values of a field."""
        return self.values.get(name, ())


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page, by somebody who may see it.

    `address` is where a browser can look again at what it is shown. `held` is an applicant's pass, `dossier` what lies
    in its scope as it was read to let them in. `cookies` are set with the answer.
    """

    request: func.HttpRequest
    principal: Principal
    language: Language
    key: str
    address: str
    form: Form = Form()
    held: Pass | None = None
    dossier: Dossier | None = None
    cookies: list[str] = field(default_factory=list)

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.route_params[name])

    def parameter(self, name: str) -> str:
        """A query parameter; empty where there is none."""
        return str(self.request.params.get(name) or "")

    @property
    def scope(self) -> Dossier:
        """What lies in an applicant's scope."""
        assert self.dossier is not None, "only pages for applicants have a dossier"  # noqa: S101 - see `pages`
        return self.dossier


def cookies_of(request: func.HttpRequest) -> Mapping[str, str]:
    """The cookies of ours by their plain names; the first of those that have one name."""
    # As browsers write the header (RFC 6265, 5.4), and not by http.cookies, which drops all that comes after a cookie
    # of others that it cannot read. Values of ours are ASCII, and need neither quotes nor escapes.
    pairs = [each.partition("=") for each in (request.headers.get("cookie") or "").split(";")]
    sent = {name.strip(): value.strip() for name, equals, value in reversed(pairs) if equals and value.isascii()}
    prefix = _prefix()
    return {name: sent[prefix + name] for name in _OURS if prefix + name in sent}


def cookie(name: str, value: str, seconds: int = _YEAR_SECONDS) -> str:
    """A Set-Cookie header; 0 seconds take the cookie away."""
    secure = "; Secure" if _prefix() else ""
    return f"{_prefix()}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _prefix() -> str:
    return "__Host-" if wiring.wired().public_url.startswith("https://") else ""


def pass_in(cookies: Mapping[str, str], name: str, purpose: Purpose) -> Pass | None:
    """The pass in a cookie, if it is good by itself."""
    app = wiring.wired()
    return read_pass(cookies.get(name, ""), purpose, app.signing_keys, app.services.now())


def language_of(cookies: Mapping[str, str], accept_language: str) -> Language:
    """The language that the visitor chose, else the first that the browser prefers and there is, else English."""
    if cookies.get(LANGUAGE) == "nl" or cookies.get(LANGUAGE) == "en":
        return "nl" if cookies[LANGUAGE] == "nl" else "en"
    ranked = sorted((_preference(each) for each in accept_language.split(",")), key=lambda each: -each[1])
    found = [tag for tag, quality in ranked if quality > 0 and tag in {"en", "nl"}]
    return "nl" if found[:1] == ["nl"] else "en"


def _preference(text: str) -> tuple[str, float]:
    tag, *parameters = (part.strip().lower() for part in text.split(";"))
    weights = [value for name, _, value in (p.partition("=") for p in parameters) if name == "q"]
    try:
        return tag.partition("-")[0], float(weights[0]) if weights else 1.0
    except ValueError:
        return tag.partition("-")[0], 0.0


def visit_of(cookies: Mapping[str, str]) -> str | None:
    """What names this browser's visit, if it has a sound name."""
    given = cookies.get(VISIT, "")
    return given if _VISIT_FORM.fullmatch(given) else None


def form_of(request: func.HttpRequest, largest: int) -> Form:
    """The form that was sent. Raises ProblemError 413 or 415."""
    body = request.get_body()
    if len(body) > largest:
        raise ProblemError(Problem(BODY_TOO_LARGE, f"{len(body):,} bytes were sent; at most {largest:,} are read."))
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind.lower() == _URLENCODED:
        return Form(_grouped(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    if kind.lower() == _MULTIPART:
        return _multipart(body, options)
    raise ProblemError(Problem(UNSUPPORTED_MEDIA_TYPE, "Send a form from its own page."))


def _multipart(body: bytes, options: Mapping[str, str]) -> Form:
    """A form with files. One that cannot be read is an empty one, which is none of ours for want of a token."""
    # The request's own parser knows no limits: a body of millions of tiny parts would keep it busy for minutes.
    # Nor shall it put files on a disk: all of the body is in memory already.
    parser = FormDataParser(
        stream_factory=lambda *_, **__: io.BytesIO(), max_form_memory_size=LARGEST_FORM, max_form_parts=MOST_PARTS
    )
    try:
        _, fields, sent = parser.parse(io.BytesIO(body), _MULTIPART, len(body), dict(options))
    except RequestEntityTooLarge:
        limits = f"A form has at most {MOST_PARTS} fields, of {LARGEST_FORM:,} bytes each."
        raise ProblemError(Problem(BODY_TOO_LARGE, limits)) from None
    values = _grouped([(name, value) for name in fields for value in fields.getlist(name)])
    files = {name: Upload(file.filename or "", file.read()) for name, file in sent.items()}
    return Form(values, {name: upload for name, upload in files.items() if upload.name or upload.content})


def _grouped(pairs: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def check_form(request: func.HttpRequest, form: Form, visit: str | None, principal: Principal) -> None:
    """Raise ProblemError 403 unless the form came from a page of ours, for this visit and this person."""
    app = wiring.wired()
    origin = request.headers.get("origin")
    ours = {urlsplit(app.public_url).netloc, urlsplit(request.url).netloc}
    if (origin and urlsplit(origin).netloc not in ours) or not is_token(
        form[TOKEN_FIELD], visit or "", principal.actor, app.signing_keys
    ):
        raise ProblemError(Problem(FORM_EXPIRED))
