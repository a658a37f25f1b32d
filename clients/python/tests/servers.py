"""Servers in threads of this process, on real sockets: an app under uvicorn, and one that answers as it is told."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serve an app; gives its origin."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive())
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is the case. Fails when it does not come to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


class Told:
    """A server whose answers are the bytes a test gives it, one list of pieces for each request it reads."""

    def __init__(self, answer: Callable[[int], list[bytes | float] | None], tls: ssl.SSLContext | None = None) -> None:
        """Answer the nth request with `answer(n)`: pieces and pauses in seconds; None hangs up without a word."""
        self._tls = tls
        self.heard: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self.answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        scheme, name = ("https", "localhost") if tls else ("http", "127.0.0.1")
        self.origin = f"{scheme}://{name}:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._open.append(connection)
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, raw: socket.socket) -> None:
        with suppress(OSError), self._tls.wrap_socket(raw, server_side=True) if self._tls else raw as connection:
            self.connections += 1  # one that another program made by mistake speaks no TLS
            while request := _read_request(connection):
                self.heard.append(request)
                pieces = self.answer(len(self.heard))
                if pieces is None:
                    return
                for piece in pieces:
                    if isinstance(piece, bytes):
                        connection.sendall(piece)
                    else:
                        time.sleep(piece)

    def hang_up(self) -> None:
        """End every connection, once what was said has arrived."""
        for connection in self._open:
            with suppress(OSError):  # ended already
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        if not received:
            return b""
        request += received
    return request


def answer(status: int, body: str | bytes, headers: dict[str, str] | None = None) -> list[bytes | float]:
    """A whole answer in one piece."""
    content = body.encode() if isinstance(body, str) else body
    lines = {"content-type": "application/json", "content-length": str(len(content))} | (headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return [f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + content]
