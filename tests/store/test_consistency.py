"""What readers see first is compared with the evidence: a changed release is found though every proof is untouched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.evidence import archive, copy, run, tamper, verdict
from watcher import clock
from watcher.store.connection import connect, write
from watcher.store.events import save_event

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    return archive(tmp_path_factory.mktemp("consistency") / "archive")


_TOTALS = '\'[{"harm":"killed","victim":"civilian","stance":"asserted","low":80,"high":80}]\''


_INVENTED = (
    "INSERT INTO releases (publisher_id, identity, title, revision_count, is_reported, page_outcome, first_seen_at,"
    " last_seen_at) SELECT 1, 'invented', 'T', 1, 1, 'ok', first_seen_at, last_seen_at FROM releases WHERE id = 1"
)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE releases SET title = 'Nothing happened' WHERE id = 1", "its title is not that"),
        ("UPDATE releases SET published_at = '2001-01-01T00:00:00.000Z' WHERE id = 1", "its date is not that"),
        ("UPDATE releases SET revision_count = 1 WHERE id = 1", "its number of revisions"),
        ("UPDATE releases SET url = 'https://other.example/1' WHERE id = 1", "its address is not the one"),
        ("UPDATE releases SET url = NULL, identity = 'x' WHERE id = 1", "its address is not the one"),
        (f"UPDATE releases SET totals = {_TOTALS} WHERE id = 1", "its totals are not those"),
        ("UPDATE releases SET totals = '[]' WHERE id = 1", "its totals are not those"),
        ("UPDATE releases SET totals = replace(totals, '8', '7') WHERE id = 1", "its totals are not those"),
        ("UPDATE releases SET is_reported = 0 WHERE id = 1", "its totals are not those"),
        ("UPDATE releases SET is_removed = 1 WHERE id = 1", "whether it was removed"),
        (_INVENTED, "it has no revision"),
    ],
)
def test_a_release_that_was_changed_is_found(made: Configuration, tmp_path: Path, statement: str, said: str) -> None:
    """Nothing that is hashed was touched, so only the comparison can find it; nothing else is suspected."""
    path = copy(made, tmp_path / "w.db")
    tamper(path, statement)
    (finding,) = verdict(path).findings
    assert finding.kind == "changed"
    assert finding.place in {"releases 1", "releases 5"}
    assert finding.detail.startswith(said)


def test_totals_are_evidence(made: Configuration, tmp_path: Path) -> None:
    """Who changes the totals and their proof together breaks the chain; deleting the proof leaves its link."""
    path = copy(made, tmp_path / "w.db")
    tamper(path, "UPDATE claim_totals SET totals = '[]'", "UPDATE releases SET totals = '[]'")
    assert {one.place.split()[0] for one in verdict(path).findings} == {"claim_totals"}
    shutil.copy(copy(made, tmp_path / "v.db"), path)
    tamper(path, "DELETE FROM claim_totals WHERE id = 1")
    assert [str(one.kind) for one in verdict(path).findings] == ["missing"]


def test_a_removal_that_an_event_proves_is_no_finding(made: Configuration, tmp_path: Path) -> None:
    """Removed, back, and removed again: the last event counts, and a release that hides it is found."""
    path = copy(made, tmp_path / "w.db")
    db = connect(path)
    for kind, is_removed in (("removed", 1), ("restored", 0), ("removed", 1)):
        with write(db):
            save_event(db, kind, clock.now(), release_id=2)  # type: ignore[arg-type]
            db.execute("UPDATE releases SET is_removed = ? WHERE id = 2", [is_removed])
        assert verdict(path).findings == ()
    db.execute("UPDATE releases SET is_removed = 0 WHERE id = 2")
    db.conn.commit()
    db.close()
    assert [one.place for one in verdict(path).findings] == ["releases 2"]


def test_the_command_names_the_release(made: Configuration) -> None:
    """Exit code 1 and a line for each release; after a new detection everything agrees again."""
    assert run(made, "verify").exit_code == 0
    assert run(made, "redetect").exit_code == 0
    assert run(made, "verify").exit_code == 0
    tamper(made.database, "UPDATE releases SET title = 'Calm' WHERE id = 3")
    done = run(made, "verify")
    assert done.exit_code == 1
    assert "releases 3" in done.output
