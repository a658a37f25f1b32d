"""How Gatehouse is asked what changed: no more often than helps, and by a task that belongs to no request."""

import asyncio
import contextvars
import gc
import itertools
import time
import weakref
from typing import Any

import pytest
from gatehouse_fastapi import Gatehouse
from gatehouse_fastapi.testing import TestGatehouse
from servers import wait_until


class Scattered(TestGatehouse):
    """Each poll is answered by another process, as behind a balancer that hands requests on in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.polled_at: list[float] = []

    def _tell(self, _: str, headers: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.polled_at.append(time.monotonic())
        return super()._tell("another-process.0", headers)


def test_where_each_poll_finds_another_process_the_pauses_grow_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Without pauses, two thousand polls a second kept a processor busy on either side."""

    login = Scattered()

    async def visit() -> None:
        gatehouse = Gatehouse(login.url, live_key=login.live_key)
        assert await gatehouse.ask(login.sign_in())
        await asyncio.to_thread(wait_until, lambda: "another process" in caplog.text)
        await gatehouse.close()

    with login:
        asyncio.run(visit())
        pauses = [after - before for before, after in itertools.pairwise(login.polled_at)]
    assert pauses[0] < 0.1  # Gatehouse was started again: memory is of use at once
    assert [pause >= least for pause, least in zip(pauses[1:4], (0.125, 0.25, 0.375), strict=True)] == [True] * 3


class Hasty(TestGatehouse):
    """Each poll is answered at once, as by a cache in between: nothing has changed."""

    def _tell(self, *_: object) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.polls += 1
        limits = {"longestSeconds": 1_000_000, "freshSeconds": 900}
        return 200, {"cursor": "cached.1", "ids": [], "now": "2026-11-20T21:53:38.277Z", **limits}, {}


def test_where_each_poll_is_answered_at_once_it_is_put_a_hundred_times_a_second_at_the_most() -> None:
    """Without pauses, ten thousand polls a second left the event loop no time for anything else."""

    async def visit(login: TestGatehouse) -> None:
        gatehouse = Gatehouse(login.url, live_key=login.live_key)
        assert await gatehouse.ask(login.sign_in())
        await asyncio.sleep(0.5)
        await gatehouse.close()

    with Hasty() as login:
        asyncio.run(visit(login))
        assert 2 < login.polls < 60


class Belongings:
    """What a program keeps for a request: its user, its trace, its database session."""


belongings: contextvars.ContextVar[Belongings] = contextvars.ContextVar("belongings")


@pytest.mark.parametrize("remembers", [True, False], ids=["memory", "no memory"])
def test_nothing_of_the_first_request_is_held_when_it_has_ended(remembers: bool, small: TestGatehouse) -> None:
    """The poll and the connection, which outlive it, were begun in its context."""
    gatehouse = Gatehouse(small.url, live_key=small.live_key if remembers else None)

    async def request() -> weakref.ref[Belongings]:
        own = Belongings()
        belongings.set(own)
        assert await gatehouse.ask(small.sign_in())
        return weakref.ref(own)

    async def visit() -> bool:
        held = await asyncio.create_task(request())
        await asyncio.sleep(0.1)
        gc.collect()
        is_held = held() is not None
        await gatehouse.close()
        return is_held

    assert not asyncio.run(visit())
