"""Callers seen a moment ago, for programs that asked for that."""

import time
from collections import OrderedDict
from datetime import datetime, timezone
from typing import TypeAlias

from .caller import Caller

_most = 4096

_Entry: TypeAlias = tuple[float, float, Caller | None]
"""Until when it counts, when its answer was asked for, and who it is: None marks a cookie that is nobody's any more."""

_nothing: _Entry = (0.0, 0.0, None)


class Recent:
    """Keeps who a cookie belongs to for some seconds, and never beyond the session's end; the last 4,096 of them.

    Only ever "somebody": that nobody was signed in, or that it could not be known, is asked again.
    """

    def __init__(self, seconds: float) -> None:
        """Keep callers for this long."""
        self._seconds = seconds
        self._kept: OrderedDict[str, _Entry] = OrderedDict()
        self._dropped_at = 0.0  # the moment of the newest entry that made room

    def get(self, cookie: str) -> Caller | None:
        """The caller, when it was asked for that short a while ago."""
        until, _, caller = self._kept.get(cookie, _nothing)
        if time.monotonic() >= until:
            self._kept.pop(cookie, None)
            return None
        if caller:
            self._kept.move_to_end(cookie)
        return caller

    def forget(self, cookie: str) -> None:
        """Nobody has this cookie any more: no answer that was asked for before this moment is kept after it."""
        now = time.monotonic()
        self._put(cookie, (now + self._seconds, now, None))  # an answer from before counts no longer than that either

    def keep(self, cookie: str, caller: Caller, asked_at: float) -> None:
        """Keep what was asked at a moment of the monotonic clock, unless something newer is known of the cookie."""
        _, known_at, _ = self._kept.get(cookie, _nothing)
        if asked_at < max(known_at, self._dropped_at):
            return
        left = (caller.session.expires_at - datetime.now(timezone.utc)).total_seconds()
        self._put(cookie, (min(asked_at + self._seconds, time.monotonic() + left), asked_at, caller))

    def _put(self, cookie: str, entry: _Entry) -> None:
        """One that is over makes room, or else, when there are too many, the one that was used longest ago."""
        self._kept[cookie] = entry
        self._kept.move_to_end(cookie)
        oldest = next(iter(self._kept))
        until, known_at, _ = self._kept[oldest]
        if len(self._kept) > _most or time.monotonic() >= until:
            del self._kept[oldest]
            self._dropped_at = max(self._dropped_at, known_at)  # it may have been a mark
