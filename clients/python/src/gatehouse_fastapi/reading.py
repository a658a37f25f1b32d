"""Strict readers of what comes back over HTTP: what is not what it must be is no answer."""

import json
import re
from datetime import datetime
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any, Final, NamedTuple, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


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


class NoDependency:
    """Type of a parameter of what is no dependency: FastAPI, which reads it, says so when the program starts."""

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> NoReturn:
        """For pydantic, which FastAPI asks how to read a parameter."""
        raise TypeError("Write Depends(gatehouse.caller), or Depends(gatehouse.require(…)) with its brackets.")


class Part(BaseModel):
    """Strict, because a text where a yes or no belongs is no answer; frozen, because callers are shared and kept."""

    model_config = ConfigDict(
        strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:  # noqa: ANN401 - as it is inherited
        """Be no dependency either: Depends(User) would take each field out of the address."""
        cls.__signature__ = Signature([Parameter("fields", Parameter.KEYWORD_ONLY, annotation=NoDependency)])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Let no other model and no route read a part: `caller: Caller` without Depends is a body to FastAPI.

        Whoever sends one would say for themselves who they are. What is a part already may be answered.
        """
        schema = handler(source)
        if not cls.__pydantic_complete__:  # the schema is the class's own
            return schema

        def only_given(value: object) -> object:
            if isinstance(value, cls):
                return value
            raise PydanticCustomError("not_given", _not_given)

        return core_schema.no_info_before_validator_function(only_given, schema)


_not_given: Final = "Who is calling is read from no request. Write Annotated[Caller, Depends(gatehouse.caller)]."


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
