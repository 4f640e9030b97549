"""`watcher detect`: the detector run by hand over a text, or over one in each line of a file."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import click

from watcher.cli import output
from watcher.cli.terminal import unfiltered
from watcher.detect.explain import as_json, plain
from watcher.detect.explain import explain as explain_text
from watcher.errors import WatcherError
from watcher.model.text_context import OwnSide, TextContext
from watcher.model.wording import STANCE, claim_in_words, totals_in_words
from watcher.pipeline.text_claims import detect_text, vocabulary_for
from watcher.store.rows import encodable

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.model.claim import Detection


_COUNTRY = re.compile(r"[A-Z]{2}")
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
    words = chosen.words
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
    return TextContext(
        title=title,
        published=datetime.fromisoformat(published) if published else None,
        own_side=_own_side(chosen.configuration, publisher) if publisher else OwnSide(),
        old_after=chosen.old_after,
    )


def _own_side(configuration: Configuration, named: str) -> OwnSide:
    """The side of a publisher by its code, its name or its country; of one that is not configured its name."""
    known = next((one for one in configuration.publishers if named in {one.code, one.name}), None)
    if known is not None:
        return known.own_side
    return OwnSide(country=named) if _COUNTRY.fullmatch(named) else OwnSide(named)


def _detect_lines(file: TextIO, chosen: Chosen) -> None:
    words = chosen.words
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
