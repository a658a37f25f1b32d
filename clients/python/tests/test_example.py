"""The example, under a real uvicorn, with the real Gatehouse behind it: what the README promises."""

import html
import json
import re

import httpx
import pytest
from apps import make_app
from conftest import docs_origin
from gatehouse_fastapi import Gatehouse
from processes import Api, Login
from servers import serve

from_docs = {"origin": docs_origin}


@pytest.fixture(scope="module")
def ada(login: Login) -> str:
    login.sign_up("ada@example.org")
    return "ada@example.org"


@pytest.fixture
def cookie(login: Login, ada: str) -> str:
    return login.sign_in(ada)


def test_a_stranger_is_told_to_sign_in(example: Api, login: Login, browser: httpx.Client) -> None:
    answer = browser.get(f"{example.origin}/me")
    assert answer.status_code == 401
    assert answer.json()["detail"] == {
        "code": "no_session",
        "message": "Sign in first.",
        "url": f"{login.origin}/sign-in",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get(f"{example.origin}/").json() == {"message": "Hello, stranger."}


def test_who_is_signed_in_is_known(example: Api, browser: httpx.Client, ada: str, cookie: str) -> None:
    answer = browser.get(f"{example.origin}/me", headers={"cookie": f"theme=dark; {cookie}"})
    assert answer.status_code == 200
    assert (answer.json()["email"], answer.json()["name"]) == (ada, "Ada Example")
    assert browser.get(f"{example.origin}/", headers={"cookie": cookie}).json() == {"message": "Hello, Ada Example."}


def test_a_forged_cookie_is_nobody(example: Api, browser: httpx.Client, cookie: str) -> None:
    forged = cookie.replace("session_token=", "session_token=A")
    assert browser.get(f"{example.origin}/me", headers={"cookie": forged}).status_code == 401


def test_a_sign_out_is_seen_by_the_very_next_request(
    example: Api, login: Login, browser: httpx.Client, ada: str
) -> None:
    for _ in range(5):
        cookie = login.sign_in(ada)
        assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).status_code == 200
        login.sign_out(cookie)
        assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).status_code == 401


def test_notes_are_kept_and_deleted(example: Api, browser: httpx.Client, cookie: str) -> None:
    headers = {"cookie": cookie, **from_docs}
    added = browser.post(f"{example.origin}/notes", json={"text": "milk"}, headers=headers)
    assert added.status_code == 201
    assert browser.get(f"{example.origin}/notes", headers=headers).json() == [added.json()]
    assert browser.delete(f"{example.origin}/notes", headers=headers).status_code == 204
    assert browser.get(f"{example.origin}/notes", headers=headers).json() == []


@pytest.mark.parametrize("origin", [None, "https://evil.example", "https://docs.example.com.evil.example", "null"])
def test_a_strange_page_writes_nothing(example: Api, browser: httpx.Client, cookie: str, origin: str | None) -> None:
    headers = {"cookie": cookie} | ({"origin": origin} if origin else {})
    answer = browser.post(f"{example.origin}/notes", json={"text": "evil"}, headers=headers)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (403, "cross_site")
    assert browser.get(f"{example.origin}/notes", headers={"cookie": cookie}).json() == []


def test_a_script_of_the_docs_may_read_the_answers_and_no_other(
    example: Api, browser: httpx.Client, cookie: str
) -> None:
    for headers in ({"cookie": cookie, **from_docs}, from_docs):  # the refusal too
        answer = browser.get(f"{example.origin}/me", headers=headers)
        assert answer.headers["access-control-allow-origin"] == docs_origin
        assert answer.headers["access-control-allow-credentials"] == "true"
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert browser.options(f"{example.origin}/notes", headers=from_docs | preflight).status_code == 200
    strange = browser.get(f"{example.origin}/me", headers={"cookie": cookie, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in strange.headers


def test_a_confirmed_address_is_seen_at_once(example: Api, login: Login, browser: httpx.Client, cookie: str) -> None:
    assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).json()["emailVerified"] is False
    login.confirm_all()
    assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).json()["emailVerified"] is True


def test_an_old_proof_is_refused_and_its_address_leads_to_a_new_one(
    example: Api, login: Login, browser: httpx.Client, ada: str, cookie: str
) -> None:
    login.age_sessions()
    assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).status_code == 200
    refused = browser.delete(f"{example.origin}/notes", headers={"cookie": cookie, **from_docs})
    assert (refused.status_code, refused.json()["detail"]["code"]) == (403, "proof_needed")
    renewed = prove_again(refused.json()["detail"]["url"], ada, cookie)
    assert browser.delete(f"{example.origin}/notes", headers={"cookie": renewed, **from_docs}).status_code == 204
    assert browser.get(f"{example.origin}/me", headers={"cookie": cookie}).status_code == 401


def test_a_new_proof_ends_where_the_program_wants_people_back(
    login: Login, browser: httpx.Client, ada: str, cookie: str
) -> None:
    login.age_sessions()
    app, _ = make_app(Gatehouse(login.origin, return_to=f"{docs_origin}/me?a=b#notes"))
    with serve(app) as origin:
        refused = browser.get(f"{origin}/proven", headers={"cookie": cookie})
        renewed = prove_again(refused.json()["detail"]["url"], ada, cookie, then=f"{docs_origin}/me?a=b#notes")
        assert browser.get(f"{origin}/proven", headers={"cookie": renewed}).json() == ada


def prove_again(url: str, email: str, cookie: str, then: str = "/account") -> str:
    """Do as a person would with the address of a refusal: open it, press the button, sign in. Gives the new cookie."""
    signed_out = press("sign-out", url, {}, cookie)
    sign_in = httpx.URL(url).join(signed_out.headers["location"])
    signed_in = press("sign-in", str(sign_in), {"email": email, "password": "correct horse battery staple"})
    assert signed_in.headers["location"] == then
    return "; ".join(line.split(";")[0] for line in signed_in.headers.get_list("set-cookie"))


def press(button: str, url: str, typed: dict[str, str], cookie: str = "") -> httpx.Response:
    """Open a page and send its form, with the hidden fields it came with."""
    headers = {"cookie": cookie, "origin": str(httpx.URL(url).join("/")).rstrip("/")}
    form = re.search(
        rf'<form id="{button}".*?</form>', httpx.get(url, headers=headers, trust_env=False).text, re.DOTALL
    )
    assert form
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    data = {name: html.unescape(value) for name, value in hidden} | typed
    return httpx.post(httpx.URL(url).join(f"/{button}"), data=data, headers=headers, timeout=20, trust_env=False)


def test_the_documentation_shows_the_lock_and_the_refusals(example: Api, browser: httpx.Client) -> None:
    for _ in range(2):  # the second one is the one that is kept
        schema = browser.get(f"{example.origin}/openapi.json").json()
        lock = {"type": "apiKey", "in": "cookie", "name": "better-auth.session_token"}
        assert lock.items() <= schema["components"]["securitySchemes"]["Gatehouse"].items()
        assert list(schema["components"]["securitySchemes"]) == ["Gatehouse"]
        me, home = schema["paths"]["/me"]["get"], schema["paths"]["/"]["get"]
        assert (me["security"], set(me["responses"])) == ([{"Gatehouse": []}], {"200", "401", "403", "503"})
        assert (home["security"], set(home["responses"])) == ([{}, {"Gatehouse": []}], {"200", "403", "503"})
        assert json.dumps(schema).count("GatehouseRefusal") > 3
