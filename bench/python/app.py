"""One route three times: open to everybody, behind a call written by hand, behind the dependency."""

import os
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from gatehouse_fastapi import Caller, Gatehouse

url = os.environ["GATEHOUSE_URL"]
gatehouse = Gatehouse(url)
app = FastAPI(lifespan=gatehouse.lifespan)
client = httpx.AsyncClient()  # the best that is commonly written: one client for all requests


@app.get("/open")
async def without() -> dict[str, str]:
    """What everything else costs."""
    return {"email": "ada@example.org"}


@app.get("/by-hand")
async def by_hand(request: Request) -> dict[str, str]:
    """What the README of many a project shows."""
    answer = await client.get(f"{url}/api/session", headers={"cookie": request.headers.get("cookie", "")})
    if answer.status_code != 200:
        raise HTTPException(401)
    return {"email": answer.json()["user"]["email"]}


@app.get("/dependency")
async def with_dependency(caller: Annotated[Caller, Depends(gatehouse.caller)]) -> dict[str, str]:
    """What the package does."""
    return {"email": caller.user.email}
