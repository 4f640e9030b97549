"""The database for the public: nothing of who is told or works here, not even in free pages; the evidence stays."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import HARM, entry, store
from watcher.errors import StoreError
from watcher.store.connection import connect, write
from watcher.store.public_copy import copy_for_public
from watcher.store.readers import PRIVATE
from watcher.store.triggers import missing_triggers

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-01-01T00:00:00Z"
SECRET = "secret-name-of-somebody"
ROWS: dict[str, dict[str, Any]] = {
    "channels": {"name": SECRET},
    "custody": {"at": AT, "action": "backup", "who": SECRET, "why": SECRET, "program_version": "1"},
    "mutes": {"kind": "rule", "name": SECRET, "created_at": AT, "until_at": AT},
    "imports": {"record": SECRET, "file": f"/home/{SECRET}/a.warc", "outcome": "new", "at": AT},
    "hosts": {"host": SECRET},
    "anchors": {
        "kind": "file",
        "place": f"/home/{SECRET}/anchors",
        "seq": 1,
        "hash": "0" * 64,
        "at": AT,
        "state": "done",
    },
    "alerts": {
        "uid": "u",
        "event": "channel_disabled",
        "thread": f"channel:{SECRET}",
        "priority": "urgent",
        "rules": "[]",
        "title": SECRET,
        "message": f'{{"channel": "{SECRET}"}}',
        "created_at": AT,
    },
    "deliveries": {"uid": "d", "alert_id": 1, "channel": SECRET, "state": "dead"},
    "attempts": {"delivery_id": 1, "number": 1, "started_at": AT, "outcome": "failed", "detail": SECRET},
    "recipients": {"delivery_id": 1, "address": f"{SECRET}@example.org", "state": "dead", "at": AT},
    "problems": {"kind": "x", "detail": SECRET, "at": AT},
    "events": {"kind": "damaged", "detail": SECRET, "at": AT},
    "reviews": {"revision_id": 1, "verdict": "note", "note": SECRET, "reviewer": SECRET, "at": AT},
}


def test_nothing_private_is_in_the_file(tmp_path: Path) -> None:
    """They are looked for in the bytes: a row that was deleted lies in the file until that is rewritten."""
    found = store(tmp_path, lambda base: [entry(1, base, link="", text=HARM)])
    source = connect(found.database)
    with write(source):
        for table, row in ROWS.items():
            marks = ", ".join("?" * len(row))
            source.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    target = tmp_path / "public.db"
    left_out = copy_for_public(source, target)
    assert SECRET.encode() in found.database.read_bytes() + found.database.with_name("watcher.db-wal").read_bytes()
    assert SECRET.encode() not in target.read_bytes()
    assert set(ROWS) - set(left_out) == {"anchors"}  # its row stays, without the path
    assert not target.with_name("public.db-wal").exists()
    public = connect(target, is_read_only=True)
    empty = [
        name for name in PRIVATE - {"_sqlite_migrations"} if not public.execute(f"SELECT 1 FROM {name}").fetchone()
    ]
    assert set(empty) == PRIVATE - {"_sqlite_migrations"}
    for table in ("releases", "revisions", "claims", "captures", "snapshots", "chain"):
        sql = f"SELECT * FROM {table}"
        assert public.execute(sql).fetchall() == source.execute(sql).fetchall(), table
    assert list(missing_triggers(public)) == []
    assert public.execute("SELECT count(*) FROM revisions_fts('strike')").fetchone() == (1,)
    public.close()
    with pytest.raises(StoreError, match="exists already"):
        copy_for_public(source, target)
    source.close()


def test_evidence_in_the_copy_cannot_be_changed(tmp_path: Path) -> None:
    """Who receives the copy can add to it by mistake, but not change what a text says."""
    found = store(tmp_path, lambda base: [entry(1, base, link="", text=HARM)])
    source = connect(found.database)
    copy_for_public(source, tmp_path / "public.db")
    source.close()
    public = sqlite3.connect(tmp_path / "public.db")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        public.execute("UPDATE revisions SET text = 'nobody'")
    public.close()
