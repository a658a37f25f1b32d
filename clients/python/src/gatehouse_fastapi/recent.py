"""Callers seen a moment ago, for programs that asked for that."""

from collections import OrderedDict
from typing import NamedTuple

from .caller import Caller
from .memory import Moment

_most = 4096


class _Entry(NamedTuple):
    until: Moment
    asked_at: float
    """When the answer was asked for, by the steady clock."""
    caller: Caller | None
    """None marks a cookie that is nobody's any more."""


_nothing = _Entry(Moment(0, 0), 0, None)


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
        entry = self._kept.get(cookie, _nothing)
        if entry.until.has_come(Moment.now()):
            self._kept.pop(cookie, None)
            return None
        if entry.caller:
            self._kept.move_to_end(cookie)
        return entry.caller

    def forget(self, cookie: str) -> None:
        """Nobody has this cookie any more: no answer that was asked for before this moment is kept after it."""
        now = Moment.now()
        # An answer from before counts no longer than that either.
        self._put(cookie, _Entry(now.after(self._seconds), now.steady, None))

    def keep(self, cookie: str, caller: Caller, asked: Moment) -> None:
        """Keep what was asked at a moment, unless something newer is known of the cookie."""
        if asked.steady <= max(self._kept.get(cookie, _nothing).asked_at, self._dropped_at):
            return
        end = asked.after(self._seconds)
        until = Moment(end.steady, min(end.wall, caller.session.expires_at.timestamp()))
        self._put(cookie, _Entry(until, asked.steady, caller))

    def _put(self, cookie: str, entry: _Entry) -> None:
        """One that is over makes room, or else, when there are too many, the one that was used longest ago."""
        self._kept[cookie] = entry
        self._kept.move_to_end(cookie)
        oldest = next(iter(self._kept))
        if len(self._kept) > _most or self._kept[oldest].until.has_come(Moment.now()):
            # It may have been a mark.
            self._dropped_at = max(self._dropped_at, self._kept.pop(oldest).asked_at)
