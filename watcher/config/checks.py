"""From a mapping, as TOML gives it, to a table, with every mistake: what pydantic does for the tables."""

from __future__ import annotations

import dataclasses
import ipaddress
import sys
import typing
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pydantic

from watcher.config import values
from watcher.config.tables import Table
from watcher.model import claim

T = TypeVar("T", bound=Table)
# The words of annotations, beside those of the table's own module.
_WORDS = {"Path": Path} | vars(typing) | vars(pydantic) | vars(ipaddress) | vars(claim) | vars(values)


def check(kind: type[T], given: Any) -> T:
    """The table that a mapping gives. Raises ValidationError with every mistake."""
    wanted: Any = kind
    found: T = _adapter(wanted).validate_python(given)
    return found


@cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    _resolve(Table)
    return pydantic.TypeAdapter(_looked_at_first(kind))


def _resolve(kind: Any) -> None:
    """Give the annotations of all tables their meaning: a module of tables imports their words for type checkers alone.

    Pydantic takes the types of a dataclass from its fields. Those that a table inherits are resolved with its base.
    """
    if dataclasses.is_dataclass(kind):
        for field in dataclasses.fields(kind):
            if isinstance(field.type, str):
                field.type = _type_of(field, kind.__module__)
    for below in kind.__subclasses__():
        _resolve(below)


def _type_of(field: dataclasses.Field[Any], module: str) -> Any:
    found = eval(str(field.type), _names(module))  # noqa: S307 - an annotation of our own
    key = field.metadata.get("key")
    return Annotated[found, pydantic.Field(alias=key)] if key else found


@cache
def _names(module: str) -> dict[str, Any]:
    names = _WORDS | vars(sys.modules[module])
    return {name: _looked_at_first(one) for name, one in names.items()}


def _looked_at_first(one: Any) -> Any:
    """A table that looks at what is given before it is checked; anything else as it is."""
    return Annotated[one, pydantic.BeforeValidator(one.as_given)] if hasattr(one, "as_given") else one
