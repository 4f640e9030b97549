"""A frozen public copy in a folder: database, pages, feeds, tables, and a description that other programs read.

Any web server gives it out, and Datasette opens its database. `datapackage.json` follows Frictionless Data Package 1.0.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher import __version__, clock
from watcher.alerts.channels.notification import Display
from watcher.archive.bundle import Export, bundle
from watcher.archive.bundle_file import zipped_parts
from watcher.errors import StoreError
from watcher.store.backup import sync
from watcher.store.chain import chain_head
from watcher.store.connection import connect
from watcher.store.evidence import release_evidence
from watcher.store.exports import CLAIMS, portions
from watcher.store.neighbours import NEIGHBOURS
from watcher.store.public_copy import copy_for_public, revision_numbers
from watcher.web.feeds import documents
from watcher.web.static_pages import static_pages
from watcher.web.table_files import write_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.model.table import ExportTable


DESCRIPTOR, SUMS = "datapackage.json", "SHA256SUMS"
_DATABASE = "watcher.db"
_TABLES = (CLAIMS, *NEIGHBOURS)
_NOTE = """\
Official releases and the casualties that they report: a frozen copy, made by watcher {version} at {at}.

Every value is as stated by the publisher; nothing here says what is true.
index.html           all releases, each with its text, marks, revisions, hashes and evidence (a ZIP)
watcher.db           SQLite: `datasette watcher.db` or `sqlite3 -readonly watcher.db`
claims.csv, ….csv    the claims, also in the columns of other data sets; what their columns mean is in datapackage.json
feeds/               alerts and saved queries as Atom and JSON Feed
SHA256SUMS           `sha256sum -c SHA256SUMS` checks every other file

Left out are those who were told of alerts, how and when, the names of those who work on the original, and what people
there said of claims. The hash chain is whole; links of what was left out have no row, as `watcher verify` will say.
Links: {seq}
Head: {hash}
Rows that were left out: {left_out}
"""


@dataclass(frozen=True, slots=True)
class Publication:
    """What was written: how many files and bytes, and the SHA-256 of the list of all hashes."""

    files: int
    byte_count: int
    sums_sha256: str


def publish(
    source: Database, folder: Path, *, base: str, now: datetime, count: Callable[[int], None] = lambda _: None
) -> Publication:
    """Write the copy; the folder appears, or takes the place of an earlier copy, only when all of it is written.

    `base` is its address on the web, or empty; `count` is called with the number of files so far. Raises StoreError
    where the folder holds something else, or nothing can be written.
    """
    if folder.exists() and not (folder / DESCRIPTOR).is_file() and any(folder.iterdir()):
        raise StoreError(f"{folder} holds something that is not a published copy; nothing was written")
    fresh = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        _fill(source, fresh, base, now, count)
        sums = _sums(fresh)
        _open_to_all(fresh)
        _put(fresh, folder)
    except OSError as error:
        raise StoreError(f"{folder}: nothing was published: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Publication(len(files), sum(path.stat().st_size for path in files), sums)


def _fill(source: Database, folder: Path, base: str, now: datetime, count: Callable[[int], None]) -> None:
    left_out = copy_for_public(source, folder / _DATABASE)
    with closing(connect(folder / _DATABASE, is_read_only=True)) as database:
        for table in _TABLES:
            with (folder / f"{table.name}.csv").open("wb") as file:
                write_table(file, table, "csv", portions(database.conn, table))
        (folder / "feeds").mkdir()
        for name, text in documents(database.conn, base=base, database="", display=Display("UTC", base)):
            (folder / "feeds" / name).write_text(text, encoding="utf-8")
        head = chain_head(database)
        words = ", ".join(f"{table} {rows}" for table, rows in left_out.items()) or "none"
        note = _NOTE.format(version=__version__, at=clock.to_text(now), seq=head.seq, hash=head.hash, left_out=words)
        (folder / "README.txt").write_text(note, encoding="utf-8")
        asyncio.run(_write_pages(folder, database, base, count))
        for release, _ in revision_numbers(database):
            _write_bundle(folder / f"release/{release}/bundle", database, release, now)
    (folder / DESCRIPTOR).write_text(_as_json(descriptor(folder, now)), encoding="utf-8")


async def _write_pages(folder: Path, database: Database, base: str, count: Callable[[int], None]) -> None:
    data = [_DATABASE, *(f"{table.name}.csv" for table in _TABLES), DESCRIPTOR, SUMS, "README.txt"]
    written = 0
    async for name, content in static_pages(folder / _DATABASE, database, base, data):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written += 1
        count(written)


def _write_bundle(file: Path, database: Database, release: int, now: datetime) -> None:
    """The evidence of a release from the public copy, under the address that the commands on its page name."""
    export = Export(clock.to_text(now), "watcher publish", "", __version__)
    with file.open("wb") as opened:
        opened.writelines(zipped_parts(bundle(release_evidence(database, release), export)))


def descriptor(folder: Path, now: datetime) -> dict[str, Any]:
    """The data package: each table with its columns, the database and the feeds, with sizes and hashes."""
    tables = [_resource(folder, f"{table.name}.csv", "csv", "text/csv") | _schema(table) for table in _TABLES]
    feeds = [
        _resource(folder, f"feeds/{path.name}", path.suffix[1:], f"application/{kind}")
        for path in sorted((folder / "feeds").iterdir())
        for kind in [{".atom": "atom+xml", ".json": "feed+json"}[path.suffix]]
    ]
    database = _resource(folder, _DATABASE, "sqlite", "application/vnd.sqlite3")
    return {
        "name": "official-releases-and-casualties",
        "title": "Official releases and the casualties that they report",
        "description": "Every value is as stated by the publisher; nothing here says what is true.",
        "profile": "data-package",
        "created": clock.to_text(now),
        "resources": [*tables, database, *feeds],
    }


def _resource(folder: Path, path: str, form: str, media_type: str) -> dict[str, Any]:
    file = folder / path
    name = path.lower().replace("/", "-").replace("_", "-")
    return {
        "name": name,
        "path": path,
        "format": form,
        "mediatype": media_type,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{_sha256(file)}",
    }


def _schema(table: ExportTable) -> dict[str, Any]:
    fields = [
        {"name": column.name, "type": column.kind, "description": column.meaning}
        | ({"trueValues": ["1"], "falseValues": ["0"]} if column.kind == "boolean" else {})
        | ({"format": "any"} if column.kind == "datetime" else {})
        for column in table.columns
    ]
    return {
        "title": table.title,
        "description": table.note,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _sums(folder: Path) -> str:
    """Write the hashes of all files as `sha256sum -c` reads them, and return the list's own."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / SUMS).write_text("".join(f"{_sha256(folder / name)}  {name}\n" for name in names), encoding="utf-8")
    return _sha256(folder / SUMS)


def _open_to_all(folder: Path) -> None:
    """A web server runs under another name: everybody may read, nobody but the owner may write."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _put(fresh: Path, folder: Path) -> None:
    """Give the new copy its name, in place of an earlier one, by two renamings: for a moment there is none."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
