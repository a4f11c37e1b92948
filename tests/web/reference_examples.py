"""A small API to write a reference of, by hand: what the pages know how to show is in it once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.web.reference_document import Document

BASE_URL = "https://invoice.example"
REFERENCE = "#/components/{}/{}".format


@dataclass(frozen=True)
class AProblem:
    """A kind of problem."""

    code: str = "RequestOpen"
    status: int = 409
    title: str = "There is an open request"
    cure: str = "Follow that one: `requestId` names it."

    @property
    def uri(self) -> str:
        return f"/problems/{self.code}"


def a_document() -> Document:
    """An API with a submission, a decision between two forms, a signed webhook and something for everybody."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pay", "version": "2026-11-01", "description": "Lets pay.\n\nRead `nextLink`; it's signed."},
        "tags": [{"name": "Requests"}, {"name": "Unused"}],
        "paths": {
            "/api/live": {"get": an_operation("get_live", "Service", [], responses={"200": answer("Alive")})},
            "/api/requests": {"post": _SUBMISSION},
            "/api/requests/{id}/decision": {"post": _DECISION},
            "/api/portal": {
                "post": an_operation("take", "Portal", [{"portal": []}], requestBody=a_body("Approve", {}))
            },
        },
        "components": {
            "schemas": _SCHEMAS,
            "parameters": _PARAMETERS,
            "headers": {"ETag": {"description": "The version that is shown", "schema": {"type": "string"}}},
            "responses": {"RequestOpen": _PROBLEM},
            "examples": _EXAMPLES,
            "securitySchemes": _SCHEMES,
        },
    }


def an_operation(name: str, group: str, security: list[Any], **more: Any) -> dict[str, Any]:
    """An operation that answers 204 if nothing else is said."""
    nothing = {"204": {"description": "Taken"}}
    said = {"operationId": name, "tags": [group], "summary": f"Do {name}", "security": security, "responses": nothing}
    return {**said, **more}


def answer(description: str, schema: str = "", **more: Any) -> dict[str, Any]:
    """An answer; with a body if a schema is named."""
    content = {"application/json": {"schema": ref("schemas", schema)}} if schema else {}
    return {"description": description, "content": content, **more}


def a_body(schema: str, example: Any) -> dict[str, Any]:
    """A body of one schema."""
    return {"required": True, "content": {"application/json": {"schema": ref("schemas", schema), "example": example}}}


def ref(kind: str, name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": REFERENCE(kind, name)}


def rewritten(node: Any, write: Callable[[str, str], str], key: str = "") -> Any:
    """A document with each text as `write` has it, which is given the key that it stands under."""
    if isinstance(node, dict):
        return {name: rewritten(each, write, name) for name, each in node.items()}
    if isinstance(node, list):
        return [rewritten(each, write, key) for each in node]
    return write(key, node) if isinstance(node, str) else node


_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}

_SCHEMAS: dict[str, Any] = {
    "Form": {
        "description": "What is sent.\n\nMore of it.",
        "required": ["address"],
        "properties": {
            "address": ref("schemas", "Address"),
            "contacts": {"type": "array", "maxItems": 5, "items": ref("schemas", "Contact")},
            "need": {"anyOf": [ref("schemas", "Money"), {"type": "null"}], "default": None},
            "years": {"type": ["integer", "null"], "minimum": 0.0, "description": "Since the start"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "on": {"type": "string", "format": "date", "examples": ["2026-11-23"]},
            "seen": {"const": True},
            "parent": {"anyOf": [ref("schemas", "Form"), {"type": "null"}]},
            "either": {"anyOf": [ref("schemas", "Money"), ref("schemas", "Contact")]},
            "codes": {"type": "array", "items": ref("schemas", "Method")},
        },
    },
    "Address": {
        "description": "Where invoices go.",
        "properties": {"line1": _TEXT, "country": {"pattern": "^[A-Z]{2}$"}},
    },
    "Contact": {"properties": {"method": {**ref("schemas", "Method"), "default": "email"}}},
    "Method": {"description": "How to reach a contact.", "enum": ["email", "phone"], "type": "string"},
    "Money": {"properties": {"amount": {"anyOf": [{"type": "number", "maximum": 10}, {"type": "string"}]}}},
    "Approve": {"description": "Yes.", "properties": {"kind": {"const": "approve", "type": "string"}}},
    "Decline": {"description": "No.", "properties": {"kind": {"const": "decline", "type": "string"}}},
    "Case": {"properties": {"id": {"type": "string"}}},
    "Decision": {
        "oneOf": [ref("schemas", "Approve"), ref("schemas", "Decline")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {name.lower(): REFERENCE("schemas", name) for name in ("Approve", "Decline")},
        },
    },
}

_PARAMETERS = {
    "api-version": {"name": "api-version", "in": "query", "required": True, "schema": _TEXT, "example": "2026-11-01"},
    "id": {"name": "id", "in": "path", "required": True, "schema": _TEXT, "example": "4/7"},
    "Idempotency-Key": {"name": "Idempotency-Key", "in": "header", "schema": _TEXT, "example": '"8e03"'},
    "If-Match": {"name": "If-Match", "in": "header", "required": True, "schema": _TEXT, "example": '"4.desk"'},
    "traceparent": {"name": "traceparent", "in": "header", "schema": _TEXT, "description": "Of the trace"},
}

_PROBLEM = {
    "description": "RequestOpen",
    "content": {"application/problem+json": {"examples": {"RequestOpen": ref("examples", "RequestOpen")}}},
}

_EXAMPLES = {
    "RequestOpen": {"value": {"type": "/problems/RequestOpen", "title": "There is an open request", "status": 409}},
    "MethodNotAllowed": {"value": {"type": "/problems/MethodNotAllowed", "title": "Not possible", "status": 405}},
    "aCase": {"value": {"id": "4"}},
}

_SCHEMES = {
    "client": {"type": "http", "scheme": "basic", "description": "Id and secret"},
    "desk": {"type": "http", "scheme": "bearer", "description": "Work account"},
    "deskDevelopment": {"type": "apiKey", "in": "header", "name": "x-development-user"},
    "portal": {"type": "apiKey", "in": "header", "name": "webhook-signature"},
}

_SUBMISSION = an_operation(
    "submit",
    "Requests",
    [{"client": []}],
    parameters=[ref("parameters", name) for name in ("traceparent", "api-version", "Idempotency-Key")],
    requestBody=a_body("Form", {"address": {"line1": "Baker's Yard 1"}}),
    responses={
        "409": ref("responses", "RequestOpen"),
        "202": answer("Accepted", "Case", headers={"ETag": ref("headers", "ETag")}),
    },
)

_DECISION = an_operation(
    "decide",
    "Requests",
    [{"desk": []}, {"deskDevelopment": []}],
    description="The role `Desk.Decide`.",
    parameters=[ref("parameters", name) for name in ("If-Match", "id")],
    requestBody=a_body("Decision", {"kind": "approve"}),
)
