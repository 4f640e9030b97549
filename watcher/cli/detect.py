"""`watcher detect`: the detector alone, on a file or on lines of JSON."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import sys
import zlib
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import urlsplit

import click

from watcher import clock
from watcher.cli import output
from watcher.config.load import find_folder
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.report import report
from watcher.detect.evaluate.score import evaluate
from watcher.detect.explain import as_json, plain
from watcher.detect.explain import explain as explain_text
from watcher.errors import Unreadable, WatcherError
from watcher.fetch.request import PAGE_ACCEPT
from watcher.jobs.redetect import Wish, redetect, words_with
from watcher.model.wording import STANCE, claim_in_words, count_in_words, totals_in_words
from watcher.pipeline.parse import PageAnswer, context_of, detect_text, outcome_of, vocabulary_for
from watcher.pipeline.probe import Wanted, ask_once, open_reader
from watcher.pipeline.runtime import only_instance, open_runtime
from watcher.store.chain import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.cli.common import Chosen
    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher
    from watcher.content.revision_diff import Said
    from watcher.jobs.redetect import Again
    from watcher.model.claim import Detection
    from watcher.model.release import PageText, StatedDate


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
    output.rows(rows, None, columns=("claim", "stance", "sentence"), empty="no claims")
    for problem in found.problems:
        click.echo(f"{problem.kind}: {problem.detail}", err=True)
    if found.totals_by:
        click.echo(f"in all: {totals_in_words(found.totals_by)}")


def _explain(text: str, words: Path, language: str) -> None:
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        raise WatcherError(f"unread: there is no vocabulary for {language or 'the language of this text'}")
    click.echo(plain(explain_text(text, vocabulary=vocabulary), has_colour=sys.stdout.isatty()))


# `watcher evaluate` and `watcher redetect`: the detector measured on labelled texts, and run over the archive.


@click.command("evaluate")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--show", "is_shown", is_flag=True, help="Also list every disagreement.")
@click.pass_obj
def evaluate_file(chosen: Chosen, file: TextIO, *, is_shown: bool) -> None:
    """Score the detector on labelled texts of your own (FILE: one JSON object a line)."""
    words = find_folder(chosen.given) / "words"
    records = read_records(file)
    found = {record.id: detect_text(words, record.text, language=record.lang) for record in records}
    click.echo(report(evaluate(records, found), show=is_shown))


@click.command("redetect")
@click.option("--since", metavar="DATE", help="Only revisions observed on or after this day (YYYY-MM-DD).")
@click.option("--words", "file", type=click.Path(path_type=Path, exists=True), help="Try this vocabulary (--dry-run).")
@click.option("--dry-run", is_flag=True, help="Show what would change, write nothing.")
@click.option("--alert", "alerts", is_flag=True, help="Raise alerts for what is found, as found later.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@output.formats
@click.pass_obj
def redetect_archive(
    chosen: Chosen, *, since: str | None, file: Path | None, dry_run: bool, alerts: bool, why: str, shape: str | None
) -> None:
    """Read the stored archive again with the present detector; show the claims gained, lost and altered."""
    if file is not None and not dry_run:
        raise click.UsageError("--words is for trying: add --dry-run, or put the file into words/ and leave it out")
    configuration = chosen.load()
    with only_instance(configuration.database), words_with(configuration.folder / "words", file) as words:
        read, found = asyncio.run(_again(configuration, Wish(words, since, dry_run, alerts), why))
    output.rows(found, shape, columns=("release", "change", "claim", "stance", "sentence"), empty="nothing differs")
    counts = Counter(row["change"] for row in found)
    said = ", ".join(f"{counts[change]} {change}" for change in ("gained", "lost", "altered"))
    click.echo(f"{read} revisions read: claims {said}" + (" (nothing was written)" if dry_run else ""), err=True)


async def _again(configuration: Configuration, wish: Wish, why: str) -> tuple[int, list[dict[str, Any]]]:
    read, found = 0, []
    async with open_runtime(configuration) as runtime:
        with output.progress() as progress:
            bar = progress.add_task("reading again", total=None)
            async for again in redetect(runtime, wish):
                read += 1
                progress.update(bar, advance=1)
                found += _differences(again)
        if not wish.is_dry:
            counts = dict(Counter(row["change"] for row in found))
            detail = {"revisions": read, "since": wish.since, "alerts": wish.alerts} | counts
            await runtime.store.write(record, "redetect", clock.now(), why=why, detail=detail)
    return read, found


def _differences(again: Again) -> list[dict[str, Any]]:
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


def _in_words(claim: Said) -> str:
    return f"{count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)}, {claim.stance}"


# `watcher extract`: the record and text of one page or PDF, or of many.

LARGEST = 64 * 1024**2


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
            _extracted_jsonl(configuration, lines, code)
        return
    tell(record_of(configuration, place, url=url, code=code), shape)


def tell(record: dict[str, Any], shape: str | None) -> None:
    """Print a record; one without a text ends the command with exit code 1."""
    if shape == "json":
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        facts = {name: value for name, value in record.items() if name != "text" and value}
        output.text(*(f"{name:<15} {_readable(value)}" for name, value in facts.items()), "", record["text"])
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
    return Wanted(answer, context_of(configuration.folder / "words", publisher))


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


def _extracted_jsonl(configuration: Configuration, lines: Iterable[str], code: str | None) -> None:
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
