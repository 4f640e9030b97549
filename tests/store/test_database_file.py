"""The database's file: one instance a database, by a lock on the file that dies with its process; its checks."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from watcher.errors import Locked, StoreError
from watcher.store.database_file import only_instance

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
