"""More than a name: a recent proof, a confirmed address; on WebSockets, in plain Starlette and from scripts."""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import httpx
import pytest
from apps import make_app
from conftest import Place, docs_origin
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from gatehouse_fastapi import Caller, Gatehouse, Refused, SyncGatehouse, Unavailable, answer_as_error, document
from gatehouse_fastapi.incoming import session_cookies
from gatehouse_fastapi.testing import TestGatehouse
from servers import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin


def test_an_old_proof_is_sent_to_where_it_is_renewed(place: Place, browser: httpx.Client) -> None:
    old, new = place.login.sign_in(fresh=False), place.login.sign_in()
    got = browser.get(f"{place.origin}/proven", headers={"cookie": old})
    assert (got.status_code, got.json()["detail"]["code"]) == (403, "proof_needed")
    assert got.json()["detail"]["url"] == f"{place.login.url}/sign-out?return_to=%2Fsign-in"
    assert browser.get(f"{place.origin}/me", headers={"cookie": old}).status_code == 200
    assert browser.get(f"{place.origin}/proven", headers={"cookie": new}).status_code == 200


def test_an_address_can_be_required_to_be_confirmed(place: Place, browser: httpx.Client) -> None:
    headers = {"cookie": place.login.sign_in(email="new@example.org", email_verified=False)}
    got = browser.get(f"{place.origin}/confirmed", headers=headers)
    assert (got.status_code, got.json()["detail"]["code"]) == (403, "email_not_verified")
    assert got.json()["detail"]["message"] == "Confirm your email address first."
    assert browser.get(f"{place.origin}/me", headers=headers).json() == "new@example.org"


def test_a_second_factor_can_be_required(place: Place, browser: httpx.Client) -> None:
    one, two = place.login.sign_in(), place.login.sign_in(methods=("password", "totp"))
    got = browser.get(f"{place.origin}/guarded", headers={"cookie": one})
    assert (got.status_code, got.json()["detail"]["code"]) == (403, "second_factor_needed")
    assert got.json()["detail"]["url"] == f"{place.login.url}/account/security/second-factor"
    assert browser.get(f"{place.origin}/guarded", headers={"cookie": two}).json() == "password totp"


def test_refusals_lead_to_the_address_people_know_and_back(small: TestGatehouse, browser: httpx.Client) -> None:
    back = "https://docs.example.com/me?a=b"
    app, _ = make_app(Gatehouse(small.url, public_url="https://login.example.com", return_to=back))
    with serve(app) as origin:
        stranger = browser.get(f"{origin}/me")
        old = browser.get(f"{origin}/proven", headers={"cookie": small.sign_in(fresh=False)})
        new = browser.get(f"{origin}/confirmed", headers={"cookie": small.sign_in(email_verified=False)})
    sign_in = httpx.URL(stranger.json()["detail"]["url"])
    assert (sign_in.host, sign_in.path, sign_in.params["return_to"]) == ("login.example.com", "/sign-in", back)
    prove = httpx.URL(old.json()["detail"]["url"])
    assert httpx.URL(prove.params["return_to"]).params["return_to"] == back
    confirm = httpx.URL(new.json()["detail"]["url"])
    assert (confirm.host, confirm.path, confirm.params["return_to"]) == ("login.example.com", "/verify-email", back)


@pytest.mark.parametrize(
    ("scheme", "name"), [("https", b"__Host-better-auth.session_token"), ("http", b"better-auth.session_token")]
)
def test_the_lock_names_the_cookie_of_one_host_and_tells_of_the_others(scheme: str, name: bytes) -> None:
    app, _ = make_app(Gatehouse("http://gatehouse:3000", public_url=f"{scheme}://login.example.com"))
    lock = TestClient(app).get("/openapi.json").json()["components"]["securitySchemes"]["Gatehouse"]
    assert lock["name"] == name.decode()
    assert all(f"`{other.decode()}`" in lock["description"] for other in session_cookies)


def socket_of(place: Place, cookie: str | None, origin: str | None) -> ClientConnection:
    headers = {"Cookie": cookie} if cookie else {}
    page = Origin(origin) if origin else None
    return connect(place.origin.replace("http", "ws") + "/socket", origin=page, additional_headers=headers, proxy=None)


def test_a_socket_knows_its_caller_until_they_sign_out(place: Place) -> None:
    cookie = place.login.sign_in()
    with socket_of(place, cookie, docs_origin) as socket:
        assert socket.recv() == "ada@example.org"
        socket.send("who am I?")
        assert socket.recv() == "user-ada@example.org"
        place.login.sign_out(cookie)
        socket.send("who am I now?")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1008


def test_an_open_socket_is_told_to_try_again_when_it_cannot_be_known(place: Place) -> None:
    with socket_of(place, place.login.sign_in(), docs_origin) as socket:
        socket.recv()
        place.login.is_unavailable = True
        try:
            socket.send("who am I now?")
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv()
        finally:
            place.login.is_unavailable = False
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1013


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_a_strange_page_opens_no_socket(origin: str | None, place: Place) -> None:
    """Cross-site WebSocket hijacking: the handshake is a GET, and carries the cookie from everywhere."""
    with pytest.raises(InvalidStatus) as refused:
        socket_of(place, place.login.sign_in(), origin)
    assert refused.value.response.status_code == 403
    assert place.login.requests == []


def test_a_socket_is_refused_like_a_request(place: Place) -> None:
    for cookie, unavailable, status in ((None, False, 401), (place.login.sign_in(), True, 503)):
        place.login.is_unavailable = unavailable
        with pytest.raises(InvalidStatus) as refused:
            socket_of(place, cookie, docs_origin)
        place.login.is_unavailable = False
        assert refused.value.response.status_code == status


@pytest.fixture(params=["plain", "like Gatehouse"])
def starlette(request: pytest.FixtureRequest, small: TestGatehouse) -> Iterator[tuple[str, str]]:
    gatehouse = Gatehouse(small.url)

    async def me(request: Request) -> PlainTextResponse:
        return PlainTextResponse((await gatehouse.check(request, fresh=True)).user.email)

    handlers = {Refused: answer_as_error} if request.param == "like Gatehouse" else {}
    app = Starlette(routes=[Route("/me", me)], lifespan=gatehouse.lifespan, exception_handlers=handlers)
    with serve(app) as origin:
        yield origin, request.param


def test_plain_starlette_asks_too(starlette: tuple[str, str], small: TestGatehouse, browser: httpx.Client) -> None:
    origin, kind = starlette
    assert browser.get(f"{origin}/me", headers={"cookie": small.sign_in()}).text == "ada@example.org"
    got = browser.get(f"{origin}/me", headers={"cookie": small.sign_in(fresh=False)})
    assert got.status_code == 403
    assert (got.text if kind == "plain" else got.json()["error"]["message"]) == "Prove once more that it is you."
    assert browser.get(f"{origin}/me").status_code == 401


def test_a_socket_of_plain_starlette_is_refused_too(small: TestGatehouse) -> None:
    gatehouse = Gatehouse(small.url, allowed_origins=[docs_origin])

    async def talk(socket: WebSocket) -> None:
        caller = await gatehouse.check(socket)
        await socket.accept()
        await socket.send_text(caller.user.email)
        await socket.close()

    with serve(Starlette(routes=[WebSocketRoute("/", talk)], lifespan=gatehouse.lifespan)) as origin:
        address = origin.replace("http", "ws")
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=Origin(docs_origin), proxy=None)
        assert refused.value.response.status_code == 401
        cookie = {"Cookie": small.sign_in()}
        with connect(address, origin=Origin(docs_origin), additional_headers=cookie, proxy=None) as socket:
            assert socket.recv() == "ada@example.org"


def test_a_whole_router_an_ordinary_function_and_a_mounted_app_ask_too(small: TestGatehouse) -> None:
    gatehouse = Gatehouse(small.url)
    app, mounted = FastAPI(lifespan=gatehouse.lifespan), FastAPI()
    router = APIRouter(dependencies=[Depends(gatehouse.caller)])

    @router.get("/behind")
    def behind() -> str:
        return "in"

    @mounted.get("/me")
    def me(caller: Annotated[Caller, Depends(gatehouse.caller)]) -> str:
        return caller.user.email

    app.include_router(router)
    app.mount("/mounted", mounted)
    document(mounted)
    cookie = {"cookie": small.sign_in()}
    with TestClient(app) as browser:
        assert [browser.get(path).status_code for path in ("/behind", "/mounted/me")] == [401, 401]
        assert browser.get("/behind", headers=cookie).json() == "in"
        assert browser.get("/mounted/me", headers=cookie).json() == "ada@example.org"
        described = browser.get("/mounted/openapi.json").json()
    assert {"401", "403", "503"} <= set(described["paths"]["/me"]["get"]["responses"])


def test_an_app_that_starts_a_thousand_times_is_still_described() -> None:
    app, _ = make_app(Gatehouse("http://gatehouse"))
    for _ in range(1500):
        document(app)
    assert "503" in app.openapi()["paths"]["/me"]["get"]["responses"]


def test_a_script_asks_from_any_thread(small: TestGatehouse) -> None:
    cookies = [small.sign_in(email=f"ada{number}@example.org") for number in range(8)]
    with SyncGatehouse(small.url) as gatehouse, ThreadPoolExecutor() as pool:
        callers = list(pool.map(gatehouse.ask, cookies))
        assert [caller and caller.user.email for caller in callers] == [f"ada{n}@example.org" for n in range(8)]
        assert gatehouse.ask("theme=dark") is None
        small.sign_out(cookies[0])
        assert gatehouse.ask(cookies[0]) is None
        small.stop()
        with pytest.raises(Unavailable):
            gatehouse.ask(cookies[1])
        small.start()
        assert gatehouse.ask(cookies[1])
    with pytest.raises(Unavailable):
        gatehouse.ask(cookies[1])


def in_loop_that_is_only_closed(question: Coroutine[None, None, Caller | None]) -> Caller | None:
    loop = asyncio.new_event_loop()
    answer = loop.run_until_complete(question)
    loop.close()
    return answer


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # by asyncio, of each connection that such a loop leaves
@pytest.mark.parametrize("run", [asyncio.run, in_loop_that_is_only_closed])
def test_loops_that_ended_leave_no_connection(run: Callable[..., Caller | None], small: TestGatehouse) -> None:
    """As with a worker that has a loop for each job."""
    gatehouse, cookie = Gatehouse(small.url), small.sign_in()
    for _ in range(5):
        assert run(gatehouse.ask(cookie))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert run(gatehouse.ask(cookie))
    assert asyncio.run(gatehouse.ask(cookie))  # which finds the last one closed
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) < before + 10


def test_the_usual_test_client_works_in_every_loop_it_makes(small: TestGatehouse) -> None:
    app, _ = make_app(Gatehouse(small.url))
    headers = {"cookie": small.sign_in()}
    browser = TestClient(app)
    for _ in range(3):  # each in a loop of its own
        assert browser.get("/me", headers=headers).json() == "ada@example.org"
    with TestClient(app) as in_one_loop:
        assert in_one_loop.get("/me", headers=headers).json() == "ada@example.org"
