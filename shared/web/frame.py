"""What surrounds every page: its language, who reads it, and what its forms must bring back."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.callers import Principal
from shared.domain.decisions import Language


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page. `path` is its address from the root, with its query; `token` is for its forms.

    `said` is the key of a sentence that tells of what was just done, if anything.
    """

    language: Language
    path: str
    principal: Principal
    now: datetime
    token: str = ""
    said: str = ""
    development: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as HTML, and its Content-Security-Policy."""

    html: str
    policy: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load."""

    content: bytes
    media_type: str
