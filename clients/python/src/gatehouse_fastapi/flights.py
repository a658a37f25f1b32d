"""At most one question at a time for each cookie, and never an answer that is older than the request it is for."""

import asyncio
from collections.abc import Awaitable, Callable

from .caller import Answer, Unavailable

_most_questions = 1000  # at once; more than could be asked within the deadline

_Waiter = tuple["asyncio.Future[Answer | Unavailable]", str]


class Flights:
    """Lets requests with the same cookie share one question. Belongs to one event loop.

    Who arrives while a question is under way waits for the next one, and shares that: the answer under way may have
    been made before a sign-out that the newcomer's browser has seen. So any number of requests at once cost one
    question at a time, two at most for one burst, and a sign-out holds from the next request on.
    """

    def __init__(self, ask: Callable[[str, str], Awaitable[Answer]], deadline_seconds: float) -> None:
        """Share the answers of `ask(cookie, request_id)`."""
        self._ask = ask
        self._deadline_seconds = deadline_seconds
        self._waiting: dict[str, list[_Waiter]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiters: set[asyncio.Future[Answer | Unavailable]] = set()

    async def ask(self, cookie: str, request_id: str) -> Answer:
        """Who has this cookie, from now on? Raises Unavailable when that is not known within the deadline.

        A flood of cookies is turned away too, so that it costs neither memory nor anybody else's time.
        Whoever asks may be cancelled; the question goes on for the others.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Answer | Unavailable] = loop.create_future()
        waiting = self._waiting.get(cookie)
        if waiting is None:
            if len(self._waiting) >= _most_questions:
                raise Unavailable("too many questions at once")
            waiting = self._waiting[cookie] = []
            self._begin(cookie)
        waiting.append((waiter, request_id))
        self._waiters.add(waiter)
        timer = loop.call_later(self._deadline_seconds, _settle, waiter, Unavailable("no answer in time"))
        try:
            answer = await waiter
        finally:
            timer.cancel()
            self._waiters.discard(waiter)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    async def end(self) -> None:
        """Give up what is under way: whoever waits for it gets Unavailable at once."""
        for waiter in self._waiters:
            _settle(waiter, Unavailable("closed"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, cookie: str) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(cookie, self._waiting[cookie]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, cookie: str, waiting: list[_Waiter]) -> None:
        try:
            while waiting:
                boarded = [(waiter, request_id) for waiter, request_id in waiting if not waiter.done()]
                waiting.clear()  # from here on it is the next question that is waited for
                if boarded:
                    answer = await self._answer(cookie, boarded[0][1])
                    for waiter, _ in boarded:
                        _settle(waiter, answer)
        finally:
            del self._waiting[cookie]

    async def _answer(self, cookie: str, request_id: str) -> Answer | Unavailable:
        try:
            return await self._ask(cookie, request_id)
        except Unavailable as unavailable:
            return unavailable


def _settle(waiter: "asyncio.Future[Answer | Unavailable]", answer: Answer | Unavailable) -> None:
    if not waiter.done():
        waiter.set_result(answer)
