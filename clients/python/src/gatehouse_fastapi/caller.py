"""What Gatehouse can answer: somebody, nobody, or that it cannot be known."""

import json
from http import HTTPStatus
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """Strict, because a text where a yes or no belongs is no answer; frozen, because callers are shared and kept."""

    model_config = ConfigDict(
        strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )


class User(Part):
    """A person with an account. An address that is not `email_verified` proves nothing about its owner.

    `roles` is what they may do for others, such as `admin`.
    """

    id: Text
    email: Text
    email_verified: bool
    name: str
    image: str | None
    roles: tuple[Text, ...] = ()


class Session(Part):
    """One sign-in. `fresh` says that it is so recent (15 minutes, unless set otherwise) that it proves who is there.

    `factors` is how many were proved, 1 or 2; `methods` says how. A Gatehouse that tells neither knows passwords alone.
    """

    id: Text
    created_at: AwareDatetime
    expires_at: AwareDatetime
    fresh: bool
    factors: Annotated[int, Field(ge=1)] = 1
    methods: tuple[str, ...] = ("password",)


class Caller(Part):
    """Who is calling: vouched for by Gatehouse at the moment it was asked."""

    user: User
    session: Session


class Unavailable(Exception):  # noqa: N818 - it says what is the case, as in the session API
    """It cannot be known who is calling: neither let them in nor treat them as signed out."""


Answer: TypeAlias = Caller | None
"""Somebody or nobody. That it cannot be known is never an answer."""


def read_answer(status: int, body: bytes) -> Answer:
    """Read an answer of the session API. Raises Unavailable for everything that Gatehouse would not say.

    "Nobody" must be said in Gatehouse's own words: the 401 of some proxy in between tells nothing about the caller.
    The body `null` is the one exception, being what Better Auth's own endpoint says for nobody.
    """
    if status == HTTPStatus.OK:
        return None if body.strip() == b"null" else _caller(body)
    if status == HTTPStatus.UNAUTHORIZED and _error_code(body) == "no_session":
        return None
    raise Unavailable(f"answered with status {status}")


def _caller(body: bytes) -> Caller:
    try:
        return Caller.model_validate_json(body)
    except ValidationError:  # not the cause of the next one: it carries the body, in which a person stands
        raise Unavailable("answered 200 with something that is no caller") from None


def _error_code(body: bytes) -> object:
    try:
        return json.loads(body)["error"]["code"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
