"""A database with evidence of every kind, and the ways in which a person or a disk may damage it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.pdf import pdf
from tests.support.scenario import HARM, configure, entry, one_round, page, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.jobs.integrity import Verdict, verify
from watcher.store.chain import record
from watcher.store.connection import connect, write
from watcher.store.events import save_event
from watcher.store.reviews import Review, save_review, undo_review

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from click.testing import Result

    from watcher.archive.chain import Anchor
    from watcher.config.load import Configuration


# The tables of evidence, which nobody may change.
GUARDED: tuple[str, ...] = (
    "snapshots",
    "dictionaries",
    "captures",
    "revisions",
    "claims",
    "claim_totals",
    "people",
    "attachment_texts",
    "events",
    "alerts",
    "chain_links",
    "anchors",
    "custody",
    "reviews",
    "imports",
)


def archive(folder: Path) -> Configuration:
    """A release with a page, a PDF, people, claims and an alert, edited once; an event, a line of custody, a review."""
    made: list[Configuration] = []

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            base = server.url("")
            told = "Two civilians were killed. Sgt. Ann Example, 24, of Springfield, was killed. <a href=/r.pdf>PDF</a>"
            items = [entry(number, base, title=f"Fire {number}") for number in range(1, 5)]
            server.routes["/feed"] = Answer(rss(*items))
            server.routes["/r.pdf"] = Answer(pdf("Three soldiers were killed.", "Two."), content_type="application/pdf")
            for number in range(1, 5):
                server.routes[f"/releases/{number}"] = Answer(
                    page(f"Fire {number}", told, HARM), content_type="text/html"
                )
            made.append(configure(folder, {"news": server.url("/feed")}))
            await one_round(made[0])
            edited = entry(1, base, title="Fire 1, corrected")
            server.routes["/feed"] = Answer(rss(edited, *items[2:]))
            eight = page("Fire 1", told.replace("Two", "Eight"), HARM)
            server.routes["/releases/1"] = Answer(eight, content_type="text/html")
            await one_round(made[0])

    fill()
    db = connect(made[0].database)
    with write(db):
        save_event(db, "gap", clock.now(), feed_id=1, detail="an event of a feed")
        record(db, "export", clock.now(), why="a test", detail={"release": 1})
        judged = save_review(db, Review("right", "anna", claim_id=1), clock.now())
        undo_review(db, judged, "anna", clock.now())
    db.close()
    return made[0]


def copy(configuration: Configuration, to: Path) -> Path:
    """The database as one file, without its log."""
    with closing(sqlite3.connect(configuration.database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(configuration.database, to)
    return to


def tamper(path: Path, *statements: str) -> None:
    """Run these statements with the guarding triggers dropped, and put the triggers back."""
    with closing(sqlite3.connect(path)) as db, db:
        names = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE name LIKE 'guard%' AND type = 'trigger'"
        ).fetchall()
        for name, _ in names:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for _, sql in names:
            db.execute(sql)


def verdict(path: Path, anchors: Sequence[Anchor] = (), last: int | None = None) -> Verdict:
    """What `verify` finds in a file."""
    db = connect(path, is_read_only=True)
    try:
        return verify(db, anchors=anchors, last=last)
    finally:
        db.close()


def run(configuration: Configuration, *words: str) -> Result:
    """The outcome of a command on this configuration."""
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), *words])
