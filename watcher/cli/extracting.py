"""`watcher extract`: the record and text of one page or PDF, or of many."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from watcher import clock
from watcher.asking import ask_once
from watcher.cli import show
from watcher.errors import Unreadable, WatcherError
from watcher.extraction import Wanted, open_reader
from watcher.requests import PAGE_ACCEPT
from watcher.tasks import PageAnswer, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.cli.main import Chosen
    from watcher.config import Configuration, Publisher
    from watcher.models import PageText, StatedDate

LARGEST = 64 * 1024**2


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(extract)


@click.command()
@click.argument("place", metavar="FILE|URL", default="-")
@click.option("--publisher", "code", metavar="CODE", help="Read by this publisher's rules, not by those of the host.")
@click.option("--url", default="", help="Where a file came from.")
@click.option("--json", "shape", flag_value="json", help="The record as JSON.")
@click.option("--jsonl", is_flag=True, help='Read {"id", "file", "url"} a line of FILE, write one record a line.')
@click.pass_obj
def extract(chosen: Chosen, place: str, *, code: str | None, url: str, shape: str | None, jsonl: bool) -> None:
    """Show the record and text of a page or PDF: FILE (.html, .html.gz, .pdf), URL, or - for standard input."""
    configuration = chosen.load()
    if jsonl:
        with click.open_file(place, encoding="utf-8") as lines:
            _jsonl(configuration, lines, code)
        return
    tell(record_of(configuration, place, url=url, code=code), shape)


def tell(record: dict[str, Any], shape: str | None) -> None:
    """Print a record; one without a text ends the command with exit code 1."""
    if shape == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        facts = {name: value for name, value in record.items() if name != "text" and value}
        show.text(*(f"{name:<15} {_readable(value)}" for name, value in facts.items()), "", record["text"])
    if record["outcome"] != "ok":
        raise click.exceptions.Exit(1)


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(one["url"] if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def record_of(configuration: Configuration, place: str, *, url: str = "", code: str | None = None) -> dict[str, Any]:
    """The record of a file or URL by its publisher's rules; what kept it from being read is the record's `outcome`."""
    wanted = _wanted(configuration, place, url, code)
    with open_reader(1) as read:
        (found,) = read([wanted])
    return _record(found)


def _wanted(configuration: Configuration, place: str, url: str, code: str | None) -> Wanted | WatcherError:
    """The bytes with their publisher's rules, or why they cannot be had."""
    publisher = publisher_of(configuration, url or place, code)
    try:
        answer = answer_of(configuration, publisher, place, url)
    except WatcherError as error:
        return error
    except (OSError, EOFError, zlib.error) as error:
        return Unreadable(str(error))
    return Wanted(answer, publisher.page_rules() if publisher else None)


def publisher_of(configuration: Configuration, url: str, code: str | None) -> Publisher | None:
    """The publisher of that code, else the one whose site or feeds lie on the URL's host. Raises UsageError."""
    if code is not None:
        named = next((publisher for publisher in configuration.publishers if publisher.code == code), None)
        if named is None:
            raise click.UsageError(f"there is no publisher with the code {code}")
        return named
    host = _host(url)
    return next((one for one in configuration.publishers if host and host in _hosts(one)), None)


def _hosts(publisher: Publisher) -> set[str]:
    return {_host(url) for url in (publisher.homepage or "", *(feed.url for feed in publisher.feeds))}


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def answer_of(configuration: Configuration, publisher: Publisher | None, place: str, url: str) -> PageAnswer:
    """The bytes of a file, of standard input or of a URL. Raises OSError or FetchError."""
    if place.lower().startswith(("http://", "https://")):
        return ask_once(configuration, publisher, place, accept=PAGE_ACCEPT)
    body = sys.stdin.buffer.read(LARGEST) if place == "-" else _bytes(Path(place))
    if body.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            body = packed.read(LARGEST)
    content_type = "application/pdf" if place.lower().endswith(".pdf") else ""
    return PageAnswer(body, url, content_type, clock.now())


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST)


def _record(found: PageText | WatcherError) -> dict[str, Any]:
    """The record as it is written; every key is there whatever the outcome, and `error` where it is not "ok"."""
    if isinstance(found, WatcherError):
        return _fields(None, outcome_of(found)) | {"error": str(found)}
    return _fields(found, "ok")


def _fields(page: PageText | None, outcome: str) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "title": page.title if page else "",
        "published_at": _instant(page.published) if page else None,
        "updated_at": _instant(page.updated) if page else None,
        "byline": page.byline if page else "",
        "dateline": page.dateline if page else "",
        "release_number": page.release_number if page else "",
        "language": page.language if page else "",
        "captions": list(page.captions) if page else [],
        "tags": list(page.tags) if page else [],
        "links": [{"url": link.url, "text": link.text} for link in page.links] if page else [],
        "attachments": [attachment.url for attachment in page.attachments] if page else [],
        "page_starts": list(page.page_starts) if page else [],
        "problems": [f"{problem.kind}: {problem.detail}" for problem in page.problems] if page else [],
        "text": page.text if page else "",
    }


def _instant(stated: StatedDate | None) -> str | None:
    return clock.to_text(stated.at) if stated is not None and stated.at is not None else None


def _jsonl(configuration: Configuration, lines: Iterable[str], code: str | None) -> None:
    """Read some lines at a time, so that all workers have work and the first record comes soon."""
    count = configuration.settings.workers
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    with open_reader(count) as read:
        while some := [_line(number, line) for number, line in islice(numbered, 4 * count)]:
            found = read([_wanted(configuration, file, url, code) for _, file, url in some])
            for (key, _, _), page in zip(some, found, strict=True):
                sys.stdout.write(json.dumps({"id": key} | _record(page), ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _line(number: int, line: str) -> tuple[Any, str, str]:
    """The id, file and URL that a line names."""
    try:
        wanted = json.loads(line)
        return wanted["id"], str(wanted["file"]), wanted.get("url") or ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.UsageError(f'line {number}: needs an object with "id" and "file": {error}') from error
