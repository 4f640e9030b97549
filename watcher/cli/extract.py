"""`watcher extract`: what is read of a page or PDF."""

from __future__ import annotations

import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from watcher.cli import output
from watcher.cli.page_record import load_page, page_record, print_layout, print_record, read_page
from watcher.pipeline.probe import open_reader
from watcher.pipeline.release_tasks import extract_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration


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
