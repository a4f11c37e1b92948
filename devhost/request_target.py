"""Request targets: path and query as the host's web server (Kestrel) reads them."""

import re
from urllib.parse import parse_qsl, urlsplit

# An escaped slash stays escaped in Kestrel's path: decoded, it would change where segments end
# (https://github.com/dotnet/aspnetcore/issues/2655).
_ESCAPES = re.compile(r"(?:%(?!2[fF])[0-9A-Fa-f]{2})+")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_FIRST_SURROGATE = 0xDC00


def split_target(target: str) -> tuple[str, str] | None:
    """Split a raw request target into raw path and raw query; None when it is no path the host would serve.

    Takes the absolute form (``http://host/path``) too, which proxies send.
    """
    if not target.isascii():
        return None
    if not target.startswith("/"):
        return _split_absolute(target)
    path, _, query = target.partition("#")[0].partition("?")
    return (path, query) if _is_sound(path) else None


def _split_absolute(target: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _is_sound(parts.path):
        return None
    return parts.path or "/", parts.query


def _is_sound(path: str) -> bool:
    return "%00" not in path


def decode_path(raw: str) -> str:
    """Decode a raw path: escapes are UTF-8, ``%2F`` and bytes that are no UTF-8 stay escaped, dot segments go."""
    return _without_dot_segments(_ESCAPES.sub(lambda found: _decode_escapes(found[0]), raw))


def _decode_escapes(escapes: str) -> str:
    text = bytes.fromhex(escapes.replace("%", "")).decode("utf-8", errors="surrogateescape")
    return _UNDECODABLE.sub(lambda found: f"%{ord(found[0]) - _FIRST_SURROGATE:02X}", text)


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.removeprefix("/").split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def read_query(raw: str) -> dict[str, str]:
    """Return the query parameters as Python functions get them.

    Names that differ in case only are one, in the first spelling; its values are joined by ",". Empty values are
    dropped, and a parameter that has no other with them.
    """
    names: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw):
        values.setdefault(names.setdefault(name.lower(), name), []).append(value)
    return {name: ",".join(found) for name, found in values.items()}
