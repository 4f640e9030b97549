"""Labelled texts source by source: each one's scores, and its confidence by weights that were fitted without it.

What is only fitted to its sources is good on them and nowhere else; a source that was left out shows the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.detect.claims.confidence import confidence_of
from watcher.detect.detector import annotate, detection_of
from watcher.detect.evaluate.calibration import Calibration, calibration
from watcher.detect.evaluate.correctness import judged_claims
from watcher.detect.evaluate.score import GroupScore, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from watcher.config.weights import Weights
    from watcher.config.words import Vocabulary
    from watcher.detect.evaluate.labels import Record
    from watcher.model.claim import Detection


@dataclass(frozen=True, slots=True)
class SourceScore:
    """What one source scored: its texts, its confidence, and the same by weights that were fitted without it."""

    score: GroupScore
    confidence: Calibration
    left_out: Calibration | None


def score_source(
    name: str, records: Sequence[Record], vocabulary_of: Callable[[Record], Vocabulary | None], weights: Weights
) -> SourceScore:
    """Detect, compare and measure the texts of a source; one without a vocabulary has no claims."""
    detections: dict[str, Detection] = {}
    judged: list[tuple[tuple[str, ...], bool]] = []
    for record in records:
        vocabulary = vocabulary_of(record)
        if vocabulary is None:
            continue
        document = annotate(record.text, vocabulary, record.context)
        found = detections[record.id] = detection_of(document, vocabulary)
        judged += judged_claims(record, document, found)
    overall = evaluate([record for record in records if record.id in detections], detections).overall
    left_out = weights.left_out.get(name)
    return SourceScore(
        replace(overall, name=name),
        _measured(judged, weights.weights),
        _measured(judged, left_out) if left_out else None,
    )


def _measured(judged: Sequence[tuple[tuple[str, ...], bool]], weights: Mapping[str, float]) -> Calibration:
    return calibration([(confidence_of(names, weights), is_right) for names, is_right in judged])
