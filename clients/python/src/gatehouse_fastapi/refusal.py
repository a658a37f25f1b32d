"""How a request is turned away: 401, 403 or 503, with a code for programs and a sentence for people."""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, HTTPException
from starlette.exceptions import WebSocketException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketState

statuses: Final = {
    "no_session": HTTPStatus.UNAUTHORIZED,
    "cross_site": HTTPStatus.FORBIDDEN,
    "email_not_verified": HTTPStatus.FORBIDDEN,
    "proof_needed": HTTPStatus.FORBIDDEN,
    "second_factor_needed": HTTPStatus.FORBIDDEN,
    "role_needed": HTTPStatus.FORBIDDEN,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
_messages: Final = {
    "no_session": "Sign in first.",
    "cross_site": "This page may not act in your name here.",
    "email_not_verified": "Confirm your email address first.",
    "proof_needed": "Prove once more that it is you.",
    "second_factor_needed": "Set up two-step sign-in first.",
    "role_needed": "Your account doesn’t have the role that this needs.",  # noqa: RUF001 - as on Gatehouse's pages
    "unavailable": "It cannot be known right now who is signed in. Try again shortly.",
}
_policy_violation = 1008  # what a WebSocket is closed with that is already open
_try_again_later = 1013


class Refused(HTTPException):
    """The request is not let in. `code` says why; `url`, where there is one, is where the visitor can change that."""

    def __init__(self, code: str, *, url: str | None = None, plain: bool = False) -> None:
        """Describe the refusal; `plain` for frameworks that can only send a text."""
        self.code = code
        self.message = _messages[code]
        self.url = url
        headers = {"Cache-Control": "no-store", "Vary": "Cookie, Origin"}
        if statuses[code] == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = "1"
        super().__init__(statuses[code], self.message if plain else self.body(), headers)

    def body(self) -> dict[str, str]:
        """Describe the refusal in a form for programs."""
        hint = {"url": self.url} if self.url else {}
        return {"code": self.code, "message": self.message, **hint}


def refusal(connection: HTTPConnection, code: str, url: str | None = None) -> Exception:
    """The exception that turns this very connection away, as far as it has come."""
    if isinstance(connection, WebSocket) and not _can_still_be_answered(connection):
        return WebSocketException(_try_again_later if code == "unavailable" else _policy_violation, _messages[code])
    return Refused(code, url=url, plain=not isinstance(connection.scope.get("app"), FastAPI))


def _can_still_be_answered(socket: WebSocket) -> bool:
    """Before the handshake is done a WebSocket can be answered like a request, if the server knows how to."""
    answerable = "websocket.http.response" in socket.scope.get("extensions", {})
    return answerable and socket.application_state == WebSocketState.CONNECTING


async def answer_as_error(connection: HTTPConnection, refused: Exception) -> Response:
    """Answer like the session API: {"error": {"code": …, "message": …}}. For `exception_handlers={Refused: …}`."""
    if not isinstance(refused, Refused):
        raise refused
    return JSONResponse({"error": refused.body()}, refused.status_code, refused.headers)
