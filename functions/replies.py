"""What an endpoint replies, before it becomes an HTTP answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.model import Model


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a body as bytes with its media type, and headers beside those that every answer has.

    `policy` is the Content-Security-Policy of a page; without one, nothing may be loaded or shown in frames.
    """

    status: int
    content: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    policy: str = "default-src 'none'; frame-ancestors 'none'"


def json_reply(status: int, body: Model, headers: Mapping[str, str] | None = None) -> Reply:
    """A model as JSON in camelCase, without what is absent."""
    return Reply(status, body.model_dump_json(by_alias=True, exclude_none=True).encode(), headers=headers or {})
