"""Scores source by source, with confidence by weights that were fitted without each."""

from __future__ import annotations

from tests.support.detection import ENGLISH
from tests.support.evaluation import labelled_text
from watcher.config.weights import Weights
from watcher.detect.evaluate.report import report_by_source
from watcher.detect.evaluate.sources import score_source

RECORDS = [labelled_text(), labelled_text(id="set/2", text="Two dogs barked.", doc_label=False, claims=[])]


def test_a_source_is_scored_with_and_without_itself() -> None:
    """What is fitted to a source is good on it; the weights of the others show what they would have made of it."""
    weights = Weights(weights=ENGLISH.weights, left_out={"set": {"start": -2.0}})
    source = score_source("set", RECORDS, lambda _: ENGLISH, weights)
    assert (source.score.texts, source.score.reported.f1) == (2, 1.0)
    assert source.left_out is not None
    assert source.confidence.brier < source.left_out.brier
    rows = [line.split()[0] for line in report_by_source([source]).splitlines() if line]
    assert rows == ["texts", "set", "confidence", "set", "left"]


def test_a_source_that_was_never_fitted_has_no_second_row() -> None:
    """Texts of one's own were in no fit."""
    source = score_source("own", RECORDS, lambda _: ENGLISH, Weights(weights=ENGLISH.weights))
    assert source.left_out is None
    assert "left out" not in report_by_source([source])


def test_texts_without_a_vocabulary_are_left_aside() -> None:
    """Nothing can be said of what nobody reads."""
    source = score_source("set", RECORDS, lambda _: None, Weights())
    assert (source.score.texts, source.confidence.count) == (0, 0)
