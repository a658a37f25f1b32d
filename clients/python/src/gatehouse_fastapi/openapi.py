"""The documentation of a FastAPI app: which operations ask who is calling, and how they may turn somebody away."""

from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

from fastapi import FastAPI

from .dependency import optional_scheme, scheme

_schema = {
    "title": "GatehouseRefusal",
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "url": {"type": "string", "description": "Where the visitor can change that."},
            },
        }
    },
}
_answers = {
    "401": "Nobody is signed in: `no_session`.",
    "403": (
        "Sent by a page that may not: `cross_site`. "
        "Or more is asked for: `proof_needed`, `email_not_verified`, `second_factor_needed`, `role_needed`."
    ),
    "503": "It cannot be known who is calling: `unavailable`. Try again after `Retry-After` seconds.",
}
_documented: WeakSet[FastAPI] = WeakSet()  # it is called with each start, of which tests make many


def document(app: FastAPI) -> None:
    """Add the 401, 403 and 503 answers to the app's OpenAPI description. `gatehouse.lifespan` does it by itself.

    To be called for an app that is mounted in another, and in scripts that call `app.openapi()`. Once is enough.
    """
    if app in _documented:
        return
    _documented.add(app)
    describe = app.openapi

    def described() -> dict[str, Any]:
        schema = describe()
        if "GatehouseRefusal" not in schema.get("components", {}).get("schemas", {}):  # FastAPI keeps what it made
            for operation in _operations(schema):
                _add_answers(operation)
            _merge_schemes(schema)
        return schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend the description


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema.get("paths", {}).values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))


def _add_answers(operation: dict[str, Any]) -> None:
    asked = {name for entry in operation.get("security", ()) for name in entry}
    if not asked & {scheme, optional_scheme}:
        return
    for status, description in _answers.items():
        if status != "401" or scheme in asked:
            content = {"application/json": {"schema": {"$ref": "#/components/schemas/GatehouseRefusal"}}}
            operation["responses"].setdefault(status, {"description": description, "content": content})
    if scheme not in asked:  # an empty entry is OpenAPI's way to say "or without"
        others = [entry for entry in operation["security"] if optional_scheme not in entry]
        operation["security"] = [{}, {scheme: []}, *others]


def _merge_schemes(schema: dict[str, Any]) -> None:
    components = schema.get("components", {})
    schemes = components.get("securitySchemes", {})
    optional = schemes.pop(optional_scheme, None)
    if optional or scheme in schemes:
        schemes.setdefault(scheme, optional)
        components.setdefault("schemas", {})["GatehouseRefusal"] = _schema
