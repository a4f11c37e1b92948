"""A case as the answer: as its caller may see it, with its ETag."""

import azure.functions as func

from functions.answers import json_answer
from functions.routes import Call
from functions.views import case_view, desk_case_view, etag_of
from shared.domain.callers import Kind
from shared.domain.case import Case


def case_answer(status: int, case: Case, call: Call) -> func.HttpResponse:
    """Answer with a case; while it is open, with the time after which to look again."""
    path = f"/api/requests/{case.id}"
    url, history_url = call.url_of(path), call.url_of(f"{path}/history")
    view = desk_case_view if call.principal.kind is Kind.DESK else case_view
    headers = {"ETag": etag_of(case), "Location": url} | ({} if case.is_final else {"Retry-After": "5"})
    return json_answer(status, view(case, url, history_url), headers)
