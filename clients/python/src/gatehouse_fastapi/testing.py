"""A Gatehouse for your own tests: a real server on a real socket, which speaks the session API's contract."""

import json
import secrets
import socket
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .incoming import own_cookies
from .testing_changes import ChangesTold, instant

_nobody = {"error": {"code": "no_session", "message": "Nobody is signed in with this cookie."}}
_unavailable = {
    "error": {
        "code": "unavailable",
        "message": "It cannot be known right now who is signed in. Try again shortly.",
    }
}
_key_needed = {"error": {"code": "key_needed", "message": "This is for backends, with their key and without a cookie."}}
_always = {"Content-Type": "application/json;charset=utf-8", "Cache-Control": "no-store", "Vary": "Cookie, Origin"}
_Answer = tuple[int, dict[str, Any], dict[str, str]]


class TestGatehouse:
    """People sign in and out of it by a call; everything else goes over HTTP. A context manager.

    >>> with TestGatehouse() as login:
    ...     cookie = login.sign_in(email="ada@example.org", fresh=False)
    ...     gatehouse = Gatehouse(login.url)
    """

    __test__ = False  # not a test, whatever its name

    def __init__(self) -> None:
        """Start at once, at a free port of this machine."""
        self._sessions: dict[str, dict[str, Any]] = {}
        self._server: _Server | None = None
        self._port = 0
        self._changes = ChangesTold()
        self.live_key = secrets.token_urlsafe(32)
        """With it, as `live_key`, a Gatehouse of your own hears what changed."""
        self.polls = 0
        """How often that was asked."""
        self.delay_seconds = 0.0
        """How long each answer takes."""
        self.is_unavailable = False
        """Whether it answers 503, like a Gatehouse without its database."""
        self.requests: list[dict[str, str]] = []
        """The headers of each question that was asked, names in small letters."""
        self.start()

    @property
    def url(self) -> str:
        """Where it is; the same after a restart."""
        return f"http://127.0.0.1:{self._port}"

    def sign_in(  # noqa: PLR0913 - all that can differ between two people
        self,
        *,
        email: str = "ada@example.org",
        email_verified: bool = True,
        name: str = "Ada Lovelace",
        user_id: str | None = None,
        image: str | None = None,
        fresh: bool = True,
        methods: tuple[str, ...] = ("password",),
        roles: tuple[str, ...] = (),
    ) -> str:
        """Sign somebody in; gives the `Cookie` header to send. One address has one id, however often it signs in.

        With two methods, such as `("password", "totp")`, two factors are proved. Raises TypeError where one of the
        lists is a text, whose letters would be taken for its members.
        """
        if isinstance(methods, str) or isinstance(roles, str):
            raise TypeError('methods, roles: write a tuple, such as ("admin",).')
        now = datetime.now(timezone.utc) - timedelta(hours=0 if fresh else 1)
        cookie = f"better-auth.session_token={secrets.token_urlsafe(24)}.{secrets.token_urlsafe(32)}"
        identity = user_id or f"user-{email}"
        user = {"id": identity, "email": email, "emailVerified": email_verified, "name": name, "image": image}
        self._sessions[cookie] = {
            "user": {**user, "roles": list(roles)} if roles else user,
            "session": {
                "id": secrets.token_urlsafe(16),
                "createdAt": instant(now),
                "expiresAt": instant(now + timedelta(days=7)),
                "fresh": fresh,
                "factors": min(len(methods), 2),
                "methods": list(methods),
            },
        }
        return cookie

    def sign_out(self, cookie: str) -> None:
        """End a session."""
        ended = self._sessions.pop(cookie, None)
        if ended:
            self._changes.note(ended["session"]["id"])

    def start(self) -> None:
        """Open the port again after `stop`; who was signed in still is."""
        if self._server is None:
            self._changes.restart()
            self._server = _Server(self, self._port)
            self._port = self._server.server_port
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Close the port and every connection, as when Gatehouse is not there."""
        if self._server is not None:
            self._server.end()
            self._server = None
            self._changes.restart()

    def __enter__(self) -> "TestGatehouse":
        """Use it for a while, again if need be."""
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close it."""
        self.stop()

    def _answer(self, headers: dict[str, str]) -> _Answer:
        cookie = own_cookies([(b"cookie", headers.get("cookie", "").encode("latin-1"))])
        signed_in = self._sessions.get(cookie) if cookie else None
        self.requests.append(headers)
        time.sleep(self.delay_seconds)  # and then the answer is as old as it may be in truth
        if self.is_unavailable:
            return 503, _unavailable, {"Retry-After": "1"}
        return (200, signed_in, {}) if signed_in else (401, _nobody, {})

    def _tell(self, after: str, headers: dict[str, str]) -> _Answer:
        self.polls += 1
        if "cookie" in headers or headers.get("authorization") != f"Bearer {self.live_key}":
            return 401, _key_needed, {"WWW-Authenticate": "Bearer"}
        told = self._changes.since(after)
        return (503, _unavailable, {"Retry-After": "1"}) if self.is_unavailable else (200, told, {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, login: TestGatehouse, port: int) -> None:
        self.login = login
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as it is inherited
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as it is inherited
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    wbufsize = 64 * 1024  # an answer leaves in one piece
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if address.path == "/api/session":
            self._send(*self.server.login._answer(headers))
        elif address.path == "/api/session/changes":
            after = parse_qs(address.query).get("after", [""])[0]
            self._send(*self.server.login._tell(after, headers))
        else:
            self._send(404, {"error": {"code": "not_found", "message": "There is nothing here."}}, {})

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**_always, **headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is inherited
        """Tests have their own way to say what they see: `requests`."""
