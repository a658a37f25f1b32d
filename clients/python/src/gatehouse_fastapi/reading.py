"""Strict readers of what comes back over HTTP: what is not what it must be is no answer."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, NamedTuple, NoReturn, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel


def _whole(text: str) -> str:
    text.encode()  # half of a letter, which can be written as `\ud800`, is no text: nobody can send it on
    return text


AnyText = Annotated[str, AfterValidator(_whole)]
Text = Annotated[AnyText, StringConstraints(min_length=1)]
AnyTexts = Annotated[tuple[AnyText, ...], Field(strict=False)]  # a list in JSON
Texts = Annotated[tuple[Text, ...], Field(strict=False)]


class Received(NamedTuple):
    """What came back over HTTP. `type` is the header `Content-Type`, empty when there was none."""

    status: int
    type: bytes
    body: bytes


class Part(BaseModel):
    """Strict, because a text where a yes or no belongs is no answer; frozen, because callers are shared and kept."""

    model_config = ConfigDict(
        strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )


no_json: Final = object()
"""Stands for a body that is no JSON; `null` is JSON."""

_json_type = re.compile(rb"application/json\s*(;|\Z)", re.IGNORECASE)
_most_exact = 2**53 - 1  # beyond it a number in JSON is another one in other languages


def json_in(received: Received) -> Any:  # noqa: ANN401 - any JSON
    """Give the JSON of an answer, or `no_json` for what does not say that it is JSON, or is none in UTF-8."""
    if not _json_type.match(received.type):
        return no_json
    try:
        return _decoder.decode(received.body.decode())
    except (ValueError, RecursionError):
        return no_json


def _number(text: str) -> float:
    """Read a number as JavaScript does, where one is a number of any length, and 1.0 is 1."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) <= _most_exact else number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")  # NaN and Infinity, which Python takes


_decoder = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_refuse)

_instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _as_written(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _instant.fullmatch(value)):
        return value
    raise ValueError("no instant")  # pydantic would take "0" for a time


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_as_written)]

_PartOf = TypeVar("_PartOf", bound=Part)


def part_of(kind: type[_PartOf], said: object) -> _PartOf:
    """Read a part of an answer by the names that Gatehouse writes, and no others. Raises ValueError."""
    if not isinstance(said, dict):
        raise ValueError("no object")  # noqa: TRY004 - as pydantic's own errors are
    return kind.model_validate({name: said[name] for name in _names_of(kind) if name in said})


@cache
def _names_of(kind: type[Part]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]
