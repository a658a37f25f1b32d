"""What leaves the program, and what is not even asked."""

import asyncio
import re

import httpx
import pytest
from conftest import Place, docs_origin
from gatehouse_fastapi import Gatehouse, SyncGatehouse
from gatehouse_fastapi.testing import TestGatehouse

name = "better-auth.session_token"


@pytest.mark.parametrize(
    ("came", "leaves"),
    [
        (f"{name}=a.b", f"{name}=a.b"),
        (f"theme=dark; {name}=a%2B.b%3D; csrf=1", f"{name}=a%2B.b%3D"),  # nothing is decoded
        (f"x;  {name} =  a.b  ;x", f"{name}=a.b"),
        (f'{name}="a.b"', f'{name}="a.b"'),
        (f"__Secure-{name}=s; __Host-{name}=h", f"__Secure-{name}=s; __Host-{name}=h"),
        (f"other={'x' * 60_000}; {name}=a.b", f"{name}=a.b"),
        (f"my-{name}=x; {name}=a.b", f"{name}=a.b"),
        (f"{name}=a=b", f"{name}=a=b"),
        (f"{name}; {name}=a.b", f"{name}=a.b"),  # without `=` it is no cookie, as for Gatehouse
    ],
)
def test_only_gatehouses_own_cookie_leaves(came: str, leaves: str, place: Place, browser: httpx.Client) -> None:
    assert browser.get(f"{place.origin}/me", headers={"cookie": came}).status_code == 401
    assert [request["cookie"] for request in place.login.requests] == [leaves]


@pytest.mark.parametrize(
    "came",
    [
        None,
        "",
        ";;;=;",
        name,
        f"{name}=",
        "theme=dark",
        f"{name}x=a.b",
        f"{name.upper()}=a.b",
        f"{name}={'x' * 50_000}",
        f"{name}=caf\u00e9",
        f"{name}=a b",
        f"other=%00; x{name}=1",
        f"{name}=\u00e9; {name}=a.b",  # two, whatever they are
    ],
)
def test_without_a_cookie_that_could_be_one_nobody_is_asked(
    came: str | None, place: Place, browser: httpx.Client
) -> None:
    headers = httpx.Headers({} if came is None else {b"cookie": came.encode("latin-1")})
    assert browser.get(f"{place.origin}/me", headers=headers).status_code == 401
    assert browser.get(f"{place.origin}/home", headers=headers).json() == "nobody"
    assert browser.post(f"{place.origin}/write", headers=headers).status_code == 401
    assert place.login.requests == []
    assert place.reached == ["home"]


@pytest.mark.parametrize("size", [32, 64, 256])
def test_a_huge_cookie_is_nobody_and_the_next_request_is_served(size: int, place: Place, browser: httpx.Client) -> None:
    got = browser.get(f"{place.origin}/me", headers={"cookie": f"{name}={'x' * size * 1024}"})
    assert got.status_code == 401
    assert browser.get(f"{place.origin}/me", headers={"cookie": place.login.sign_in()}).status_code == 200


def test_two_cookie_headers_are_read_like_one(place: Place, browser: httpx.Client) -> None:
    cookie = place.login.sign_in()
    headers = httpx.Headers([("cookie", "theme=dark"), ("cookie", cookie)])
    assert browser.get(f"{place.origin}/me", headers=headers).status_code == 200
    twice = httpx.Headers([*headers.multi_items(), ("cookie", f"{name}=other")])
    assert browser.get(f"{place.origin}/me", headers=twice).status_code == 401


@pytest.mark.parametrize("given", ["req-12345678", "a" * 64, "short", "a" * 65, "has space", None])
def test_a_request_id_is_passed_on_or_made(given: str | None, place: Place, browser: httpx.Client) -> None:
    headers = {"cookie": place.login.sign_in()} | ({"x-request-id": given} if given else {})
    browser.get(f"{place.origin}/me", headers=headers)
    sent = place.login.requests[0]["x-request-id"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", sent)
    assert (sent == given) == (given in ("req-12345678", "a" * 64))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "LINK"])
def test_a_write_needs_a_page_that_may(method: str, place: Place, browser: httpx.Client) -> None:
    cookie = {"cookie": place.login.sign_in()}
    refused = [
        None,
        "",
        "null",
        "https://evil.example",
        "http://docs.example.com",
        docs_origin.upper(),
        docs_origin + "/",
    ]
    for page in refused:
        headers = cookie | ({} if page is None else {"origin": page})
        got = browser.request(method, f"{place.origin}/write", headers=headers)
        assert (got.status_code, got.json()["detail"]["code"]) == (403, "cross_site")
    twice = httpx.Headers([*cookie.items(), ("origin", docs_origin), ("origin", "https://evil.example")])
    assert browser.request(method, f"{place.origin}/write", headers=twice).status_code == 403
    assert (place.login.requests, place.reached) == ([], [])  # refused before anybody was asked
    assert browser.request(method, f"{place.origin}/write", headers=cookie | {"origin": docs_origin}).status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_read_may_come_from_anywhere(method: str, place: Place, browser: httpx.Client) -> None:
    headers = {"cookie": place.login.sign_in(), "origin": "https://evil.example"}
    assert browser.request(method, f"{place.origin}/write", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "login.example.com"},
        {"url": "ftp://login.example.com"},
        {"url": "https://user@login.example.com"},
        {"url": "https://login.example.com/api"},
        {"url": "http://gatehouse:99999"},
        {"url": "http://gatehouse:0"},
        {"url": "http://gatehouse:03000"},
        {"url": "http://gatehouse:00080"},
        {"url": "http://gate..house"},
        {"url": "http://[:::::]"},
        {"url": None},
        {"url": b"http://gatehouse"},
        {"public_url": 5},
        {"allowed_origins": "https://docs.example.com"},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["https://*.example.com"]},
        {"allowed_origins": ["https://docs.example.com/"]},
        {"allowed_origins": ["https://Docs.example.com"]},
        {"allowed_origins": ["https://docs.example.com:443"]},
        {"allowed_origins": ["https://docs.example.com:0443"]},
        {"allowed_origins": ["null"]},
        {"allowed_origins": [None]},
        {"allowed_origins": None},
        {"return_to": ""},
        {"return_to": "me"},
        {"return_to": "docs.example.com/me"},
        {"return_to": "//docs.example.com/me"},
        {"return_to": "/\\docs.example.com"},
        {"return_to": "/me and more"},
        {"return_to": "javascript:alert(1)"},
        {"return_to": "https:///me"},
        {"return_to": "https://docs.example.com@evil.example/"},
        {"return_to": 5},
        {"live_key": 5},
        {"live_key": b"k" * 43},
        {"live_key": "short"},
        {"live_key": "k" * 31},
        {"live_key": "k" * 43 + "\r\n"},
        {"live_key": "k" * 43 + "," + "l" * 43},
        {"live_key": "k" * 43 + "=a"},
        {"live_key": "k" * 43, "cache_seconds": 1},
        {"cache_seconds": 0},
        {"cache_seconds": -1},
        {"cache_seconds": 5.1},
        {"cache_seconds": float("nan")},
        {"cache_seconds": True},
        {"cache_seconds": "2"},
        {"deadline_seconds": 0},
        {"deadline_seconds": float("inf")},
        {"deadline_seconds": None},
        {"ssl_context": True},
        {"ssl_context": "ca.pem"},
        {"ssl_context": False},
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_with_its_name(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Gatehouse(**({"url": "https://login.example.com"} | settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["k" * 700, "k" * 31 + "=", "k" * 43 + "=="], ids=len)
def test_a_key_that_gatehouse_takes_will_do(key: str) -> None:
    Gatehouse("http://gatehouse", live_key=key)


@pytest.mark.parametrize("back", ["/", "/me?a=b#c", "https://docs.example.com", "http://localhost:8080/ä?a=b@c", None])
def test_visitors_come_back_to_an_address_or_to_a_path(back: str | None) -> None:
    Gatehouse("http://gatehouse", return_to=back)


def test_for_threads_a_wrong_setting_is_refused_too() -> None:
    with pytest.raises(ValueError, match="deadline_seconds"):
        SyncGatehouse("http://gatehouse", deadline_seconds=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["http://my_gatehouse:3000", "http://gatehouse", "http://[::1]:3000", "http://10.0.0.7"]
)
def test_an_internal_name_will_do(url: str) -> None:
    Gatehouse(url)


@pytest.mark.parametrize("cookie", ["a=\udc80", "a=\udc80; better-auth.session_token=a.b", "\ud800"])
def test_any_text_gets_an_answer(cookie: str, small: TestGatehouse) -> None:
    async def ask() -> object:
        gatehouse = Gatehouse(small.url)
        answer = await gatehouse.ask(cookie, request_id=cookie)
        await gatehouse.close()
        return answer

    assert asyncio.run(ask()) is None
