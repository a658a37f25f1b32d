"""Whatever goes wrong inside the client: nobody is let in, and nobody is called signed out."""

import logging

import httpx
import pytest
import trio
from apps import make_app
from conftest import Place
from gatehouse_fastapi import Gatehouse, Unavailable
from gatehouse_fastapi.flights import Flights
from gatehouse_fastapi.testing import TestGatehouse

paths = ["/me", "/home", "/proven", "/confirmed"]


def test_under_trio_every_question_is_503(small: TestGatehouse, caplog: pytest.LogCaptureFixture) -> None:
    cookie = small.sign_in()
    gatehouse = Gatehouse(small.url)
    app, reached = make_app(gatehouse)

    async def visit() -> list[tuple[int, str | None]]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.example.com") as client:
            answers = [await client.get(path, headers={"cookie": cookie}) for path in paths]
            assert (await client.get("/me")).status_code == 401  # nobody is asked about nobody
        with pytest.raises(Unavailable):
            await gatehouse.ask(cookie)
        return [(answer.status_code, answer.headers.get("retry-after")) for answer in answers]

    with caplog.at_level(logging.ERROR):
        assert trio.run(visit) == [(503, "1")] * len(paths)
    assert reached.names == []
    assert "could not ask Gatehouse" in caplog.text


def test_under_trio_a_program_does_not_start(small: TestGatehouse) -> None:
    gatehouse = Gatehouse(small.url)
    app, _ = make_app(gatehouse)

    async def start() -> None:
        async with gatehouse.lifespan(app):
            pass

    with pytest.raises(RuntimeError, match="does not work with trio"):
        trio.run(start)


@pytest.mark.parametrize("fault", [RuntimeError("x"), KeyError("x"), MemoryError(), AssertionError()], ids=repr)
def test_whatever_is_raised_inside_is_503(
    fault: Exception, place: Place, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise fault

    cookie = place.login.sign_in()
    monkeypatch.setattr(Flights, "ask", fail)
    for path in paths:
        got = browser.get(f"{place.origin}{path}", headers={"cookie": cookie})
        assert (got.status_code, got.json()["detail"]["code"]) == (503, "unavailable")
    assert place.reached == []
