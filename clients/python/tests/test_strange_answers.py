"""Whatever Gatehouse, or something that stands in its place, answers: no handler runs unless a caller is known."""

import asyncio
import gzip
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from apps import make_app
from gatehouse_fastapi import Gatehouse, Unavailable
from servers import Told, answer, serve

signed_in = (
    '{"user":{"id":"1","email":"ada@example.org","emailVerified":true,"name":"Ada","image":null},"session":'
    '{"id":"2","createdAt":"2026-11-20T21:53:38.277Z","expiresAt":"2026-11-27T21:53:38.277Z","fresh":true}}'
)
nobody = '{"error":{"code":"no_session","message":"Nobody is signed in with this cookie."}}'
cookie = "better-auth.session_token=a.b"
longest_wait_seconds = 2  # not the five of the slow answers; that it is less than one is measured in test_faults
whole = answer(200, signed_in)[0]
assert isinstance(whole, bytes)

strange: dict[str, list[bytes | float] | None] = {
    "500": answer(500, '{"error":{"code":"no_session"}}'),
    "503": answer(503, '{"error":{"code":"unavailable","message":"…"}}'),
    "429": answer(429, "{}"),
    "403": answer(403, nobody),
    "404": answer(404, nobody),
    "206": answer(206, signed_in),
    "a redirect": answer(302, "", {"location": "/api/session"}),
    "a 401 of a proxy": answer(401, "<h1>401 Authorization Required</h1>", {"content-type": "text/html"}),
    "a 401 with another code": answer(401, '{"error":{"code":"UNAUTHORIZED","message":"…"}}'),
    "a 401 with a list": answer(401, "[[[]]]"),
    "a 401 nested too deep": answer(401, "[" * 9000),
    "nothing": answer(200, ""),
    "an empty object": answer(200, "{}"),
    "broken JSON": answer(200, signed_in[:-1]),
    "HTML": answer(200, "<!doctype html>"),
    "somebody, of another type": answer(200, signed_in, {"content-type": "text/html"}),
    "nobody, of another type": answer(401, nobody, {"content-type": "text/html"}),
    "no type": [whole.replace(b"content-type", b"x-type")],
    "two types": [whole.replace(b"\r\n\r\n", b"\r\ncontent-type: text/html\r\n\r\n")],
    "compressed": answer(200, gzip.compress(signed_in.encode()), {"content-encoding": "gzip"}),
    "what says that it is compressed": answer(200, signed_in, {"content-encoding": "GZip"}),
    "no session": answer(200, signed_in.replace('"session"', '"sessions"')),
    "a user who is null": answer(200, '{"user":null,"session":null}'),
    "an empty id": answer(200, signed_in.replace('"id":"1"', '"id":""')),
    "an id that is a number": answer(200, signed_in.replace('"id":"1"', '"id":1')),
    "a confirmation that is a text": answer(200, signed_in.replace("true", '"true"', 1)),
    "a time without a zone": answer(200, signed_in.replace("277Z", "277")),
    "letters that are no UTF-8": answer(200, signed_in.encode().replace(b"Ada", b"\xff\xfe")),
    "too much": answer(200, signed_in.replace("Ada", "A" * 20_000)),
    "too little": [whole[:-10]],
    "no HTTP": [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"],
    "hanging up": None,
    "slow": [5.0, whole],
    "one letter at a time": [piece for letter in whole for piece in (bytes([letter]), 0.05)],
    "a body that never ends": [whole.split(b"{")[0], 5.0],
}


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with Told(lambda _: None) as told:
        yield told


@pytest.fixture(scope="module")
def origin(told: Told) -> Iterator[str]:
    app, reached = make_app(Gatehouse(told.origin))
    with serve(app) as origin:
        yield origin
    assert reached.names == []


@pytest.mark.parametrize("name", strange)
def test_a_strange_answer_is_503_and_no_long_wait(name: str, told: Told, origin: str, browser: httpx.Client) -> None:
    told.answer = lambda _: strange[name]
    with ThreadPoolExecutor() as pool:
        visits = [pool.submit(browser.get, origin + path, headers={"cookie": cookie}) for path in ("/me", "/home")]
        for got in (visit.result(timeout=longest_wait_seconds) for visit in visits):
            assert (got.status_code, got.json()["detail"]["code"]) == (503, "unavailable")
            assert got.headers["retry-after"] == "1"


@pytest.mark.parametrize("name", ["slow", "one letter at a time", "a body that never ends"])
def test_a_hanging_answer_does_not_stand_in_the_way_of_the_next(name: str, browser: httpx.Client) -> None:
    with Told(lambda n: strange[name] if n == 1 else answer(200, signed_in)) as told:
        app, _ = make_app(Gatehouse(told.origin, deadline_seconds=0.3))
        with serve(app) as origin:
            got = [browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code for _ in range(2)]
    assert got == [503, 200]


def test_a_refused_connection_is_503(browser: httpx.Client) -> None:
    with Told(lambda _: None) as told:
        pass
    app, reached = make_app(Gatehouse(told.origin))
    with serve(app) as origin:
        assert browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code == 503
    assert reached.names == []


def test_null_is_nobody_as_with_better_auth_itself(browser: httpx.Client) -> None:
    with Told(lambda _: answer(200, "null")) as told:
        app, reached = make_app(Gatehouse(told.origin))
        with serve(app) as origin:
            assert browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code == 401
    assert reached.names == []


def test_what_is_no_caller_is_repeated_nowhere() -> None:
    """Better Auth's own answer, token and all, stood in the traceback of whoever asked the wrong address."""
    body = signed_in.replace('"session":{', '"session":{"token":"a secret token",').replace('"id":"2",', "")

    async def ask(origin: str) -> None:
        gatehouse = Gatehouse(origin)
        try:
            await gatehouse.ask(cookie)
        finally:
            await gatehouse.close()

    with Told(lambda _: answer(200, body)) as told, pytest.raises(Unavailable) as raised:
        asyncio.run(ask(told.origin))
    told_to_people = "".join(traceback.format_exception(raised.value))
    assert "is no caller" in told_to_people
    assert "secret token" not in told_to_people
    assert "example.org" not in told_to_people


def test_what_gatehouse_may_say_one_day_does_not_disturb(browser: httpx.Client) -> None:
    body = signed_in.replace('"name"', '"locale":"de","name"')
    with Told(lambda _: answer(200, body)) as told, serve(make_app(Gatehouse(told.origin))[0]) as origin:
        assert browser.get(f"{origin}/me", headers={"cookie": cookie}).json() == "ada@example.org"


@pytest.mark.parametrize(
    ("answers", "status", "asked"),
    [
        (lambda _: None, 503, 1),  # heard on a new connection: not asked again
        (lambda n: answer(200, signed_in) if n == 1 else None, 503, 3),  # a kept connection that died: once more
        (lambda n: None if n == 2 else answer(200, signed_in), 200, 3),
    ],
    ids=["a new connection", "a kept one, and again", "a kept one"],
)
def test_it_is_asked_again_only_when_a_kept_connection_had_died(
    answers: Callable[[int], list[bytes | float] | None], status: int, asked: int, browser: httpx.Client
) -> None:
    with Told(answers) as told, serve(make_app(Gatehouse(told.origin))[0]) as origin:
        calls = 1 if asked == 1 else 2
        got = [browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code for _ in range(calls)]
        assert (got[-1], len(told.heard)) == (status, asked)


def test_connections_are_kept_and_nothing_is_kept_of_the_environment(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    set_cookie = {"set-cookie": "planted=1"}
    with (
        Told(lambda _: answer(200, signed_in, set_cookie)) as told,
        serve(make_app(Gatehouse(told.origin))[0]) as origin,
    ):
        for _ in range(5):
            assert browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code == 200
        assert told.connections == 1
        assert all(b"planted" not in request for request in told.heard)
