"""The same question for programs without an event loop: scripts, and frameworks that use threads."""

import asyncio
import logging
import os
import ssl
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TimedOut  # before 3.11 it is another one than the builtin
from types import TracebackType

from .caller import Answer, Unavailable
from .gatehouse import Gatehouse

_log = logging.getLogger("gatehouse_fastapi")
_spare_seconds = 0.2  # the deadline itself is kept in the other thread, and a quarter more where that is busy


class SyncGatehouse:
    """Asks Gatehouse from ordinary functions, from any number of threads. A context manager.

    It is the asynchronous one in a thread of its own, so that deadlines, the retry and the strictness are the same.
    The thread is started by the first question, in each process that asks: it may be made before a fork.
    """

    def __init__(
        self,
        url: str,
        *,
        live_key: str | None = None,
        deadline_seconds: float = 0.8,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Set up, without sending anything. Raises ValueError when a setting is not what it must be.

        live_key: as for `Gatehouse`; each process has a memory of its own.
        """
        self._gatehouse = Gatehouse(url, live_key=live_key, deadline_seconds=deadline_seconds, ssl_context=ssl_context)
        self._patience_seconds = deadline_seconds * 1.25 + _spare_seconds
        self._loops: dict[int, _Loop] = {}

    def ask(self, cookie: str | None, request_id: str | None = None, *, from_memory: bool = False) -> Answer:
        """Who has this `Cookie` header? None for nobody. Raises Unavailable when that cannot be known.

        It sees no request: whoever lets somebody write by that compares `Origin` first.
        cookie: None, where the request has no such header, is nobody's.
        from_memory: the answer may come from memory, with a `live_key`. For what only reads: GET and HEAD.
        """
        loop = self._loop()
        known = loop.known(cookie) if from_memory else None
        if known:
            return known
        question = loop.begin(self._gatehouse.ask(cookie, request_id))
        try:
            return question.result(self._patience_seconds)
        except TimedOut as error:
            question.cancel()
            _log.warning("no answer from the thread that asks Gatehouse: is the program too busy to let it run?")
            raise Unavailable("no answer in time") from error

    def close(self) -> None:
        """Hang up and end the thread. Whoever is asking gets Unavailable."""
        self._loop().end(self._patience_seconds)

    def _loop(self) -> "_Loop":
        """What belongs to this process.

        A forked one begins anew: its parent's thread is not there, and a lock that was held stays so for ever.
        """
        process = os.getpid()
        return self._loops.get(process) or self._loops.setdefault(process, _Loop(self._gatehouse))

    def __enter__(self) -> "SyncGatehouse":
        """Use it for a while."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Hang up."""
        self.close()


class _Loop:
    """An event loop in a thread, which is started by the first question and ended once."""

    def __init__(self, gatehouse: Gatehouse) -> None:
        self._gatehouse = gatehouse
        self._turn = threading.Lock()  # no question begins after the end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    def begin(self, question: Coroutine[None, None, Answer]) -> "Future[Answer]":
        with self._turn:
            if self._ended:
                question.close()
                raise Unavailable("closed")
            if self._loop is None:
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=self._run, args=(loop,), name="gatehouse", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:  # no thread to be had now; the next question tries again
                    loop.close()
                    question.close()
                    raise Unavailable("no thread to ask in") from error
                self._loop, self._thread = loop, thread
            return asyncio.run_coroutine_threadsafe(question, self._loop)

    def known(self, cookie: str | None) -> Answer:
        """Whoever is in memory, without a way through the other thread."""
        loop = self._loop
        return self._gatehouse.known_in(loop, cookie) if loop and not self._ended else None

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_forever()
        loop.run_until_complete(self._hang_up())
        loop.close()

    async def _hang_up(self) -> None:
        """Answer whoever still asks before the loop ends: afterwards they would wait in vain."""
        await self._gatehouse.close()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    def end(self, patience_seconds: float) -> None:
        with self._turn:
            if self._loop and not self._ended:
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._ended = True
        if self._thread:
            self._thread.join(patience_seconds)
