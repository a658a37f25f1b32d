"""What can be set, checked when the program starts rather than when somebody calls."""

import re
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import certifi

_longest_seconds = 5
# Names in a container network have _.
_origin = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
_way_back = re.compile(r"(https?://[^\s\\/?#@]+([/?#][^\s\\]*)?|/(?!/)[^\s\\]*)")
_key = re.compile(r"(?=.{32})[A-Za-z0-9._~+/-]+=*")  # as Gatehouse takes it
_default_ports = {"http": ":80", "https": ":443"}


def checked_origins(origins: Iterable[str]) -> frozenset[str]:
    """Origins as browsers write them, to be compared letter by letter. Raises ValueError for anything else."""
    if isinstance(origins, str) or not isinstance(origins, Iterable):
        # One kind of error for every setting, hence not TypeError.
        raise ValueError('allowed_origins is a list: write ["https://docs.example.com"].')  # noqa: TRY004
    return frozenset(checked_origin(origin, "allowed_origins") for origin in origins)


def checked_origin(text: str, name: str) -> str:
    """An address without a path, such as https://login.example.com. Raises ValueError for anything else."""
    origin = str(text).removesuffix("/") if name != "allowed_origins" else str(text)
    parts = _origin.fullmatch(origin)
    if not parts or not _is_address(origin) or parts[3] == _default_ports[parts[1]]:
        raise ValueError(
            f"{name}: {text!r} is no origin. Write scheme, host and, unless it is the usual one, port, in small "
            "letters, and nothing after them: https://docs.example.com"
        )
    return origin


def _is_address(origin: str) -> bool:
    try:
        address = urlsplit(origin)
        host, _ = address.hostname or "", address.port  # which is read to be checked
        if host.rsplit(".")[-1].isdigit() or ":" in host:
            ip_address(host)
    except ValueError:  # a port beyond the last, an address that is none
        return False
    return all(len(label) in range(1, 64) for label in host.split("."))


def check_memory(live_key: str | None, cache_seconds: float | None) -> None:
    """What answers from memory. Raises ValueError for both kinds at once, and for a key that Gatehouse would not take.

    `cache_seconds` is how late a sign-out is seen: at most 5.
    """
    if live_key is not None and cache_seconds is not None:
        raise ValueError("live_key, cache_seconds: choose one. With a key there is no need to see a sign-out late.")
    if live_key is not None and not (isinstance(live_key, str) and _key.fullmatch(live_key)):
        raise ValueError(
            "live_key: write one of the keys in Gatehouse's GATEHOUSE_BACKEND_KEY, 32 or more random bytes, without "
            "blanks or the end of a line."
        )
    if cache_seconds is not None:
        _check_range(cache_seconds, "cache_seconds")


def check_return_to(address: str | None) -> None:
    """Where visitors come back to. Raises ValueError for what Gatehouse would drop: neither an address nor a path."""
    if address is not None and not (isinstance(address, str) and _way_back.fullmatch(address)):
        raise ValueError(
            f"return_to: {address!r} leads nowhere. Write an address, https://docs.example.com/me, or a path at "
            "Gatehouse, /account, without blanks."
        )


def context_for(origin: str, own: ssl.SSLContext | None) -> ssl.SSLContext | None:
    """How the connection to an origin is encrypted; None for http. Reading all authorities takes a while: once.

    Raises ValueError for a context that is none.
    """
    if own is not None and not isinstance(own, ssl.SSLContext):
        raise ValueError(f"ssl_context: {own!r} is no ssl.SSLContext.")
    if not origin.startswith("https:"):
        return None
    return own or ssl.create_default_context(cafile=certifi.where())


def checked_deadline(seconds: float) -> float:
    """How long a visitor may be kept waiting for Gatehouse. Raises ValueError beyond 5 seconds."""
    _check_range(seconds, "deadline_seconds")
    return seconds


def check_role(role: object) -> None:
    """Raises ValueError for what is no role: None, say, from a variable of the environment that is missing."""
    if not isinstance(role, str) or not role:
        raise ValueError(f"role: {role!r} is no role. Write its name, or leave it out.")


def _check_range(seconds: float, name: str) -> None:
    # True is a number to Python, and would be a second.
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= _longest_seconds:
        raise ValueError(f"{name}: {seconds!r} is out of range. Choose more than 0 and at most 5 seconds.")
