"""`watcher evidence`: a release with all that proves it, in files; and the check of such a bundle anywhere."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from dataclasses import replace
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
from watcher.cli.common import open_database
from watcher.errors import Damaged, StoreError
from watcher.jobs.anchors import anchor
from watcher.jobs.integrity import Verdict, read_anchors, verify
from watcher.jobs.reparse import Reproduced, reproduce
from watcher.pipeline.runtime import only_instance, open_runtime
from watcher.store.backup import check_copy, copy_database, put_back
from watcher.store.chain import operator, record
from watcher.store.connection import connect, write
from watcher.store.evidence import newest_anchors, pending_anchors, release_evidence
from watcher.store.polls import count_old, prune
from watcher.store.reports import find_release
from watcher.store.schema import check_version, migrate

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.archive.bundle_check import BundleCheck
    from watcher.archive.chain import Anchor
    from watcher.cli.common import Chosen
    from watcher.config.load import Configuration


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("release", required=False)
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR|ZIP", help="Where to write the bundle.")
@click.option("--why", default="", metavar="TEXT", help="What it is for: kept in the bundle and in the custody log.")
@click.option(
    "--check", "given", type=click.Path(path_type=Path, exists=True), metavar="BUNDLE", help="Check a bundle instead."
)
@click.option(
    "--certificate", type=_FILE, help="With --check: the time-stamp authority's root, from a source of yours."
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
    """Write a bundle that proves what RELEASE said and when, or check one without database and configuration.

    RELEASE is its number, its URL, or a unique start of its title. The bundle holds the exchanges (WARC), bodies,
    texts, claims and differences of all revisions, the proof of the hash chain, time-stamps and a report.
    """
    if given is not None:
        _check(given, certificate, anchors, shape)
    elif release is None or out is None:
        raise click.UsageError("needs RELEASE and -o DIR|ZIP, or --check BUNDLE")
    else:
        _export(chosen.load(), chosen, release, out, why)


def _export(configuration: Configuration, chosen: Chosen, release: str, out: Path, why: str) -> None:
    reading = open_database(chosen)
    release_id = find_release(reading, release)
    reading.execute("BEGIN")  # one view of the database, whatever the daemon writes meanwhile
    found = release_evidence(reading, release_id)
    reading.close()
    now = clock.now()
    authority = configuration.certificate_file
    export = Export(clock.to_text(now), operator(), why, __version__)
    files = bundle(found, export, authority=authority.read_bytes() if authority is not None else None)
    manifest = digest(files[MANIFEST])
    database = connect(configuration.database)
    with write(database):
        detail = {"release": release_id, "identity": found.release["identity"], "manifest_sha256": manifest}
        record(database, "export evidence", now, why=why, detail=detail | {"to": str(out)})
        # Inside the transaction: what could not be written was no export.
        pack(out, files)
    database.close()
    click.echo(f"{out}: {len(files)} files, {len(found.of('revision'))} revisions, {len(found.rows)} rows proved")
    click.echo(f"manifest {manifest}\nchain    {found.head.seq} {found.head.hash}")


def _check(given: Path, certificate: Path | None, anchors: Path | None, shape: str | None) -> None:
    checked = check_bundle(
        unpack(given),
        authority=certificate.read_bytes() if certificate else None,
        anchors=read_anchors(anchors) if anchors else (),
    )
    _tell(checked, shape)
    if checked.findings:
        raise click.exceptions.Exit(1)


def _tell(checked: BundleCheck, shape: str | None) -> None:
    found = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in checked.findings]
    if found or shape:
        output.rows(found, shape)
    for line in checked.stamps:
        click.echo(line, err=bool(shape))
    click.echo(
        f"{checked.files} files, {checked.rows} rows, {len(found)} findings; "
        f"the chain ends at {checked.head.seq} {checked.head.hash}",
        err=bool(shape),
    )


# `watcher verify`: whether the evidence is what was written.


@click.command("verify")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N links and the file's structure.")
@click.option(
    "--anchors",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file of anchors kept elsewhere. Otherwise the one that the configuration names.",
)
@click.option("--alert", metavar="UID", help="Make this alert again from the stored bytes instead.")
@output.formats
@click.pass_obj
def verifying(chosen: Chosen, *, last: int | None, file: Path | None, alert: str | None, shape: str | None) -> None:
    """Check the evidence: the file, the hash chain, every row and snapshot in it, the anchors. Writes nothing.

    Each finding says which row is not as it was written; exit code 1 if there is any.
    """
    configuration = chosen.load()
    if not configuration.database.is_file():
        raise StoreError(f"there is no database at {configuration.database}")
    if alert is not None:
        _prove(asyncio.run(_reproduce(configuration, alert)), shape)
        return
    anchors = read_anchors(file) if file else _configured(configuration)
    db = connect(configuration.database, is_read_only=True)
    with output.progress() as progress:
        bar = progress.add_task("verifying", total=last)
        verdict = verify(db, anchors=anchors, last=last, on_link=lambda _: progress.update(bar, advance=1))
    pending = pending_anchors(db) if not verdict.findings else []
    db.close()
    _say(verdict, shape)
    for one in pending:
        tries = f"{one['attempt_count']} tries, again at {one['due_at']}"
        click.echo(f"pending: {one['kind']} {one['place']} of {one['at']}: {one['detail']} ({tries})", err=True)
    if verdict.findings:
        raise click.exceptions.Exit(1)


def _configured(configuration: Configuration) -> tuple[Anchor, ...]:
    path = configuration.anchor_file
    return read_anchors(path) if path.is_file() else ()


@click.command("anchor")
@click.pass_obj
def anchoring(chosen: Chosen) -> None:
    """Write the head of the hash chain down outside the database now, as the daemon does each day."""
    configuration = chosen.load()
    with only_instance(configuration.database):
        states = asyncio.run(_anchor(configuration))
    output.rows(
        states, None, columns=("kind", "place", "state", "seq", "hash", "detail"), empty="there is nothing to anchor"
    )
    if any(row["state"] != "done" for row in states):
        raise click.exceptions.Exit(1)


async def _anchor(configuration: Configuration) -> list[dict[str, Any]]:
    async with open_runtime(configuration) as runtime:
        await anchor(runtime, is_forced=True)
        return await runtime.store.read(newest_anchors)


async def _reproduce(configuration: Configuration, uid: str) -> Reproduced:
    """On a copy: the daemon may run on the database, and what proves something should write nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / configuration.database.name
        source = connect(configuration.database, is_read_only=True)
        copy_database(source, copy, lambda _: None)
        source.close()
        async with open_runtime(replace(configuration, database=copy)) as runtime:
            return await reproduce(runtime, uid)


def _prove(found: Reproduced, shape: str | None) -> None:
    alert = found.alert
    if shape is None:
        click.echo(f"{alert.title}\nalert {alert.uid}")
        if alert.number is not None:
            click.echo(f"revision {alert.number} of release {alert.release_id}, observed {alert.observed_at}")
            click.echo(f"bytes {alert.body_sha256 or 'not kept'} {alert.url}\ntext  {alert.text_sha256}")
        for quote in found.quotes:
            click.echo(f"{quote.claim}, characters {quote.start} to {quote.end} {quote.document}".rstrip())
            click.echo(f"  “{quote.sentence}”")
    rows = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in found.findings]
    output.rows(rows, shape, empty="reproduced: the stored bytes give the same record, and every sentence stands in it")
    if rows:
        raise click.exceptions.Exit(1)


def _say(verdict: Verdict, shape: str | None) -> None:
    found = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in verdict.findings]
    if found or shape:
        output.rows(found, shape)
    said = f"{verdict.checked} links, {verdict.anchors} anchors, {len(found)} findings"
    click.echo(f"{said}; head {verdict.head.seq} {verdict.head.hash}", err=bool(shape))


# `watcher backup`, `restore` and `prune`: the database copied, put back, and rid of what may be forgotten.

_DAY = 86_400


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@click.pass_obj
def backup(chosen: Chosen, file: Path, why: str) -> None:
    """Copy the database into FILE, also while the daemon writes, and verify the copy: the file and its hash chain.

    FILE appears only when it is whole and verified. A plain cp of a database in use loses the last writes.
    """
    configuration = chosen.load()
    source = open_database(chosen)
    copy_database(source, file, _checked)
    source.close()
    sha256 = _hash(file)
    database = connect(configuration.database)
    with write(database):
        record(database, "backup", clock.now(), why=why, detail={"to": str(file), "sha256": sha256})
    database.close()
    click.echo(f"{file}: verified, {file.stat().st_size} bytes, SHA-256 {sha256}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Although there is a database: it is kept aside.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@click.pass_obj
def restore(chosen: Chosen, file: Path, *, force: bool, why: str) -> None:
    """Verify the backup FILE and put it in the place of the database, which is kept aside under another name."""
    configuration = chosen.load()
    path = configuration.database
    now = clock.now()
    with only_instance(path):
        if path.exists() and not force:
            raise StoreError(f"{path} is there; with --force it is kept aside and {file} put in its place")
        aside = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}") if path.exists() else None
        put_back(file, path, aside, _checked)
        anchors = _set_anchors_aside(configuration, now)
        database = connect(path)
        migrate(database)
        detail = {"from": str(file), "sha256": _hash(file), "aside": str(aside or ""), "anchors": anchors}
        with write(database):
            record(database, "restore", now, why=why, detail=detail)
        database.close()
    click.echo(f"{path}: restored from {file}" + (f"; what was there is {aside}" if aside else ""))


def _checked(path: Path) -> None:
    """Raise Damaged where the file or the chain in it is not sound, SchemaTooNew for a newer version's."""
    check_copy(path)
    db = connect(path, is_read_only=True)
    try:
        check_version(db)
        findings = [one for one in verify(db).findings if one.kind != "older"]
    finally:
        db.close()
    if findings:
        raise Damaged(f"{path.name}: {len(findings)} findings, the first: {findings[0]}")


def _set_anchors_aside(configuration: Configuration, now: datetime) -> str:
    """What was written down of the later state would contradict the earlier one for ever: it begins anew."""
    file = configuration.anchor_file
    if not file.is_file():
        return ""
    aside = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%SZ}")
    file.rename(aside)
    return str(aside)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@click.command("prune")
@click.option("--days", type=click.IntRange(min=1), help="Older than this; otherwise [evidence] keep_polls.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@output.formats
@click.pass_obj
def pruning(chosen: Chosen, *, days: int | None, dry_run: bool, why: str, shape: str | None) -> None:
    """Forget old polls, attempts, and headers of feeds that had not changed. Nothing else is ever deleted."""
    configuration = chosen.load()
    seconds = days * _DAY if days is not None else configuration.settings.evidence.keep_polls
    now = clock.now()
    before = now - timedelta(seconds=seconds)
    open_database(chosen).close()
    database = connect(configuration.database, is_read_only=dry_run)
    found = count_old(database, before) if dry_run else prune(database, before, now, why=why)
    database.close()
    row = {"before": clock.to_text(before), "polls": found.polls, "attempts": found.attempts}
    output.rows([row | {"captures": found.captures}], shape)
