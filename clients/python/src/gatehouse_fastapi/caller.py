"""What Gatehouse can answer: somebody, nobody, or that it cannot be known."""

from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from .reading import AnyText, AnyTexts, Instant, Part, Received, Text, Texts, json_in, part_of


class User(Part):
    """A person with an account. An address that is not `email_verified` proves nothing about its owner.

    `roles` is what they may do for others, such as `admin`.
    """

    id: Text
    email: Text
    email_verified: bool
    name: AnyText
    image: AnyText | None
    roles: Texts = ()


class Session(Part):
    """One sign-in. `fresh` says that it is so recent (15 minutes, unless set otherwise) that it proves who is there.

    `factors` is how many were proved, 1 or 2; `methods` says how. A Gatehouse that tells neither knows passwords alone.
    """

    id: Text
    created_at: Instant
    expires_at: Instant
    fresh: bool
    factors: Annotated[int, Field(ge=1)] = 1
    methods: AnyTexts = ("password",)


class Caller(Part):
    """Who is calling: vouched for by Gatehouse at the moment it was asked."""

    user: User
    session: Session


class Unavailable(Exception):  # noqa: N818 - it says what is the case, as in the session API
    """It cannot be known who is calling: neither let them in nor treat them as signed out."""


Answer: TypeAlias = Caller | None
"""Somebody or nobody. That it cannot be known is never an answer."""


def read_answer(received: Received) -> Answer:
    """Read an answer of the session API. Raises Unavailable for everything that Gatehouse would not say.

    "Nobody" must be said in Gatehouse's own words: the 401 of some proxy in between tells nothing about the caller.
    The body `null` is the one exception, being what Better Auth's own endpoint says for nobody.
    """
    status, said = received.status, json_in(received)
    if status == HTTPStatus.OK:
        return None if said is None else _caller(said)
    if status == HTTPStatus.UNAUTHORIZED and _error_code(said) == "no_session":
        return None
    raise Unavailable(f"answered with status {status}")


def _caller(said: Any) -> Caller:  # noqa: ANN401 - any JSON
    try:
        return Caller(user=part_of(User, said["user"]), session=part_of(Session, said["session"]))
    except (ValueError, TypeError, LookupError):  # not the cause of the next one: it carries a person
        raise Unavailable("answered 200 with something that is no caller") from None


def _error_code(said: Any) -> object:  # noqa: ANN401 - any JSON
    try:
        return said["error"]["code"]
    except (TypeError, LookupError):
        return None
