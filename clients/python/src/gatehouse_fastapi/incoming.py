"""What is read from a request: Gatehouse's own cookies, the page it comes from, its id. Pure functions of the scope."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

Headers = Iterable[tuple[bytes, bytes]]

session_cookies = frozenset(
    (b"__Host-better-auth.session_token", b"__Secure-better-auth.session_token", b"better-auth.session_token")
)
"""The names of the session cookie: on one host over https, shared by sub-domains over https, over http."""

_blanks = b" \t"
_longest_value = 4096  # bytes; no browser keeps a longer one, and Gatehouse's own has about a hundred
_sendable = re.compile(rb"[!-~]{1,%d}" % _longest_value)
_takeable_id = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_safe_methods = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


def own_cookies(headers: Headers) -> str | None:
    """The session cookies as they came, ready to be forwarded; None when there is none that could be one.

    Everything else stays here: other programs' cookies are none of Gatehouse's business. Nothing is decoded, only space
    and tab are white space, and of two cookies with one name neither counts, exactly as Gatehouse reads them.
    """
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name != b"cookie" or b"session_token" not in value:
            continue
        for pair in value.split(b";"):
            key, equals, token = pair.partition(b"=")
            if equals and (key := key.strip(_blanks)) in session_cookies:
                found.setdefault(key, []).append(token.strip(_blanks))
    kept = [
        b"%s=%s" % (key, tokens[0])
        for key, tokens in found.items()
        if len(tokens) == 1 and _sendable.fullmatch(tokens[0])
    ]
    return b"; ".join(kept).decode("ascii") if kept else None


def id_of(headers: Headers) -> str:
    """The id the request came with, when Gatehouse would take it; else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _takeable_id.fullmatch(value):
            return value.decode("ascii")
    return uuid.uuid4().hex


def origin_of(headers: Headers) -> str | None:
    """The page that a browser says the request comes from; None when it says nothing, or two things."""
    origins = [value for name, value in headers if name == b"origin"]
    return origins[0].decode("latin-1") if len(origins) == 1 else None


def may_change_something(scope: Mapping[str, Any]) -> bool:
    """Whether the request is of a kind that another site must not send in a visitor's name.

    Every method that is not known to be safe, and every WebSocket: its handshake carries the cookie from any page,
    and unlike an answer to a script, what comes back over it is not kept from that page (cross-site hijacking).
    """
    return scope["type"] != "http" or scope["method"] not in _safe_methods
