"""One route five times: open, behind a dependency that knows, a call by hand, the package, and with its memory."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from gatehouse_fastapi import Caller, Gatehouse

url = os.environ["GATEHOUSE_URL"]
gatehouse = Gatehouse(url, deadline_seconds=5)  # as patient as may be, where other programs run too
live = Gatehouse(url, live_key=os.environ["LIVE_KEY"], deadline_seconds=5)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Close both."""
    async with gatehouse.lifespan(app), live.lifespan(app):
        yield


app = FastAPI(lifespan=lifespan)
client = httpx.AsyncClient(timeout=5)  # the best that is commonly written: one client for all requests


@app.get("/open")
async def without() -> dict[str, str]:
    """What everything else costs."""
    return {"email": "ada@example.org"}


async def somebody() -> str:
    """Know who it is."""
    return "ada@example.org"


@app.get("/passing")
async def with_nothing(email: Annotated[str, Depends(somebody)]) -> dict[str, str]:
    """What FastAPI takes for a dependency."""
    return {"email": email}


@app.get("/by-hand")
async def by_hand(request: Request) -> dict[str, str]:
    """What the README of many a project shows."""
    answer = await client.get(f"{url}/api/session", headers={"cookie": request.headers.get("cookie", "")})
    if answer.status_code != 200:
        raise HTTPException(401)
    return {"email": answer.json()["user"]["email"]}


@app.get("/asking")
async def with_dependency(caller: Annotated[Caller, Depends(gatehouse.caller)]) -> dict[str, str]:
    """What the package does."""
    return {"email": caller.user.email}


@app.get("/live")
async def with_memory(caller: Annotated[Caller, Depends(live.caller)]) -> dict[str, str]:
    """What the package does with a key."""
    return {"email": caller.user.email}
