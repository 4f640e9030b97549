"""The weights of confidence: read, absent, or wrong and named."""

from __future__ import annotations

from shutil import copy
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from watcher.config.weights import NO_WEIGHTS, START, load_weights
from watcher.config.words import load_vocabularies
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ROOT / "config" / "words"


def test_shipped_weights_are_those_of_every_vocabulary() -> None:
    """They come with the words, name the data that they were fitted on, and hold each set's left-out weights."""
    weights = load_weights(WORDS)
    assert START in weights.weights
    assert len(weights.data_sha256) == 64
    assert all(START in one for one in weights.left_out.values())
    assert all(vocabulary.weights == weights.weights for vocabulary in load_vocabularies(WORDS).values())


def test_other_weights_are_another_version(tmp_path: Path) -> None:
    """Claims carry the version of the words that made them; a change of weights changes their confidence."""
    copy(WORDS / "en.toml", tmp_path)
    assert load_weights(tmp_path) == NO_WEIGHTS
    bare = load_vocabularies(tmp_path)["en"].digest
    (tmp_path / "weights.toml").write_text("[weights]\nstart = 1.5\n")
    weighted = load_vocabularies(tmp_path)["en"]
    assert weighted.weights == {"start": 1.5}
    assert weighted.digest != bare


@pytest.mark.parametrize(
    ("text", "said"), [("[weights", "weights.toml"), ('[weights]\nstart = "much"\n', "weights.start"), ("x = 1", "x")]
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    """A file that somebody edited by hand is refused with its line, not half used."""
    (tmp_path / "weights.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_weights(tmp_path)
