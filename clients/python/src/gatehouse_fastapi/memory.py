"""Callers in memory, for as long as it is known that nothing changed. Pure: what time it is, it is told."""

import hashlib
import os
import time
from http import HTTPStatus
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints, model_validator

from .caller import Caller, Unavailable
from .reading import Instant, Part, Received, Texts, json_in, part_of

_lease_seconds = 2.0
"""So long what is in memory counts, from when Gatehouse was asked what changed. No answer from memory is older."""

_lag_seconds = 2.0
"""So long another process of Gatehouse may answer without what this one was told already: its own lease."""

_most_callers = 20_000
_most_cookies = 4  # of one session: Gatehouse takes other spellings of a cookie too
_most_told = 10_000  # ids

_hints: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: ": is live_key one of the keys in its GATEHOUSE_BACKEND_KEY?",
    HTTPStatus.NOT_FOUND: ": has it a GATEHOUSE_BACKEND_KEY?",  # without one there is no such path
}
"""What a status says of the keys."""


class Moment(NamedTuple):
    """Two clocks, in seconds: one stands still while a machine is suspended, the other can be set back."""

    steady: float
    wall: float

    @classmethod
    def now(cls) -> "Moment":
        """This moment."""
        return cls(time.monotonic(), time.time())

    def after(self, seconds: float) -> "Moment":
        """Give the moment that is some seconds after this one."""
        return Moment(self.steady + seconds, self.wall + seconds)

    def has_come(self, now: "Moment") -> bool:
        """One of the clocks is enough, as the other may have stood still, or been set back."""
        return now.steady >= self.steady or now.wall >= self.wall


class Changes(Part):
    """What Gatehouse tells of changes: the ids of sessions and users, or that anything may have changed."""

    cursor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,200}$")]
    ids: Texts | None = None
    reset: bool = False
    now: Instant
    longest_seconds: Annotated[int, Field(gt=0)]
    fresh_seconds: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _tells_something(self) -> "Changes":
        if self.reset in ("ids" in self.model_fields_set, self.ids is not None):
            raise ValueError("either ids or a reset")
        return self


def read_changes(received: Received) -> Changes:
    """Read an answer to a poll. Raises Unavailable for everything but what is documented."""
    status = received.status
    if status != HTTPStatus.OK:
        raise Unavailable(f"answered with status {status}{_hints.get(status, '')}")
    try:
        return part_of(Changes, json_in(received))
    except ValueError:
        raise Unavailable("answered 200 with something that tells no changes") from None


class _Kept:
    __slots__ = ("asked", "caller", "created", "expires", "ids")

    def __init__(self, caller: Caller, asked: float) -> None:
        self.caller = caller
        self.asked = asked  # by the steady clock
        self.created = caller.session.created_at.timestamp()
        self.expires = caller.session.expires_at.timestamp()
        self.ids = (caller.session.id, caller.user.id)


class Memory:
    """Holds callers by a keyed hash of their cookie; the one that was kept first makes room for the next.

    No session has more than four places: its own cookies make room, so that nobody can have the others forgotten.
    It may be read from any thread. Everything else belongs to the event loop of whoever asks Gatehouse.
    """

    def __init__(self, most: int = _most_callers) -> None:
        """Hold so many at the most."""
        self._most = most
        self._secret = os.urandom(32)
        self._kept: dict[bytes, _Kept] = {}
        self._by_id: dict[str, dict[bytes, None]] = {}  # keys in the order in which they were kept
        self._told: dict[str | bytes, float] = {}  # when each was told that changed
        self._reset_at = float("inf")  # nothing was told yet
        self._until = Moment(0, 0)
        self._ahead = 0.0  # the clock of Gatehouse, less the steady one here: too much rather than too little
        self._longest = self._fresh = 0

    def find(self, cookie: str, now: Moment) -> Caller | None:
        """Give the caller, if there is one in memory that counts. Reads only."""
        if self._until.has_come(now):
            return None
        kept = self._kept.get(self._key(cookie))
        if kept is None:
            return None
        there = now.steady + self._ahead
        if there >= kept.expires or there >= kept.created + self._longest:
            return None  # Gatehouse is asked whether it is over: by its own clock it may not be
        if there >= kept.created + self._fresh and kept.caller.session.fresh:
            session = kept.caller.session.model_copy(update={"fresh": False})
            kept.caller = kept.caller.model_copy(update={"session": session})
        return kept.caller

    def keep(self, cookie: str, caller: Caller, asked: float, now: Moment) -> None:
        """Keep an answer that was asked for at a moment of the steady clock, unless it may be older than a change.

        Whoever answered may have heard of a change two seconds later than this memory was told of it, and nobody tells
        it twice. Of two answers the one that was asked for later counts, whichever comes last.
        """
        since = asked - _lag_seconds
        key = self._key(cookie)
        kept, former = _Kept(caller, asked), self._kept.get(key)
        if former and former.asked > asked:
            return
        self._drop(key)  # what a write has found out is not denied, even where it cannot be kept
        if self._reset_at >= since or any(self._told.get(name, since - 1) >= since for name in (key, *kept.ids)):
            return
        own = self._by_id.get(caller.session.id, {})
        if len(own) >= _most_cookies:
            self._drop(next(iter(own)))
        elif len(self._kept) >= self._most:
            self._drop(next(iter(self._kept)))
        self._kept[key] = kept
        for name in kept.ids:
            self._by_id.setdefault(name, {})[key] = None

    def forget(self, cookie: str, now: Moment) -> None:
        """Nobody has this cookie any more: no answer from before is kept after that."""
        key = self._key(cookie)
        self._note(key, now)
        self._drop(key)

    def hear(self, changes: Changes, asked: Moment, now: Moment) -> None:
        """Forget what changed. What is left counts for two seconds from when this was asked."""
        if changes.ids is None:
            self.reset(now)
        else:
            for name in changes.ids:
                self._note(name, now)
                for key in list(self._by_id.get(name, ())):
                    self._drop(key)
        self._ahead = changes.now.timestamp() - asked.steady
        self._longest, self._fresh = changes.longest_seconds, changes.fresh_seconds
        self._until = asked.after(_lease_seconds)

    def suspend(self) -> None:
        """What is in memory counts no more, until it is known again what changed."""
        self._until = Moment(0, 0)

    def reset(self, now: Moment) -> None:
        """Forget everything: anything may have changed."""
        self.suspend()
        self._kept, self._by_id, self._told = {}, {}, {}
        self._reset_at = now.steady

    def _note(self, name: str | bytes, now: Moment) -> None:
        self._told.pop(name, None)  # the order is that of the times
        self._told[name] = now.steady
        if len(self._told) > _most_told:
            self._told, self._reset_at = {}, now.steady  # it may have been anybody: for two seconds nothing is kept

    def _drop(self, key: bytes) -> None:
        kept = self._kept.pop(key, None)
        for name in kept.ids if kept else ():
            keys = self._by_id[name]
            keys.pop(key, None)
            if not keys:
                del self._by_id[name]

    def _key(self, cookie: str) -> bytes:
        return hashlib.blake2b(cookie.encode(), key=self._secret, digest_size=16).digest()
