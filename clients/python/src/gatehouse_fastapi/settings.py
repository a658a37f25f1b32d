"""What can be set, checked when the program starts rather than when somebody calls."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

_longest_seconds = 5
_origin = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")  # names in a container network have _
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
        address, port = httpx.URL(origin), urlsplit(origin).port
    except (httpx.InvalidURL, ValueError):  # a port beyond the last, a name that is none
        return False
    return all(address.host.split(".")) and port != 0


def check_cache(seconds: float) -> None:
    """How long an answer may be used again. Raises ValueError beyond 5 seconds: that is how late a sign-out is seen."""
    _check_range(seconds, "cache_seconds")


def checked_deadline(seconds: float) -> float:
    """How long a visitor may be kept waiting for Gatehouse. Raises ValueError beyond 5 seconds."""
    _check_range(seconds, "deadline_seconds")
    return seconds


def _check_range(seconds: float, name: str) -> None:
    if not 0 < seconds <= _longest_seconds:
        raise ValueError(f"{name}: {seconds!r} is out of range. Choose more than 0 and at most 5 seconds.")
