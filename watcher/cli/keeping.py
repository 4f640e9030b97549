"""`watcher backup`, `restore` and `prune`: the database copied, put back, and rid of what may be forgotten."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.cli import show
from watcher.cli.lists import open_database
from watcher.errors import Damaged, StoreError
from watcher.lock import only_instance
from watcher.store import connect
from watcher.store.backup import check_copy, copy_database, put_back
from watcher.store.connection import write
from watcher.store.custody import record
from watcher.store.prune import count_old, prune
from watcher.store.schema import check_version, migrate
from watcher.verify import verify

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.cli.main import Chosen
    from watcher.config import Configuration

_DAY = 86_400


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    for command in (backup, restore, pruning):
        cli.add_command(command)


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
    copy_database(source, file, _check)
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
        put_back(file, path, aside, _check)
        anchors = _set_anchors_aside(configuration, now)
        database = connect(path)
        migrate(database)
        detail = {"from": str(file), "sha256": _hash(file), "aside": str(aside or ""), "anchors": anchors}
        with write(database):
            record(database, "restore", now, why=why, detail=detail)
        database.close()
    click.echo(f"{path}: restored from {file}" + (f"; what was there is {aside}" if aside else ""))


def _check(path: Path) -> None:
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
@show.formats
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
    show.rows([row | {"captures": found.captures}], shape)
