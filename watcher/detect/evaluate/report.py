"""A score in words for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.evaluate.score import Disagreement, Marks, Score


COLUMNS = ("texts", "reported P", "R", "F1", "denied", "claims P", "R", "F1", "count", "victim", "stance", "totals")


def report(score: Score, *, show: bool = False) -> str:
    """Write a score as a table, a line per group and one for all; with `show` every disagreement under it.

    A dash stands where there was nothing to score.
    """
    groups = score.groups if len(score.groups) > 1 else ()
    width = max(len(marks.name) for marks in (*groups, score.overall))
    lines = [
        " " * width + " ".join(f"{column:>10}" for column in COLUMNS),
        *(_row(marks, width) for marks in (*groups, score.overall)),
        *_details(score.overall),
        f"{len(score.disagreements)} disagreements"
        + ("" if show or not score.disagreements else "; --show lists them"),
    ]
    if show:
        for disagreement in score.disagreements:
            lines += _shown(disagreement)
    return "\n".join(lines)


def _row(marks: Marks, width: int) -> str:
    reported, claims = marks.reported, marks.claims
    cells = [str(marks.texts)]
    cells += [
        _ratio(value, sum((reported.right, reported.false, reported.missed)))
        for value in (reported.precision, reported.recall, reported.f1)
    ]
    cells.append(_ratio(marks.denied.ratio, marks.denied.n))
    cells += [
        _ratio(value, sum((claims.right, claims.false, claims.missed)))
        for value in (claims.precision, claims.recall, claims.f1)
    ]
    for name in ("count", "victim", "stance"):
        share = marks.paired.get(name)
        cells.append(_ratio(share.ratio, share.n) if share else "–")
    cells.append(_ratio(marks.totals.ratio, marks.totals.n))
    return f"{marks.name:<{width}}" + " ".join(f"{cell:>10}" for cell in cells)


def _ratio(value: float, n: int) -> str:
    return f"{value:.3f}" if n else "–"


def _details(marks: Marks) -> Iterator[str]:
    shares = {"offsets": marks.offsets, **marks.details}
    words = [f"{name} {share.ratio:.3f} of {share.n}" for name, share in shares.items() if share.n]
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
