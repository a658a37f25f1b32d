"""Tells whose cookie it is, and whether memory knew: for the model test of the server, which breaks everything else."""

import asyncio
import os

from fastapi import FastAPI, Request
from gatehouse_fastapi import Gatehouse

gatehouse = Gatehouse(os.environ["GATEHOUSE_URL"], live_key=os.environ["LIVE_KEY"])
app = FastAPI(lifespan=gatehouse.lifespan)


@app.get("/who")
async def who(request: Request) -> dict[str, object]:
    """Answer like a route that reads."""
    known = gatehouse.known_in(asyncio.get_running_loop(), request.headers.get("cookie", ""))
    caller = await gatehouse.who(request)  # nothing else runs before it has looked into memory itself
    return {"who": caller and f"{caller.user.id} {caller.user.name}", "fromMemory": known is not None}
