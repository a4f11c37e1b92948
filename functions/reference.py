"""HTTP: the API's description for programs and for people, and what each kind of problem means."""

from functools import cache
from typing import Any, Final

import azure.functions as func
from pydantic import TypeAdapter

from functions.contracts import HTML, IF_NONE_MATCH, Contract, Gives
from functions.identity import Caller
from functions.openapi import document, openapi_json
from functions.problem_types import CATALOGUE, NOT_FOUND, ProblemType
from functions.problems import Problem, ProblemError, example_of
from functions.replies import Reply
from functions.routes import ROUTES, Call, endpoint
from shared import wiring
from shared.domain.model import DEFERRED

blueprint = func.Blueprint()

_GROUP: Final = "Service"
_OPENAPI: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any], config=DEFERRED)


@endpoint(
    blueprint,
    Contract[None](
        "api/openapi.json",
        "GET",
        Caller.ANYBODY,
        Gives(200, "This document", _OPENAPI, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        versioned=False,
        group=_GROUP,
    ),
)
async def get_openapi(call: Call[None]) -> Reply:  # noqa: ARG001 - every endpoint has this form
    """This description.

    OpenAPI 3.1, made from what the endpoints are registered with.
    """
    return Reply(200, openapi_json())


@endpoint(
    blueprint,
    Contract[None](
        "api/docs",
        "GET",
        Caller.ANYBODY,
        Gives(200, "The API for people", media_type=HTML, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        versioned=False,
        group=_GROUP,
    ),
)
async def get_reference(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """The description as a page."""
    return _reference()


@endpoint(
    blueprint,
    Contract[None](
        "problems",
        "GET",
        Caller.ANYBODY,
        Gives(200, "Every kind of problem", media_type=HTML, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        versioned=False,
        group=_GROUP,
    ),
)
async def list_problems(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """List kinds of problems."""
    return _all_problems()


@endpoint(
    blueprint,
    Contract[None](
        "problems/{code}",
        "GET",
        Caller.ANYBODY,
        Gives(200, "What it means and how to correct it", media_type=HTML, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        problems=(NOT_FOUND,),
        versioned=False,
        group=_GROUP,
    ),
)
async def get_problem(call: Call[None]) -> Reply:
    """Show a kind of problem.

    What it means and how to correct it: the address that a problem's `type` names.
    """
    kind = CATALOGUE.get(call.part("code"))
    if kind is None:
        raise ProblemError(Problem(NOT_FOUND, "There is no problem of this code; /problems lists them all."))
    return _problem(kind)


@cache
def _reference() -> Reply:
    return _page_reply(wiring.reference_pages().reference_page(document(ROUTES), wiring.wired().public_url))


@cache
def _all_problems() -> Reply:
    return _page_reply(wiring.reference_pages().problems_page([*CATALOGUE.values()]))


@cache
def _problem(kind: ProblemType) -> Reply:
    operations = sorted(route.name for route in ROUTES if kind in route.contract.all_problems)
    return _page_reply(wiring.reference_pages().problem_page(kind, example_of(kind), operations))


def _page_reply(page: wiring.Page) -> Reply:
    return Reply(200, page.html.encode(), HTML, policy=page.policy)
