"""What can be set, checked when the program starts rather than when somebody calls."""

import re
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import certifi

_longest_seconds = 5
_origin = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")  # names in a container network have _
_key = re.compile(r"[A-Za-z0-9._~+/-]{32,500}=*")
_default_ports = {"http": ":80", "https": ":443"}


def checked_origins(origins: Iterable[str]) -> frozenset[str]:
    """Origins as browsers write them, to be compared letter by letter. Raises ValueError for anything else."""
    if isinstance(origins, str):
        # One kind of error for every setting, hence not TypeError.
        raise ValueError(f'allowed_origins is a list: write ["{origins}"].')  # noqa: TRY004
    return frozenset(checked_origin(origin, "allowed_origins") for origin in origins)


def checked_origin(text: str, name: str) -> str:
    """An address without a path, such as https://login.example.com. Raises ValueError for anything else."""
    origin = text.removesuffix("/") if name != "allowed_origins" else text
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
        host, port = address.hostname or "", address.port
        if host.rsplit(".")[-1].isdigit() or ":" in host:
            ip_address(host)
    except ValueError:  # a port beyond the last, an address that is none
        return False
    return all(len(label) in range(1, 64) for label in host.split(".")) and port != 0


def check_memory(live_key: str | None, cache_seconds: float | None) -> None:
    """What answers from memory. Raises ValueError for both kinds at once, and for a key that Gatehouse would not take.

    `cache_seconds` is how late a sign-out is seen: at most 5.
    """
    if live_key is not None and cache_seconds is not None:
        raise ValueError("live_key, cache_seconds: choose one. With a key there is no need to see a sign-out late.")
    if live_key is not None and not _key.fullmatch(live_key):
        raise ValueError("live_key: is one of the keys in Gatehouse's GATEHOUSE_BACKEND_KEY, 32 or more random bytes.")
    if cache_seconds is not None:
        _check_range(cache_seconds, "cache_seconds")


def context_for(origin: str, own: ssl.SSLContext | None) -> ssl.SSLContext | None:
    """How the connection to an origin is encrypted; None for http. Reading all authorities takes a while: once."""
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
    if not 0 < seconds <= _longest_seconds:
        raise ValueError(f"{name}: {seconds!r} is out of range. Choose more than 0 and at most 5 seconds.")
