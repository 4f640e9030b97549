"""`watcher db`, as an operator calls it."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import watcher
from tests.support.old_database import RELEASED
from tests.support.scenario import configure, entry, one, store
from watcher import clock
from watcher.store.connection import connect
from watcher.store.schema import pending_migrations

if TYPE_CHECKING:
    from pathlib import Path


def test_a_changed_schema_stops_a_round_and_is_repaired(tmp_path: Path) -> None:
    """The sentence of the refusal names the command that helps, which leaves a line of custody and every row."""
    configuration = store(tmp_path, lambda base: [entry(1, base)])
    db = connect(configuration.database)
    db.executescript("DROP INDEX releases_by_url; CREATE TRIGGER t AFTER INSERT ON claims BEGIN SELECT 1; END;")
    db.close()
    refused = watcher("--config", tmp_path, "poll")
    assert refused.returncode == 1
    assert "index releases_by_url is missing; trigger t was added" in refused.stderr
    assert "`watcher db repair`" in refused.stderr
    repaired = watcher("--config", tmp_path, "db", "repair", "--why", "an experiment")
    assert repaired.stdout.splitlines() == ["made again: index releases_by_url", "made again: trigger t"]
    assert one(configuration, "SELECT why FROM custody WHERE action = 'repair schema'") == "an experiment"
    again = watcher("--config", tmp_path, "db", "repair")
    assert (again.returncode, again.stdout) == (0, "the schema is as it should be\n")
    assert watcher("--config", tmp_path, "verify").returncode == 0


def test_size_growth_and_what_would_be_pruned_are_shown(tmp_path: Path) -> None:
    """The file, its log, its growth, and what goes next, in words and as JSON."""
    configuration = store(tmp_path, lambda base: [entry(1, base)])
    shown = watcher("--config", tmp_path, "db")
    assert shown.returncode == 0
    assert f"{configuration.database}: 0." in shown.stdout
    assert "growth   not known before tomorrow" in shown.stdout
    assert "to count 0 quiet polls by day" in shown.stdout
    db = connect(configuration.database)
    yesterday = f"{clock.now() - timedelta(days=1):%Y-%m-%d}"
    db.executescript(f"INSERT INTO database_sizes VALUES ('{yesterday}', 1000)")
    db.close()
    (row,) = json.loads(watcher("--config", tmp_path, "db", "--json").stdout)
    assert row["grows_by"] == (row["size"] - row["free"] - 1000) * 30
    assert {"file", "log", "quiet_polls", "polls", "attempts", "captures"} <= row.keys()
    assert "a month" in watcher("--config", tmp_path, "db").stdout


@pytest.mark.parametrize("packed", RELEASED, ids=lambda packed: packed.name)
def test_a_database_of_an_earlier_version_can_be_read_and_put_back(packed: Path, tmp_path: Path) -> None:
    """Before a new version's first start, and for every old backup: what is only of that version is no damage."""
    configuration = configure(tmp_path, {})
    configuration.database.write_bytes(gzip.decompress(packed.read_bytes()))
    before = pending_migrations(connect(configuration.database, is_read_only=True))
    reading = ("verify", "db", "db repair", "releases", "prune --dry-run", "alerts")
    for command in (*reading, f"backup {tmp_path / 'b.db'}", f"evidence 1 -o {tmp_path / 'e.zip'}"):
        done = watcher("--config", tmp_path, *command.split())
        assert done.returncode == 0, (command, done)
    assert pending_migrations(connect(configuration.database, is_read_only=True)) == before
    done = watcher("--config", tmp_path, "restore", tmp_path / "b.db", "--force")
    assert done.returncode == 0, done
    assert pending_migrations(connect(configuration.database, is_read_only=True)) == []
    assert watcher("--config", tmp_path, "verify").returncode == 0
