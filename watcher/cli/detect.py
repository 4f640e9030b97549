"""`watcher detect`, `evaluate`, `redetect` and `extract`: the detector and the extraction, run by hand.

`detect` reads a text, `evaluate` labelled texts, `redetect` the stored revisions; `extract` shows what a page says.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import cluster, day, open_database, reason
from watcher.cli.page_record import load_page, page_record, print_layout, print_record, read_page
from watcher.cli.reviews import PRECISION_COLUMNS, precision_rows
from watcher.cli.terminal import unfiltered
from watcher.config.weights import load_weights
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.report import report, report_by_source
from watcher.detect.evaluate.score import evaluate
from watcher.detect.evaluate.sources import score_source
from watcher.detect.explain import as_json, plain
from watcher.detect.explain import explain as explain_text
from watcher.errors import WatcherError
from watcher.jobs.redetect import redetect, words_with
from watcher.model.text_context import OwnSide, TextContext
from watcher.model.wording import STANCE, claim_in_words, count_in_words, totals_in_words
from watcher.pipeline.cluster import on_cluster
from watcher.pipeline.probe import open_reader
from watcher.pipeline.release_tasks import detect_text, extract_document, vocabulary_for
from watcher.pipeline.runtime import run_alone
from watcher.store.chain import record
from watcher.store.revisions import count_revisions
from watcher.store.rows import encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.cli.common import Chosen
    from watcher.config.load import Configuration
    from watcher.jobs.redetect import Redetected
    from watcher.model.claim import Claim, Detection
    from watcher.pipeline.runtime import Runtime


_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_REVIEWS = "no claim was reviewed yet; /review in the reading room (`watcher serve`) is where people do"
_OPTIONAL = ("lang", "title", "published", "publisher")
_NAMED = ", ".join(f'"{name}"' for name in _OPTIONAL)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read one {"id", "text"} per line, where known with "lang", "title", "published" and "publisher", write one '
    "detection per line.",
)
@click.option("--explain", is_flag=True, help="Show the text with its claims marked, and why.")
@click.option("--json", "shape", flag_value="json", help="The detection as JSON.")
@click.option("--language", default="", metavar="CODE", help="The text's language, if it is not English.")
@click.option("--title", default="", help="The text's title.")
@click.option("--published", default="", metavar="DATE", help="When it was published (ISO 8601).")
@click.option("--publisher", default="", metavar="CODE", help="Who published it: a publisher's code, name or country.")
@click.pass_obj
def detect(
    chosen: Chosen,
    file: TextIO,
    *,
    jsonl: bool,
    explain: bool,
    shape: str | None,
    language: str,
    title: str,
    published: str,
    publisher: str,
) -> None:
    """Find the claims in a text (FILE, or - for standard input)."""
    words = chosen.folder / "words"
    if jsonl:
        _detect_lines(file, chosen)
        return
    text = file.read()
    try:
        context = _context(chosen, title, published, publisher)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if explain:
        _print_explanation(text, words, language, context)
        return
    found = detect_text(words, text, language=language, context=context)
    if shape == "json":
        click.echo(output.as_json(as_json(file.name, found), indent=2))
    else:
        _print_claims(found)


def _context(chosen: Chosen, title: str, published: str, publisher: str) -> TextContext:
    """What is known beside a text. Raises ValueError for a date that is none."""
    configuration = chosen.configuration
    return TextContext(
        title=title,
        published=datetime.fromisoformat(published) if published else None,
        own_side=_own_side(configuration, publisher),
        old_after=timedelta(seconds=configuration.settings.detection.old_after),
    )


def _own_side(configuration: Configuration, named: str) -> OwnSide:
    """The side of a publisher by its code, its name or its country; of one that is not configured its name."""
    known = next((one for one in configuration.publishers if named in {one.code, one.name}), None)
    if known is not None:
        return known.own_side
    return OwnSide(country=named) if _COUNTRY.fullmatch(named) else OwnSide(named)


def _detect_lines(file: TextIO, chosen: Chosen) -> None:
    words = chosen.folder / "words"
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line.removeprefix("\ufeff"))
            key, text = given["id"], given["text"]
            language, title, published, publisher = (given.get(name) or "" for name in _OPTIONAL)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise click.UsageError(f'line {number}: needs an object with "id" and "text": {error}') from error
        if not all(isinstance(value, str) for value in (text, language, title, published, publisher)):
            raise click.UsageError(f'line {number}: "text", {_NAMED} have to be strings')
        try:
            context = _context(chosen, encodable(title), published, publisher)
        except ValueError as error:
            raise click.UsageError(f"line {number}: {error}") from error
        found = detect_text(words, encodable(text), language=language, context=context)
        sys.stdout.write(output.as_json(as_json(key, found)) + "\n")


def _print_claims(found: Detection) -> None:
    rows = [
        {
            "claim": claim_in_words(claim),
            "stance": STANCE[claim.stance],
            "confidence": f"{claim.confidence:.2f}",
            "sentence": claim.sentence,
        }
        for claim in found.claims
    ]
    output.rows(rows, None, columns=("claim", "stance", "confidence", "sentence"), empty="no claims")
    for problem in found.problems:
        click.echo(f"{problem.kind}: {problem.detail}", err=True)
    if found.totals_by:
        click.echo(f"in all: {totals_in_words(found.totals_by)}")


def _print_explanation(text: str, words: Path, language: str, context: TextContext) -> None:
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        raise WatcherError(f"unread: there is no vocabulary for {language or 'the language of this text'}")
    shown = plain(explain_text(text, vocabulary=vocabulary, context=context), has_colour=sys.stdout.isatty())
    click.echo(shown, file=unfiltered(sys.stdout))


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
    words = chosen.folder / "words"
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


@click.command("redetect")
@click.option(
    "--since", callback=day, metavar="DATE", help="Only revisions observed on or after this day (YYYY-MM-DD)."
)
@click.option("--words", "file", type=click.Path(path_type=Path, exists=True), help="Try this vocabulary (--dry-run).")
@click.option("--dry-run", is_flag=True, help="Show what would change, write nothing.")
@click.option("--alert", "alerts", is_flag=True, help="Raise alerts for new claims, marked as found later.")
@cluster
@reason
@output.formats
@click.pass_obj
def redetect_revisions(
    chosen: Chosen,
    *,
    since: str | None,
    file: Path | None,
    dry_run: bool,
    alerts: bool,
    cluster: str | None,
    why: str,
    shape: str | None,
) -> None:
    """Run the current detector over the stored texts; show the claims gained, lost and altered.

    One that was stopped goes on where it stopped, as long as detector, words and options are the same.
    """
    if file is not None and not dry_run:
        raise click.UsageError(
            "--words needs --dry-run; to use the vocabulary, put the file into words/ and leave --words out"
        )
    with words_with(chosen.folder / "words", file) as words:
        read, found = run_alone(
            chosen.configuration,
            lambda runtime: _redetect(runtime, words, since, why, cluster, is_dry=dry_run, alerts=alerts),
        )
    output.rows(found, shape, columns=("release", "change", "claim", "stance", "sentence"), empty="nothing differs")
    counts = Counter(row["change"] for row in found)
    said = ", ".join(f"{counts[change]} {change}" for change in ("gained", "lost", "altered"))
    click.echo(f"{read} revisions read: claims {said}" + (" (nothing was written)" if dry_run else ""), err=True)


async def _redetect(
    runtime: Runtime, words: Path, since: str | None, why: str, cluster: str | None, *, is_dry: bool, alerts: bool
) -> tuple[int, list[dict[str, Any]]]:
    read, found = 0, []
    total = await runtime.store.read(count_revisions, since=since)
    async with on_cluster(runtime, cluster, words) as elsewhere:
        revisions = redetect(elsewhere, words, since=since, is_dry=is_dry, alerts=alerts)
        async for again in output.counted("reading again", revisions, total=total):
            read += 1
            found += _differences(again)
    if not is_dry:
        counts = dict(Counter(row["change"] for row in found))
        detail = {"revisions": read, "since": since, "alerts": alerts} | counts
        await runtime.store.write(record, "redetect", clock.now(), why=why, detail=detail)
    return read, found


def _differences(again: Redetected) -> list[dict[str, Any]]:
    differs = again.differs
    kinds = [("gained", claim, "") for claim in differs.gained] + [("lost", claim, "") for claim in differs.lost]
    kinds += [("altered", new, f" (was: {_in_words(old)})") for old, new in differs.altered]
    return [
        {
            "release": again.stored.release_id,
            "title": again.stored.page.title,
            "change": change,
            "claim": _in_words(claim) + was,
            "stance": STANCE[claim.stance],
            "sentence": claim.sentence,
        }
        for change, claim, was in kinds
    ]


def _in_words(claim: Claim) -> str:
    return f"{count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)}, {claim.stance}"


@click.command()
@click.argument("place", metavar="FILE|URL", default="-")
@click.option(
    "--publisher", "code", metavar="CODE", help="Use this publisher's page rules instead of those of the host."
)
@click.option("--url", default="", help="The address that a file came from.")
@click.option("--title", default="", help="The release's title, by which a notice in its place is known.")
@click.option("--json", "shape", flag_value="json", help="The record as JSON.")
@click.option(
    "--jsonl", is_flag=True, help='Read one {"id", "file", "url"} per line of FILE, write one record per line.'
)
@click.option("--layout", is_flag=True, help="Show what each part of a PDF was taken for: head, foot, column, table.")
@click.pass_obj
def extract(
    chosen: Chosen, place: str, *, code: str | None, url: str, title: str, shape: str | None, jsonl: bool, layout: bool
) -> None:
    """Show the record and text of a page or PDF: FILE (.html, .html.gz, .pdf), URL, or - for standard input."""
    if layout:
        print_layout(chosen.configuration, place, shape)
    elif jsonl:
        with click.open_file(place, encoding="utf-8") as lines:
            _extract_lines(chosen.configuration, lines, code)
    else:
        print_record(read_page(chosen.configuration, place, url=url, code=code, title=title), shape)


def _extract_lines(configuration: Configuration, lines: Iterable[str], code: str | None) -> None:
    """Read some lines at a time, so that all workers have work and the first record comes soon."""
    count = configuration.settings.workers
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    with open_reader(count, extract_document, configuration.settings.ocr) as read:
        while some := [_wanted(number, line) for number, line in islice(numbered, 4 * count)]:
            found = read([load_page(configuration, file, url, code) for _, file, url in some])
            for (key, _, _), page in zip(some, found, strict=True):
                sys.stdout.write(output.as_json({"id": key} | page_record(page)) + "\n")
            sys.stdout.flush()


def _wanted(number: int, line: str) -> tuple[Any, str, str]:
    """The id, file and URL that a line names."""
    try:
        wanted = json.loads(line)
        return wanted["id"], str(wanted["file"]), wanted.get("url") or ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.UsageError(f'line {number}: needs an object with "id" and "file": {error}') from error
