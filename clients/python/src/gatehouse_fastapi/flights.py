"""At most one question at a time for each cookie, and never an answer that is older than the request it is for."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from .caller import Answer, Unavailable
from .deadline import Deadline

_most_cookies = 1000  # at once: more than could be asked about within the deadline

Told: TypeAlias = "Answer | Unavailable"
_Waiter: TypeAlias = "tuple[asyncio.Future[Told], str]"
_Begin: TypeAlias = Callable[[str, str, Callable[[Told], None]], None]
_Tell: TypeAlias = Callable[[Unavailable, str], None]


class Flights:
    """Lets requests with the same cookie share one question. Belongs to one event loop.

    Who arrives while a question is under way waits for the next one, and shares that: the answer under way may have
    been made before a sign-out that the newcomer's browser has seen. The next one is put when the one before is
    answered, or, when Gatehouse is slow, beside it after an eighth of the deadline. So any number of requests at once
    cost one question at a time, two at most for one burst, and a sign-out holds from the next request on.
    """

    def __init__(self, begin: _Begin, deadline_seconds: float, tell: _Tell) -> None:
        """Share the answers of `begin(cookie, request_id, done)`, which calls `done` within the deadline.

        `tell(why, request_id)` hears of those whose question is not begun.
        """
        self._begin = begin
        self._tell = tell
        self._deadline_seconds = deadline_seconds
        self._patience_seconds = deadline_seconds / 8  # so there are never more than eight for one cookie
        self._crowds: dict[str, _Crowd] = {}
        self._loop = asyncio.get_running_loop()

    async def ask(self, cookie: str, request_id: str) -> Answer:
        """Who has this cookie, from now on? Raises Unavailable when that is not known within the deadline.

        A flood of cookies is turned away too, so that memory stays bounded.
        Whoever asks may be cancelled; the question goes on for the others.
        """
        waiter: asyncio.Future[Told] = self._loop.create_future()
        crowd = self._crowds.get(cookie)
        if crowd is None:
            if len(self._crowds) >= _most_cookies:
                turned_away = Unavailable("too many questions at once")
                self._tell(turned_away, request_id)
                raise turned_away
            crowd = self._crowds[cookie] = _Crowd(cookie)
            self._loop.call_soon(self._depart, crowd)  # with whoever else comes in this very moment
        crowd.waiting.append((waiter, request_id))
        timer = self._wait_for_next(crowd, waiter) if crowd.latest else None
        try:
            told = await waiter
        finally:
            if timer:
                timer.cancel()
        if isinstance(told, Unavailable):
            raise Unavailable(*told.args)  # one for each: what is raised collects the frames of whoever it passes
        return told

    def end(self) -> None:
        """Turn away whoever waits for a question that is not yet put."""
        for crowd in self._crowds.values():
            for waiter, _ in crowd.waiting:
                _settle(waiter, Unavailable("closed"))

    def _wait_for_next(self, crowd: "_Crowd", waiter: "asyncio.Future[Told]") -> Deadline:
        """A question is under way: the next one is put soon. Gives the timer that ends this one's wait."""
        if crowd.timer is None:
            due = max(self._loop.time(), crowd.departed_at + self._patience_seconds)
            crowd.timer = self._loop.call_at(due, self._depart, crowd)
        late = partial(_settle, waiter, Unavailable("no answer in time"))
        return Deadline(self._loop, self._deadline_seconds, late)

    def _depart(self, crowd: "_Crowd") -> None:
        """Put one question for all who wait."""
        cookie = crowd.cookie
        if crowd.timer:
            crowd.timer.cancel()
            crowd.timer = None
        boarded = [(waiter, request_id) for waiter, request_id in crowd.waiting if not waiter.done()]
        crowd.waiting = []
        if not boarded:
            if self._crowds.get(cookie) is crowd:
                del self._crowds[cookie]
            return
        flight = crowd.latest = object()
        crowd.departed_at = self._loop.time()

        def landed(told: Told) -> None:
            for waiter, _ in boarded:
                _settle(waiter, told)
            if crowd.latest is flight:
                self._depart(crowd)

        try:
            self._begin(cookie, boarded[0][1], landed)
        except Exception as error:  # a fault of ours must not leave anybody waiting
            landed(Unavailable(type(error).__name__))


class _Crowd:
    """Whoever asks about one cookie. Callbacks get it in the cookie's place: asyncio logs what slow ones are given."""

    __slots__ = ("cookie", "departed_at", "latest", "timer", "waiting")

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.waiting: list[_Waiter] = []  # for a question that is not yet put
        self.latest: object | None = None  # the question that was put last
        self.departed_at = 0.0
        self.timer: asyncio.TimerHandle | None = None


def _settle(waiter: "asyncio.Future[Told]", told: Told) -> None:
    if not waiter.done():
        waiter.set_result(told)
