"""Memory with the real Gatehouse behind it, which hangs, is killed and comes back: never older than two seconds."""

import signal
import time
from collections.abc import Iterator

import httpx
import pytest
from processes import Api, Login, root
from servers import wait_until

promised_seconds = 2.0


class Backend:
    """A real backend under a real uvicorn, which says whether memory knew."""

    def __init__(self, login: Login, browser: httpx.Client) -> None:
        environment = {"GATEHOUSE_URL": login.origin, "LIVE_KEY": login.live_key}
        self.program = Api("memory_app:app", root / "clients" / "python" / "tests", environment)
        self.browser = browser

    def who(self, cookie: str) -> tuple[int, str | None, bool]:
        got = self.browser.get(f"{self.program.origin}/who", headers={"cookie": cookie})
        told = got.json() if got.status_code == 200 else {}
        return got.status_code, told.get("who"), bool(told.get("fromMemory"))

    def until_kept(self, cookie: str) -> str:
        wait_until(lambda: self.who(cookie)[2])
        return cookie

    def until(self, cookie: str, *, known: bool) -> None:
        wait_until(lambda: self.who(cookie)[0] == 200 and (self.who(cookie)[1] is not None) == known)


@pytest.fixture(scope="module")
def backend(login: Login) -> Iterator[Backend]:
    with httpx.Client(trust_env=False, timeout=5) as browser:
        backend = Backend(login, browser)
        yield backend
        backend.program.end()


@pytest.fixture(scope="module", autouse=True)
def member(login: Login) -> str:
    login.sign_up("hedy@example.org")
    return "hedy@example.org"


def test_a_sign_out_is_there_within_moments(backend: Backend, login: Login, member: str) -> None:
    for _ in range(8):
        cookie = backend.until_kept(login.sign_in(member))
        login.sign_out(cookie)
        ended = time.monotonic()
        last = ended
        while backend.who(cookie)[1] is not None:
            last = time.monotonic()
            assert last - ended < promised_seconds


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "killed"])
def test_memory_ends_within_two_seconds_of_the_last_word(
    fault: signal.Signals, backend: Backend, login: Login, member: str
) -> None:
    cookie = backend.until_kept(login.sign_in(member))
    began = time.monotonic()
    login.send(fault)
    remembered = began
    try:
        while True:
            asked = time.monotonic()
            status, who, from_memory = backend.who(cookie)
            if not from_memory:
                break
            assert (status, who is not None) == (200, True)
            remembered = asked
        assert (status, who) == (503, None)  # neither let in nor called signed out
        assert remembered - began <= promised_seconds
        assert [backend.who(cookie)[0] for _ in range(3)] == [503, 503, 503]
    finally:
        if fault == signal.SIGSTOP:
            login.send(signal.SIGCONT)
            login.wait()
        else:
            login.process.wait()
            login.restart()
    backend.until_kept(cookie)


def test_what_changed_while_gatehouse_was_away_is_not_remembered(backend: Backend, login: Login, member: str) -> None:
    cookie = backend.until_kept(login.sign_in(member))
    login.kill()
    login.run_sql("delete from session")
    login.begin()
    try:
        began = time.monotonic()
        while backend.who(cookie)[1] is not None:
            assert time.monotonic() - began < promised_seconds
    finally:
        login.wait()
    backend.until(cookie, known=False)
