"""Whether confidence keeps its word."""

from __future__ import annotations

import pytest

from watcher.detect.evaluate.calibration import calibration


def test_of_ten_claims_with_nine_tenths_nine_are_right() -> None:
    """Then there is no gap; where five are right it is four tenths."""
    kept = calibration([(0.9, True)] * 9 + [(0.9, False)])
    assert kept.gap == pytest.approx(0)
    assert kept.brier == pytest.approx(0.09)
    broken = calibration([(0.9, True)] * 5 + [(0.9, False)] * 5)
    assert broken.gap == pytest.approx(0.4)
    assert broken.log_loss > kept.log_loss


def test_each_tenth_is_measured_by_itself() -> None:
    """Errors of two tenths must not cancel each other out."""
    found = calibration([(0.25, True), (0.95, False)])
    assert [(step.count, step.confidence, step.right) for step in found.steps] == [(1, 0.25, 1.0), (1, 0.95, 0.0)]
    assert found.gap == pytest.approx((0.75 + 0.95) / 2)


@pytest.mark.parametrize(
    ("judged", "ranked"),
    [
        ([(0.9, True), (0.1, False)], 1.0),
        ([(0.1, True), (0.9, False)], 0.0),
        ([(0.5, True), (0.5, False)], 0.5),
        ([(0.9, True), (0.4, True), (0.6, False)], 0.5),
        ([(0.9, True)], 1.0),
        ([], 1.0),
    ],
)
def test_right_claims_should_rank_before_wrong_ones(judged: list[tuple[float, bool]], ranked: float) -> None:
    """Ties count as half; with nothing to compare there is nothing wrong."""
    assert calibration(judged).ranked == ranked
