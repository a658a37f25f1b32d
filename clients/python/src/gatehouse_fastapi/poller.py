"""Asks Gatehouse what changed, again and again, for as long as this program is asked itself."""

import asyncio
import contextvars
import logging
import random
import time

from .caller import Unavailable
from .line import Line
from .memory import Changes, Memory, Moment, read_changes

_log = logging.getLogger("gatehouse_fastapi")

poll_seconds = 1.5
"""How long an answer is waited for: Gatehouse holds a question for half a second."""

longest_answer = 512 * 1024
"""Of bytes: Gatehouse tells some 4,000 ids at the most."""

_idle_seconds = 60
_retry_seconds = 0.25
_longest_retry_seconds = 5.0
_pause_seconds = 0.01
"""After each poll. Where much changes, several changes are told at once; and a cache in between may answer at once."""

_most_resets = 5


class Poller:
    """Keeps a memory true. Belongs to one event loop."""

    def __init__(self, line: Line, key: str, memory: Memory) -> None:
        """Ask over a line with a key; nothing is sent yet."""
        self._line = line
        self._headers = {"Authorization": f"Bearer {key}"}
        self._memory = memory
        self._task: asyncio.Task[None] | None = None
        self._failure = ""
        self._resets = 0
        self.wanted_at = 0.0
        """When this program was asked last, by the steady clock."""

    def start(self) -> None:
        """Poll, unless it does already, until nobody asked this program for a minute."""
        self.wanted_at = time.monotonic()
        if self._task is None:
            # In a context of its own: that of the request would be held for as long as it polls.
            self._task = contextvars.Context().run(asyncio.get_running_loop().create_task, self._run())

    async def stop(self) -> None:
        """Ask no more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        cursor, failures = "", 0
        try:
            while time.monotonic() - self.wanted_at < _idle_seconds:
                try:
                    changes = await self._ask(cursor)
                except Exception as error:  # whatever it was: what changed is not known
                    self._memory.suspend()
                    self._tell_failure(str(error) if isinstance(error, Unavailable) else type(error).__name__)
                    failures += 1
                    await _rest(failures)
                    continue
                cursor, failures = changes.cursor, 0
                self._tell_success(changes)
                await asyncio.sleep(_pause_seconds)
                if changes.reset:
                    await _rest(self._resets - 1)  # one reset tells that Gatehouse was started again
        finally:
            self._memory.reset(Moment.now())
            self._task = None

    async def _ask(self, cursor: str) -> Changes:
        asked = Moment.now()
        changes = read_changes(await self._line.get(f"/api/session/changes?after={cursor}", self._headers))
        self._memory.hear(changes, asked, Moment.now())
        return changes

    def _tell_failure(self, why: str) -> None:
        """Once, until it is another one."""
        if why != self._failure:
            _log.warning("Gatehouse is asked for each request, because it cannot be known what changed: %s", why)
        self._failure = why

    def _tell_success(self, changes: Changes) -> None:
        if self._failure:
            _log.info("answering from memory again")
        self._failure = ""
        self._resets = self._resets + 1 if changes.reset else 0
        if self._resets == _most_resets:
            _log.warning(
                "each poll is answered by another process of Gatehouse, so nothing stays in memory: "
                "a balancer must leave a connection at one process"
            )


async def _rest(times: int) -> None:
    """Wait, the longer the more often in a row: by chance, so that many programs do not poll at once."""
    pause = min(_retry_seconds * times, _longest_retry_seconds)
    await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
