"""The detector: text ─► claims and totals.

detect: sentences with a harm word (one fast scan) ─► reading (tokens) ─► numbers ─► groups of people ─► predicates
(harm words with their people) ─► cues (stance) ─► claims ─► events (place, date) ─► totals.

Pure and deterministic: no I/O, no clock. `DETECTOR_VERSION` changes whenever a rule changes what is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.engine import examine
from watcher.detect.totals import totals, totals_by
from watcher.models import Detection, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config.words import Vocabulary

DETECTOR_VERSION = "3"


def detect(text: str, *, vocabulary: Vocabulary, published: datetime | None = None, place: str = "") -> Detection:
    """Every claim of a text and what it says in all.

    `published` and `place` (the dateline) fix relative dates and stand in where the text names neither. Linear in the
    length of the text; never raises for any text.
    """
    found = examine(text, vocabulary, published, place)
    claims, grown = found.claims, found.grown
    return Detection(
        claims, totals(claims, grown), totals_by(claims, grown), (), vocabulary.language, version_of(vocabulary)
    )


def unread(language: str) -> Detection:
    """The answer for a text in a language without vocabulary: no claims, and the problem `unread`."""
    problem = Problem("unread", f"no vocabulary for {language or 'this language'}")
    return Detection((), {}, (), (problem,), language, DETECTOR_VERSION)


def version_of(vocabulary: Vocabulary) -> str:
    """The version that claims carry: of the detector and, behind a plus sign, of the vocabulary."""
    return f"{DETECTOR_VERSION}+{vocabulary.digest[:8]}"


__all__ = ["DETECTOR_VERSION", "detect", "unread", "version_of"]
