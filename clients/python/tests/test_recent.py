"""What a cache must never do, whatever the time."""

import asyncio
import time
from datetime import datetime, timedelta, timezone

import pytest
from gatehouse_fastapi import Caller, Gatehouse, Session, User
from gatehouse_fastapi.memory import Moment
from gatehouse_fastapi.recent import Recent
from gatehouse_fastapi.testing import TestGatehouse
from servers import wait_until


def caller(seconds_left: float = 3600) -> Caller:
    now = datetime.now(timezone.utc)
    session = Session(id="s", created_at=now, expires_at=now + timedelta(seconds=seconds_left), fresh=True)
    return Caller(user=User(id="u", email="a@example.org", email_verified=True, name="A", image=None), session=session)


def earlier(seconds: float) -> Moment:
    now = Moment.now()
    return Moment(now.steady - seconds, now.wall - seconds)


def test_it_never_outlives_the_session() -> None:
    recent = Recent(5)
    recent.keep("ended", caller(-1), Moment.now())
    recent.keep("ends", caller(0.1), Moment.now())
    assert recent.get("ended") is None
    time.sleep(0.11)  # the clock of the system decides, as it does for the session
    assert recent.get("ends") is None


def test_its_time_begins_when_the_question_was_asked() -> None:
    recent = Recent(1)
    recent.keep("cookie", caller(), earlier(1))
    assert recent.get("cookie") is None


def test_it_is_over_when_the_machine_slept_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steady clock stands still then; some hosts put a program to sleep between any two requests."""
    recent, asked = Recent(5), Moment.now()
    recent.keep("cookie", caller(), asked)
    assert recent.get("cookie")
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 6)
    assert recent.get("cookie") is None
    recent.keep("cookie", caller(), asked)  # an answer that it slept through
    assert recent.get("cookie") is None
    recent.keep("cookie", caller(), Moment.now())
    assert recent.get("cookie")


def test_a_clock_that_is_set_back_lengthens_nothing() -> None:
    recent, now = Recent(1), Moment.now()
    recent.keep("cookie", caller(), Moment(now.steady - 1, now.wall + 3600))
    assert recent.get("cookie") is None


def test_it_is_bounded_and_keeps_what_is_used() -> None:
    recent, someone = Recent(5), caller()
    for number in range(4096):
        recent.keep(str(number), someone, Moment.now())
    assert recent.get("0")
    recent.keep("one more", someone, Moment.now())
    assert recent.get("1") is None
    assert recent.get("0")
    assert recent.get("one more")


def test_an_answer_from_before_a_sign_out_was_found_is_not_kept_after_it() -> None:
    recent, asked_before = Recent(5), Moment.now()
    recent.forget("cookie")
    recent.keep("cookie", caller(), asked_before)
    recent.keep("another", caller(), asked_before)
    assert recent.get("cookie") is None
    recent.keep("cookie", caller(), asked_before)  # to look for it has changed nothing
    assert recent.get("cookie") is None
    assert recent.get("another")
    recent.keep("cookie", caller(), Moment.now())
    assert recent.get("cookie")


def test_a_clock_of_large_steps_hides_no_sign_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows it stands still for 15 milliseconds: longer than an answer takes."""
    recent, moment = Recent(5), Moment.now()
    monkeypatch.setattr(Moment, "now", lambda: moment)
    recent.forget("cookie")
    recent.keep("cookie", caller(), moment)
    assert recent.get("cookie") is None


def test_an_older_answer_that_comes_later_replaces_none() -> None:
    recent, now = Recent(5), Moment.now()
    older, newer = caller(), caller()
    recent.keep("cookie", newer, now)
    recent.keep("cookie", older, earlier(0.5))
    assert recent.get("cookie") is newer


def test_a_flood_of_strange_cookies_takes_no_more_than_its_room_and_hides_no_sign_out() -> None:
    recent, asked_before = Recent(5), Moment.now()
    recent.forget("cookie")
    for number in range(5000):
        recent.forget(str(number))
    assert len(recent._kept) == 4096
    recent.keep("cookie", caller(), asked_before)
    assert recent.get("cookie") is None


def test_what_is_over_makes_room_for_what_comes() -> None:
    recent = Recent(0.01)
    for number in range(50):
        recent.forget(str(number))
    time.sleep(0.02)
    for number in range(50, 100):
        recent.forget(str(number))
    assert len(recent._kept) <= 50


def test_what_a_write_finds_out_is_not_denied_by_an_answer_that_was_slower(small: TestGatehouse) -> None:
    async def visit(cookie: str) -> list[bool]:
        gatehouse = Gatehouse(small.url, cache_seconds=5)
        small.delay_seconds = 0.4
        read = asyncio.create_task(gatehouse.ask(cookie, from_memory=True))
        await asyncio.to_thread(wait_until, lambda: len(small.requests) == 1)
        await asyncio.sleep(0.05)  # its delay has begun
        small.sign_out(cookie)
        small.delay_seconds = 0
        write = await gatehouse.ask(cookie)
        found = [await read, write, await gatehouse.ask(cookie, from_memory=True)]
        await gatehouse.close()
        return [who is not None for who in found]

    assert asyncio.run(visit(small.sign_in())) == [True, False, False]
    assert len(small.requests) == 3
