"""A program that is busy: it does not take that for the silence of Gatehouse, and the log says whom it turned away."""

import asyncio
import logging
import re
import time

import pytest
from gatehouse_fastapi import Gatehouse, SyncGatehouse, Unavailable
from gatehouse_fastapi.flights import Flights
from gatehouse_fastapi.testing import TestGatehouse


@pytest.mark.parametrize("turns", [0, 2, 3, 5, 7], ids=str)
@pytest.mark.parametrize("others", [0, 1], ids=["alone", "behind another"])
def test_what_was_under_way_while_the_program_worked_is_no_silence(
    turns: int, others: int, small: TestGatehouse
) -> None:
    cookie = small.sign_in()

    async def ask() -> bool:
        gatehouse = Gatehouse(small.url, deadline_seconds=0.6)
        asking = [asyncio.create_task(gatehouse.ask(cookie)) for _ in range(others)]
        await asyncio.sleep(0)  # the other's question is under way
        await asyncio.sleep(0)
        asking.append(asyncio.create_task(gatehouse.ask(cookie)))
        for _ in range(turns):
            await asyncio.sleep(0)  # it is being connected, sent, answered
        time.sleep(0.8)  # noqa: ASYNC251 - it is the program that does not go on
        answers = await asyncio.gather(*asking)
        await gatehouse.close()
        return all(answers)

    assert asyncio.run(ask())


def test_the_log_tells_of_each_request_that_a_flood_of_cookies_has_turned_away(
    small: TestGatehouse, caplog: pytest.LogCaptureFixture
) -> None:
    async def flood() -> None:
        gatehouse = Gatehouse(small.url, deadline_seconds=0.3)
        cookies = [f"better-auth.session_token=forged.{number}" for number in range(1200)]
        await asyncio.gather(*map(gatehouse.ask, cookies), return_exceptions=True)
        await gatehouse.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(flood())
    told = re.findall(rf"at {small.url}: too many questions at once \(request (\w+)\)$", caplog.text, re.MULTILINE)
    assert len(set(told)) == 200  # 1,000 may be asked about at once


def test_the_log_tells_of_a_thread_that_does_not_come_to_ask(
    small: TestGatehouse, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(*_: object) -> None:
        time.sleep(1)  # noqa: ASYNC251 - the thread stands still

    monkeypatch.setattr(Flights, "ask", work)
    with caplog.at_level(logging.WARNING), SyncGatehouse(small.url, deadline_seconds=0.1) as gatehouse:
        with pytest.raises(Unavailable):
            gatehouse.ask(small.sign_in())
        assert "no answer from the thread that asks Gatehouse" in caplog.text
