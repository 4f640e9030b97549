"""`watcher evidence`: a release with all that proves it, in files; and the check of such a bundle anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import __version__, clock
from watcher.archive.bundle import MANIFEST, Making, bundle
from watcher.archive.check import check_bundle
from watcher.archive.forms import digest
from watcher.cli import show
from watcher.cli.lists import open_database
from watcher.packing import pack, unpack
from watcher.store import connect
from watcher.store.connection import write
from watcher.store.custody import operator, record
from watcher.store.evidence import release_evidence
from watcher.store.lists import find_release
from watcher.verify import read_anchors

if TYPE_CHECKING:
    from watcher.archive.check import Checked
    from watcher.cli.main import Chosen
    from watcher.config import Configuration

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(evidence)


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
@show.formats
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
    making = Making(clock.to_text(now), operator(), why, __version__)
    files = bundle(found, making, authority=authority.read_bytes() if authority is not None else None)
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


def _tell(checked: Checked, shape: str | None) -> None:
    found = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in checked.findings]
    if found or shape:
        show.rows(found, shape)
    for line in checked.stamps:
        click.echo(line, err=bool(shape))
    click.echo(
        f"{checked.files} files, {checked.rows} rows, {len(found)} findings; "
        f"the chain ends at {checked.head.seq} {checked.head.hash}",
        err=bool(shape),
    )
