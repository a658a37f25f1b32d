"""The dependencies themselves. FastAPI draws a lock in its documentation for each that is a SecurityBase."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of `__call__`.
from collections.abc import Awaitable, Callable

from fastapi.openapi.models import APIKey, APIKeyIn
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from .caller import Caller

scheme = "Gatehouse"
optional_scheme = "GatehouseOptional"


class RequiredCaller(SecurityBase):
    """Gives the caller, or turns the request away."""

    def __init__(self, find: Callable[[HTTPConnection], Awaitable[Caller]], cookie_name: str) -> None:
        """Find the caller with `find`; document the cookie by its name."""
        self.model = _lock(cookie_name)
        self.scheme_name = scheme
        self._find = find

    async def __call__(self, connection: HTTPConnection) -> Caller:
        """For FastAPI."""
        return await self._find(connection)


class OptionalCaller(SecurityBase):
    """Gives the caller, or None when nobody is signed in."""

    def __init__(self, find: Callable[[HTTPConnection], Awaitable[Caller | None]], cookie_name: str) -> None:
        """Find the caller with `find`; document the cookie by its name."""
        self.model = _lock(cookie_name)
        self.scheme_name = optional_scheme
        self._find = find

    async def __call__(self, connection: HTTPConnection) -> Caller | None:
        """For FastAPI."""
        return await self._find(connection)


_description = """The session cookie that Gatehouse sets: `__Host-better-auth.session_token` on https,
`__Secure-better-auth.session_token` there when sub-domains share it, `better-auth.session_token` on http."""


def _lock(cookie_name: str) -> APIKey:
    lock = {"in": APIKeyIn.cookie, "name": cookie_name, "description": _description}
    return APIKey.model_validate(lock)
