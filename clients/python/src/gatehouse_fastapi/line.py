"""The line to Gatehouse: a pool of kept-alive connections, tight deadlines, one retry."""

import asyncio
import contextvars
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from urllib.parse import urlsplit

from .caller import Unavailable
from .connection import Connection, Lost
from .deadline import Deadline
from .reading import Received

_keep_seconds = 5  # Gatehouse keeps idle connections for 10
_ports = {"http": 80, "https": 443}

Got: TypeAlias = Received | Unavailable
"""An answer, or why there is none."""


@dataclass(frozen=True)
class Terms:
    """How long an answer is waited for, how many bytes it may have, and over how many connections is asked."""

    deadline_seconds: float
    longest_body: int = 16 * 1024  # an answer of the session API has some hundred
    connections: int = 64


class Line:
    """Asks Gatehouse over connections that are kept. Belongs to one event loop.

    Knows nothing but requests and answers: no redirect is followed, no cookie kept, no proxy or certificate taken from
    the environment, because nothing here could.
    """

    def __init__(self, origin: str, terms: Terms, context: ssl.SSLContext | None) -> None:
        """Prepare a line to the Gatehouse at an origin, with TLS where a context is given; nothing is sent yet."""
        address = urlsplit(origin)
        self._place = str(address.hostname), address.port or _ports[address.scheme]
        self._context = context
        self._terms = terms
        self._always = (
            f"Host: {address.netloc}\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
            "User-Agent: gatehouse-fastapi\r\n"
        )
        self._loop = asyncio.get_running_loop()
        self._turn = 0  # whose of the name's addresses it is
        self._free: list[Connection] = []
        self._connections: set[Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._under_way: set[_Question] = set()
        self._waiting: deque[_Question] = deque()  # for a connection

    def begin(self, path: str, headers: Mapping[str, str], done: Callable[[Got], None]) -> None:
        """Ask; `done` is called once, within the deadline, whatever happens."""
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        question = _Question(f"GET {path} HTTP/1.1\r\n{self._always}{lines}\r\n".encode("ascii"), done)
        question.timer = Deadline(self._loop, self._terms.deadline_seconds, partial(self._give_up, question))
        self._under_way.add(question)
        self._put(question)

    async def get(self, path: str, headers: Mapping[str, str]) -> Received:
        """Ask, and wait for the answer. Raises Unavailable."""
        answer: asyncio.Future[Got] = self._loop.create_future()
        self.begin(path, headers, lambda got: None if answer.done() else answer.set_result(got))
        got = await answer
        if isinstance(got, Unavailable):
            raise got
        return got

    async def close(self) -> None:
        """Hang up; whoever is asking gets Unavailable."""
        for question in list(self._under_way):
            self._settle(question, Unavailable("closed"))
        for task in list(self._opening):
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for connection in list(self._connections):
            connection.abort()
        for _ in range(2):  # what was aborted is closed with the next turns of the loop: with TLS there are two
            await asyncio.sleep(0)

    def _put(self, question: "_Question") -> None:
        """Put the question on a connection that is free, or on a new one; or have it wait for one."""
        while self._free:
            connection = self._free.pop()
            if connection.is_usable and time.monotonic() - connection.free_since < _keep_seconds:
                self._put_on(connection, question, is_kept=True)
                return
            connection.abort()
        if len(self._connections) + len(self._opening) < self._terms.connections:
            # In a context of its own: that of the request would be held for as long as the connection is kept.
            opening = contextvars.Context().run(self._loop.create_task, self._open(question))
            if not opening.done():  # where tasks begin at once, it may have failed already
                self._opening.add(opening)
        else:
            self._waiting.append(question)

    def _put_on(self, connection: Connection, question: "_Question", *, is_kept: bool) -> None:
        def ended(how: Received | Exception) -> None:
            question.connection = None
            # A kept connection may have died meanwhile, and nobody has heard the question. On a new one that breaks,
            # Gatehouse had it: asking again would double its load.
            if isinstance(how, Lost) and is_kept and not how.is_heard and question.may_be_repeated():
                self._put(question)
            else:
                self._settle(question, Unavailable(str(how)) if isinstance(how, Lost) else how)
            if connection.is_usable:
                self._free.append(connection)
                self._serve_next()

        question.connection = connection
        connection.ask(question.request, ended)

    async def _open(self, question: "_Question") -> None:
        try:
            connection = await self._connect()
        except Exception as error:  # whatever it was, there is no connection
            if question.may_be_repeated():
                self._put(question)
            else:
                self._settle(question, Unavailable(type(error).__name__))
        else:
            self._connections.add(connection)
            if question.is_settled:
                self._free.append(connection)
            else:
                self._put_on(connection, question, is_kept=False)
        self._serve_next()

    async def _connect(self) -> Connection:
        turn = self._turn
        try:
            # Tried twice, it stays within the deadline.
            connection = await asyncio.wait_for(self._dial(turn), self._terms.deadline_seconds * 0.45)
        except Exception:
            self._turn = turn + 1
            raise
        finally:
            self._opening -= {asyncio.current_task()}
        if not connection.is_usable:
            raise Lost(is_heard=False)
        return connection

    async def _dial(self, turn: int) -> Connection:
        """Connect to the name, or, since that failed, to one of its addresses alone: the next with each failure.

        One that swallows connections must not stand in the way of the others. Trying them side by side, asyncio leaves
        sockets open where it is cancelled meanwhile, and uvloop cannot.
        """
        made = partial(Connection, self._terms.longest_body, self._gone)
        host, port = self._place
        name, address = None, host
        if turn > 0:
            addresses = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            address = str(addresses[turn % len(addresses)][4][0])
            name = host if self._context else None
        _, connection = await self._loop.create_connection(made, address, port, ssl=self._context, server_hostname=name)
        return connection

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection in self._free:
            self._free.remove(connection)
        self._serve_next()

    def _serve_next(self) -> None:
        """There may be a connection for whoever waits for one."""
        while self._waiting:
            question = self._waiting.popleft()
            if not question.is_settled:
                self._put(question)
                return

    def _give_up(self, question: "_Question") -> None:
        connection = question.connection
        self._settle(question, Unavailable("no answer in time"))
        if connection:
            connection.abort()

    def _settle(self, question: "_Question", got: Got | Exception) -> None:
        if question.is_settled:
            return
        question.is_settled = True
        self._under_way.discard(question)
        if question.timer:
            question.timer.cancel()
        question.done(got if isinstance(got, Received | Unavailable) else Unavailable(type(got).__name__))


class _Question:
    __slots__ = ("_is_repeated", "connection", "done", "is_settled", "request", "timer")

    def __init__(self, request: bytes, done: Callable[[Got], None]) -> None:
        self.request = request
        self.done = done
        self.timer: Deadline | None = None
        self.connection: Connection | None = None
        self.is_settled = False
        self._is_repeated = False

    def may_be_repeated(self) -> bool:
        """Once, while somebody waits for it."""
        may, self._is_repeated = not (self._is_repeated or self.is_settled), True
        return may
