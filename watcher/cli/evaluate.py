"""`watcher evaluate`: the detector scored on labelled texts, or by what people said of its claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from watcher.cli import output
from watcher.cli.common import open_database
from watcher.cli.reviews import PRECISION_COLUMNS, precision_rows
from watcher.config.weights import load_weights
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.report import report, report_by_source
from watcher.detect.evaluate.score import evaluate
from watcher.detect.evaluate.sources import score_source
from watcher.pipeline.text_claims import detect_text, vocabulary_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.cli.chosen import Chosen


_NO_REVIEWS = "no claim was reviewed yet; /review in the reading room (`watcher serve`) is where people do"


@click.command("evaluate")
@click.argument("files", metavar="[FILE]...", type=click.File("r", encoding="utf-8"), nargs=-1)
@click.option("--show", "is_shown", is_flag=True, help="Also list every disagreement.")
@click.option(
    "--by",
    type=click.Choice(["group", "source"]),
    default="group",
    help="A line per group of ids, or per file with its confidence, also by weights that were fitted without it.",
)
@click.option("--reviews", "of_reviews", is_flag=True, help="How many of the claims that people reviewed are right.")
@click.pass_obj
def evaluate_files(chosen: Chosen, files: Sequence[TextIO], *, is_shown: bool, by: str, of_reviews: bool) -> None:
    """Score the detector on labelled texts of your own (FILE: one JSON object per line), or by reviews of claims."""
    if bool(files) == of_reviews:
        raise click.UsageError("give labelled FILEs, or --reviews")
    if of_reviews:
        output.rows(list(precision_rows(open_database(chosen))), None, columns=PRECISION_COLUMNS, empty=_NO_REVIEWS)
        return
    words = chosen.words
    if by == "source":
        weights = load_weights(words)
        sources = (
            score_source(
                Path(file.name).stem,
                read_records(file),
                lambda record: vocabulary_for(words, record.text, record.lang),
                weights,
            )
            for file in files
        )
        click.echo(report_by_source(sources))
        return
    labelled = read_records(line for file in files for line in file)
    found = {text.id: detect_text(words, text.text, language=text.lang, context=text.context) for text in labelled}
    click.echo(report(evaluate(labelled, found), show=is_shown))
