"""Callers seen a moment ago, for programs that asked for that."""

import time
from collections import OrderedDict
from datetime import datetime, timezone

from .caller import Caller

_most = 4096


class Recent:
    """Keeps who a cookie belongs to for some seconds, and never beyond the session's end; the last 4,096 of them.

    Only ever "somebody": that nobody was signed in, or that it could not be known, is asked again.
    """

    def __init__(self, seconds: float) -> None:
        """Keep callers for this long."""
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def get(self, cookie: str) -> Caller | None:
        """The caller, when it was asked for that short a while ago."""
        until, caller = self._kept.get(cookie, (0.0, None))
        if caller and time.monotonic() < until:
            self._kept.move_to_end(cookie)
            return caller
        self._kept.pop(cookie, None)
        return None

    def forget(self, cookie: str) -> None:
        """Nobody has this cookie any more."""
        self._kept.pop(cookie, None)

    def keep(self, cookie: str, caller: Caller, asked_at: float) -> None:
        """Keep what was asked at a moment of the monotonic clock."""
        left = (caller.session.expires_at - datetime.now(timezone.utc)).total_seconds()
        self._kept[cookie] = (min(asked_at + self._seconds, time.monotonic() + left), caller)
        self._kept.move_to_end(cookie)
        if len(self._kept) > _most:
            self._kept.popitem(last=False)
