"""One connection to Gatehouse: one question at a time, its answer read by httptools."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import cast

import httptools

from .caller import Unavailable
from .reading import Received

_longest_head = 32 * 1024  # bytes, and what chunks add to a body
_first_final_status = 200  # below it an answer only says that the answer is still to come


class Lost(Exception):  # noqa: N818 - it says what happened
    """The connection ended before the answer. `is_heard` says whether a part of it had come."""

    def __init__(self, *, is_heard: bool) -> None:
        """Describe the loss."""
        super().__init__("hung up")
        self.is_heard = is_heard


class Connection(asyncio.Protocol):
    """Asks, and reads the answer. Whatever comes without having been asked for ends it: it might be somebody else's."""

    def __init__(self, longest_body: int, gone: Callable[["Connection"], None]) -> None:
        """Read bodies of so many bytes at the most; tell `gone` when the connection has ended."""
        self._longest_body = longest_body
        self._gone = gone
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._ended: Callable[[Received | Exception], None] | None = None
        self._type = self._coding = self._body = b""
        self._says_length = False
        self._received = 0  # bytes of this answer
        self._is_complete = False
        self._has_more = False
        self._is_kept = False
        self._is_open = False
        self._process = os.getpid()
        self.free_since = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether it can be asked over. Not after a fork: the other process reads from the same socket."""
        return self._is_open and self._process == os.getpid()

    def ask(self, request: bytes, ended: Callable[[Received | Exception], None]) -> None:
        """Send a request. `ended` is called once: with what was received, with Lost, or with Unavailable."""
        self._ended = ended
        self._is_complete = self._has_more = False
        self._received = 0
        if self._transport:
            self._transport.write(request)

    def abort(self) -> None:
        """Hang up at once, whatever is under way."""
        self._is_open = False
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """For asyncio: it can be used."""
        self._transport = cast("asyncio.Transport", transport)  # as for every stream, though uvloop's is no subclass
        self._is_open = True

    def data_received(self, data: bytes) -> None:
        """For asyncio: a piece has come."""
        if self._ended is None or not self.is_usable:
            self.abort()
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except Exception:  # no HTTP, or the wish to speak another protocol
            self._refuse("answered with something that is no HTTP")
            return
        if len(self._body) > self._longest_body or self._received > self._longest_body + _longest_head:
            self._refuse("answered with too much")
        elif self._has_more:
            self._refuse("answered more than it was asked")
        elif self._is_complete:
            if not self._is_kept:
                self.abort()
            self._end(self._answer())

    def connection_lost(self, _: Exception | None) -> None:
        """For asyncio: the other end has hung up, or this one."""
        self._is_open = False
        if self._ended:
            ends_here = self._received and self._has_head and not self._says_length
            is_heard = self._received > 0
            self._end(self._answer() if ends_here else Lost(is_heard=is_heard))
        self._gone(self)

    def _answer(self) -> Received | Unavailable:
        if self._coding not in (b"", b"identity"):
            return Unavailable("answered in a coding it was asked not to use: does a proxy between compress?")
        return Received(self._parser.get_status_code(), self._type, self._body)

    def _refuse(self, why: str) -> None:
        self.abort()
        self._end(Unavailable(why))

    def _end(self, how: Received | Exception) -> None:
        ended, self._ended = self._ended, None
        self.free_since = time.monotonic()
        if ended:
            ended(how)

    _has_head = False

    def on_message_begin(self) -> None:
        """For httptools: an answer begins."""
        self._has_more = self._is_complete
        self._says_length = self._has_head = False
        self._type = self._coding = self._body = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        """For httptools: one of its headers is there."""
        match name.lower():
            case b"content-length" | b"transfer-encoding":
                self._says_length = True
            case b"content-type":
                self._type += b", " + value if self._type else value  # two are no type
            case b"content-encoding":
                self._coding += value.strip().lower()

    def on_headers_complete(self) -> None:
        """For httptools: all of them are."""
        self._has_head = self._parser.get_status_code() >= _first_final_status

    def on_body(self, data: bytes) -> None:
        """For httptools: a piece of the body; of one that is too long only enough to know that."""
        if len(self._body) <= self._longest_body:
            self._body += data

    def on_message_complete(self) -> None:
        """For httptools: the whole answer is there."""
        self._is_complete = self._has_head
        self._is_kept = self._parser.should_keep_alive()
