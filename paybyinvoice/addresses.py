"""Where the API is: only addresses to which a secret may be sent."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from paybyinvoice.problems import UnexpectedAnswer, UnsafeAddress

API_VERSION: Final = "2026-11-01"
_THIS_MACHINE: Final = frozenset(("localhost", "127.0.0.1", "::1"))
_PORTS: Final = {"http": 80, "https": 443}
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_HOST_NAME: Final = re.compile(rb"[\w-]+(\.[\w-]+)*\.?")


def checked(url: str) -> str:
    """Give the service's address without a slash at its end.

    Raises UnsafeAddress, which does not repeat the address: somebody may have written a password into it.
    """
    # Before urlsplit, which drops some of it without a word.
    if _BLANK.search(url):
        raise UnsafeAddress("The service's address must be without spaces, line ends and control characters.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in _PORTS:
        raise UnsafeAddress("The service's address must be like https://pay.example.com.")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("The service's address must be without user and password: they are given apart.")
    if parts.query or parts.fragment:
        raise UnsafeAddress("The service's address must be without ? and #.")
    if not _is_host(host):
        raise UnsafeAddress(
            "The service's address must be like https://pay.example.com: "
            "its host is of letters, digits and hyphens, 1 to 63 between two dots."
        )
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise UnsafeAddress(f"http is for localhost; elsewhere it gives the secret away: use https://{host}.")
    return url.rstrip("/")


def address(base: str, *path: str, **query: str) -> str:
    """Spell the address of a thing of the API; each part of `path` is a segment, whatever is in it."""
    asked = {"api-version": API_VERSION, **query}
    spelled = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    return f"{base}/api/{'/'.join(_segment(part) for part in path)}?{spelled}"


def followed(base: str, link: str) -> str:
    """Give a link of an answer as it stands, if it leads to the service itself. Raises UnexpectedAnswer.

    The secret goes where the link leads, so nobody but the service may be there.
    """
    if _origin(link) != _origin(base):
        raise UnexpectedAnswer(
            f"The service at {base} links to {link}, which is elsewhere: the secret is not sent there. "
            "Use the address that its links have."
        )
    return link


def _is_host(host: str) -> bool:
    try:
        # As the resolver spells it: UnicodeError where a label is empty or too long.
        spelled = host.encode("idna")
    except UnicodeError:
        return False
    # Only an address of IPv6 has a colon, and urlsplit has read that.
    return ":" in host or _HOST_NAME.fullmatch(spelled) is not None


def _segment(part: str) -> str:
    # A segment of dots alone is a step in the tree, even percent-encoded (RFC 3986 section 6.2.2).
    if not part.strip("."):
        raise ValueError("an id must be given")
    return quote(part, safe="")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        host = "localhost" if parts.hostname in _THIS_MACHINE else parts.hostname
        return parts.scheme, host, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None
