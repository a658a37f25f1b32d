"""A program that is busy for longer than the deadline does not take that for the silence of Gatehouse."""

import asyncio
import time

import pytest
from gatehouse_fastapi import Gatehouse
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
