"""Refusals in the hands of whoever answers errors: FastAPI's handlers, and middleware, which none of them sees."""

from collections.abc import Awaitable, Callable

import httpx2
from apps import make_app
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from gatehouse_fastapi import Gatehouse, Refused, answer_as_error
from gatehouse_fastapi.testing import TestGatehouse
from starlette.requests import Request
from starlette.responses import Response

Next = Callable[[Request], Awaitable[Response]]


def visit(app: FastAPI) -> httpx2.Response:
    with TestClient(app) as browser:
        got: httpx2.Response = browser.get("/me")
        return got


def test_a_handler_for_the_exceptions_of_fastapi_answers_refusals_too(small: TestGatehouse) -> None:
    app, _ = make_app(Gatehouse(small.url))

    @app.exception_handler(HTTPException)
    async def answer(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"problem": error.detail["code"]}, error.status_code, error.headers)  # type: ignore[index]

    got = visit(app)
    assert (got.status_code, got.json()) == (401, {"problem": "no_session"})


def test_middleware_answers_by_itself(small: TestGatehouse) -> None:
    gatehouse = Gatehouse(small.url)
    app, reached = make_app(gatehouse)

    @app.middleware("http")
    async def signed_in(request: Request, call_next: Next) -> Response:
        try:
            await gatehouse.check(request)
        except Refused as refused:
            return await answer_as_error(request, refused)
        return await call_next(request)

    got = visit(app)
    assert (got.status_code, got.json()["error"]["code"]) == (401, "no_session")
    assert got.headers["cache-control"] == "no-store"
    assert reached.names == []
