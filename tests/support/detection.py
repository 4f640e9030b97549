"""The English vocabulary, and short forms of what the detector finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import ROOT
from watcher.config.words import load_vocabulary
from watcher.detect.detector import detect
from watcher.detect.words.lexicon import compiled
from watcher.detect.words.numbers import read_quantities
from watcher.detect.words.tokens import Sentence

if TYPE_CHECKING:
    from watcher.model.claim import Claim, Detection

ENGLISH = load_vocabulary(ROOT / "config" / "words" / "en.toml")


def found(text: str) -> Detection:
    """What the detector finds in an English text."""
    return detect(text, vocabulary=ENGLISH)


def brief(text: str) -> list[tuple[str, int | None, int | None, str, str]]:
    """Each claim as (harm, minimum, maximum, victim, stance)."""
    return [(one.harm, one.count_min, one.count_max, one.victim, one.stance) for one in found(text).claims]


def only(text: str) -> Claim:
    """The one claim of a text."""
    (claim,) = found(text).claims
    return claim


def read(text: str) -> Sentence:
    """One sentence as the rules see it, its numbers read."""
    sentence = Sentence(text, 0, len(text), compiled(ENGLISH))
    read_quantities(sentence)
    return sentence
