"""`watcher evidence`, `verify`, `anchor`, `backup`, `restore`, `prune`: prove, check, copy and prune what is stored."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import __version__, clock
from watcher.archive.bundle import MANIFEST, Export, bundle
from watcher.archive.bundle_check import check_bundle
from watcher.archive.bundle_file import pack, unpack
from watcher.archive.canonical_form import digest
from watcher.cli import output
from watcher.cli.common import database_file, hash_file, open_database, open_to_write, open_unchanging, reason
from watcher.errors import Damaged, StoreError
from watcher.jobs.anchors import anchor
from watcher.jobs.integrity import configured_anchors, read_anchors, verify
from watcher.jobs.reproduce import reproduce
from watcher.jobs.retention import limits_of
from watcher.pipeline.runtime import open_runtime, run_alone
from watcher.store.backup import check_copy, copy_database, put_back
from watcher.store.chain import newest_anchors, operator, pending_anchors, record
from watcher.store.connection import connect, write
from watcher.store.database_file import only_instance
from watcher.store.evidence import release_evidence
from watcher.store.reports import find_release
from watcher.store.retention import count_all, prune_all
from watcher.store.schema import check_version, migrate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from watcher.archive.chain import Finding
    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.jobs.reproduce import Reproduced
    from watcher.pipeline.runtime import Runtime


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_DAY = timedelta(days=1)


@click.command()
@click.argument("release", required=False)
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR|ZIP", help="Where to write the bundle.")
@click.option("--why", default="", metavar="TEXT", help="The reason; kept in the bundle and in the custody log.")
@click.option(
    "--check", "given", type=click.Path(path_type=Path, exists=True), metavar="BUNDLE", help="Check a bundle instead."
)
@click.option(
    "--certificate", type=_FILE, help="With --check: the time-stamp authority's root certificate, from your own source."
)
@click.option("--anchors", type=_FILE, help="With --check: a file of anchors that was kept elsewhere.")
@output.formats
@click.pass_obj
def evidence(
    chosen: Chosen,
    *,
    release: str | None,
    out: Path | None,
    why: str,
    given: Path | None,
    certificate: Path | None,
    anchors: Path | None,
    shape: str | None,
) -> None:
    """Write or check a bundle that proves what a release said, and when; a check needs no database or configuration.

    RELEASE is its number, its URL, or a unique start of its title. The bundle holds the exchanges (WARC), bodies,
    texts, claims and differences of all revisions, the proof of the hash chain, time-stamps and a report.
    """
    if given is not None:
        _check_bundle(given, certificate, anchors, shape)
    elif release is None or out is None:
        raise click.UsageError("needs RELEASE and -o DIR|ZIP, or --check BUNDLE")
    else:
        _write_bundle(chosen, release, out, why)


def _write_bundle(chosen: Chosen, release: str, out: Path, why: str) -> None:
    with open_unchanging(chosen) as database:
        release_id = find_release(database, release)
        found = release_evidence(database, release_id)
    now = clock.now()
    certificate = chosen.configuration.certificate_file
    export = Export(clock.to_text(now), operator(), why, __version__)
    files = bundle(found, export, authority=certificate.read_bytes() if certificate is not None else None)
    manifest = digest(files[MANIFEST])
    with open_to_write(chosen) as database:
        detail = {"release": release_id, "identity": found.release["identity"], "manifest_sha256": manifest}
        record(database, "export evidence", now, why=why, detail=detail | {"to": str(out)})
        # Inside the transaction: what could not be written was no export.
        pack(out, files)
    click.echo(f"{out}: {len(files)} files, {len(found.of('revision'))} revisions, {len(found.rows)} rows proved")
    click.echo(f"manifest {manifest}\nchain    {found.head.seq} {found.head.hash}")


def _check_bundle(given: Path, certificate: Path | None, anchors: Path | None, shape: str | None) -> None:
    checked = check_bundle(
        unpack(given),
        authority=certificate.read_bytes() if certificate else None,
        anchors=read_anchors(anchors) if anchors else (),
    )
    _print_findings(checked.findings, shape)
    for line in checked.stamps:
        click.echo(line, err=bool(shape))
    counts = f"{checked.files} files, {checked.rows} rows, {len(checked.findings)} findings"
    click.echo(f"{counts}; the chain ends at {checked.head.seq} {checked.head.hash}", err=bool(shape))
    _fail_if(checked.findings)


@click.command("verify")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N links and the file's structure.")
@click.option(
    "--anchors",
    "file",
    type=_FILE,
    help="A file of anchors kept elsewhere. Otherwise the one that the configuration names.",
)
@click.option("--alert", metavar="UID", help="Reproduce this alert from the stored bytes instead.")
@output.formats
@click.pass_obj
def verify_evidence(
    chosen: Chosen, *, last: int | None, file: Path | None, alert: str | None, shape: str | None
) -> None:
    """Check the evidence: the file, the hash chain, every row in it, the snapshots, the anchors. Writes nothing.

    Each finding says which row is not as it was written; exit code 1 if there is any.
    """
    configuration = chosen.configuration
    database_file(configuration)
    if alert is not None:
        _print_reproduced(asyncio.run(_reproduce(configuration, alert)), shape)
        return
    anchors = read_anchors(file) if file else configured_anchors(configuration)
    database = open_database(chosen)
    with output.progress() as progress:
        bar = progress.add_task("verifying", total=last)
        verdict = verify(database, anchors=anchors, last=last, on_link=lambda _: progress.update(bar, advance=1))
    pending = pending_anchors(database) if not verdict.findings else []
    database.close()
    _print_findings(verdict.findings, shape)
    counts = f"{verdict.checked} links, {verdict.anchors} anchors, {len(verdict.findings)} findings"
    click.echo(f"{counts}; head {verdict.head.seq} {verdict.head.hash}", err=bool(shape))
    for one in pending:
        attempts = f"{one['attempt_count']} attempts, next at {one['due_at']}"
        click.echo(f"pending: {one['kind']} {one['place']} of {one['at']}: {one['detail']} ({attempts})", err=True)
    _fail_if(verdict.findings)


async def _reproduce(configuration: Configuration, uid: str) -> Reproduced:
    """On a copy: the daemon may be running on the database, and a proof should write nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / configuration.database.name
        source = connect(configuration.database, is_read_only=True)
        copy_database(source, copy, lambda _: None)
        source.close()
        async with open_runtime(replace(configuration, database=copy)) as runtime:
            return await reproduce(runtime, uid)


def _print_reproduced(found: Reproduced, shape: str | None) -> None:
    alert = found.alert
    if shape is None:
        click.echo(f"{alert.title}\nalert {alert.uid}")
        if (revision := alert.revision) is not None:
            click.echo(f"revision {revision.number} of release {revision.release_id}, observed {revision.observed_at}")
            click.echo(f"bytes {alert.body_sha256 or 'not kept'} {alert.url}\ntext  {revision.text_sha256}")
        for quote in found.quotes:
            click.echo(f"{quote.claim}, characters {quote.start} to {quote.end} {quote.document}".rstrip())
            click.echo(f"  “{quote.sentence}”")
    same = "reproduced: the stored bytes give the same record, which contains every sentence"
    output.rows(_finding_rows(found.findings), shape, empty=same)
    _fail_if(found.findings)


def _print_findings(findings: Sequence[Finding], shape: str | None) -> None:
    if findings or shape:
        output.rows(_finding_rows(findings), shape)


def _finding_rows(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in findings]


def _fail_if(findings: Sequence[Any]) -> None:
    if findings:
        raise click.exceptions.Exit(1)


@click.command("anchor")
@click.pass_obj
def write_anchor(chosen: Chosen) -> None:
    """Write the head of the hash chain to a file outside the database now, as the daemon does each day."""
    states = run_alone(chosen.configuration, _anchor)
    columns = ("kind", "place", "state", "seq", "hash", "detail")
    output.rows(states, None, columns=columns, empty="there is nothing to anchor")
    _fail_if([row for row in states if row["state"] != "done"])


async def _anchor(runtime: Runtime) -> list[dict[str, Any]]:
    await anchor(runtime, is_forced=True)
    return await runtime.store.read(newest_anchors)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@reason
@click.pass_obj
def backup(chosen: Chosen, file: Path, why: str) -> None:
    """Copy the database, also while the daemon writes, and verify it: the file FILE and the hash chain in it.

    FILE appears only once it is complete and verified. A plain cp of a database in use loses the last writes.
    """
    source = open_database(chosen)
    copy_database(source, file, _check_whole)
    source.close()
    sha256 = hash_file(file)
    with open_to_write(chosen) as database:
        record(database, "backup", clock.now(), why=why, detail={"to": str(file), "sha256": sha256})
    click.echo(f"{file}: verified, {file.stat().st_size} bytes, SHA-256 {sha256}")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace an existing database, which is kept under another name.")
@reason
@click.pass_obj
def restore(chosen: Chosen, file: Path, *, force: bool, why: str) -> None:
    """Verify a backup and replace the database with it; the old one is kept under another name."""
    path = chosen.configuration.database
    now = clock.now()
    with only_instance(path):
        is_there = path.exists() and path.stat().st_size > 0
        if is_there and not force:
            raise StoreError(f"{path} exists already; --force replaces it with {file} and keeps it under another name")
        aside = _name_aside(path, now) if is_there else None
        put_back(file, path, aside, _check_whole)
        anchors = _set_anchors_aside(chosen.configuration.anchor_file, now)
        database = connect(path)
        migrate(database)
        detail = {"from": str(file), "sha256": hash_file(file), "aside": str(aside or ""), "anchors": anchors}
        with write(database):
            record(database, "restore", now, why=why, detail=detail)
        database.close()
    click.echo(f"{path}: restored from {file}" + (f"; the old database is {aside}" if aside else ""))


def _check_whole(path: Path) -> None:
    """Raise Damaged where the file or the chain in it is not sound, SchemaTooNew for a newer version's."""
    check_copy(path)
    database = connect(path, is_read_only=True)
    try:
        check_version(database)
        findings = verify(database).findings
    finally:
        database.close()
    if findings:
        raise Damaged(f"{path}: {len(findings)} findings, the first: {findings[0]}")


def _set_anchors_aside(file: Path, now: datetime) -> str:
    """Rename the file of anchors: those of the later state would contradict the restored one; a new file is begun."""
    return str(file.rename(_name_aside(file, now))) if file.is_file() else ""


def _name_aside(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}")


@click.command("prune")
@click.option("--days", type=click.IntRange(min=1), help="Older than this; otherwise [evidence] keep_polls.")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@reason
@output.formats
@click.pass_obj
def prune_database(chosen: Chosen, *, days: int | None, dry_run: bool, why: str, shape: str | None) -> None:
    """Delete old polls, attempts, problems and headers of unchanged feeds. Nothing else is ever deleted."""
    configuration, now = chosen.configuration, clock.now()
    limits = limits_of(configuration.settings.evidence, now)
    if days is not None:
        limits = replace(limits, before=now - days * _DAY)
    database = connect(database_file(configuration), is_read_only=dry_run)
    found = count_all(database, limits) if dry_run else prune_all(database, limits, now, why=why)
    database.close()
    output.rows([{"before": clock.to_text(limits.before), **asdict(found)}], shape)
