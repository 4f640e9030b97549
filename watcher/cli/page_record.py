"""The record of a page or PDF, as `watcher extract` and `watcher feeds test` read and print it."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import named_publisher
from watcher.content.notices import notice_in
from watcher.errors import Unreadable, WatcherError
from watcher.fetch.request import PAGE_ACCEPT
from watcher.model.release import PageText
from watcher.pipeline.ask import outcome_of
from watcher.pipeline.probe import PageInput, ask_once, open_reader
from watcher.pipeline.reading import reading_context
from watcher.pipeline.release_tasks import extract_document, lay_out_document
from watcher.pipeline.task_values import PageAnswer
from watcher.store.rows import stated_at

if TYPE_CHECKING:
    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher
    from watcher.model.release import StatedDate


_TYPES = {".pdf": "application/pdf", ".eml": "message/rfc822"}
LARGEST_FILE = 64 * 1024**2


def read_page(
    configuration: Configuration, place: str, *, url: str = "", code: str | None = None, title: str = ""
) -> dict[str, Any]:
    """The record of a file or URL by its publisher's rules; what kept it from being read is the record's `outcome`.

    `title` is the release's: a page that looks like a notice in its place has that among its `problems`.
    """
    loaded = load_page(configuration, place, url, code)
    with open_reader(1, extract_document, configuration.settings.ocr) as read:
        (found,) = read([loaded])
    record = page_record(found)
    if isinstance(loaded, PageInput) and isinstance(found, PageText):
        kind = notice_in(loaded.answer.body, found, title=title)
        record["problems"] += [f"notice: this looks like a notice ({kind}) in place of the release"] if kind else []
    return record


def load_page(configuration: Configuration, place: str, url: str, code: str | None) -> PageInput | WatcherError:
    """The bytes of a file or URL with their publisher's rules, or why they cannot be read."""
    publisher = publisher_of(configuration, url or place, code)
    try:
        answer = _answer(configuration, publisher, place, url)
    except WatcherError as error:
        return error
    except (OSError, EOFError, zlib.error) as error:
        return Unreadable(str(error))
    return PageInput(answer, reading_context(configuration.words, publisher, configuration.settings))


def publisher_of(configuration: Configuration, url: str, code: str | None) -> Publisher | None:
    """The publisher of that code, else the one whose site or feeds are on the URL's host. Raises UsageError."""
    if code is not None:
        return named_publisher(configuration, code)
    return configuration.publisher_at(url)


def _answer(configuration: Configuration, publisher: Publisher | None, place: str, url: str) -> PageAnswer:
    """The bytes of a file, of standard input or of a URL. Raises OSError or FetchError."""
    if place.lower().startswith(("http://", "https://")):
        return ask_once(configuration, publisher, place, accept=PAGE_ACCEPT)
    body = sys.stdin.buffer.read(LARGEST_FILE) if place == "-" else _bytes(Path(place))
    if body.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            body = packed.read(LARGEST_FILE)
    return PageAnswer(body, url, _TYPES.get(Path(place).suffix.lower(), ""), clock.now())


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE)


def page_record(found: PageText | WatcherError) -> dict[str, Any]:
    """The record as it is written; every key is there whatever the outcome, and `error` where it is not "ok"."""
    if isinstance(found, WatcherError):
        return _fields(PageText(title="", text=""), outcome_of(found)) | {"error": str(found)}
    return _fields(found, "ok")


def _fields(page: PageText, outcome: str) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "title": page.title,
        "text_from": page.text_from,
        "published_at": stated_at(page.published),
        "published_readings": _readings(page.published),
        "updated_at": stated_at(page.updated),
        "updated_readings": _readings(page.updated),
        "byline": page.byline,
        "dateline": page.dateline,
        "release_number": page.release_number,
        "language": page.language,
        "languages": [asdict(part) for part in page.languages],
        "captions": list(page.captions),
        "tags": list(page.tags),
        "links": [{"url": link.url, "text": link.text} for link in page.links],
        "attachments": [attachment.url for attachment in page.attachments],
        "page_starts": list(page.page_starts),
        "problems": [f"{problem.kind}: {problem.detail}" for problem in page.problems],
        "text": page.text,
    }


def _readings(stated: StatedDate | None) -> list[str]:
    """Each instant that a doubtful date may be."""
    return [clock.to_text(at) for at in stated.readings] if stated is not None else []


def print_record(record: dict[str, Any], shape: str | None) -> None:
    """Print a record, its text last; one without a text ends the command with exit code 1."""
    if shape == "json":
        click.echo(output.as_json(record, indent=2))
    else:
        facts = {name: value for name, value in record.items() if name != "text" and value}
        output.text(*(f"{name:<15} {_readable(value)}" for name, value in facts.items()), "", record["text"])
    if record["outcome"] != "ok":
        raise click.exceptions.Exit(1)


def print_layout(configuration: Configuration, place: str, shape: str | None) -> None:
    """Print what each part of a PDF was taken for. Raises what keeps it from being read."""
    with open_reader(1, lay_out_document, configuration.settings.ocr) as read:
        (found,) = read([load_page(configuration, place, "", None)])
    if isinstance(found, WatcherError):
        raise found
    output.rows([asdict(part) for part in found], shape, columns=("page", "column", "kind", "text"), empty="no text")


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(one["url"] if isinstance(one, dict) else str(one) for one in value)
    return str(value)
