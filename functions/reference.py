"""HTTP: the API's description for programs and for people, and what each kind of problem means."""

from dataclasses import replace
from functools import cache
from typing import Any

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

_OPENAPI: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any], config=DEFERRED)


def _shows(path: str, gives: Gives, *problems: ProblemType) -> Contract[None]:
    """The contract of what anybody may read, of whatever version of the API."""
    return Contract(
        path,
        "GET",
        Caller.ANYBODY,
        replace(gives, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        problems=problems,
        versioned=False,
        group="Service",
    )


@endpoint(blueprint, _shows("api/openapi.json", Gives(200, "This document", _OPENAPI)))
async def get_openapi(call: Call[None]) -> Reply:  # noqa: ARG001 - every endpoint has this form
    """This description.

    OpenAPI 3.1, made from what the endpoints are registered with.
    """
    return Reply(200, openapi_json())


@endpoint(blueprint, _shows("api/docs", Gives(200, "The API for people", media_type=HTML)))
async def get_reference(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """The description as a page."""
    return _reference()


@endpoint(blueprint, _shows("problems", Gives(200, "Every kind of problem", media_type=HTML)))
async def list_problems(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """List kinds of problems."""
    return _all_problems()


@endpoint(
    blueprint, _shows("problems/{code}", Gives(200, "What it means and how to correct it", media_type=HTML), NOT_FOUND)
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
