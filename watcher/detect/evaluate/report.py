"""An evaluation as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.detect.evaluate.calibration import Calibration
    from watcher.detect.evaluate.disagreements import Disagreement
    from watcher.detect.evaluate.score import Counts, Evaluation, GroupScore
    from watcher.detect.evaluate.sources import SourceScore


_WIDEST = 12
_MEASURES = ("claims", "right", "gap", "brier", "log loss", "ranked")
COLUMNS = ("texts", "reported P", "R", "F1", "denied", "claims P", "R", "F1", "count", "victim", "stance", "totals")


def report(evaluation: Evaluation, *, show: bool = False) -> str:
    """Write an evaluation as a table, a line per group and one for all; with `show` every disagreement under it.

    A dash stands where there was nothing to score.
    """
    groups = evaluation.groups if len(evaluation.groups) > 1 else ()
    width = max(len(score.name) for score in (*groups, evaluation.overall))
    lines = [
        " " * width + " ".join(f"{column:>10}" for column in COLUMNS),
        *(_row(score, width) for score in (*groups, evaluation.overall)),
        *_details(evaluation.overall),
        f"{len(evaluation.disagreements)} disagreements"
        + ("" if show or not evaluation.disagreements else "; --show lists them"),
    ]
    if show:
        for disagreement in evaluation.disagreements:
            lines += _shown(disagreement)
    return "\n".join(lines)


def report_by_source(sources: Iterable[SourceScore]) -> str:
    """Write the scores of each source, and under them how its confidence holds, fitted with it and without it.

    `right` is the share of right claims among those that the labels can judge, `gap` the calibration error, `ranked`
    how often a right claim has more confidence than a wrong one.
    """
    found = list(sources)
    width = max([_WIDEST, *(len(source.score.name) for source in found)])
    lines = [" " * width + " ".join(f"{column:>10}" for column in COLUMNS)]
    lines += [_row(source.score, width) for source in found]
    lines += ["", "confidence".ljust(width) + " ".join(f"{column:>10}" for column in _MEASURES)]
    for source in found:
        lines.append(_measured(source.score.name, source.confidence, width))
        if source.left_out is not None:
            lines.append(_measured("  left out", source.left_out, width))
    return "\n".join(lines)


def _measured(name: str, found: Calibration, width: int) -> str:
    values = (found.right, found.gap, found.brier, found.log_loss, found.ranked)
    cells = [str(found.count), *(_ratio(value, found.count) for value in values)]
    return name.ljust(width) + " ".join(f"{cell:>10}" for cell in cells)


def _row(score: GroupScore, width: int) -> str:
    cells = [str(score.texts), *_ratios(score.reported), _ratio(score.denied.ratio, score.denied.n)]
    cells += _ratios(score.claims)
    for name in ("count", "victim", "stance"):
        agreement = score.paired.get(name)
        cells.append(_ratio(agreement.ratio, agreement.n) if agreement else "–")
    cells.append(_ratio(score.totals.ratio, score.totals.n))
    return f"{score.name:<{width}}" + " ".join(f"{cell:>10}" for cell in cells)


def _ratios(counts: Counts) -> list[str]:
    return [_ratio(value, counts.n) for value in (counts.precision, counts.recall, counts.f1)]


def _ratio(value: float, n: int) -> str:
    return f"{value:.3f}" if n else "–"


def _details(score: GroupScore) -> Iterator[str]:
    agreements = {"offsets": score.offsets, **score.details}
    words = [f"{name} {agreement.ratio:.3f} of {agreement.n}" for name, agreement in agreements.items() if agreement.n]
    if words:
        yield "also: " + ", ".join(words)


def _shown(disagreement: Disagreement) -> list[str]:
    return [
        "",
        f"{disagreement.id}: {disagreement.what}",
        f"  text      {disagreement.part}",
        f"  expected  {disagreement.expected}",
        f"  found     {disagreement.found}",
    ]
