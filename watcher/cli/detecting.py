"""`watcher detect`: the detector alone, on a file or on lines of JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TextIO

import click

from watcher.cli import show
from watcher.config import find_folder
from watcher.detect.explain import explain as explain_text
from watcher.detect.explain import plain
from watcher.detect.jsonl import as_json
from watcher.errors import WatcherError
from watcher.tasks import detect_text, vocabulary_for
from watcher.wording import STANCE, claim_in_words, totals_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.cli.main import Chosen
    from watcher.models import Detection


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(detect)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--jsonl", is_flag=True, help='Read {"id", "text", "lang"} a line, write one detection a line.')
@click.option("--explain", is_flag=True, help="Show the text with its claims marked, and why.")
@click.option("--json", "shape", flag_value="json", help="The detection as JSON.")
@click.option("--language", default="", metavar="CODE", help="The text's language, where it is not English.")
@click.pass_obj
def detect(chosen: Chosen, file: TextIO, *, jsonl: bool, explain: bool, shape: str | None, language: str) -> None:
    """Find the claims in a text (FILE, or - for standard input)."""
    words = find_folder(chosen.given) / "words"
    if jsonl:
        _jsonl(file, words)
        return
    text = file.read()
    if explain:
        _explain(text, words, language)
        return
    found = detect_text(words, text, language=language)
    if shape == "json":
        click.echo(json.dumps(as_json(file.name, found), ensure_ascii=False, indent=2))
    else:
        _table(found)


def _jsonl(file: TextIO, words: Path) -> None:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.removeprefix("\ufeff"))
            key, text, language = record["id"], record["text"], record.get("lang") or ""
        except (ValueError, KeyError, TypeError) as error:
            raise click.UsageError(f'line {number}: needs an object with "id" and "text": {error}') from error
        if not isinstance(text, str) or not isinstance(language, str):
            raise click.UsageError(f'line {number}: "text" and "lang" have to be strings')
        found = detect_text(words, _whole(text), language=language)
        sys.stdout.write(json.dumps(as_json(key, found), ensure_ascii=False) + "\n")


def _whole(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which no UTF-8 can hold; offsets stay."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _table(found: Detection) -> None:
    rows = [
        {"claim": claim_in_words(claim), "stance": STANCE[claim.stance], "sentence": claim.sentence}
        for claim in found.claims
    ]
    show.rows(rows, None, columns=("claim", "stance", "sentence"), empty="no claims")
    for problem in found.problems:
        click.echo(f"{problem.kind}: {problem.detail}", err=True)
    if found.totals_by:
        click.echo(f"in all: {totals_in_words(found.totals_by)}")


def _explain(text: str, words: Path, language: str) -> None:
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        raise WatcherError(f"unread: there is no vocabulary for {language or 'the language of this text'}")
    click.echo(plain(explain_text(text, vocabulary=vocabulary), has_colour=sys.stdout.isatty()))
