"""Writes the API's reference for people: the whole of it on a page, made from its OpenAPI document, and its problems.

The pages stand alone: no script, no font or picture from elsewhere, one style, which their policy allows by its hash.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.web.reference_document import Document, groups_of, problems_of, schemas_of, schemes_of

DOCUMENT_PATH: Final = "/api/openapi.json"
REFERENCE_PATH: Final = "/api/docs"
PROBLEMS_PATH: Final = "/problems"
"""Where the app shows the document, its reference and its problems, from the root of its address: the pages link."""


@dataclass(frozen=True)
class Page:
    """A page and its Content-Security-Policy, which allows this page's style and nothing else."""

    html: str
    policy: str


class ProblemKind(Protocol):
    """A kind of problem (RFC 9457): `cure` says how to correct it, `uri` is where its page is."""

    @property
    def code(self) -> str:
        """The code, which its address ends in."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def title(self) -> str:
        """The same for every problem of the kind."""

    @property
    def cure(self) -> str:
        """How to correct it."""

    @property
    def uri(self) -> str:
        """The address of its page, from the root of the app's."""


def reference_page(document: Document, base_url: str) -> Page:
    """The whole API on a page. `base_url` is where the document's paths begin, without a slash at the end.

    Raises KeyError if an operation has no operationId, summary or tag, or a parameter that it needs no example.
    """
    schemes = schemes_of(document)
    return _page(
        "reference.j2",
        info=document["info"],
        schemes=schemes,
        callers={scheme.name: scheme.caller for scheme in schemes},
        groups=groups_of(document, base_url),
        schemas=schemas_of(document),
        problems=problems_of(document),
    )


def problems_page(catalogue: Sequence[ProblemKind]) -> Page:
    """Every kind of problem, in a table."""
    return _page("problems.j2", catalogue=sorted(catalogue, key=lambda kind: (kind.status, kind.code)))


def problem_page(kind: ProblemKind, example: Mapping[str, Any], operations: Sequence[str]) -> Page:
    """What a kind of problem means and how to correct it.

    `example` is a problem as JSON, `operations` are the operationIds that answer with it.
    """
    shown = json.dumps(example, ensure_ascii=False, indent=2)
    return _page("problem.j2", kind=kind, operations=operations, example=shown)


def _fragment(name: str) -> str:
    """A name as part of an id: no two names give the same, whatever is in them."""
    return re.sub(r"[^\w.-]", lambda found: f"~{ord(found[0]):x}~", name, flags=re.ASCII)


def _paragraphs(prose: str) -> list[list[str]]:
    """The paragraphs of prose; in each, text and `code` by turns."""
    return [re.split(r"`([^`]+)`", paragraph) for paragraph in prose.split("\n\n") if paragraph.strip()]


def _parts(code: str) -> list[str]:
    """A code cut before its capitals, as "Not" and "Found"."""
    return re.split(r"(?<=[a-z])(?=[A-Z])", code)


def _page(template: str, **contents: Any) -> Page:
    style = _TEMPLATES.get_template("style.css").render()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Page(
        html=_TEMPLATES.get_template(template).render(contents),
        policy=(
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        ),
    )


_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "reference"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"fragment": _fragment, "paragraphs": _paragraphs, "parts": _parts}
_TEMPLATES.globals |= {"DOCUMENT_PATH": DOCUMENT_PATH, "REFERENCE_PATH": REFERENCE_PATH, "PROBLEMS_PATH": PROBLEMS_PATH}
