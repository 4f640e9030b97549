"""Tables made of what TOML gives without any check, for the shipped files, which the tests check.

Whoever starts worker processes waits for their words: pydantic and its models of them took as long as twenty releases.
"""

from __future__ import annotations

import sys
from dataclasses import is_dataclass
from functools import cache
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.config.tables import Table
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

T = TypeVar("T", bound=Table)


def table(kind: type[T], given: Mapping[str, Any], *, is_sound: bool) -> T:
    """The table that a mapping gives. Raises ValidationError, a ValueError, with every mistake.

    `is_sound`: nothing is checked; what is so wrong that no table can be made raises TypeError or ValueError.
    """
    if is_sound:
        return made(kind, given)
    from watcher.config.checks import check

    return check(kind, given)


def made(kind: type[T], given: Mapping[str, Any]) -> T:
    """The table of a mapping, its lists as tuples or sets, as its annotations say. Raises TypeError and ValueError."""
    wanted: Any = kind
    annotations = _annotations(wanted)
    return kind(**{name: _value(value, annotations.get(name, ""), kind.__module__) for name, value in given.items()})


@cache
def _annotations(kind: Any) -> dict[str, str]:
    """Those of the class and of the tables that it extends, as they are written."""
    return {name: words for one in reversed(kind.__mro__) for name, words in get_annotations(one).items()}


def _value(given: Any, annotation: str, module: str) -> Any:
    if isinstance(given, dict):
        if (kind := _table_in(annotation, module)) is not None:
            return made(kind, given)
        return {name: _value(one, annotation, module) for name, one in given.items()}
    if isinstance(given, list):
        # Most are words, 40,000 of them.
        parts = (_value(one, annotation, module) if isinstance(one, (dict, list)) else one for one in given)
        return frozenset(parts) if "WordSet" in annotation else tuple(parts)
    return given


@cache
def _table_in(annotation: str, module: str) -> type[Table] | None:
    """The table that an annotation names: `tuple[HarmWords, ...]`."""
    named = (vars(sys.modules[module]).get(word) for word in annotation.replace("[", " ").replace(",", " ").split())
    return next((one for one in named if is_dataclass(one) and isinstance(one, type) and issubclass(one, Table)), None)


def mistakes_of(path: Path, error: Exception) -> ConfigError:
    """What is wrong with a file: each of pydantic's mistakes with its key, or what stopped the reading."""
    if not hasattr(error, "errors"):
        return ConfigError((f"{path}: {error}",))
    from watcher.config.values import mistake_in_words

    found = ((".".join(map(str, one["loc"])) or "file", mistake_in_words(one["msg"])) for one in error.errors())
    return ConfigError(tuple(f"{path}: {key}: {message}" for key, message in found))
