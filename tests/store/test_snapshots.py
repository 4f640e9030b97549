"""Bodies packed with dictionaries of their site: small, the same when read back, and what is lost with a dictionary."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.support.evidence import archive, run, tamper, verdict
from watcher import clock
from watcher.archive.canonical_form import digest
from watcher.errors import Damaged
from watcher.store.chain import insert_evidence, record
from watcher.store.connection import connect, write
from watcher.store.packing import pack, unpack
from watcher.store.snapshots import REPACKED, read_snapshot, repack, scope_of, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database


SCOPE = "page army.example"
WORDS = ("patrol", "convoy", "border", "village", "strike", "inquiry", "statement", "soldier", "river", "bridge")


def shell(seed: int) -> str:
    """The frame of a site's pages, some 60 KB of markup that says nothing twice."""
    chance = random.Random(seed)
    return "".join(f'<li class="m{chance.getrandbits(40):x}"><a href=/{chance.getrandbits(60):x}>' for _ in range(1500))


def page(frame: str, number: int) -> bytes:
    """A page of this frame with a text of its own of 3 KB."""
    chance = random.Random(f"{frame[:9]}{number}")
    return f"<html>{frame}<p>{number} {' '.join(chance.choices(WORDS, k=450))}</p></html>".encode()


def put(db: Database, bodies: list[bytes], scope: str = SCOPE) -> list[int]:
    with write(db):
        return [snapshot(db, body, clock.now(), scope=scope) for body in bodies]


def sizes(db: Database) -> list[int]:
    return [size for (size,) in db.execute("SELECT length(body) FROM snapshots ORDER BY id")]


def put_zlib(db: Database, bodies: list[bytes]) -> None:
    """Rows as earlier versions wrote them, each with the capture of its page."""
    db.execute("INSERT OR IGNORE INTO publishers (id, code, name, is_verified) VALUES (1, 'army', 'x', 1)")
    db.execute(
        "INSERT OR IGNORE INTO feeds (id, publisher_id, name, url, configured_url, is_enabled, interval_seconds)"
        " VALUES (1, 1, 'army/news', 'u', 'u', 1, 60)"
    )
    with write(db):
        for number, body in enumerate(bodies):
            row = {"sha256": digest(body), "byte_count": len(body), "created_at": "2026-01-01T00:00:00Z"}
            packed = {"compression": "zlib", "body": zlib.compress(body)}
            capture = {"feed_id": 1, "kind": "page", "requested_url": "u", "url": f"http://army.example/{number}"}
            capture |= {"outcome": "ok", "request_headers": "[]", "response_headers": "[]", "hops": "[]"}
            capture |= {"is_tls_verified": 1, "started_at": row["created_at"], "ended_at": row["created_at"]}
            capture |= {"snapshot_id": insert_evidence(db, "snapshot", row | packed), "program_version": "0"}
            insert_evidence(db, "capture", capture)


def test_pages_of_one_template_take_a_tenth(db: Database) -> None:
    """From the fourth page on a dictionary of the first ones holds what all of them share; each is read back whole."""
    pages = [page(shell(1), number) for number in range(12)]
    ids = put(db, pages)
    assert [read_snapshot(db, number) for number in ids] == pages
    assert min(sizes(db)[:3]) > 10 * max(sizes(db)[3:])
    assert max(sizes(db)[3:]) < 4000
    assert db.execute("SELECT count(*), max(scope) FROM dictionaries").fetchone() == (1, SCOPE)


def test_site_that_was_redesigned_gets_another_dictionary(db: Database) -> None:
    """Pages that the old one does not help are the samples of the next; those packed before stay readable."""
    pages = [page(shell(seed), number) for seed in (1, 2) for number in range(6)]
    ids = put(db, pages)
    assert db["dictionaries"].count == 2
    assert sizes(db)[-1] < 4000
    assert [read_snapshot(db, number) for number in ids] == pages


def test_pages_that_share_nothing_get_no_dictionary(db: Database) -> None:
    """A site whose pages are all different must not make a dictionary of each, which would double its room."""
    put(db, [page(shell(number), number) for number in range(9)])
    assert db["dictionaries"].count == 0


@pytest.mark.parametrize("body", [b"", b"short", bytes(range(256)) * 2, random.Random(1).randbytes(5000)])
def test_bodies_that_do_not_shrink_are_kept_as_they_are(db: Database, body: bytes) -> None:
    """Nothing takes more room than it has bytes."""
    (number,) = put(db, [body])
    assert read_snapshot(db, number) == body
    assert sizes(db)[0] <= len(body)


def test_what_is_never_alike_has_no_scope() -> None:
    """PDFs, archives' parts and addresses that are none share no dictionary."""
    assert scope_of("page", "https://Army.example:8443/a") == "page army.example"
    assert [scope_of("attachment", "https://a.example/b.pdf"), scope_of("page", "http://[")] == ["", ""]


def test_bytes_that_are_no_packed_ones_are_told() -> None:
    """Half a frame, or none at all, is damage and not a shorter text."""
    one, other = page(shell(1), 1), page(shell(2), 1)
    packed = pack(page(shell(1), 2), one)
    assert unpack(packed, one) == page(shell(1), 2)
    with pytest.raises(Damaged):
        unpack(packed[:-10], one)
    with pytest.raises(Damaged):
        unpack(b"no frame", other)


def ended(db: Database, after: int) -> None:
    """A portion during which the program is ended: it is as it was."""
    with write(db):
        repack(db, after, clock.now())
        raise KeyboardInterrupt


def test_repacking_ends_the_same_however_often_it_was_ended(db: Database) -> None:
    """Old rows are packed anew in portions; a second run finds nothing more to gain, and the evidence is whole."""
    pages = [page(shell(1), number) for number in range(120)]
    put_zlib(db, pages)
    before = sum(sizes(db))
    with write(db):
        record(db, REPACKED, clock.now(), why="room", detail={})
        last, *_ = repack(db, 0, clock.now())
    assert last == 100
    with pytest.raises(KeyboardInterrupt):
        ended(db, last)
    for after in (0, last):
        with write(db):
            repack(db, after, clock.now())
    assert sum(sizes(db)) < before / 4
    assert [read_snapshot(db, number) for number in range(1, 121)] == pages


def test_nothing_is_repacked_without_a_line_of_custody(db: Database) -> None:
    """The triggers let no body be replaced, in no way, before that is in the log."""
    put_zlib(db, [page(shell(1), number) for number in range(5)])
    with pytest.raises(Exception, match="evidence"), write(db):
        repack(db, 0, clock.now())
    with write(db):
        record(db, REPACKED, clock.now(), why="room", detail={})
    for change in ("body = x'00'", "packing = 'other', body = x'00'", "sha256 = 'a', packing = 'zstd'"):
        with pytest.raises(Exception, match="evidence"), write(db):
            db.conn.execute(f"UPDATE snapshots SET {change}")


@pytest.mark.parametrize("damage", ["DELETE FROM dictionaries", "UPDATE dictionaries SET body = x'00'"])
def test_lost_dictionary_is_found_with_all_that_is_lost(db: Database, tmp_path: Path, damage: str) -> None:
    """The check names the dictionary with its site, and each snapshot that cannot be unpacked without it."""
    put(db, [page(shell(1), number) for number in range(6)])
    db.close()
    assert verdict(tmp_path / "watcher.db").findings == ()
    tamper(tmp_path / "watcher.db", damage)
    found = {finding.place: finding.detail for finding in verdict(tmp_path / "watcher.db").findings}
    assert {f"snapshots {number}" for number in (4, 5, 6)} | {"dictionaries 1"} <= set(found)
    assert "3 snapshots" in found["dictionaries 1"]


def test_command_repacks_and_the_evidence_is_as_before(tmp_path: Path) -> None:
    """Verify, bundle and web archive read repacked rows; the hashes and links are those of before."""
    configuration = archive(tmp_path)
    database = connect(configuration.database)
    put_zlib(database, [page(shell(1), number) for number in range(8)])
    links = database.execute("SELECT max(seq) FROM chain WHERE kind = 'snapshot'").fetchone()
    database.close()
    done = run(configuration, "db", "repack", "--shrink", "--why", "room")
    assert done.exit_code == 0, done.output
    assert run(configuration, "verify").exit_code == 0
    assert run(configuration, "evidence", "1", "-o", str(tmp_path / "b.zip")).exit_code == 0
    assert run(configuration, "evidence", "--check", str(tmp_path / "b.zip")).exit_code == 0
    assert run(configuration, "export", "warc", str(tmp_path / "a.warc.gz")).exit_code == 0
    assert run(configuration, "backup", str(tmp_path / "copy.db")).exit_code == 0
    database = connect(configuration.database)
    assert links == database.execute("SELECT max(seq) FROM chain WHERE kind = 'snapshot'").fetchone()
    assert database.execute("SELECT count(*) FROM snapshots WHERE dictionary_id IS NOT NULL").fetchone()[0] == 5
    assert database.execute("SELECT why FROM custody WHERE action = ?", [REPACKED]).fetchone() == ("room",)
    database.close()
