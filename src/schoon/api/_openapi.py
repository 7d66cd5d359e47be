"""The OpenAPI 3.1 document, made from the table of operations and the forms on the wire."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from schoon.api._problems import PROBLEM_KINDS
from schoon.api._routes import Access, Operation
from schoon.client import Problem

_PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.MEMBER: [{"token": []}, {"basic": []}],
    Access.PARTNER: [{"person": []}],
    Access.OPERATOR: [{"metrics": []}, {}],
    Access.OPEN: [],
}
_DESCRIPTION = """Digests in, verdicts out. A verdict is one of `listed`, `review`, `not_listed`, `unavailable`;
what is not a complete answer of status 200 is never a verdict."""


def openapi_document(operations: Iterable[Operation], *, version: str) -> dict[str, Any]:
    """The document, as JSON values."""
    operations = tuple(operations)
    forms = [form for operation in operations for form in (operation.body, operation.reply) if form is not None]
    _, components = msgspec.json.schema_components([*forms, Problem], ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Schoon hash check", "version": version, "description": _DESCRIPTION.replace("\n", " ")},
        "paths": paths,
        "components": {
            "schemas": _tidy(components),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A member's token."},
                "basic": {"type": "http", "scheme": "basic", "description": "The member's name, and a token."},
                "person": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of an account at the desk with the duty of analyst or lead.",
                },
                "metrics": {"type": "http", "scheme": "bearer", "description": "The operator's metrics token."},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": _name_of(operation),
        "summary": operation.summary,
        "responses": _responses(operation),
    }
    if operation.details:
        said["description"] = operation.details
    if operation.takes:
        schema = _ref(operation.body) if operation.body else dict(operation.body_schema)
        said["requestBody"] = {"required": True, "content": {operation.takes: {"schema": schema}}}
        for media_type, other in operation.also_takes.items():
            said["requestBody"]["content"][media_type] = {"schema": dict(other)}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    parameters += [
        {"name": query.name, "in": "query", "required": False, "schema": query.schema, "description": query.means}
        for query in operation.query
    ]
    parameters += [
        {"name": one.name, "in": "header", "required": False, "schema": one.schema, "description": one.means}
        for one in operation.headers
    ]
    if parameters:
        said["parameters"] = parameters
    said["security"] = _SECURITY[operation.access]
    return said


def _responses(operation: Operation) -> dict[str, Any]:
    untyped = {"type": "object" if operation.gives == "application/json" else "string"}
    schema = _ref(operation.reply) if operation.reply else untyped
    responses: dict[str, Any] = {
        "200": {"description": "The complete answer.", "content": {operation.gives: {"schema": schema}}}
    }
    statuses = set(operation.refusals) | {500}
    if operation.access is Access.MEMBER:
        statuses |= {401, 503}
    if operation.access is Access.PARTNER:
        statuses |= {401, 403, 503}
    if operation.access is Access.OPERATOR:
        statuses.add(403)
    if operation.takes:
        statuses |= {408, 413, 422}
    if operation.takes.startswith("application/"):
        statuses.add(415)
    told = (
        {"text/plain": {"schema": {"type": "string"}}}
        if operation.speaks_text
        else {"application/problem+json": {"schema": _PROBLEM_REF}}
    )
    for status in sorted(statuses):
        titles = sorted({kind.title for kind in PROBLEM_KINDS.values() if kind.status == status})
        responses[str(status)] = {"description": "; ".join(titles) or "Refused.", "content": told}
    for status, form in operation.other_replies:
        responses[str(status)] = {"description": form.__doc__, "content": {operation.gives: {"schema": _ref(form)}}}
    return responses


def _ref(form: type[object]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{form.__name__}"}


def _name_of(operation: Operation) -> str:
    words = re.findall(r"[a-z0-9]+", operation.path.removeprefix("/v1"))
    return "_".join((operation.method.lower(), *words))


def _tidy(components: dict[str, Any]) -> dict[str, Any]:
    """Docstrings as descriptions: their first paragraph, without the list of attributes."""
    for schema in components.values():
        if "description" in schema:
            schema["description"] = schema["description"].split("\n\n")[0]
    return dict(sorted(components.items()))
