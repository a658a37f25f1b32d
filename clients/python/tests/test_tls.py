"""Over https: only to whom an authority vouches for, and never for long."""

import ssl
from collections.abc import Iterator

import httpx
import pytest
import trustme
from apps import make_app
from gatehouse_fastapi import Gatehouse
from servers import Told, answer, serve
from test_strange_answers import cookie, signed_in


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def told(authority: trustme.CA) -> Iterator[Told]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    with Told(lambda _: answer(200, signed_in), tls) as told:
        yield told


def status(gatehouse: Gatehouse, browser: httpx.Client) -> int:
    with serve(make_app(gatehouse)[0]) as origin:
        return browser.get(f"{origin}/me", headers={"cookie": cookie}).status_code


def test_a_certificate_of_nobody_is_shown_no_cookie(told: Told, browser: httpx.Client) -> None:
    assert status(Gatehouse(told.origin), browser) == 503
    assert told.heard == []


def test_a_certificate_for_another_name_is_shown_no_cookie(
    told: Told, authority: trustme.CA, browser: httpx.Client
) -> None:
    own = ssl.create_default_context()
    authority.configure_trust(own)
    assert status(Gatehouse(told.origin.replace("localhost", "127.0.0.1"), ssl_context=own), browser) == 503
    assert told.heard == []


def test_an_authority_of_ones_own_can_be_named(told: Told, authority: trustme.CA, browser: httpx.Client) -> None:
    own = ssl.create_default_context()
    authority.configure_trust(own)
    assert status(Gatehouse(told.origin, ssl_context=own), browser) == 200


def test_a_port_that_speaks_something_else_is_503(browser: httpx.Client) -> None:
    with Told(lambda _: answer(200, signed_in)) as plain:
        assert status(Gatehouse(plain.origin.replace("http:", "https:")), browser) == 503
