"""`watcher detect`: the detector run by hand over a text, or over one in each line of a file."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO

import click

from watcher.cli import output
from watcher.cli.processes import in_processes
from watcher.cli.terminal import unfiltered
from watcher.detect.explain import as_json, plain
from watcher.detect.explain import explain as explain_text
from watcher.errors import WatcherError
from watcher.model.text_context import OwnSide, TextContext
from watcher.model.wording import STANCE, claim_in_words, totals_in_words
from watcher.pipeline.text_claims import detect_text, vocabulary_for
from watcher.store.rows import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.model.claim import Detection


_COUNTRY = re.compile(r"[A-Z]{2}")
_OPTIONAL = ("lang", "title", "published", "publisher")
_LINES_TOGETHER = 25
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
    """Answer each line in its order. The first lines are answered here, so that few of them need no other process."""
    numbered = enumerate(file, start=1)
    groups = iter(lambda: list(islice(numbered, _LINES_TOGETHER)), [])
    for group in islice(groups, 1):
        _write(_answers(chosen, group))
    for later in islice(groups, 1):  # read but not answered: there are enough for other processes
        for answered in in_processes(partial(_answers, chosen), chain([later], groups)):
            _write(answered)


def _write(answered: tuple[list[str], str]) -> None:
    answers, mistake = answered
    sys.stdout.writelines(answers)
    if mistake:
        raise click.UsageError(mistake)


def _answers(chosen: Chosen, numbered: Sequence[tuple[int, str]]) -> tuple[list[str], str]:
    """The answers to some lines up to the first that is no text, and what is wrong with that one."""
    answers: list[str] = []
    for number, line in numbered:
        try:
            answers += [_answer(chosen, line)] if line.strip() else []
        except ValueError as error:
            return answers, f"line {number}: {error}"
    return answers, ""


def _answer(chosen: Chosen, line: str) -> str:
    """The detection of a line, as a line. Raises ValueError for one that is no text."""
    try:
        given = json.loads(line.removeprefix("\ufeff"))
        key, text = given["id"], given["text"]
        language, title, published, publisher = (given.get(name) or "" for name in _OPTIONAL)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f'needs an object with "id" and "text": {error}') from error
    if not all(isinstance(value, str) for value in (text, language, title, published, publisher)):
        raise ValueError(f'"text", {_NAMED} have to be strings')
    context = _context(chosen, encodable(title), published, publisher)
    found = detect_text(chosen.words, encodable(text), language=language, context=context)
    return output.as_json(as_json(key, found)) + "\n"


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
