"""What people said of claims in the reading room: as labelled texts, and as the precision of the detector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from watcher.cli.common import open_database
from watcher.model.wording import STANCE
from watcher.store.labelled_reviews import labelled_lines
from watcher.store.precision import precision_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from watcher.cli.chosen import Chosen


PRECISION_COLUMNS = ("by", "value", "right", "wrong", "disputed", "precision")


@click.command("reviews")
@click.pass_obj
def export_reviews(chosen: Chosen) -> None:
    """Write what was reviewed to standard output, a labelled text a line, as `watcher evaluate FILE` reads it."""
    for line in labelled_lines(open_database(chosen)):
        click.echo(line)


def precision_rows(db: Database) -> Iterator[dict[str, Any]]:
    """One row for all reviewed claims, then one for each publisher, stance, band of confidence and rule."""
    found = precision_by(db.conn)
    for by in ("all", "publisher", "stance", "confidence", "rule"):
        for value, precision in sorted(found[by].items()):
            yield {
                "by": by,
                "value": STANCE.get(value, value),  # type: ignore[call-overload]
                "right": precision.right,
                "wrong": precision.wrong,
                "disputed": precision.disputed,
                "precision": "–" if precision.share is None else f"{precision.share:.3f}",
            }
