"""An app that shows every way to ask who is calling, and counts how often a handler was reached."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, FastAPI, WebSocket
from gatehouse_fastapi import Caller, Gatehouse


@dataclass
class Reached:
    """Which handlers ran: none must, when nobody is known."""

    names: list[str] = field(default_factory=list)


def make_app(gatehouse: Gatehouse) -> tuple[FastAPI, Reached]:
    app, reached = FastAPI(lifespan=gatehouse.lifespan), Reached()

    @app.get("/me")
    async def me(caller: Annotated[Caller, Depends(gatehouse.caller)]) -> str:
        reached.names.append("me")
        return caller.user.email

    @app.get("/home")
    async def home(caller: Annotated[Caller | None, Depends(gatehouse.maybe_caller)]) -> str:
        reached.names.append("home")
        return caller.user.email if caller else "nobody"

    every_method = ["POST", "PUT", "PATCH", "DELETE", "LINK", "OPTIONS", "HEAD"]

    @app.api_route("/write", methods=every_method, include_in_schema=False)
    async def write(caller: Annotated[Caller, Depends(gatehouse.caller)]) -> str:
        reached.names.append("write")
        return caller.user.email

    @app.get("/admin")
    async def admin(caller: Annotated[Caller, Depends(gatehouse.require(role="admin"))]) -> str:
        reached.names.append("admin")
        return " ".join(caller.user.roles)

    @app.get("/proven")
    async def proven(caller: Annotated[Caller, Depends(gatehouse.require(fresh=True))]) -> str:
        return caller.user.email

    @app.get("/confirmed")
    async def confirmed(caller: Annotated[Caller, Depends(gatehouse.require(email_verified=True))]) -> str:
        return caller.user.email

    @app.get("/guarded")
    async def guarded(caller: Annotated[Caller, Depends(gatehouse.require(second_factor=True))]) -> str:
        return " ".join(caller.session.methods)

    @app.websocket("/socket")
    async def talk(socket: WebSocket, caller: Annotated[Caller, Depends(gatehouse.caller)]) -> None:
        await socket.accept()
        await socket.send_text(caller.user.email)
        async for _ in socket.iter_text():
            caller = await gatehouse.check(socket)
            await socket.send_text(caller.user.id)

    return app, reached
