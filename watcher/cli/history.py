"""`watcher backfill`, `reparse`, `redetect`, `export warc`, `import warc`: older releases, stored ones read again."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import __version__, clock
from watcher.archive.warc_writer import WarcWriter, exchange_of, metadata_fields
from watcher.cli import output
from watcher.cli.common import cluster, day, hash_file, named_publisher, open_to_write, open_unchanging, reason
from watcher.errors import WatcherError
from watcher.jobs.backfill import KINDS, backfill
from watcher.jobs.import_warc import counted, import_archives
from watcher.jobs.redetect import redetect, words_with
from watcher.jobs.reparse import reparse
from watcher.model.wording import STANCE, count_in_words
from watcher.pipeline.cluster import on_cluster
from watcher.pipeline.runtime import run_alone
from watcher.store.captures import captures
from watcher.store.chain import operator, record
from watcher.store.feeds import select
from watcher.store.reports import find_release
from watcher.store.revisions import count_revisions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.cli.chosen import Chosen
    from watcher.config.publishers import Publisher
    from watcher.jobs.backfill import Step
    from watcher.jobs.redetect import Redetected
    from watcher.jobs.reparse import Reparsed
    from watcher.model.claim import Claim
    from watcher.pipeline.runtime import Runtime


# As many characters are shown of a value that differs.
_SHOWN = 120
_LISTS = frozenset(
    {"tags", "links", "captions", "page_starts", "lines", "languages", "published_readings", "updated_readings"}
)
_COLUMNS = ("feed", "documents", "entries", "new", "outcome", "note")


@click.command("backfill")
@click.argument("code")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="YYYY-MM-DD, UTC.")
@output.formats
@click.pass_obj
def backfill_feeds(chosen: Chosen, code: str, *, since: datetime, shape: str | None) -> None:
    """Store what a publisher or feed released since a day: the listings and sitemaps of CODE are followed backwards.

    Nobody is notified. A backfill that was stopped continues: what is stored is not fetched again.
    """
    found = run_alone(chosen.configuration, lambda runtime: _backfill(runtime, code, since.replace(tzinfo=UTC)))
    output.rows(found, shape, columns=_COLUMNS)
    if any(row["outcome"] != "ok" for row in found):
        raise click.exceptions.Exit(1)


async def _backfill(runtime: Runtime, code: str, since: datetime) -> list[dict[str, Any]]:
    feeds = [feed for feed in await runtime.store.read(select, [code]) if feed.kind in KINDS]
    if not feeds:
        raise WatcherError(
            f"{code} has no enabled feed of the kind listing or sitemap, which alone list older releases"
        )
    rows = {feed.name: _empty(feed.name) for feed in feeds}
    with output.progress() as progress:
        bar = progress.add_task("releases", total=None)
        for feed in feeds:
            async for step in backfill(runtime, feed, since):
                progress.update(bar, advance=step.new_count, description=f"{step.feed}: {step.url}")
                _count(rows[feed.name], step)
    return list(rows.values())


def _empty(name: str) -> dict[str, Any]:
    return {"feed": name, "documents": 0, "entries": 0, "new": 0, "outcome": "ok", "note": ""}


def _count(row: dict[str, Any], step: Step) -> None:
    row["documents"] += 1
    row["entries"] += step.entry_count
    row["new"] += step.new_count
    if step.outcome != "ok":
        row |= {"outcome": step.outcome, "note": step.error}


@click.command("reparse")
@click.argument("release", required=False)
@click.option(
    "--check", is_flag=True, help="Only show what differs from the stored records; exit code 1 if anything does."
)
@cluster
@reason
@output.formats
@click.pass_obj
def reparse_revisions(
    chosen: Chosen, release: str | None, *, check: bool, cluster: str | None, why: str, shape: str | None
) -> None:
    """Parse the stored bytes again and print the records, one JSON object per line: all, or those of RELEASE.

    No record is changed and nothing is fetched; the custody log gets a line.
    """
    found = run_alone(chosen.configuration, lambda runtime: _reparse(runtime, release, why, cluster, is_check=check))
    if not check:
        return
    output.rows(found, shape, columns=("release", "revision", "field", "stored", "now"), empty="nothing differs")
    if found:
        raise click.exceptions.Exit(1)


async def _reparse(
    runtime: Runtime, release: str | None, why: str, cluster: str | None, *, is_check: bool
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    count = 0
    wanted = await runtime.store.read(find_release, release) if release else None
    total = await runtime.store.read(count_revisions, release_id=wanted)
    async with on_cluster(runtime, cluster, runtime.words) as elsewhere:
        async for again in output.counted("reading again", reparse(elsewhere, wanted), total=total):
            count += 1
            found += _differences(again)
            if not is_check:
                click.echo(output.as_json(_line(again)))
    detail = {"release": wanted, "revisions": count, "differences": len(found)}
    await runtime.store.write(record, "reparse", clock.now(), why=why, detail=detail)
    return found


def _line(again: Reparsed) -> dict[str, Any]:
    record = {name: json.loads(value) if name in _LISTS else value for name, value in again.record.items()}
    return {"release": again.release_id, "revision": again.number, **record}


def _differences(again: Reparsed) -> list[dict[str, Any]]:
    at = {"release": again.release_id, "revision": again.number, "title": again.title}
    return [
        at | {"field": name, "stored": _shown(old, new), "now": _shown(new, old)} for name, old, new in again.changes
    ]


def _shown(value: str, other: str) -> str:
    """A value, or of a long one the part where it begins to differ from the other."""
    if len(value) <= _SHOWN:
        return value
    same = next((n for n, (one, two) in enumerate(zip(value, other, strict=False)) if one != two), len(other))
    start = max(0, min(same, len(value)) - _SHOWN // 4)
    return ("…" if start else "") + value[start : start + _SHOWN] + ("…" if start + _SHOWN < len(value) else "")


@click.command("warc")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--since", metavar="DATE", callback=day, help="Only what was captured on or after this day (YYYY-MM-DD).")
@click.option("--publisher", metavar="CODE", help="Only this publisher's.")
@reason
@click.pass_obj
def export_warc(chosen: Chosen, *, file: Path, since: str | None, publisher: str | None, why: str) -> None:
    """Write the captures as a web archive (WARC 1.1), compressed where FILE ends in .gz.

    Request, response and what HTTP does not say; an unchanged answer is a revisit of the one with the bytes.
    """
    if file.exists():
        raise WatcherError(f"{file} exists already; nothing was written")
    partial = file.with_name(f".{file.name}.partial")
    try:
        with open_unchanging(chosen) as database:
            count = _write_warc(database, partial, file.name, since, publisher)
        partial.rename(file)
    except OSError as error:
        raise WatcherError(f"{file} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    detail = {"to": str(file), "captures": count, "sha256": hash_file(file), "since": since, "publisher": publisher}
    with open_to_write(chosen) as database:
        record(database, "export warc", clock.now(), why=why, detail=detail)
    click.echo(f"{file}: {count} captures, {file.stat().st_size} bytes")


def _write_warc(database: Database, partial: Path, name: str, since: str | None, publisher: str | None) -> int:
    info = {"software": f"release-watcher {__version__}", "format": "WARC File Format 1.1", "operator": operator()}
    with partial.open("wb") as out:
        warc = WarcWriter(out, info, name=name, is_gzip=name.endswith(".gz"), made_at=clock.to_text(clock.now()))
        count = 0
        for row, wire in captures(database, since=since, publisher=publisher):
            link = f"{row['chain_seq']} {row['chain_hash']}" if row["chain_seq"] else ""
            count += warc.add(exchange_of(row["id"], row, wire), metadata_fields(row, {"chain": link}))
    return count


@click.command("warc")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--publisher", "code", metavar="CODE", help="The pages' publisher; otherwise their hosts decide.")
@click.option("--match", "pattern", metavar="REGEX", help="Only pages whose address matches.")
@cluster
@reason
@click.pass_obj
def import_warc(
    chosen: Chosen, *, files: tuple[Path, ...], code: str | None, pattern: str | None, cluster: str | None, why: str
) -> None:
    """Make releases and revisions of the pages, PDFs and feeds in web archives of any crawler, at their original times.

    Nobody is notified. An import that was stopped continues; a malformed record is reported and skipped.
    """
    configuration = chosen.configuration
    publisher = named_publisher(configuration, code) if code is not None else None
    try:
        wanted = re.compile(pattern or "")
    except re.error as error:
        raise click.UsageError(f"--match: {error}") from error
    outcomes = run_alone(configuration, lambda runtime: _import(runtime, files, publisher, wanted, why, cluster))
    click.echo(counted(outcomes))


async def _import(
    runtime: Runtime,
    files: tuple[Path, ...],
    publisher: Publisher | None,
    wanted: re.Pattern[str],
    why: str,
    cluster: str | None,
) -> Counter[str]:
    outcomes: Counter[str] = Counter()

    def skip(sentence: str) -> None:
        outcomes["skipped"] += 1
        click.echo(f"skipped: {sentence}", err=True)

    def is_wanted(url: str) -> bool:
        return wanted.search(url) is not None

    totals: list[int] = []
    async with on_cluster(runtime, cluster, runtime.words) as elsewhere:
        records = import_archives(
            elsewhere, files, publisher=publisher, wanted=is_wanted, skip=skip, begin=totals.append
        )
        async for outcome in output.counted("importing", records, total=lambda: sum(totals)):
            outcomes[outcome] += 1
    detail = {"files": [str(file) for file in files], "records": dict(outcomes)}
    await runtime.store.write(record, "import warc", clock.now(), why=why, detail=detail)
    return outcomes


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
    with words_with(chosen.words, file) as words:
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
            found += _altered_claims(again)
    if not is_dry:
        counts = dict(Counter(row["change"] for row in found))
        detail = {"revisions": read, "since": since, "alerts": alerts} | counts
        await runtime.store.write(record, "redetect", clock.now(), why=why, detail=detail)
    return read, found


def _altered_claims(again: Redetected) -> list[dict[str, Any]]:
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
    return f"{count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)}, {STANCE[claim.stance]}"
