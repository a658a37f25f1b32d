"""How answers end, and what must never be taken for one: on real sockets, byte by byte."""

import asyncio
import ssl
import subprocess
import sys

import pytest
import trustme
from gatehouse_fastapi import Gatehouse, Unavailable
from gatehouse_fastapi.connection import Connection
from gatehouse_fastapi.line import Line, Terms
from gatehouse_fastapi.reading import Received
from servers import Told, answer, wait_until
from test_strange_answers import cookie, signed_in

Pieces = list[bytes | float]
head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
whole = answer(200, signed_in)
body = signed_in.encode()
in_chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:])) + b"0\r\n\r\n"


def ask(told: Told, times: int = 1, pause: float = 0, context: ssl.SSLContext | None = None) -> list[str]:
    """Ask, and be told what came of it: "somebody", or why it cannot be known."""

    async def visit() -> list[str]:
        gatehouse = Gatehouse(told.origin, ssl_context=context, deadline_seconds=0.5)
        said = []
        for _ in range(times):
            try:
                said.append("somebody" if await gatehouse.ask(cookie) else "nobody")
            except Unavailable as unavailable:
                said.append(str(unavailable))
            await asyncio.sleep(pause)
        await gatehouse.close()
        return said

    return asyncio.run(visit())


@pytest.mark.parametrize(
    ("pieces", "connections"),
    [
        (whole, 1),
        ([head + b"transfer-encoding: chunked\r\n\r\n" + in_chunks], 1),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", *whole], 1),
        ([b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n", 0.05, *whole], 1),
        ([head + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body], 2),
        ([head.replace(b"1.1", b"1.0") + b"content-length: %d\r\n\r\n" % len(body) + body], 2),
        ([bytes([letter]) for letter in whole[0]] if isinstance(whole[0], bytes) else [], 1),
    ],
    ids=["a length", "chunks", "100 before it", "103 before it", "connection: close", "HTTP/1.0", "letters"],
)
def test_an_answer_is_read_however_it_ends(pieces: Pieces, connections: int) -> None:
    with Told(lambda _: pieces) as told:
        assert ask(told, times=2) == ["somebody", "somebody"]
        assert told.connections == connections


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async def visit(told: Told) -> str:
        gatehouse = Gatehouse(told.origin)
        asking = asyncio.create_task(gatehouse.ask(cookie))
        await asyncio.to_thread(wait_until, lambda: bool(told.heard))
        await asyncio.sleep(0.05)
        told.hang_up()
        caller = await asking
        await gatehouse.close()
        return caller.user.email if caller else "nobody"

    with Told(lambda _: [head + b"\r\n" + body]) as told:
        assert asyncio.run(visit(told)) == "ada@example.org"


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([whole[0], whole[0]], "answered more than it was asked"),
        ([b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"], "no HTTP"),
        ([head + b"content-length: 5\r\ncontent-length: 6\r\n\r\n" + body], "no HTTP"),
        ([head + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n" + in_chunks], "no HTTP"),
        ([head + b"content-length: -1\r\n\r\n" + body], "no HTTP"),
        ([head + b"transfer-encoding: chunked\r\n\r\nzz\r\n" + body], "no HTTP"),
        ([head + b"x: " + b"y" * 200_000 + b"\r\n\r\n"], "answered with too much"),
    ],
    ids=["two answers", "no HTTP", "two lengths", "a length and chunks", "below zero", "no chunk", "long head"],
)
def test_what_is_not_one_answer_is_none(pieces: Pieces, why: str) -> None:
    joined: Pieces = [b"".join(piece for piece in pieces if isinstance(piece, bytes))]
    with Told(lambda n: joined if n == 1 else whole) as told:
        first, second = ask(told, times=2)
    assert why in first
    assert (first, second) != ("somebody", "somebody")
    assert second == "somebody"  # on another connection


def test_what_comes_without_having_been_asked_for_is_nobodys_answer() -> None:
    """A second answer that arrives late would be taken for the next visitor's."""
    other = answer(200, signed_in.replace("ada@", "eve@"))
    with Told(lambda n: [*whole, 0.05, *other] if n == 1 else whole) as told:
        assert ask(told, times=2, pause=0.3) == ["somebody", "somebody"]
        assert told.connections == 2


forking = """
import asyncio, os, signal, sys
from gatehouse_fastapi import Gatehouse

gatehouse, loop = Gatehouse(sys.argv[1]), asyncio.new_event_loop()


def ask():
    assert loop.run_until_complete(gatehouse.ask("better-auth.session_token=a.b"))


ask()
child = os.fork()
if child == 0:
    signal.alarm(5)
    ask()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0, "the child got no answer"
"""


def test_a_forked_process_asks_over_no_connection_of_its_parent() -> None:
    """Each of two that asked over one socket would read what the other one was answered, which is another visitor."""
    with Told(lambda _: whole) as told:
        subprocess.run([sys.executable, "-c", forking, told.origin], timeout=20, check=True)
        assert (told.connections, len(told.heard)) == (2, 2)


def test_what_fails_at_once_takes_no_place_of_a_connection() -> None:
    """As under `asyncio.eager_task_factory`: a line of one connection, such as that of the polls, was lost for ever."""

    async def visit() -> list[str]:
        if sys.version_info >= (3, 12):
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        line = Line("http://255.255.255.255:81", Terms(0.5, connections=1), None)
        said = [await asyncio.gather(line.get("/", {}), return_exceptions=True) for _ in range(2)]
        await line.close()
        return [str(error) for (error,) in said]

    assert asyncio.run(visit()) == ["OSError", "OSError"]


class TransportOfAnotherLoop(asyncio.BaseTransport):
    """Does what asyncio.Transport does without being one, as uvloop's do."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data


def test_the_transport_of_another_loop_will_do() -> None:
    """Under uvloop, which uvicorn takes where it is installed, every question was a 503."""
    transport = TransportOfAnotherLoop()
    said: list[Received | Exception] = []
    connection = Connection(1000, lambda _: None)
    connection.connection_made(transport)
    assert connection.is_usable
    connection.ask(b"GET / HTTP/1.1\r\n\r\n", said.append)
    assert transport.written.startswith(b"GET / ")
    connection.data_received(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
    assert said == [Received(200, b"", b"hi")]


def test_over_tls_connections_are_kept_and_a_dead_one_is_replaced() -> None:
    authority = trustme.CA()
    tls, own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(tls)
    authority.configure_trust(own)

    def answers(n: int) -> Pieces | None:
        return None if n == 3 else whole

    with Told(answers, tls) as told:
        assert ask(told, times=4, context=own) == ["somebody"] * 4
        assert (told.connections, len(told.heard)) == (2, 5)
