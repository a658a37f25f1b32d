"""Deadlines that a program which is busy does not mistake for the silence of others."""

import asyncio
from collections.abc import Callable

_busy_seconds = 0.05
"""A timer that is called so much too late was held up by the program itself."""


class Deadline:
    """Calls `reached` after some seconds, unless it is cancelled before.

    While a program works, nothing is sent or read: afterwards the answer may lie there, or the question is still to be
    sent. So where the timer was held up, a quarter of the time is added, once.
    """

    __slots__ = ("_loop", "_reached", "_seconds", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, reached: Callable[[], None]) -> None:
        """Begin now."""
        self._loop = loop
        self._seconds = seconds
        self._reached = reached
        self._timer = loop.call_later(seconds, self._look)

    def cancel(self) -> None:
        """Call nothing any more."""
        self._timer.cancel()

    def _look(self) -> None:
        if self._loop.time() < self._timer.when() + _busy_seconds:
            self._reached()
        else:
            self._timer = self._loop.call_later(self._seconds / 4, self._reached)
