"""The client for threads never keeps anybody waiting for ever: not when it is closed, and not after a fork."""

import asyncio
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress

import pytest
from gatehouse_fastapi import Caller, Gatehouse, SyncGatehouse, Unavailable
from gatehouse_fastapi.testing import TestGatehouse
from servers import wait_until


def ask_beside(gatehouse: SyncGatehouse, cookie: str) -> "Future[Caller | None]":
    """Ask in a thread that, were it to wait for ever, would not keep the tests from ending."""
    answer: Future[Caller | None] = Future()

    def ask() -> None:
        try:
            answer.set_result(gatehouse.ask(cookie))
        except Unavailable as unavailable:
            answer.set_exception(unavailable)

    threading.Thread(target=ask, daemon=True).start()
    return answer


def test_closing_turns_away_whoever_is_asking(small: TestGatehouse) -> None:
    cookies = [small.sign_in(email=f"ada{number}@example.org") for number in range(4)]
    small.delay_seconds = 4
    gatehouse = SyncGatehouse(small.url, deadline_seconds=5)
    answers = [ask_beside(gatehouse, cookie) for cookie in cookies]
    wait_until(lambda: len(small.requests) == len(cookies))
    began = time.monotonic()
    gatehouse.close()
    for answer in answers:
        with pytest.raises(Unavailable):
            answer.result(timeout=2)
    assert time.monotonic() - began < 2  # not the four that the answer takes


def test_closing_while_many_begin_to_ask_leaves_nobody_waiting(small: TestGatehouse) -> None:
    cookie = small.sign_in()
    for _ in range(50):
        gatehouse = SyncGatehouse(small.url)
        answers = [ask_beside(gatehouse, cookie) for _ in range(4)]
        gatehouse.close()
        for answer in answers:
            with suppress(Unavailable):  # whoever was quicker has an answer
                assert answer.result(timeout=2)
        gatehouse.close()  # again does nothing


def test_no_thread_to_be_had_is_said_and_the_next_question_tries_again(
    small: TestGatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    cookie = small.sign_in()
    with SyncGatehouse(small.url) as gatehouse:
        with monkeypatch.context() as patch:  # the system's own limit would hit the whole test run
            patch.setattr(threading.Thread, "start", refuse)
            with pytest.raises(Unavailable):
                gatehouse.ask(cookie)
        assert gatehouse.ask(cookie)


forking = """
import os, signal, sys
from gatehouse_fastapi import SyncGatehouse

url, cookie, before = sys.argv[1:]
gatehouse = SyncGatehouse(url)
if before == "asked":
    assert gatehouse.ask(cookie)
child = os.fork()
if child == 0:
    signal.alarm(5)
    known = gatehouse.ask(cookie) is not None
    gatehouse.close()
    os._exit(0 if known else 1)
assert os.waitpid(child, 0)[1] == 0, "the child got no answer"
assert gatehouse.ask(cookie)
gatehouse.close()
"""


@pytest.mark.parametrize("before", ["asked", "not asked"])
def test_a_forked_process_asks_for_itself(before: str, small: TestGatehouse) -> None:
    """As under `gunicorn --preload`: made once, asked in each worker, where the maker's threads are not."""
    unwarned = "ignore:This process:DeprecationWarning"  # Python 3.12 and newer warn of every fork beside a thread
    command = [sys.executable, "-W", unwarned, "-c", forking, small.url, small.sign_in(), before]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_visitor_without_a_cookie_is_nobody(small: TestGatehouse) -> None:
    """As `request.headers.get("Cookie")` gives it, which was an AttributeError."""

    async def ask() -> Caller | None:
        return await Gatehouse(small.url).ask(None)

    assert asyncio.run(ask()) is None
    with SyncGatehouse(small.url, live_key=small.live_key) as gatehouse:
        assert gatehouse.ask(None) is None
        assert gatehouse.ask(small.sign_in())  # from now on there is a memory to look into
        assert gatehouse.ask(None, from_memory=True) is None
    assert len(small.requests) == 1
