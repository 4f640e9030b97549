"""Backups taken while it is written, restored without losing what was there; what a pruning may delete."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.evidence import archive, tamper, verdict
from watcher import clock
from watcher.cli.main import cli
from watcher.errors import Damaged, Locked, StoreError
from watcher.store.connection import connect, write
from watcher.store.database_file import only_instance
from watcher.store.events import save_event

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from watcher.config.load import Configuration


@pytest.fixture
def made(tmp_path: Path) -> Configuration:
    return archive(tmp_path / "archive")


def run(configuration: Configuration, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), *words])


def events(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT detail FROM events ORDER BY id")]


def test_ten_backups_while_it_is_written(made: Configuration, tmp_path: Path) -> None:
    """(check 41) 10 of 10 are whole, sound to SQLite and to the chain, and hold every commit of before."""
    stop, written = threading.Event(), [0]

    def keep_writing() -> None:
        db = connect(made.database)
        while not stop.is_set():
            with write(db):
                save_event(db, "gap", clock.now(), feed_id=1, detail=f"n{written[0] + 1}")
            written[0] += 1
            time.sleep(0.001)  # SQLite has no queue for its lock: without a pause this thread alone could hold it
        db.close()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(10):
            before = written[0]
            done = run(made, "backup", str(tmp_path / f"{number}.db"), "--why", "each night")
            assert done.exit_code == 0, done.exception
            assert "verified" in done.output
            kept = [detail for detail in events(tmp_path / f"{number}.db") if detail.startswith("n")]
            assert kept == [f"n{count}" for count in range(1, len(kept) + 1)]
            assert len(kept) >= before
            assert verdict(tmp_path / f"{number}.db").findings == ()
    finally:
        stop.set()
        writer.join()
    assert written[0] > 10, "it was written meanwhile"
    with closing(sqlite3.connect(made.database)) as db:
        assert db.execute("SELECT count(*) FROM custody WHERE action = 'backup'").fetchone() == (10,)
    assert verdict(made.database).findings == ()


def test_copy_without_the_log_loses_the_last_rows(made: Configuration, tmp_path: Path) -> None:
    """(check 41) Why the docs forbid `cp`: the last commit lies in the log beside the file."""
    db = connect(made.database)
    with write(db):
        save_event(db, "gap", clock.now(), feed_id=1, detail="the last one")
    shutil.copy(made.database, tmp_path / "cp.db")
    assert run(made, "backup", str(tmp_path / "backup.db")).exit_code == 0
    assert "the last one" in events(tmp_path / "backup.db")
    assert "the last one" not in events(tmp_path / "cp.db")
    db.close()


def test_restore_drill(made: Configuration, tmp_path: Path) -> None:
    """(check 41) What was lost comes back, verified; what stood there is kept, and nothing happens without --force."""
    assert run(made, "backup", str(tmp_path / "b.db")).exit_code == 0
    db = connect(made.database)
    with write(db):
        save_event(db, "gap", clock.now(), feed_id=1, detail="after the backup")
    db.close()
    made.anchor_file.write_text(f"2026-11-24T00:00:00.000Z 9999 {'a' * 64} watcher.db\n")
    refused = run(made, "restore", str(tmp_path / "b.db"))
    assert (refused.exit_code, isinstance(refused.exception, StoreError)) == (1, True)
    done = run(made, "restore", str(tmp_path / "b.db"), "--force", "--why", "the disk")
    assert done.exit_code == 0, done.exception
    assert "after the backup" not in events(made.database)
    (aside,) = made.database.parent.glob("watcher.db.before-*Z")
    assert "after the backup" in events(aside)
    assert list(made.database.parent.glob("*.anchors.before-*"))
    assert run(made, "verify").exit_code == 0
    with closing(sqlite3.connect(made.database)) as after:
        assert after.execute("SELECT action, why FROM custody ORDER BY id DESC").fetchone() == ("restore", "the disk")


def test_backup_that_is_not_sound_is_not_put_back(made: Configuration, tmp_path: Path) -> None:
    """It is verified before it replaces anything: the file, the chain, the version that wrote it."""
    good = tmp_path / "b.db"
    assert run(made, "backup", str(good)).exit_code == 0
    before = events(made.database)
    edited = tmp_path / "edited.db"
    shutil.copy(good, edited)
    tamper(edited, "UPDATE revisions SET text = 'nothing happened' WHERE id = 1")
    (tmp_path / "letter.db").write_text("Dear Sir or Madam " * 500)
    with closing(sqlite3.connect(shutil.copy(good, tmp_path / "newer.db"))) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('watcher', '9999_x', '')")
    for name, words in (("edited.db", "revisions 1"), ("letter.db", "not a database"), ("newer.db", "newer version")):
        done = run(made, "restore", str(tmp_path / name), "--force")
        assert done.exit_code == 1
        assert words in str(done.exception)
        assert ".partial" not in str(done.exception)
    assert events(made.database) == before
    assert not list(made.database.parent.glob("*before*"))
    assert not list(made.database.parent.glob(".*partial*"))


def test_restore_waits_for_no_daemon_and_backup_overwrites_nothing(made: Configuration, tmp_path: Path) -> None:
    """A running daemon holds the database; a backup of before is not replaced by a later one."""
    target = tmp_path / "b.db"
    assert run(made, "backup", str(target)).exit_code == 0
    again = run(made, "backup", str(target))
    assert "exists already" in str(again.exception)
    with only_instance(made.database):
        assert isinstance(run(made, "restore", str(target), "--force").exception, Locked)
        assert run(made, "backup", str(tmp_path / "c.db")).exit_code == 0, "a backup needs no lock"


def test_backup_of_a_damaged_database_is_refused(made: Configuration, tmp_path: Path) -> None:
    """Nobody must believe that he has a backup when he has a copy of the damage."""
    tamper(made.database, "UPDATE snapshots SET body = x'00' WHERE id = 1")
    done = run(made, "backup", str(tmp_path / "b.db"))
    assert isinstance(done.exception, Damaged)
    assert list(tmp_path.glob("*b.db*")) == []


def test_what_may_be_forgotten_is_and_nothing_else(made: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 84) Old polls, attempts and headers of unchanged feeds go on the record; all evidence stays."""
    from datetime import timedelta  # noqa: PLC0415 - only here

    with closing(sqlite3.connect(made.database)) as db, db:
        for number in range(3):
            db.execute(
                "INSERT INTO captures (feed_id, kind, requested_url, url, outcome, request_headers, response_headers,"
                " hops, is_tls_verified, started_at, ended_at, program_version) SELECT 1, 'feed', 'u', 'u',"
                " 'not_modified', '[]', '[]', '[]', 1, started_at, ended_at, '1' FROM captures LIMIT 1"
            )
            db.execute(
                "INSERT INTO polls (feed_id, capture_id, started_at, milliseconds, outcome) SELECT 1, max(id),"
                " ?, 1, 'not_modified' FROM captures",
                [clock.to_text(clock.now() + timedelta(hours=number + 1))],
            )
    later = clock.now() + timedelta(days=200)
    monkeypatch.setattr(clock, "now", lambda: later)
    told = run(made, "prune", "--dry-run", "--json")
    done = run(made, "prune", "--why", "space", "--json")
    assert done.exit_code == 0, done.exception
    assert done.output == told.output
    assert '"captures": 2' in done.output, "that of the newest poll stays"
    with closing(sqlite3.connect(made.database)) as db:
        assert db.execute("SELECT count(*) FROM captures WHERE outcome = 'not_modified'").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM polls").fetchone() == (1,), "the newest poll of a feed is told of"
        assert db.execute("SELECT action, why FROM custody ORDER BY id DESC").fetchone() == ("prune", "space")
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert verdict(made.database).findings == ()
