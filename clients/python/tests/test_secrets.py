"""Neither cookies nor keys are printed, also where a program is looked at closely."""

import asyncio
import logging
import secrets

import pytest
from gatehouse_fastapi import Gatehouse
from gatehouse_fastapi.desk import Setup
from gatehouse_fastapi.testing import TestGatehouse


def test_asyncio_in_debug_mode_logs_no_cookie(small: TestGatehouse, caplog: pytest.LogCaptureFixture) -> None:
    """It logs each callback that takes long, with what it is called with."""
    cookie = f"better-auth.session_token={secrets.token_hex(8)}"

    async def ask() -> None:
        asyncio.get_running_loop().slow_callback_duration = 0
        gatehouse = Gatehouse(small.url, live_key=small.live_key)
        await asyncio.gather(*[gatehouse.ask(cookie) for _ in range(3)])
        again = asyncio.ensure_future(gatehouse.ask(cookie))
        await asyncio.sleep(0)
        await asyncio.gather(again, gatehouse.ask(cookie))
        await gatehouse.close()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(ask(), debug=True)
    assert "Executing" in caplog.text
    for secret in (cookie[-6:], small.live_key[-6:]):
        assert secret not in caplog.text


def test_the_settings_are_shown_without_the_key(small: TestGatehouse) -> None:
    """Tools that report errors show what the variables of each function were."""
    setup = Setup(small.url, 0.8, live_key=small.live_key)
    assert small.url in repr(setup)
    assert small.live_key not in repr(setup)
