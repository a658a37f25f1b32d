"""Answers from memory while Gatehouse tells what changed: with the small Gatehouse, over real sockets."""

import asyncio
import logging
import time
from collections.abc import Iterator

import httpx
import pytest
from apps import make_app
from conftest import docs_origin
from gatehouse_fastapi import Gatehouse, SyncGatehouse, Unavailable, poller
from gatehouse_fastapi.testing import TestGatehouse
from servers import Told, answer, serve, wait_until
from starlette.testclient import TestClient, WebSocketDenialResponse
from test_strange_answers import cookie as some_cookie
from test_strange_answers import signed_in


class Site:
    """The small Gatehouse, an app that answers from memory, and a browser."""

    def __init__(self, login: TestGatehouse, origin: str, browser: httpx.Client) -> None:
        self.login, self.origin, self.browser = login, origin, browser

    def get(self, cookie: str, path: str = "/me") -> int:
        return self.browser.get(self.origin + path, headers={"cookie": cookie}).status_code

    def write(self, cookie: str) -> int:
        headers = {"cookie": cookie, "origin": docs_origin}
        return self.browser.post(f"{self.origin}/write", headers=headers).status_code

    def questions(self, cookie: str, path: str = "/me") -> int:
        """How many questions a visit costs; the visit succeeds."""
        before = len(self.login.requests)
        assert self.get(cookie, path) == 200
        return len(self.login.requests) - before

    def until_kept(self, cookie: str) -> str:
        wait_until(lambda: self.questions(cookie) == 0)
        return cookie


@pytest.fixture
def site(small: TestGatehouse, browser: httpx.Client) -> Iterator[Site]:
    gatehouse = Gatehouse(small.url, allowed_origins=[docs_origin], live_key=small.live_key)
    with serve(make_app(gatehouse)[0]) as origin:
        yield Site(small, origin, browser)


def test_reads_are_answered_from_memory_and_a_sign_out_is_there_at_once(site: Site) -> None:
    cookie = site.until_kept(site.login.sign_in(roles=("admin",)))
    paths = ("/me", "/home", "/confirmed", "/admin")
    assert [site.questions(cookie, path) for path in paths] == [0, 0, 0, 0]
    site.login.sign_out(cookie)
    began = time.monotonic()
    wait_until(lambda: site.get(cookie) == 401)
    assert time.monotonic() - began < 0.5  # it is usually a few milliseconds
    assert site.get(cookie, "/home") == 200  # where nobody is nobody


def test_whatever_matters_is_always_asked(site: Site) -> None:
    cookie = site.until_kept(site.login.sign_in(methods=("password", "totp")))
    assert [site.questions(cookie, path) for path in ("/proven", "/guarded")] == [1, 1]
    before = len(site.login.requests)
    assert [site.write(cookie), site.write(cookie)] == [200, 200]
    assert len(site.login.requests) - before == 2
    assert site.questions(cookie) == 0


def test_a_websocket_always_asks(small: TestGatehouse) -> None:
    gatehouse = Gatehouse(small.url, allowed_origins=[docs_origin], live_key=small.live_key)
    headers = {"cookie": small.sign_in(), "origin": docs_origin}
    with TestClient(make_app(gatehouse)[0]) as client:
        wait_until(lambda: costs_nothing(client, small, headers))
        before = len(small.requests)
        with client.websocket_connect("/socket", headers=headers) as socket:
            socket.receive_text()
            socket.send_text("again")
            socket.receive_text()
        assert len(small.requests) - before == 2
        small.sign_out(headers["cookie"])
        with pytest.raises(WebSocketDenialResponse), client.websocket_connect("/socket", headers=headers):
            pass


def costs_nothing(client: TestClient, login: TestGatehouse, headers: dict[str, str]) -> bool:
    before = len(login.requests)
    assert client.get("/me", headers=headers).status_code == 200
    return len(login.requests) == before


def test_what_a_write_finds_out_is_not_denied_by_memory(site: Site) -> None:
    cookie = site.until_kept(site.login.sign_in())
    site.login._sessions.clear()  # in a Gatehouse that tells nobody
    assert site.get(cookie) == 200
    assert site.write(cookie) == 401
    assert site.get(cookie) == 401


def test_when_the_poll_fails_everything_is_asked_as_without_memory(site: Site) -> None:
    cookie = site.until_kept(site.login.sign_in())
    site.login.is_unavailable = True
    wait_until(lambda: site.get(cookie) == 503)
    site.login.is_unavailable = False
    site.until_kept(cookie)
    site.login.stop()
    wait_until(lambda: site.get(cookie) == 503)
    site.login.start()
    assert site.get(cookie) == 200
    site.until_kept(cookie)


def test_a_gatehouse_that_was_started_again_is_believed_anew(site: Site) -> None:
    cookie = site.until_kept(site.login.sign_in())
    site.login.stop()
    site.login._sessions.clear()
    site.login.start()
    began = time.monotonic()
    wait_until(lambda: site.get(cookie) == 401)
    assert time.monotonic() - began < 2.5  # two seconds, and what a busy machine adds


@pytest.mark.parametrize("status", [401, 404])
def test_a_gatehouse_that_takes_no_key_is_asked_for_each_request_and_it_is_said_once(
    status: int, browser: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    polls = 0

    def answers(n: int) -> list[bytes | float]:
        nonlocal polls
        if b"/changes" in told.heard[n - 1].split(b"\r\n")[0]:
            polls += 1
            return answer(status, '{"error":{"code":"…","message":"…"}}')
        return answer(200, signed_in)

    with Told(answers) as told, caplog.at_level(logging.WARNING):
        app, _ = make_app(Gatehouse(told.origin, live_key="k" * 43))
        with serve(app) as origin:
            got = [browser.get(f"{origin}/me", headers={"cookie": some_cookie}).status_code for _ in range(20)]
            wait_until(lambda: polls >= 3)
    assert set(got) == {200}
    assert len(told.heard) - polls == 20
    said = [record.getMessage() for record in caplog.records if "asked for each request" in record.getMessage()]
    hints = {401: "is live_key one of the keys in its GATEHOUSE_BACKEND_KEY?", 404: "has it a GATEHOUSE_BACKEND_KEY?"}
    assert said == [
        "Gatehouse is asked for each request, because it cannot be known what changed: "
        f"answered with status {status}: {hints[status]}"
    ]
    assert "k" * 43 not in caplog.text


def test_the_key_is_shown_without_a_cookie_and_to_the_polls_alone(small: TestGatehouse) -> None:
    heard: list[bytes] = []
    gatehouse: Gatehouse

    def answers(n: int) -> list[bytes | float]:
        heard.append(told.heard[n - 1])
        return answer(200, signed_in)

    with Told(answers) as told:
        gatehouse = Gatehouse(told.origin, live_key=small.live_key)

        async def ask() -> None:
            await gatehouse.ask(some_cookie, from_memory=True)
            await asyncio.to_thread(wait_until, lambda: len(heard) >= 2)
            await gatehouse.close()

        asyncio.run(ask())
    questions = [request for request in heard if request.startswith(b"GET /api/session HTTP/1.1\r\n")]
    polls = [request for request in heard if request.startswith(b"GET /api/session/changes?after= HTTP/1.1\r\n")]
    assert len(questions) + len(polls) == len(heard)
    assert all(b"authorization" not in request.lower() and b"cookie: " in request.lower() for request in questions)
    assert all(f"Bearer {small.live_key}".encode() in request and b"cookie" not in request.lower() for request in polls)


def test_it_stops_asking_when_nobody_asks_and_begins_again(
    small: TestGatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "_idle_seconds", 0.5)  # a minute
    cookie = small.sign_in()

    async def visit() -> None:
        gatehouse = Gatehouse(small.url, live_key=small.live_key)
        assert await gatehouse.ask(cookie, from_memory=True)
        await asyncio.sleep(1.5)
        polls = small.polls
        assert polls > 0
        await asyncio.sleep(1)
        assert small.polls == polls
        assert await gatehouse.ask(cookie, from_memory=True)
        await asyncio.to_thread(wait_until, lambda: small.polls > polls)
        await gatehouse.close()

    asyncio.run(visit())


def test_closing_ends_the_poll(small: TestGatehouse) -> None:
    cookie = small.sign_in()

    async def visit() -> float:
        gatehouse = Gatehouse(small.url, live_key=small.live_key)
        assert await gatehouse.ask(cookie)
        await asyncio.to_thread(wait_until, lambda: small.polls >= 2)
        began = time.monotonic()
        await gatehouse.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return time.monotonic() - began

    assert asyncio.run(visit()) < 0.3  # less than the poll would be held


def test_for_threads_too_memory_answers_what_says_that_it_only_reads(small: TestGatehouse) -> None:
    cookie = small.sign_in()
    with SyncGatehouse(small.url, live_key=small.live_key) as gatehouse:

        def costs(*, from_memory: bool) -> int:
            before = len(small.requests)
            assert gatehouse.ask(cookie, from_memory=from_memory)
            return len(small.requests) - before

        wait_until(lambda: costs(from_memory=True) == 0)
        assert [costs(from_memory=False), costs(from_memory=True)] == [1, 0]
        small.sign_out(cookie)
        began = time.monotonic()
        wait_until(lambda: gatehouse.ask(cookie, from_memory=True) is None)
        assert time.monotonic() - began < 0.5
    with pytest.raises(Unavailable):
        gatehouse.ask(cookie, from_memory=True)
