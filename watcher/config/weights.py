"""`words/weights.toml`: what each indication for or against a claim weighs, fitted by `make train`."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.config.folder import WEIGHTS
from watcher.config.tables import Table
from watcher.config.unchecked import mistakes_of, table

if TYPE_CHECKING:
    from pathlib import Path


START = "start"  # the weight that every claim begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Table):
    """Weights by the names of indications; a claim's confidence is the logistic function of the sum of its own.

    `data_sha256` identifies the labelled sets that they were fitted on, `left_out` has by set the weights that were
    fitted on all others, `digest` identifies the file's text.
    """

    data_sha256: str = ""
    weights: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, dict[str, float]] = field(default_factory=dict)
    digest: str = ""


NO_WEIGHTS = Weights()


def load_weights(folder: Path, *, is_sound: bool = False) -> Weights:
    """The weights beside the vocabularies of a folder; none where it has no such file: all claims are then certain.

    Raises ConfigError with every mistake of the file; `is_sound`: the file is the shipped one, and not checked.
    """
    path = folder / WEIGHTS
    if not path.exists():
        return NO_WEIGHTS
    try:
        raw = path.read_bytes()
        given = tomllib.loads(raw.decode("utf-8")) | {"digest": hashlib.sha256(raw).hexdigest()}
        return table(Weights, given, is_sound=is_sound)
    except (OSError, ValueError, TypeError) as error:
        raise mistakes_of(path, error) from error


def digest_of(folder: Path) -> str:
    """What identifies the weights of a folder; empty where there are none. Raises OSError."""
    path = folder / WEIGHTS
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
