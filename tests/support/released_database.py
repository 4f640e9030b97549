"""Writes the database of this version as a fixture, with a row in every table of evidence.

Called as `python -m tests.support.released_database FILE.db.gz`; `make release` does. Later versions must upgrade it.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.support.evidence import archive
from watcher import clock
from watcher.store.chain import anchor_done, due_anchors, plan_anchors
from watcher.store.connection import connect, write
from watcher.store.rows import at, insert


def _fill(folder: Path) -> Path:
    os.environ["LOGNAME"] = "desk"
    path = archive(folder).database
    db = connect(path)
    with write(db):
        plan_anchors(db, {"file": "watcher.anchors"}, clock.now())
        for due in due_anchors(db, clock.now()):
            anchor_done(db, due, clock.now())
        imported = {"record": "<urn:uuid:0>", "file": "a.warc", "outcome": "skipped", "at": at(clock.now())}
        insert(db, "imports", imported)
    db.close()
    return path


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = _fill(Path(place) / "archive")
        with closing(sqlite3.connect(made)) as raw:
            raw.execute("PRAGMA journal_mode = DELETE")
            raw.execute("VACUUM")
        target = Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(made.read_bytes(), mtime=0))
