"""A browser in memory: keeps cookies, follows redirects, and sends the forms that it finds on pages as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

import azure.functions as func

from shared.domain.access import SESSION_LIFETIME, Pass, Purpose, fingerprint, written
from shared.domain.case import scope_of
from tests.functions.calling import SIGNING_KEY, URL
from tests.functions.door import Function, function_at
from tests.world import SUBSCRIPTION

FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def multipart(fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form with files as browsers send it: the body and its media type (RFC 7578)."""
    disposition = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"'
    parts = [f"{disposition.format(name)}\r\n\r\n{value}\r\n".encode() for name, value in fields.items()]
    for name, (filename, content) in files.items():
        head = f'{disposition.format(name)}; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"


@dataclass
class FoundForm:
    """A form of a page: where it goes, and what it would send as it is."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(given.get("action", "")))
        elif self.forms and tag in {"input", "button"}:
            self._input(tag, given, dict(attrs))
        elif tag == "textarea":
            self._area = given.get("name", "")
            self.forms[-1].fields[self._area] = ""
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and ("selected" in given or self._select not in self.forms[-1].fields):
            self.forms[-1].fields[self._select] = given.get("value", "")

    def _input(self, tag: str, given: dict[str, str], attributes: Mapping[str, str | None]) -> None:
        kind = given.get("type", "text")
        if "name" not in given or tag == "button" or kind in {"submit", "file"}:
            return
        if kind not in {"checkbox", "radio"} or "checked" in attributes:
            self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


@dataclass(frozen=True)
class Sight:
    """A page as it came."""

    status: int
    html: str
    headers: Mapping[str, str]
    path: str

    @property
    def forms(self) -> list[FoundForm]:
        """Its forms, without that for signing out."""
        reader = _Reader()
        reader.feed(self.html)
        return [form for form in reader.forms if "/sign-out" not in form.action]

    @property
    def text(self) -> str:
        """Its words, without markup and with single spaces."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())


@dataclass
class Visitor:
    """Somebody with a browser. `headers` go with every request."""

    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"accept-language": "en"})

    @classmethod
    def applicant(cls, now: datetime, email: str = "azure-admin@contoso.example") -> "Visitor":
        """Who has come in by a link sent to the account administrator of the tests' subscription."""
        pass_ = Pass(Purpose.APPLICANT, scope_of(SUBSCRIPTION), now + SESSION_LIFETIME, fingerprint(email, SIGNING_KEY))
        return cls({"applicant": written(pass_, SIGNING_KEY)})

    @classmethod
    def of_the_desk(cls, name: str, now: datetime) -> "Visitor":
        """A person of the desk who signed in by the page for development: ada may decide, bo may read."""
        return cls({"desk": written(Pass(Purpose.DESK, name, now + SESSION_LIFETIME), SIGNING_KEY)})

    async def look(self, path: str) -> Sight:
        """Open an address, and follow where it sends."""
        return await self._ask("GET", path, b"")

    async def send(self, page: Sight, number: int = 0, /, **fields: str) -> Sight:
        """Fill in and send a form of a page, and follow where that sends."""
        form = page.forms[number]
        body = urlencode({**form.fields, **fields}).encode()
        return await self._ask("POST", form.action or page.path, body)

    async def hand_in(
        self, page: Sight, number: int, files: Mapping[str, tuple[str, bytes]], /, **fields: str
    ) -> Sight:
        """Fill in and send a form of a page with files: their names and contents by the names of their fields."""
        form = page.forms[number]
        body, kind = multipart({**form.fields, **fields}, files)
        return await self._ask("POST", form.action or page.path, body, kind)

    async def post(self, path: str, body: bytes, kind: str = FORM) -> Sight:
        """Send anything."""
        return await self._ask("POST", path, body, kind)

    async def _ask(self, method: str, path: str, body: bytes, kind: str = FORM) -> Sight:
        for _ in range(5):
            response = await self.once(method, path, body, kind)
            location = response.headers.get("Location")
            if response.status_code != 303 or not location:
                return Sight(response.status_code, response.get_body().decode(), response.headers, path)
            method, path, body = "GET", location.removeprefix(URL), b""
        raise AssertionError(f"sent around in circles: {path}")

    async def once(self, method: str, path: str, body: bytes, kind: str = FORM) -> func.HttpResponse:
        """Ask, and follow nowhere."""
        code, request = self.request(method, path, body, kind)
        response = await code(request)
        for each in response.headers.get_all("Set-Cookie"):
            self._keep(each)
        return response

    def request(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[Function, func.HttpRequest]:
        """What the browser would ask, and the function that the host would call for it."""
        parts = urlsplit(path)
        code, route_params = function_at(method, parts.path)
        sent = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        return code, func.HttpRequest(
            method=method,
            url=URL + path,
            headers={**self.headers, **sent, **({"content-type": kind} if body else {})},
            params=dict(parse_qsl(parts.query)),
            route_params=route_params,
            body=body,
        )

    def _keep(self, header: str) -> None:
        name, _, value = header.partition(";")[0].partition("=")
        self.cookies[name] = value
        if "Max-Age=0" in header:
            del self.cookies[name]
