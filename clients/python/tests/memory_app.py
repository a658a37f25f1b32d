"""Tells whose cookie it is, and whether memory knew: for the model test of the server, which breaks everything else."""

import asyncio
import os
import signal
import time

from fastapi import FastAPI, Request
from gatehouse_fastapi import Gatehouse

gatehouse = Gatehouse(os.environ["GATEHOUSE_URL"], live_key=os.environ["LIVE_KEY"])
app = FastAPI(lifespan=gatehouse.lifespan)

added = {"wall": 0.0, "steady": 0.0}
"""What a test has set the clocks by, in seconds."""
_wall, _steady = time.time, time.monotonic
vars(time).update(time=lambda: _wall() + added["wall"], monotonic=lambda: _steady() + added["steady"])


@app.get("/clocks")
async def set_clocks(wall: float = 0, steady: float = 0, *, stop: bool = False) -> None:
    """Set the clocks, and stand still at once where that is asked for: as a machine that falls asleep."""
    added["wall"] += wall
    added["steady"] += steady
    if stop:
        os.kill(os.getpid(), signal.SIGSTOP)


@app.get("/who")
async def who(request: Request) -> dict[str, object]:
    """Answer like a route that reads."""
    known = gatehouse.known_in(asyncio.get_running_loop(), request.headers.get("cookie", ""))
    caller = await gatehouse.who(request)  # nothing else runs before it has looked into memory itself
    return {"who": caller and f"{caller.user.id} {caller.user.name}", "fromMemory": known is not None}
