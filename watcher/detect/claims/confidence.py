"""How sure a claim is: what speaks for and against it, weighed.

A logistic regression that anybody can read: every indication of a claim has a weight, their sum becomes a number
between 0 and 1. It is calibrated: of all claims with 0.9 nine in ten are right (docs/explanation/detection.md).
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from watcher.config.weights import START
from watcher.detect.claims.indications import indications

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.detect.text.document import Document


# No labelled text was read from a picture; that a program takes an 8 for a 3 is a judgement of ours.
_JUDGED = {"read from a picture": -2.5}
_LEAST, _MOST = 0.01, 0.99
_DIGITS = 3


def set_confidence(document: Document) -> None:
    """Give every claim of a text its confidence; certain where no weights are known."""
    weights = document.lexicon.vocabulary.weights
    if not weights:
        return
    document.claims = tuple(
        claim.with_confidence(confidence_of(names, weights))
        for claim, names in zip(document.claims, indications(document), strict=True)
    )


def weighed(names: Iterable[str], weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """The indications that weigh anything, each with its weight, the weightiest first."""
    known = [(name, weight) for name in names if (weight := _weight(name, weights))]
    return sorted(known, key=lambda one: (-abs(one[1]), one[0]))


def confidence_of(names: Iterable[str], weights: Mapping[str, float]) -> float:
    """The confidence that indications give by their weights; one that has no weight says nothing."""
    known = [weights[name] if name in weights else _JUDGED.get(name, 0.0) for name in names]
    total = weights.get(START, 0.0) + sum(known)
    return round(min(_MOST, max(_LEAST, 1 / (1 + exp(-total)))), _DIGITS)


def _weight(name: str, weights: Mapping[str, float]) -> float:
    weight = weights.get(name)
    return _JUDGED.get(name, 0.0) if weight is None else weight
