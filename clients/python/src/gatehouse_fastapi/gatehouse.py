"""The one object a program makes: it knows where Gatehouse is, and tells who is calling."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection

from . import settings
from .caller import Answer, Caller, Unavailable
from .dependency import OptionalCaller, RequiredCaller
from .desk import Desks, Setup
from .incoming import id_of, may_change_something, origin_of, own_cookies
from .openapi import document
from .reading import NoDependency
from .refusal import refusal

_log = logging.getLogger("gatehouse_fastapi")
_two_factors = 2
_any_role: Final = NoDependency()
"""No role is asked for. Not None, which a variable that is missing by mistake is: it would let everybody in."""


class Gatehouse:
    """Tells who is calling, by asking Gatehouse with the visitor's own cookie.

    Fails closed: whatever goes wrong, the request is turned away with 503, never let in and never called signed out.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing that can be set
        self,
        url: str,
        *,
        allowed_origins: Iterable[str] = (),
        public_url: str | None = None,
        return_to: str | None = None,
        live_key: str | None = None,
        cache_seconds: float | None = None,
        deadline_seconds: float = 0.8,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Set up, without sending anything. Raises ValueError when a setting is not what it must be.

        url: where this program reaches Gatehouse; an internal name will do.
        allowed_origins: pages that may act in a visitor's name here (POST and the like, WebSockets), this program's
            own included. None by default: then only reading is possible.
        public_url: the address visitors know, when it is another than `url`; it is named in refusals.
        return_to: where visitors come back to after they signed in or proved who they are: an address whose origin is
            among Gatehouse's TRUSTED_ORIGINS, or a path at Gatehouse.
        live_key: reads may be answered from memory while Gatehouse tells what changed, which it does with this key
            of its GATEHOUSE_BACKEND_KEY: never older than two seconds, and usually there within milliseconds.
        cache_seconds: reads may be answered from memory for this long (at most 5): so long a sign-out may go unseen.
        deadline_seconds: how long to wait for Gatehouse before answering 503 (at most 5).
        ssl_context: for an authority of your own.
        """
        self._origin = settings.checked_origin(url, "url")
        self._public = settings.checked_origin(public_url or url, "public_url")
        self._allowed_origins = settings.checked_origins(allowed_origins)
        settings.check_return_to(return_to)
        settings.check_memory(live_key, cache_seconds)
        deadline = settings.checked_deadline(deadline_seconds)
        context = settings.context_for(self._origin, ssl_context)
        self._desks = Desks(Setup(self._origin, deadline, cache_seconds, live_key, context))
        back = f"?return_to={quote(return_to, safe='')}" if return_to else ""
        self._sign_in = f"{self._public}/sign-in{back}"
        self._confirm = f"{self._public}/verify-email{back}"
        self._set_up = f"{self._public}/account/security/second-factor"
        # A fresh proof is a fresh sign-in.
        self._prove = f"{self._public}/sign-out?return_to={quote(f'/sign-in{back}', safe='')}"
        self._cookie_name = ("__Host-" if self._public.startswith("https:") else "") + "better-auth.session_token"
        self.caller = RequiredCaller(self.check, self._cookie_name)
        """Dependency: the caller; 401 when nobody is signed in."""
        self.maybe_caller = OptionalCaller(self.who, self._cookie_name)
        """Dependency: the caller, or None when nobody is signed in."""

    def require(
        self,
        *,
        fresh: bool = False,
        email_verified: bool = False,
        second_factor: bool = False,
        role: str | NoDependency = _any_role,
    ) -> RequiredCaller:
        """Dependency: the caller; 403 when more is asked for than they have.

        `fresh`: a recent proof. `email_verified`: a confirmed address. `second_factor`: two factors proved. `role`:
        exactly this role; ValueError for one that is empty or no text.
        """
        if role is not _any_role:
            settings.check_role(role)
        check = partial(self.check, fresh=fresh, email_verified=email_verified, second_factor=second_factor, role=role)
        return RequiredCaller(check, self._cookie_name)

    async def check(
        self,
        connection: HTTPConnection,
        *,
        fresh: bool = False,
        email_verified: bool = False,
        second_factor: bool = False,
        role: str | NoDependency = _any_role,
    ) -> Caller:
        """Who is calling, for Starlette's requests and WebSockets; raises what turns the connection away.

        A WebSocket lives longer than a look at who opened it: ask again before what matters, and now and then.
        Raises ValueError when somebody calls and `role` is empty or no text.
        """
        caller = await self._who(connection, from_memory=not (fresh or second_factor))
        if caller is None:
            raise refusal(connection, "no_session", self._sign_in)
        if role is not _any_role and role not in caller.user.roles:
            settings.check_role(role)  # no account has the role "" or None, so each of these comes here
            raise refusal(connection, "role_needed")
        if email_verified and not caller.user.email_verified:
            raise refusal(connection, "email_not_verified", self._confirm)
        if second_factor and caller.session.factors < _two_factors:
            raise refusal(connection, "second_factor_needed", self._set_up)
        if fresh and not caller.session.fresh:
            raise refusal(connection, "proof_needed", self._prove)
        return caller

    async def who(self, connection: HTTPConnection) -> Answer:
        """Who is calling, or None for nobody; raises what turns the connection away."""
        return await self._who(connection, from_memory=True)

    async def ask(self, cookie: str | None, request_id: str | None = None, *, from_memory: bool = False) -> Answer:
        """Who has this `Cookie` header? None for nobody. Raises Unavailable when that cannot be known.

        It sees no request: whoever lets somebody write by that compares `Origin` first.
        cookie: None, where the request has no such header, is nobody's.
        from_memory: the answer may come from memory, where there is one. For what only reads.
        """
        texts = ((b"cookie", cookie or ""), (b"x-request-id", request_id or ""))
        headers = [(name, text.encode("utf-8", "replace")) for name, text in texts]
        own = own_cookies(headers)
        if own is None:
            return None
        try:
            desk = await self._desks.here()
            known = desk.memory.get(own) if from_memory and desk.memory else None
            return known or await desk.ask(own, id_of(headers))
        except Unavailable:
            raise
        except Exception as error:  # under another event loop than asyncio's, or by a fault of ours
            raise _cannot_know(error) from error

    def known_in(self, loop: asyncio.AbstractEventLoop, cookie: str | None) -> Answer:
        """Whoever has this `Cookie` header, if another thread's event loop has them in memory. Asks nobody."""
        memory = self._desks.memory_of(loop)
        own = own_cookies([(b"cookie", cookie.encode("utf-8", "replace"))]) if memory and cookie else None
        return memory.get(own) if memory and own else None

    async def _who(self, connection: HTTPConnection, *, from_memory: bool) -> Answer:
        try:
            return await self._caller_of(connection, from_memory=from_memory)
        except (HTTPException, WebSocketException):  # a refusal
            raise
        except Unavailable as unavailable:
            raise refusal(connection, "unavailable") from unavailable
        except Exception as error:  # under another event loop than asyncio's, or by a fault of ours
            raise refusal(connection, "unavailable") from _cannot_know(error)

    async def _caller_of(self, connection: HTTPConnection, *, from_memory: bool) -> Answer:
        headers = connection.scope["headers"]
        cookie = own_cookies(headers)
        if cookie is None:
            return None
        changes = may_change_something(connection.scope)
        if changes:
            self._refuse_strangers(connection)
        desk = await self._desks.here()
        known = desk.memory.get(cookie) if desk.memory and from_memory and not changes else None
        return known or await desk.ask(cookie, id_of(headers))

    def _refuse_strangers(self, connection: HTTPConnection) -> None:
        """Stop pages of other sites that let the visitor's browser send its cookie along (cross-site request forgery).

        `SameSite=Lax` does not: it takes each sub-domain for the same site. Every browser says where a write comes
        from, so one that does not say it is refused too.
        """
        origin = origin_of(connection.scope["headers"])
        if origin not in self._allowed_origins:
            _log.warning("refused a write from origin %.200r: not in allowed_origins", origin)
            raise refusal(connection, "cross_site")

    async def close(self) -> None:
        """Hang up; whoever is asking gets Unavailable. A later question opens the line again."""
        await self._desks.close()

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """For `FastAPI(lifespan=gatehouse.lifespan)`, or for `async with` in a lifespan of your own."""
        try:
            asyncio.get_running_loop()
        except RuntimeError as error:
            raise RuntimeError("gatehouse-fastapi needs asyncio's event loop: it does not work with trio.") from error
        if isinstance(app, FastAPI):
            document(app)
        try:
            yield
        finally:
            await self.close()


def _cannot_know(error: Exception) -> Unavailable:
    _log.error("could not ask Gatehouse", exc_info=error)
    return Unavailable(type(error).__name__)
