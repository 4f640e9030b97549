"""The tree of errors: drawn as it is, named as the tables keep it, and able to come back from a worker."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

import pytest

from watcher import errors
from watcher.errors import ConfigError, DeliveryError, FetchError, Held, HttpStatus, NoText, WatcherError

if TYPE_CHECKING:
    from collections.abc import Iterator


def below(kind: type[WatcherError], depth: int = 0) -> Iterator[tuple[int, type[WatcherError]]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield depth, child
            yield from below(child, depth + 1)


ALL = [kind for _, kind in below(WatcherError)]


def made(kind: type[WatcherError]) -> WatcherError:
    if issubclass(kind, ConfigError):
        return kind(("a.toml: x: wrong", "b.toml: y: wrong too"))
    if issubclass(kind, FetchError):
        return kind("https://a.example/x", "the reason", status=503, retry_after=120)
    if issubclass(kind, DeliveryError):
        return kind("desk", "refused", is_permanent=True, retry_after=9)
    return kind("what happened")


def test_tree_in_the_docstring_is_the_tree() -> None:
    """Who catches an error reads the drawing; a drawing that is wrong is worse than none."""
    lines = re.findall(r"^([│├└─ ]+)([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    drawn = [((len(re.sub(r"─+ *", "", branch)) - 1) // 4, name) for branch, name in lines]
    assert drawn == [(depth, kind.__name__) for depth, kind in below(WatcherError)]


@pytest.mark.parametrize("kind", ALL)
def test_error_comes_back_from_a_worker_as_it_was(kind: type[WatcherError]) -> None:
    """Tasks run in other processes: what is lost on the way is lost in the table of polls too."""
    error = made(kind)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(back) is kind
    assert (str(back), vars(back), back.outcome, back.reason) == (str(error), vars(error), error.outcome, error.reason)


@pytest.mark.parametrize("kind", ALL)
def test_outcome_is_a_name_of_its_own(kind: type[WatcherError]) -> None:
    """Two errors under one name could not be told apart in the tables."""
    names = [made(other).outcome for other in ALL]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", made(kind).outcome)
    assert names.count(made(kind).outcome) == 1


def test_reason_leaves_out_the_place() -> None:
    """A row of polls names its feed already; the message for a person names the URL."""
    error = HttpStatus("https://a.example/x", "503 Service Unavailable")
    assert error.reason == "503 Service Unavailable"
    assert str(error) == "503 Service Unavailable (https://a.example/x)"
    assert Held("https://a.example/x").reason == "held"
    assert NoText("an empty shell").reason == "an empty shell"


def test_mistakes_stay_apart() -> None:
    """One line each for a person, a tuple for a program."""
    error = ConfigError(("one", "two"))
    assert (str(error), error.mistakes) == ("one\ntwo", ("one", "two"))
