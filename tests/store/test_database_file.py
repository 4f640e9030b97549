"""The database's file: one instance a database, by a lock on the file that dies with its process; its checks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from watcher.errors import Locked, Replaced, StoreError
from watcher.store.connection import connect
from watcher.store.database_file import is_held, only_instance
from watcher.store.file_check import file_check
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from pathlib import Path


HOLD = """
import sys, time
from pathlib import Path
from watcher.store.database_file import only_instance
with only_instance(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_second_instance_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """Check 37: two daemons would ask everything twice and send every alert twice."""
    database = tmp_path / "new" / "watcher.db"
    with only_instance(database):
        with pytest.raises(Locked, match="another instance"), only_instance(database):
            pytest.fail("the lock was given twice")
        with pytest.raises(Locked), only_instance(database):
            pytest.fail("a refusal released the lock of the first")
    with only_instance(database):
        pass
    assert not database.exists(), "the lock leaves no database behind"


def test_databases_do_not_share_a_lock(tmp_path: Path) -> None:
    """An operator may watch two sets of publishers on one machine."""
    with only_instance(tmp_path / "a.db"), only_instance(tmp_path / "b.db"):
        pass


def test_lock_dies_with_its_process(tmp_path: Path) -> None:
    """After SIGKILL nobody has to remove a file by hand."""
    database = tmp_path / "watcher.db"
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 - ourselves
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Locked), only_instance(database):
            pytest.fail("the lock was given to two processes")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with only_instance(database):
        pass


def test_lock_is_released_by_an_error(tmp_path: Path) -> None:
    """A poll that failed must not keep the next one from running."""
    with pytest.raises(RuntimeError), only_instance(tmp_path / "watcher.db"):
        raise RuntimeError
    with only_instance(tmp_path / "watcher.db"):
        pass


def test_place_that_cannot_be_written_is_an_error_by_name(tmp_path: Path) -> None:
    """A sentence, and no trace of the program's insides."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreError, match=r"Not a directory|File exists"),
        only_instance(tmp_path / "file" / "watcher.db"),
    ):
        pytest.fail("a lock in a file")


def test_lock_is_on_the_database_itself(tmp_path: Path) -> None:
    """Whoever deletes the files beside it lets no second daemon in; opening and closing it gives no lock away."""
    database = tmp_path / "watcher.db"
    with only_instance(database):
        first = connect(database)
        migrate(first)
        first.execute("BEGIN IMMEDIATE")
        for beside in tmp_path.iterdir():
            if beside.name not in {"watcher.db", "watcher.db-wal", "watcher.db-shm"}:
                beside.unlink()
        os.close(os.open(database, os.O_RDONLY))
        with pytest.raises(Locked), only_instance(database):
            pytest.fail("closing another descriptor gave the lock away")
        assert is_held(database)
        other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT count(*) FROM feeds')"
        subprocess.run([sys.executable, "-c", other, str(database)], check=True)  # noqa: S603 - ourselves
        first.rollback()
        first.close()
    assert not is_held(database)
    assert database.stat().st_size > 0
    assert is_held(tmp_path / "none.db") is False


def test_file_check_knows_the_database_again(tmp_path: Path) -> None:
    """What grows, or gets an index or statistics by hand, is the same; what lacks a table or view is not."""
    database = tmp_path / "watcher.db"
    db = connect(database)
    migrate(db)
    check = file_check(db, database)
    with closing(sqlite3.connect(database)) as hand:
        hand.execute("CREATE INDEX by_hand ON feeds (title)")
        hand.execute("ANALYZE")
        hand.execute("VACUUM")
    check.compare()
    with closing(sqlite3.connect(database)) as hand:
        hand.execute("DROP VIEW records")
    with pytest.raises(Replaced, match="tables"):
        check.compare()
