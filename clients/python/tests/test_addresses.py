"""A name with two addresses, the first of which swallows connections."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import trustme
from gatehouse_fastapi import Gatehouse
from servers import Told, answer
from test_strange_answers import cookie, signed_in

swallows = "127.0.0.9"


class TwoAddresses(asyncio.SelectorEventLoop):
    """Finds them for the name; everything else as ever."""

    async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:  # noqa: ANN401 - as it is inherited
        if host != "login.internal":
            return await super().getaddrinfo(host, port, **more)
        addresses = (swallows, "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (found, port)) for found in addresses]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(params=["http", "https"])
def told(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[Told]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if request.param == "https" else None
    if tls:
        authority.issue_cert("login.internal").configure_cert(tls)
    with ExitStack() as open_, Told(lambda _: answer(200, signed_in, {"connection": "close"}), tls) as told:
        told.origin = f"{request.param}://login.internal:{told.origin.rsplit(':')[-1]}"
        swallow(int(told.origin.rsplit(":")[-1]), open_)
        yield told


def swallow(port: int, open_: ExitStack) -> None:
    """Fill the queue of connections that nobody takes: the next one is not even refused."""
    listening = open_.enter_context(socket.socket())
    listening.bind((swallows, port))
    listening.listen(0)
    for _ in range(4):
        waiting = open_.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex((swallows, port))


def test_an_address_that_swallows_connections_does_not_stand_in_the_way_of_the_next(
    told: Told, authority: trustme.CA
) -> None:
    async def visit() -> list[float]:
        own = ssl.create_default_context()
        authority.configure_trust(own)
        gatehouse, took = Gatehouse(told.origin, ssl_context=own), []
        for _ in range(2):
            began = time.monotonic()
            assert await gatehouse.ask(cookie)
            took.append(time.monotonic() - began)
        await gatehouse.close()
        return took

    with closing(TwoAddresses()) as running:
        first, second = running.run_until_complete(visit())
    assert first < 0.7  # within the deadline
    assert second < 0.3  # on a new connection, to the address that answered
    assert told.connections == 2
