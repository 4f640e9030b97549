"""The integrity check finds what is not as it was written, says which row, and ends a daemon that would write on it."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support.daemon import running, until
from tests.support.evidence import archive, copy, tamper, verdict
from tests.support.scenario import HARM, configure, entry, one, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.archive.chain import GENESIS, Anchor, Head, next_link
from watcher.cli.main import cli
from watcher.errors import ConfigError, Damaged, StoreError
from watcher.jobs import daemon, schedule
from watcher.jobs.integrity import ensure_sound, read_anchors
from watcher.pipeline.runtime import open_runtime
from watcher.store.chain import chain_head
from watcher.store.connection import connect
from watcher.store.packing import pack
from watcher.store.snapshots import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


SEED = random.randrange(100_000)
EVIDENCE = ("snapshots", "captures", "revisions", "claims", "claim_totals", "people", "attachment_texts")
MORE = ("events", "alerts", "custody", "reviews", "chain")
# How bytes are packed, and what changes as the program works: no evidence, so the chain does not cover it.
NO_EVIDENCE = {"packing", "dictionary_id", "body", "is_current", "decided_at"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def whole(made: Configuration) -> Path:
    return copy(made, made.database.with_name("whole.db"))


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    shutil.copy(whole, tmp_path / "w.db")
    return tmp_path / "w.db"


def found(path: Path, *anchors: Anchor) -> set[tuple[str, str]]:
    return {(one.kind, one.place) for one in verdict(path, anchors).findings}


def head(path: Path) -> Anchor:
    db = connect(path, is_read_only=True)
    at = chain_head(db)
    db.close()
    return Anchor(at.seq, at.hash, "2026-11-24T00:00:00.000Z", "anchors.txt")


def test_untouched_evidence_has_no_findings(path: Path) -> None:
    """No false alarm: every kind of evidence is there, and nothing is found."""
    whole = verdict(path, [head(path)])
    assert whole.findings == ()
    assert (whole.checked, whole.anchors) == (whole.head.seq, 1)
    with closing(sqlite3.connect(path)) as db:
        kinds = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM chain")}
    assert kinds >= {"snapshot", "capture", "revision", "claims", "document", "alert", "event", "custody"}


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE revisions SET text = replace(text, 'Eight', 'Two') WHERE number = 2", "revisions 5"),
        ("UPDATE revisions SET observed_at = '2020-01-01T00:00:00.000Z' WHERE id = 3", "revisions 3"),
        ("UPDATE captures SET url = url || '/' WHERE id = 2", "captures 2"),
        ("UPDATE captures SET started_at = '2020-01-01T00:00:00.000Z' WHERE id = 2", "captures 2"),
        ("UPDATE snapshots SET body = x'00' WHERE id = 2", "snapshots 2"),
        ("UPDATE snapshots SET sha256 = substr(sha256, 2) || substr(sha256, 1, 1) WHERE id = 2", "snapshots 2"),
        ("UPDATE claims SET count_min = 0 WHERE id = (SELECT max(id) FROM claims)", "claims"),
        ("UPDATE people SET name = 'Bob Example' WHERE id = 1", "claims 1"),
        ("UPDATE attachment_texts SET file_created_at = '2020-01-01T00:00:00.000Z' WHERE id = 1", "attachment_texts 1"),
        ("UPDATE attachment_texts SET text = text || ' ' WHERE id = 1", "attachment_texts 1"),
        ("UPDATE events SET kind = 'moved'", "events 1"),
        ("UPDATE alerts SET message = '{}' WHERE id = 1", "alerts 1"),
        ("UPDATE chain_links SET sha256 = zeroblob(32) WHERE seq = 4", "chain 4"),
        ("UPDATE chain_links SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 4", "chain 4"),
    ],
)
def test_row_that_was_edited_is_named(path: Path, statement: str, place: str) -> None:
    """(check 75) With the triggers dropped and put back: every change of every table is found, with its row."""
    tamper(path, statement)
    places = {name for kind, name in found(path) if kind in {"changed", "order"}}
    assert any(name.startswith(place) for name in places), places


# An answer that said nothing new, which has no link; and text of which one bit was turned over.
_QUIET = (
    "(id, feed_id, kind, requested_url, url, outcome, request_headers, response_headers, hops, is_tls_verified,"
    " started_at, ended_at, program_version)"
)
_NO_UTF8 = "CAST(x'32b036' AS TEXT)"


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        (f"UPDATE events SET decided_at = {_NO_UTF8} WHERE id = 1", "events 1"),
        (
            f"INSERT INTO captures {_QUIET} VALUES (77, 1, 'feed', '', '', {_NO_UTF8}, '', '', '', 0, '', '', '')",
            "captures 77",
        ),
        (f"UPDATE snapshots SET packing = {_NO_UTF8} WHERE id = 2", "snapshots 2"),
        (f"UPDATE claims SET detector_version = {_NO_UTF8} WHERE id = 2", "claims 2"),
        (f"UPDATE people SET name = {_NO_UTF8} WHERE id = 1", "people 1"),
        (f"UPDATE attachment_texts SET lines = {_NO_UTF8} WHERE id = 3", "attachment_texts 3"),
        (f"UPDATE chain_links SET url = {_NO_UTF8} WHERE seq = 4", "chain_links 4"),
        (
            f"INSERT INTO anchors VALUES (7, 'file', '', 1, '', '', 'done', NULL, 1, NULL, {_NO_UTF8}, NULL)",
            "anchors 7",
        ),
        (f"INSERT INTO imports VALUES ('<urn:1>', {_NO_UTF8}, 'stored', 1, '')", "imports 1"),
    ],
)
def test_text_that_cannot_be_decoded_is_named(path: Path, statement: str, place: str) -> None:
    """A column that no link covers too: without it a sound verdict, and an error for everybody who reads the table."""
    tamper(path, "PRAGMA ignore_check_constraints = ON", statement)
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.OperationalError, match="UTF-8"):
        db.execute(f"SELECT * FROM {place.split(maxsplit=1)[0]}").fetchall()
    assert ("damaged", place) in found(path)


def test_row_that_cannot_be_decoded_hides_no_other(path: Path) -> None:
    """Each row of a table is named with its columns, and what else is wrong is found as before."""
    ignored = "PRAGMA ignore_check_constraints = ON"
    tamper(path, ignored, f"UPDATE events SET decided_at = {_NO_UTF8}", "UPDATE alerts SET message = '{}' WHERE id = 1")
    named = {one.place: one.detail for one in verdict(path).findings}
    assert set(named) == {"events 1", "events 2", "alerts 1"}
    assert named["events 2"] == "it cannot be read: no UTF-8 in decided_at"


def test_rows_that_were_taken_out_or_put_in_are_named(path: Path) -> None:
    """(check 75) A gap in the chain, a row without its link, a link without its row."""
    tamper(path, "DELETE FROM chain_links WHERE seq = 5", "DELETE FROM alerts WHERE id = 1")
    both = found(path)
    assert ("gap", "chain 6") in both
    assert ("missing", "alerts 1") in both
    assert {kind for kind, _ in both} >= {"unchained"}


def test_forged_link_is_found(path: Path) -> None:
    """(check 75) A row put in together with a link that was made up."""
    made_up = "1, '', randomblob(32), max(at), randomblob(32)"
    tamper(
        path,
        "INSERT INTO events (id, kind, at) VALUES (77, 'gap', '2026-01-01T00:00:00.000Z')",
        f"INSERT INTO chain_links SELECT max(seq) + 1, 'event', 77, {made_up} FROM chain_links",
    )
    assert {kind for kind, _ in found(path)} == {"changed"}


def test_links_that_changed_places_are_found(path: Path) -> None:
    """(check 75) Reordering: what was written later is not made to look earlier."""
    swap = "UPDATE chain_links SET seq = CASE seq WHEN 900003 THEN 4 ELSE 3 END WHERE seq IN (900003, 900004)"
    tamper(path, "UPDATE chain_links SET seq = seq + 900000 WHERE seq IN (3, 4)", swap)
    assert ("changed", "chain 3") in found(path)


def cut(path: Path, count: int) -> None:
    """The last links with their rows, as somebody would who knows the tables."""
    db = sqlite3.connect(path)
    last = db.execute("SELECT kind, row_id FROM chain ORDER BY seq DESC LIMIT ?", [count]).fetchall()
    db.close()
    names = {"snapshot": "snapshots", "capture": "captures", "revision": "revisions", "document": "attachment_texts"}
    names |= {"event": "events", "alert": "alerts", "custody": "custody"}
    rows = [f"DELETE FROM {names[kind]} WHERE id = {row_id}" for kind, row_id in last if kind in names]
    orphans = "revision_id NOT IN (SELECT id FROM revisions)"
    claims = [
        f"DELETE FROM people WHERE claim_id IN (SELECT id FROM claims WHERE {orphans})",
        f"DELETE FROM claims WHERE {orphans}",
    ]
    tamper(path, f"DELETE FROM chain_links WHERE seq > (SELECT max(seq) - {count} FROM chain)", *rows, *claims)


def test_truncated_tail_is_found_against_an_anchor(path: Path) -> None:
    """(check 76) The last ten rows and links deleted: a chain cannot know its own end, the anchor outside does."""
    anchor = head(path)
    cut(path, 10)
    kinds = {kind for kind, _ in found(path)}
    assert "tail" not in kinds
    assert ("tail", f"anchor of {anchor.at} in anchors.txt") in found(path, anchor)


def test_rewritten_chain_is_found_against_an_anchor(path: Path) -> None:
    """(check 76) Somebody who can compute hashes rewrites the whole chain; only what lies outside contradicts."""
    anchor = head(path)
    with closing(sqlite3.connect(path)) as db:
        links = db.execute("SELECT kind, row_id, form, url, sha256, at FROM chain ORDER BY seq").fetchall()
    before, statements = Head(0, GENESIS), ["DELETE FROM chain_links"]
    for kind, row_id, form, url, sha256, _ in links:
        link = next_link(before, kind, row_id, form, url, sha256, "2026-11-24T00:00:00.000Z")
        before = Head(link.seq, link.hash)
        row = f"{link.seq}, '{kind}', {row_id}, {form}, '{url}', x'{sha256}', '{link.at}', x'{link.hash}'"
        statements.append(f"INSERT INTO chain_links VALUES ({row})")
    tamper(path, *statements)
    assert found(path) == set(), "the chain itself is sound"
    assert {kind for kind, _ in found(path, anchor)} == {"rewritten"}


def content(path: Path) -> list[Any] | str:
    """All evidence as a reader gets it, bodies unpacked; what cannot be read is another content."""
    try:
        with closing(connect(path, is_read_only=True)) as db:
            tables = [_evidence_in(db.query(f"SELECT * FROM {name} ORDER BY 1")) for name in EVIDENCE + MORE]
            return [*tables, [read_snapshot(db, row["id"]) for row in tables[0]]]
    except (StoreError, sqlite3.Error, UnicodeError) as error:
        return f"unreadable: {error}"


def _evidence_in(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in NO_EVIDENCE} for row in rows]


def flip(path: Path, chance: random.Random) -> tuple[int, int]:
    """One bit of the file turned over; where, and the byte that was there."""
    at, bit = chance.randrange(path.stat().st_size), chance.randrange(8)
    with path.open("r+b") as file:
        file.seek(at)
        old = file.read(1)[0]
        file.seek(at)
        file.write(bytes([old ^ (1 << bit)]))
    return at, old


def flips(whole: Path, folder: Path, rounds: int, seed: int) -> int:
    """Every flip that changes what can be read is found; the number that did."""
    chance, before, changed = random.Random(seed), content(whole), 0
    for number in range(rounds):
        path = folder / f"flip-{number}.db"
        shutil.copy(whole, path)
        at, _ = flip(path, chance)
        if content(path) != before:
            changed += 1
            assert is_found(path), f"seed {seed}, flip {number} at byte {at}: not found"
        path.unlink()
    return changed


def is_found(path: Path) -> bool:
    try:
        return bool(verdict(path).findings)
    except StoreError:  # the command ends with this error, in its own words
        return True


def test_flipped_bits_are_found(whole: Path, tmp_path: Path) -> None:
    """(check 75) A disk that rots: every flipped bit that changes evidence is found, some twenty of these."""
    assert flips(whole, tmp_path, 200, SEED) > 0


@pytest.mark.soak
def test_five_thousand_flipped_bits_are_found(whole: Path, tmp_path: Path) -> None:
    """(check 75) The same 5,000 times over."""
    changed = flips(whole, tmp_path, 5000, SEED)
    print(f"seed {SEED}: {changed} of 5000 flips changed evidence, all found")  # noqa: T201 - a soak tells its numbers


def test_body_that_is_packed_in_another_way_is_the_same_evidence(path: Path) -> None:
    """Of a packed body some bits mean nothing: where a reader gets the same bytes, nothing was changed or missed."""
    before = content(path)
    with closing(connect(path, is_read_only=True)) as db:
        row_id = next(db.query("SELECT id FROM snapshots WHERE packing = 'zstd' AND dictionary_id IS NULL"))["id"]
        body = read_snapshot(db, row_id)
    in_two = pack(body[:100]) + pack(body[100:])
    tamper(path, f"UPDATE snapshots SET body = x'{in_two.hex()}' WHERE id = {row_id}")
    assert content(path) == before
    assert found(path) == set()


def test_only_the_end_is_checked_at_a_start(path: Path) -> None:
    """(check 42) The last N links in the time of a start; what lies before them waits for the night."""
    last = verdict(path, last=5)
    assert (last.checked, last.findings) == (5, ())
    tamper(path, "UPDATE chain_links SET url = 'x' WHERE seq = 1")
    assert verdict(path, last=5).findings == ()
    assert verdict(path).findings
    tamper(path, "UPDATE chain_links SET url = 'x' WHERE seq = (SELECT max(seq) - 1 FROM chain)")
    assert {one.kind for one in verdict(path, last=5).findings} == {"changed"}


def test_verify_command_lists_findings_and_ends_with_exit_code_1(made: Configuration) -> None:
    """(check 75) Exit code 0 and the head where all is well; 1 and the row where it is not."""
    folder = made.folder
    done = CliRunner().invoke(cli, ["--config", str(folder), "verify"])
    assert done.exit_code == 0, done.output
    anchor = head(made.database)
    assert f"0 findings; head {anchor.seq} {anchor.hash}" in done.stdout
    (folder / "anchors.txt").write_text(f"2027-01-01T00:00:00.000Z {anchor.seq + 3} {'d' * 64}\n")
    done = CliRunner().invoke(cli, ["--config", str(folder), "verify", "--anchors", str(folder / "anchors.txt")])
    assert done.exit_code == 1
    assert "tail" in done.stdout
    assert "3 lost" in done.stdout


def test_anchor_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    """A line that is no anchor must not pass for one that agrees."""
    (tmp_path / "a.txt").write_text(f"2026-01-01T00:00:00.000Z 7 {'a' * 64} army.db\n\nnonsense\n")
    with pytest.raises(ConfigError, match=r"a\.txt:3"):
        read_anchors(tmp_path / "a.txt")
    with pytest.raises(ConfigError, match="absent"):
        read_anchors(tmp_path / "absent.txt")


async def filled(folder: Path, server: HttpServer) -> Configuration:
    server.routes |= {"/feed": Answer(rss(entry(1, server.url(""), link="", text=HARM))), "/hook": Answer()}
    hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
    configuration = configure(folder, {"news": server.url("/feed")}, settings=hook)
    await one_round(configuration)
    server.requests.clear()
    return configuration


@in_loop
async def test_daemon_does_not_start_on_damaged_evidence(tmp_path: Path) -> None:
    """(check 42) Found at the start: exit code 1, the row in the log, an alarm to the channel, nothing polled."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        tamper(configuration.database, "UPDATE revisions SET text = 'nothing happened' WHERE id = 1")
        size = configuration.database.stat().st_size
        for _ in range(2):
            async with running(configuration) as process:
                _, said = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 1
            assert b"revisions 1" in said
        posted = [json.loads(request.body) for request in server.seen("/hook")]
        assert server.seen("/feed") == []
    assert len(posted) == 1, "a supervisor that starts it again sends no second alarm"
    assert "revisions 1" in json.dumps(posted[0])
    assert one(configuration, "SELECT count(*) FROM events WHERE kind = 'damaged'") == 1
    assert configuration.database.stat().st_size >= size, "nothing was deleted"


@in_loop
async def test_file_that_is_unsound_is_not_written_on(tmp_path: Path) -> None:
    """(check 42) A page of zeros where evidence stood: the alarm goes past the database, which is left as it is."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        page = one(configuration, "SELECT rootpage FROM sqlite_master WHERE name = 'revisions'")
        with configuration.database.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(bytes(4096))
        before = configuration.database.read_bytes()
        async with running(configuration) as process:
            _, said = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 1
        assert b"watcher:" in said
    assert configuration.database.read_bytes() == before


@in_loop
async def test_whole_chain_is_verified_each_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 42) What the quick check at the start left out is found at night; the daemon ends with an error."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        tamper(configuration.database, "UPDATE chain_links SET url = 'x' WHERE seq = 1")
        async with open_runtime(configuration) as runtime:
            await ensure_sound(runtime, last=2)
            with pytest.raises(Damaged, match="chain 1"):
                await ensure_sound(runtime, last=None)
        start = schedule.Schedule.start

        def start_at_night(jobs: schedule.Schedule) -> None:
            start(jobs)
            asyncio.get_running_loop().create_task(jobs.begin(jobs.jobs["night"]))

        monkeypatch.setattr(schedule.Schedule, "start", start_at_night)
        short = configure(tmp_path, {}, settings="[evidence]\nverify_last = 2\n")
        with pytest.raises(Damaged, match="chain 1"):
            await asyncio.wait_for(daemon.run(short), 60)


@in_loop
async def test_sound_evidence_is_polled_on(tmp_path: Path) -> None:
    """No false alarm: the same start on an untouched database polls and writes the first anchor."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        async with running(configuration):
            await until(configuration, "SELECT count(*) FROM anchors WHERE state = 'done'", 1)
        assert [request for request in server.seen("/hook") if b"damaged" in request.body] == []
    assert configuration.anchor_file.is_file()
