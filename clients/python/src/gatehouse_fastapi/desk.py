"""What belongs to one event loop: the line to Gatehouse, the questions under way, and what is in memory."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from .caller import Answer, Caller, Unavailable, read_answer
from .flights import Flights, Told
from .line import Got, Line, Terms
from .memory import Memory, Moment
from .poller import Poller, longest_answer, poll_seconds
from .recent import Recent

_log = logging.getLogger("gatehouse_fastapi")


@dataclass(frozen=True)
class Setup:
    """How Gatehouse is asked."""

    origin: str
    deadline_seconds: float
    cache_seconds: float | None = None
    live_key: str | None = field(default=None, repr=False)
    ssl_context: ssl.SSLContext | None = None


class Live:
    """Callers in memory while Gatehouse tells what changed."""

    def __init__(self, setup: Setup, key: str) -> None:
        """Set up; nothing is sent before the first question."""
        self._line = Line(setup.origin, Terms(poll_seconds, longest_answer, connections=1), setup.ssl_context)
        self._memory = Memory()
        self._poller = Poller(self._line, key, self._memory)

    def get(self, cookie: str) -> Caller | None:
        """Give the caller, if there is one in memory that counts. From any thread."""
        now = Moment.now()
        self._poller.wanted_at = now.steady
        return self._memory.find(cookie, now)

    def keep(self, cookie: str, caller: Caller, asked: Moment) -> None:
        """Keep what was asked at a moment."""
        self._poller.start()
        self._memory.keep(cookie, caller, asked.steady, Moment.now())

    def forget(self, cookie: str) -> None:
        """Nobody has this cookie any more."""
        self._memory.forget(cookie, Moment.now())

    async def close(self) -> None:
        """Ask no more, and hang up."""
        await self._poller.stop()
        await self._line.close()


class Desk:
    """Tells who has a cookie."""

    def __init__(self, setup: Setup) -> None:
        """Set up in the event loop that is running; nothing is sent yet."""
        self._origin = setup.origin
        self._line = Line(setup.origin, Terms(setup.deadline_seconds), setup.ssl_context)
        self._flights = Flights(self._begin, setup.deadline_seconds, self._tell)
        self.memory: Live | Recent | None = None
        if setup.live_key:
            self.memory = Live(setup, setup.live_key)
        elif setup.cache_seconds:
            self.memory = Recent(setup.cache_seconds)

    async def ask(self, cookie: str, request_id: str) -> Answer:
        """Who has this session cookie? Raises Unavailable when that cannot be known."""
        memory = self.memory
        asked = Moment.now()
        answer = await self._flights.ask(cookie, request_id)
        if memory and answer is None:
            memory.forget(cookie)  # a write has found out what a read may not deny
        elif memory and answer:
            memory.keep(cookie, answer, asked)
        return answer

    async def close(self) -> None:
        """Hang up; whoever is asking gets Unavailable."""
        self._flights.end()
        await self._line.close()
        if isinstance(self.memory, Live):
            await self.memory.close()

    def _begin(self, cookie: str, request_id: str, done: Callable[[Told], None]) -> None:
        headers = {"Cookie": cookie, "X-Request-Id": request_id}
        self._line.begin("/api/session", headers, lambda got: done(self._understood(got, request_id)))

    def _understood(self, got: Got, request_id: str) -> Told:
        try:
            if not isinstance(got, Unavailable):
                return read_answer(got)
        except Unavailable as unavailable:
            got = unavailable
        except Exception as error:  # whatever it was: the truth is not known
            got = Unavailable(type(error).__name__)
        self._tell(got, request_id)
        return got

    def _tell(self, why: Unavailable, request_id: str) -> None:
        _log.warning("Gatehouse at %s: %s (request %s)", self._origin, why, request_id)


class Desks:
    """One for each event loop that asks."""

    def __init__(self, setup: Setup) -> None:
        """Set up, without an event loop."""
        self._setup = setup
        self._desks: dict[asyncio.AbstractEventLoop, tuple[Desk, AsyncGenerator[Desk, None]]] = {}

    async def here(self) -> Desk:
        """Give the one of the event loop that is running. Raises RuntimeError under another one than asyncio's."""
        loop = asyncio.get_running_loop()
        found = self._desks.get(loop)
        if found is None:
            self._leave_closed_loops()
            opened = self._open(loop)
            found = self._desks[loop] = await anext(opened), opened
        return found[0]

    def memory_of(self, loop: asyncio.AbstractEventLoop) -> Live | Recent | None:
        """Give what is in memory of another thread's loop."""
        found = self._desks.get(loop)
        return found[0].memory if found else None

    async def close(self) -> None:
        """Hang up in this event loop. A later question opens the line again."""
        _, opened = self._desks.pop(asyncio.get_running_loop(), (None, None))
        if opened:
            await opened.aclose()

    def _leave_closed_loops(self) -> None:
        """A loop that was closed without a word to its generators would be held, with its sockets, for ever."""
        for loop in list(self._desks):
            if loop.is_closed():
                self._desks.pop(loop, None)

    async def _open(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[Desk, None]:
        """Closed by `close`, or with its loop: at its end asyncio closes each generator that is still open."""
        desk = Desk(self._setup)
        try:
            yield desk
        finally:
            self._desks.pop(loop, None)
            await desk.close()
