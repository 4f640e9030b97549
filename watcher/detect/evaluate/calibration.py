"""Whether confidence keeps its word: of the claims with 0.9, nine in ten should be right."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


Judged = tuple[float, bool]  # the confidence of a claim, and whether it is right
_STEPS = 10
_LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class Step:
    """The claims whose confidence lies in one tenth: how many, their mean confidence, the share that is right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence and truth agree over some claims.

    `right` is the share of right ones. `gap` is the mean distance between confidence and that share, tenth by tenth
    (the expected calibration error), `brier` the mean squared error, `log_loss` the mean negative log-likelihood;
    `ranked` is how often a right claim has more confidence than a wrong one (the area under the curve).
    """

    count: int
    right: float
    gap: float
    brier: float
    log_loss: float
    ranked: float
    steps: tuple[Step, ...]


def calibration(judged: Sequence[Judged]) -> Calibration:
    """Measure some claims; nothing is measured of none."""
    if not judged:
        return Calibration(0, 1.0, 0.0, 0.0, 0.0, 1.0, ())
    count = len(judged)
    steps = tuple(_steps(judged))
    return Calibration(
        count,
        sum(right for _, right in judged) / count,
        sum(step.count * abs(step.confidence - step.right) for step in steps) / count,
        sum((confidence - right) ** 2 for confidence, right in judged) / count,
        -sum(log(max(_LEAST, confidence if right else 1 - confidence)) for confidence, right in judged) / count,
        _ranked(judged),
        steps,
    )


def _steps(judged: Sequence[Judged]) -> list[Step]:
    by_step: dict[int, list[Judged]] = {}
    for one in judged:
        by_step.setdefault(min(_STEPS - 1, int(one[0] * _STEPS)), []).append(one)
    return [
        Step(len(some), sum(one[0] for one in some) / len(some), sum(one[1] for one in some) / len(some))
        for _, some in sorted(by_step.items())
    ]


def _ranked(judged: Sequence[Judged]) -> float:
    """By ranks (Mann and Whitney), in time of a sort; ties count as half."""
    ordered = sorted(confidence for confidence, _ in judged)
    first = {confidence: at for at, confidence in reversed(list(enumerate(ordered)))}
    last = {confidence: at for at, confidence in enumerate(ordered)}
    right = [confidence for confidence, is_right in judged if is_right]
    wrong = len(judged) - len(right)
    if not right or not wrong:
        return 1.0
    ranks = sum((first[one] + last[one]) / 2 + 1 for one in right)
    return (ranks - len(right) * (len(right) + 1) / 2) / (len(right) * wrong)
