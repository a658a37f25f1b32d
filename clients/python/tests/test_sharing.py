"""Many requests at once: how often Gatehouse is asked, and that nobody gets an answer older than the request."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from apps import make_app
from conftest import Place, docs_origin
from gatehouse_fastapi import Caller, Gatehouse, Unavailable
from gatehouse_fastapi.testing import TestGatehouse
from servers import serve, wait_until


@pytest.fixture
def slow(place: Place) -> Iterator[TestGatehouse]:
    place.login.delay_seconds = 0.15
    yield place.login
    place.login.delay_seconds = 0


async def wait_until_asked(login: TestGatehouse, times: int) -> None:
    await asyncio.to_thread(wait_until, lambda: len(login.requests) >= times)


def test_requests_at_the_same_time_are_one_question(slow: TestGatehouse) -> None:
    cookie = slow.sign_in()

    async def together() -> list[Caller | None]:
        gatehouse = Gatehouse(slow.url)
        answers = await asyncio.gather(*(gatehouse.ask(cookie) for _ in range(50)))
        await gatehouse.close()
        return answers

    answers = asyncio.run(together())
    assert {caller.user.email for caller in answers if caller} == {"ada@example.org"}
    assert len(slow.requests) == 1


def test_a_burst_over_sockets_is_two_questions_one_after_the_other(slow: TestGatehouse, place: Place) -> None:
    headers = {"cookie": slow.sign_in()}

    async def burst() -> list[httpx.Response]:
        async with httpx.AsyncClient(trust_env=False) as browser:
            return await asyncio.gather(*(browser.get(f"{place.origin}/me", headers=headers) for _ in range(30)))

    assert {answer.status_code for answer in asyncio.run(burst())} == {200}
    assert len(slow.requests) <= 3  # the first one's, everybody's, and a straggler's


def test_different_cookies_are_asked_about_side_by_side(slow: TestGatehouse) -> None:
    people = {slow.sign_in(email=f"ada{number}@example.org"): f"ada{number}@example.org" for number in range(20)}

    async def together() -> list[Caller | None]:
        gatehouse = Gatehouse(slow.url)
        answers = await asyncio.gather(*map(gatehouse.ask, people))
        await gatehouse.close()
        return answers

    began = time.monotonic()
    answers = asyncio.run(together())
    assert time.monotonic() - began < 0.15 * len(people) / 2
    assert [caller and caller.user.email for caller in answers] == list(people.values())


def test_a_request_after_a_sign_out_does_not_get_the_answer_under_way(slow: TestGatehouse) -> None:
    """The race that sharing brings: the answer under way was made before the sign-out."""
    cookie = slow.sign_in()

    async def race() -> tuple[Caller | None, Caller | None]:
        gatehouse = Gatehouse(slow.url)
        slow.requests.clear()
        before = asyncio.create_task(gatehouse.ask(cookie))
        await wait_until_asked(slow, 1)
        slow.sign_out(cookie)
        after = await gatehouse.ask(cookie)
        await gatehouse.close()
        return await before, after

    before, after = asyncio.run(race())
    assert before is not None  # asked before the sign-out
    assert after is None
    assert len(slow.requests) == 2


def test_who_gives_up_does_not_take_the_others_along(slow: TestGatehouse) -> None:
    cookie = slow.sign_in()

    async def one_leaves() -> list[Caller | None]:
        gatehouse = Gatehouse(slow.url)
        tasks = [asyncio.create_task(gatehouse.ask(cookie)) for _ in range(3)]
        await wait_until_asked(slow, 1)
        tasks[0].cancel()
        answers = await asyncio.gather(*tasks[1:])
        assert tasks[0].cancelled()
        await gatehouse.close()
        return answers

    assert all(asyncio.run(one_leaves()))
    assert len(slow.requests) == 1


def test_a_slow_login_keeps_nobody_waiting_for_two_questions(place: Place) -> None:
    """Requests of one page that arrive one after the other were turned away when each answer took half the deadline."""
    place.login.delay_seconds = 0.45
    cookie = place.login.sign_in()

    async def page() -> list[Caller | None]:
        gatehouse = Gatehouse(place.login.url)
        requests = []
        for _ in range(8):
            requests.append(asyncio.create_task(gatehouse.ask(cookie)))
            await asyncio.sleep(0.02)
        answers = await asyncio.gather(*requests)
        await gatehouse.close()
        return answers

    try:
        answers = asyncio.run(page())
    finally:
        place.login.delay_seconds = 0
    assert all(answers)
    assert len(place.login.requests) <= 4


def test_a_failure_is_told_to_each_as_their_own(small: TestGatehouse) -> None:
    """One exception for many would collect the frames, and with them the requests, of all of them."""
    small.is_unavailable = True
    cookie = small.sign_in()

    async def together() -> list[Caller | BaseException | None]:
        gatehouse = Gatehouse(small.url)
        answers = await asyncio.gather(*(gatehouse.ask(cookie) for _ in range(20)), return_exceptions=True)
        await gatehouse.close()
        return answers

    answers = asyncio.run(together())
    assert len({id(answer) for answer in answers}) == 20
    assert all(isinstance(answer, Unavailable) for answer in answers)


def test_whoever_waits_for_a_second_question_waits_no_longer_than_anybody(place: Place) -> None:
    place.login.delay_seconds = 5
    cookie = place.login.sign_in()

    async def ask(gatehouse: Gatehouse) -> float:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await gatehouse.ask(cookie)
        return time.monotonic() - began

    async def two() -> list[float]:
        gatehouse = Gatehouse(place.login.url)
        first = asyncio.create_task(ask(gatehouse))
        await wait_until_asked(place.login, 1)
        seconds = [await ask(gatehouse), await first]
        await gatehouse.close()
        return seconds

    try:
        assert max(asyncio.run(two())) < 1.4  # the deadline is 0.8, and this machine may be busy
    finally:
        place.login.delay_seconds = 0


async def ask_until_answered(gatehouse: Gatehouse, cookie: str) -> Caller | None:
    """Ask again while the last of a flood give up."""
    for _ in range(20):
        with suppress(Unavailable):
            return await gatehouse.ask(cookie)
        await asyncio.sleep(0.05)
    return await gatehouse.ask(cookie)


def test_a_flood_of_cookies_is_turned_away_at_once_and_forgotten(place: Place) -> None:
    place.login.delay_seconds = 5
    known = place.login.sign_in()

    async def flood() -> tuple[list[bool], float, bool]:
        gatehouse = Gatehouse(place.login.url, deadline_seconds=0.3)
        cookies = [f"better-auth.session_token=forged.{number}" for number in range(1500)]
        began = time.monotonic()
        answers = await asyncio.gather(*map(gatehouse.ask, cookies), return_exceptions=True)
        seconds = time.monotonic() - began
        place.login.delay_seconds = 0
        known_again = await ask_until_answered(gatehouse, known)
        await gatehouse.close()
        return [isinstance(answer, Unavailable) for answer in answers], seconds, known_again is not None

    try:
        refused, seconds, known_again = asyncio.run(flood())
    finally:
        place.login.delay_seconds = 0
    assert all(refused)
    assert len(place.login.requests) < 200  # about as many as there are connections, not 1,500
    assert seconds < 1.4
    assert known_again


def test_nothing_is_kept_unless_asked_for(place: Place, browser: httpx.Client) -> None:
    headers = {"cookie": place.login.sign_in()}
    for _ in range(3):
        assert browser.get(f"{place.origin}/me", headers=headers).status_code == 200
    assert len(place.login.requests) == 3


def test_a_cache_answers_reads_and_nothing_else(small: TestGatehouse, browser: httpx.Client) -> None:
    gatehouse = Gatehouse(small.url, allowed_origins=[docs_origin], cache_seconds=5)
    headers = {"cookie": small.sign_in(), "origin": docs_origin}
    with serve(make_app(gatehouse)[0]) as origin:
        for path in ("/me", "/me", "/home", "/confirmed"):
            assert browser.get(origin + path, headers=headers).status_code == 200
        assert len(small.requests) == 1
        assert browser.get(f"{origin}/proven", headers=headers).status_code == 200  # what matters is always asked
        assert browser.post(f"{origin}/write", headers=headers).status_code == 200
        assert len(small.requests) == 3
        small.sign_out(headers["cookie"])
        assert browser.get(f"{origin}/me", headers=headers).status_code == 200  # the price of a cache


@pytest.mark.parametrize(("method", "path"), [("POST", "/write"), ("GET", "/proven")])
def test_a_sign_out_that_is_found_out_is_not_denied_by_the_cache(
    method: str, path: str, small: TestGatehouse, browser: httpx.Client
) -> None:
    gatehouse = Gatehouse(small.url, allowed_origins=[docs_origin], cache_seconds=5)
    headers = {"cookie": small.sign_in(), "origin": docs_origin}
    with serve(make_app(gatehouse)[0]) as origin:
        assert browser.get(f"{origin}/me", headers=headers).status_code == 200
        small.sign_out(headers["cookie"])
        assert browser.request(method, origin + path, headers=headers).status_code == 401
        assert browser.get(f"{origin}/me", headers=headers).status_code == 401


def test_a_cache_keeps_no_failure_and_no_stranger(small: TestGatehouse, browser: httpx.Client) -> None:
    gatehouse = Gatehouse(small.url, cache_seconds=5)
    headers = {"cookie": small.sign_in()}
    with serve(make_app(gatehouse)[0]) as origin:
        small.is_unavailable = True
        assert browser.get(f"{origin}/me", headers=headers).status_code == 503
        small.is_unavailable = False
        assert browser.get(f"{origin}/me", headers=headers).status_code == 200
        unknown = {"cookie": "better-auth.session_token=a.b"}
        assert [browser.get(f"{origin}/me", headers=unknown).status_code for _ in range(2)] == [401, 401]
    assert len(small.requests) == 4
