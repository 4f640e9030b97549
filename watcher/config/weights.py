"""`words/weights.toml`: what each indication for or against a claim weighs, fitted by `make train`."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from watcher.config.values import mistake_in_words
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


FILE = "weights.toml"
START = "start"  # the weight that every claim begins with


class Weights(BaseModel):
    """Weights by the names of indications; a claim's confidence is the logistic function of the sum of its own.

    `data_sha256` identifies the labelled sets that they were fitted on, `left_out` has by set the weights that were
    fitted on all others, `digest` identifies the file's text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_sha256: str = ""
    weights: dict[str, float] = {}
    left_out: dict[str, dict[str, float]] = {}
    digest: str = ""


NO_WEIGHTS = Weights()


def load_weights(folder: Path) -> Weights:
    """The weights beside the vocabularies of a folder; none where it has no such file: all claims are then certain.

    Raises ConfigError with every mistake of the file.
    """
    path = folder / FILE
    if not path.exists():
        return NO_WEIGHTS
    try:
        raw = path.read_bytes()
        found = Weights.model_validate(tomllib.loads(raw.decode("utf-8")) | {"digest": hashlib.sha256(raw).hexdigest()})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError((f"{path}: {error}",)) from error
    except ValidationError as error:
        mistakes = ((".".join(map(str, one["loc"])) or "file", mistake_in_words(one["msg"])) for one in error.errors())
        raise ConfigError(tuple(f"{path}: {key}: {words}" for key, words in mistakes)) from error
    return found
