"""At most one question at a time for each cookie, and never an answer that is older than the request it is for."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from .caller import Answer, Unavailable

_most_tasks = 2000  # two for a question: more than could be asked within the deadline

_Waiter = tuple["asyncio.Future[Answer | Unavailable]", str]


class Flights:
    """Lets requests with the same cookie share one question. Belongs to one event loop.

    Who arrives while a question is under way waits for the next one, and shares that: the answer under way may have
    been made before a sign-out that the newcomer's browser has seen. The next one is put when the one before is
    answered, or, when Gatehouse is slow, beside it after an eighth of the deadline. So any number of requests at once
    cost one question at a time, two at most for one burst, and a sign-out holds from the next request on.
    """

    def __init__(self, ask: Callable[[str, str], Awaitable[Answer]], deadline_seconds: float) -> None:
        """Share the answers of `ask(cookie, request_id)`."""
        self._ask = ask
        self._deadline_seconds = deadline_seconds
        self._patience_seconds = deadline_seconds / 8  # so there are never more than eight for one cookie
        self._waiting: dict[str, list[_Waiter]] = {}  # for a question that is not yet put
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiters: set[asyncio.Future[Answer | Unavailable]] = set()

    async def ask(self, cookie: str, request_id: str) -> Answer:
        """Who has this cookie, from now on? Raises Unavailable when that is not known within the deadline.

        A flood of cookies is turned away too, so that memory stays bounded.
        Whoever asks may be cancelled; the question goes on for the others.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Answer | Unavailable] = loop.create_future()
        waiting = self._waiting.get(cookie)
        if waiting is None:
            if len(self._tasks) >= _most_tasks:
                raise Unavailable("too many questions at once")
            waiting = self._waiting[cookie] = []
            self._begin(self._serve(cookie, waiting))
        waiting.append((waiter, request_id))
        self._waiters.add(waiter)
        timer = loop.call_later(self._deadline_seconds, _settle, waiter, Unavailable("no answer in time"))
        try:
            answer = await waiter
        finally:
            timer.cancel()
            self._waiters.discard(waiter)
        if isinstance(answer, Unavailable):
            raise Unavailable(*answer.args)  # one for each: what is raised collects the frames of whoever it passes
        return answer

    async def end(self) -> None:
        """Give up what is under way: whoever waits for it gets Unavailable at once."""
        for waiter in self._waiters:
            _settle(waiter, Unavailable("closed"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _serve(self, cookie: str, waiting: list[_Waiter]) -> None:
        """Put one question after the other for as long as somebody waits for one."""
        try:
            while boarded := [(waiter, request_id) for waiter, request_id in waiting if not waiter.done()]:
                waiting.clear()  # from here on it is the next question that is waited for
                question = self._begin(self._put(cookie, boarded))
                await asyncio.wait([question], timeout=self._patience_seconds)
        finally:
            del self._waiting[cookie]

    async def _put(self, cookie: str, boarded: list[_Waiter]) -> None:
        answer: Answer | Unavailable
        try:
            answer = await self._ask(cookie, boarded[0][1])
        except Unavailable as unavailable:
            answer = unavailable
        for waiter, _ in boarded:
            _settle(waiter, answer)


def _settle(waiter: "asyncio.Future[Answer | Unavailable]", answer: Answer | Unavailable) -> None:
    if not waiter.done():
        waiter.set_result(answer)
