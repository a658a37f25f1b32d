"""The line to Gatehouse: a pool of kept-alive connections, one question, tight deadlines."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable
from typing import Any

import httpx

from .caller import Answer, Unavailable, read_answer

_log = logging.getLogger("gatehouse_fastapi")

_longest_body = 16 * 1024  # bytes; an answer has some hundred
_connections = 64
_keep_seconds = 5  # Gatehouse keeps idle connections for 10
_limits = httpx.Limits(
    max_connections=_connections, max_keepalive_connections=_connections, keepalive_expiry=_keep_seconds
)
_always = [("accept", "application/json"), ("accept-encoding", "identity"), ("user-agent", "gatehouse-fastapi")]
_never_connected = (httpx.ConnectError, httpx.ConnectTimeout)
_lost = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


class Line:
    """Asks Gatehouse over connections that are kept. Belongs to one event loop.

    Speaks through httpx's transport and not its client: no redirect is followed, no cookie kept, no proxy or
    certificate taken from the environment, because nothing there could.
    """

    def __init__(self, origin: str, deadline_seconds: float, ssl_context: ssl.SSLContext | None) -> None:
        """Prepare a line to the Gatehouse at an origin; nothing is sent yet."""
        self._url = httpx.URL(f"{origin}/api/session")
        # Without https no certificate is ever looked at: reading all authorities would take its time for nothing.
        verify = ssl_context or (origin.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._transport = httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=_limits)
        self._turns = asyncio.Semaphore(_connections)  # the pool's own queue takes the longer the longer it is
        self._deadline_seconds = deadline_seconds
        slow = deadline_seconds * 0.95  # before the deadline of the whole: the connection is given up in good order
        self._patience = {"connect": deadline_seconds * 0.45, "write": slow, "read": slow, "pool": slow}

    async def ask(self, cookie: str, request_id: str) -> Answer:
        """Who has this cookie? Raises Unavailable when that cannot be known, within the deadline, whatever happens."""
        try:
            return read_answer(*await asyncio.wait_for(self._get(cookie, request_id), self._deadline_seconds))
        except Unavailable as error:
            _log.warning("Gatehouse at %s %s (request %s)", self._url, error, request_id)
            raise
        except Exception as error:  # whatever it was: the truth is not known
            _log.warning("Gatehouse at %s: %s (request %s)", self._url, type(error).__name__, request_id)
            raise Unavailable(type(error).__name__) from error

    async def _get(self, cookie: str, request_id: str) -> tuple[int, bytes]:
        async with self._turns:
            return await self._get_in_turn(cookie, request_id)

    async def _get_in_turn(self, cookie: str, request_id: str) -> tuple[int, bytes]:
        trail = _Trail()
        try:
            response = await self._send(cookie, request_id, trail)
        except _never_connected:
            response = await self._send(cookie, request_id, _Trail())
        except _lost:
            if trail.connected:
                raise  # a new connection, so Gatehouse had the question: asking again would double the load
            response = await self._send(cookie, request_id, _Trail())  # the kept connection had died meanwhile
        try:
            return response.status_code, await _bounded(response)
        finally:
            await response.aclose()

    def _send(self, cookie: str, request_id: str, trail: "_Trail") -> Awaitable[httpx.Response]:
        headers = [*_always, ("cookie", cookie), ("x-request-id", request_id)]
        extensions = {"timeout": self._patience, "trace": trail}
        question = httpx.Request("GET", self._url, headers=headers, extensions=extensions)
        return self._transport.handle_async_request(question)

    async def close(self) -> None:
        """Hang up."""
        await self._transport.aclose()


class _Trail:
    """Notes whether a connection was made for a request, or a kept one used."""

    def __init__(self) -> None:
        self.connected = False

    async def __call__(self, event: str, _: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self.connected = True


async def _bounded(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.stream:  # type: ignore[union-attr]  # an asynchronous transport gives this kind
        body += chunk
        if len(body) > _longest_body:
            raise Unavailable("answered with too much")
    return body
