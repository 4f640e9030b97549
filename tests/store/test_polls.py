"""What polls write: every table its row, all or nothing, the same again changes nothing; quiet ones together."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.support.scenario import HARM, configure, entry, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.errors import Refused
from watcher.jobs.integrity import verify
from watcher.model.alert import AlertRecord, AttemptResult, Dispatch
from watcher.model.claim import Claim, Detection, Person
from watcher.model.feed import Changes, Entry, FeedState, KnownEntry, ListedEntry, ParsedEntry
from watcher.model.poll import Capture, ExtractedRelease, Observation, PollRecord
from watcher.model.release import Attachment, PageText, Problem, StatedDate
from watcher.model.response import Response
from watcher.pipeline import poll as pipeline
from watcher.store.connection import write
from watcher.store.deliveries import due_deliveries, finish_attempt, start_attempt
from watcher.store.feed_entries import known_entries, listed_entries, pages_to_retry
from watcher.store.feeds import held_hosts, select, sync
from watcher.store.polls import save_poll, save_polls, save_polls_with_savepoints
from watcher.store.releases import save_claims
from watcher.store.revisions import newest_revision
from watcher.store.schema import migrate
from watcher.store.snapshots import body_of, snapshot
from watcher.store.whole_release import whole_release
from watcher.store.writing_thread import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.config.load import Configuration


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLES = ("releases", "revisions", "claims", "people", "attachments", "problems", "alerts", "deliveries", "sightings")
CLAIM = Claim("killed", 2, 2, "civilian", "asserted", 0, 12, HARM, people=(Person("Ann Example", "killed", 0, 3),))
ALERT = AlertRecord("new", "urgent", ("rule",), "2 killed", {"claims": []}, (Dispatch("desk"), Dispatch("mail")))


@pytest.fixture
def db(db: Database, tmp_path: Path) -> Database:
    feeds = {"news": "https://army.example/rss", "all": "https://army.example/all"}
    with write(db):
        sync(db, configure(tmp_path, feeds), interval=900)
    return db


def feed(db: Database, name: str = "army/news") -> FeedState:
    (found,) = select(db, [name])
    return found


def parsed(name: str = "1", position: int = 0, sha: str = "sha", **fields: Any) -> ParsedEntry:
    return ParsedEntry(
        Entry(name, f"https://army.example/{name}", f"Title {name}", HARM, **fields), name, sha, position
    )


def seen(entry: ParsedEntry, text: str = HARM, **fields: Any) -> Observation:
    names = {"page", "page_outcome", "detection"} & fields.keys()
    read = ExtractedRelease(
        PageText(entry.entry.title, text),
        "feed",
        f"{abs(hash(text)):064x}"[:64],
        "ok",
        Detection((CLAIM,), version="v1"),
    )
    read = replace(read, **{name: fields.pop(name) for name in names})
    said: dict[str, Any] = {"release_id": None, "read": read, "observed_at": NOW}
    return Observation(parsed=entry, **said | fields)


def poll(db: Database, *found: Observation, name: str = "army/news", **fields: Any) -> PollRecord:
    state = feed(db, name)
    said: dict[str, Any] = {"started_at": NOW, "ended_at": NOW + timedelta(seconds=2), "outcome": "new"}
    said |= {"next_feed": replace(state, etag='"1"', succeeded_at=NOW), "entry_count": len(found)}
    said |= {"changes": Changes(new=tuple(one.parsed for one in found))}
    return PollRecord(feed=state, observations=found, **said | fields)


def as_polls(db: Database, records: Sequence[PollRecord]) -> bool:
    return save_polls(db, records).work.alerts


def as_polls_with_savepoints(db: Database, records: Sequence[PollRecord]) -> bool:
    return save_polls_with_savepoints(db, records).work.alerts


def save(db: Database, record: PollRecord) -> None:
    with write(db):
        save_poll(db, record)


def counts(db: Database) -> dict[str, int]:
    return {name: db[name].count for name in TABLES}


def test_every_table_has_its_row(db: Database) -> None:
    """Release, revision, claim, person, attachment, problem, alert, delivery, sighting: from the first day."""
    entry = parsed(attachments=(Attachment("https://army.example/f.pdf"),), problems=(Problem("no_date", "1"),))
    save(db, poll(db, seen(entry, alert=ALERT)))
    assert counts(db) == dict.fromkeys(TABLES, 1) | {"deliveries": 2}
    (row,) = db.query("SELECT * FROM polls")
    assert (row["outcome"], row["milliseconds"], row["new_count"], row["claim_count"]) == ("new", 2000, 1, 1)
    assert feed(db).etag == '"1"'


def test_poll_that_is_repeated_after_a_crash_adds_nothing(db: Database) -> None:
    """The feed is simply read again: the same words are no second release, revision, claim or alert."""
    save(db, poll(db, seen(parsed(), alert=ALERT)))
    before = counts(db)
    save(db, poll(db, seen(parsed(), alert=ALERT)))
    assert counts(db) == before
    assert db["polls"].count == 2, "but every poll has its row"


def test_release_that_the_tables_do_not_take_is_unread_and_the_others_are_whole(db: Database) -> None:
    """Check 22: no release without its claims; the refused one is due again and loses none of the others."""
    wrong = replace(CLAIM, count_min=5, count_max=2)
    save(db, poll(db, seen(parsed()), seen(parsed("2"), detection=Detection((wrong,), version="v1"))))
    kept = {row["page_outcome"]: row for row in db.query("SELECT * FROM records JOIN releases USING (id)")}
    assert (kept["ok"]["text"], kept["failed"]["text"]) == (HARM, "")
    assert kept["failed"]["page_due_at"]
    assert [row["kind"] for row in db.query("SELECT kind FROM problems")] == ["unread"]
    assert db["claims"].count == 1


def test_what_cannot_be_written_leaves_nothing_at_all(db: Database) -> None:
    """Check 22: no validators without the releases."""
    db.execute("CREATE TEMP TRIGGER refuse BEFORE INSERT ON polls BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(Refused, match="no"):
        save(db, poll(db, seen(parsed())))
    assert counts(db) == dict.fromkeys(TABLES, 0)
    assert (db["polls"].count, feed(db).etag) == (0, None)


def test_edit_is_the_next_revision_and_the_old_one_stays(db: Database) -> None:
    """Check 31: what was said first can be read for ever; the claims of the newest are the current ones."""
    save(db, poll(db, seen(parsed())))
    eight = replace(CLAIM, count_min=8, count_max=8)
    edit = seen(parsed(sha="other"), "Eight civilians were killed.", release_id=1, detection=Detection((eight,)))
    save(db, poll(db, edit, changes=Changes(edited=((parsed(sha="other"), KnownEntry(1, "sha")),))))
    texts = [row["text"] for row in db.query("SELECT text FROM revisions ORDER BY number")]
    assert texts == [HARM, "Eight civilians were killed."]
    record = whole_release(db, 1)
    assert (record["text"], record["revision_count"]) == ("Eight civilians were killed.", 2)
    assert [claim["count_min"] for claim in record["claims"]] == [8]
    assert [claim.meaning[:5] for claim in newest_revision(db, 1).claims] == [("killed", 8, 8, "civilian", "asserted")]


def test_same_release_in_a_second_feed_is_one_release(db: Database) -> None:
    """Also where both feeds were read before either was written."""
    first, second = poll(db, seen(parsed())), poll(db, seen(parsed()), name="army/all")
    save(db, first)
    save(db, second)
    assert (db["releases"].count, db["revisions"].count, db["sightings"].count) == (1, 1, 2)
    assert whole_release(db, 1)["feeds"] == ["army/news", "army/all"]
    found = known_entries(db, feed(db).id, ["1", "absent"], with_words=True)
    said = {"identity": "1", "url": "https://army.example/1", "title": "Title 1", "html": HARM}
    assert found == {"1": KnownEntry(1, "sha", is_vanished=False, **said)}
    assert known_entries(db, feed(db).id, ["1"]) == {"1": replace(found["1"], html="")}


def test_vanished_and_returned_are_events_and_change_no_text(db: Database) -> None:
    """Check 80: what was taken out is kept and marked; when it is back, that is said too."""
    save(db, poll(db, seen(parsed()), seen(parsed("2", 1))))
    gone = ListedEntry(1, "1", 0, None)
    same = ((parsed("2"), KnownEntry(2, "sha")),)
    save(db, poll(db, entry_count=1, changes=Changes(same=same, vanished=(gone,))))
    assert [one.identity for one in listed_entries(db, feed(db).id)] == ["2"]
    assert known_entries(db, feed(db).id, ["1"])["1"].is_vanished
    back = KnownEntry(1, "sha", is_vanished=True)
    save(db, poll(db, entry_count=2, changes=Changes(same=(*same, (parsed(), back)), returned=(back,))))
    assert [row["kind"] for row in db.query("SELECT kind FROM events ORDER BY id")] == ["vanished", "returned"]
    assert not known_entries(db, feed(db).id, ["1"])["1"].is_vanished
    assert db["revisions"].count == 2


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
@settings(max_examples=30, deadline=None)
def test_known_items_stand_where_the_document_lists_them(before: list[str], after: list[str]) -> None:
    """Places are written by how far items moved: every order must come out as it is, also among new and other items."""
    made = Database(memory=True)
    migrate(made)
    with TemporaryDirectory() as folder, write(made):
        sync(made, configure(Path(folder), {"news": "https://army.example/rss"}), interval=900)
    ids: dict[str, int] = {}
    for names in (before, after):
        items = [replace(parsed(name, place), mark=name.encode()) for place, name in enumerate(names)]
        new = [seen(one, text=one.identity) for one in items if one.identity not in ids]
        same = tuple((one, KnownEntry(ids[one.identity], "sha")) for one in items if one.identity in ids)
        changes = Changes(new=tuple(one.parsed for one in new), same=same)
        save(made, poll(made, *new, entry_count=len(items), changes=changes))
        ids = {row["identity"]: row["id"] for row in made.query("SELECT id, identity FROM releases")}
        placed = "SELECT identity, position FROM sightings JOIN releases ON releases.id = release_id"
        found = {row["identity"]: row["position"] for row in made.query(placed)}
        assert [found[name] for name in names] == list(range(len(names)))


def test_text_that_returns_to_what_it_was_alerts_again(db: Database) -> None:
    """A, B, A: the third is news, and its alert is another one than the first."""
    save(db, poll(db, seen(parsed(), alert=ALERT)))
    for text in ("It was a mistake.", HARM):
        save(db, poll(db, seen(parsed(), text, release_id=1, alert=replace(ALERT, event="new"))))
    assert (db["revisions"].count, db["alerts"].count) == (3, 3)
    assert len({row["uid"] for row in db.query("SELECT uid FROM deliveries")}) == 6


def test_new_detector_adds_its_claims_beside_the_old_ones(db: Database) -> None:
    """What an older version found stays readable; only one set is current, and none is written twice."""
    save(db, poll(db, seen(parsed())))
    with write(db):
        save_claims(db, 1, Detection((CLAIM, replace(CLAIM, harm="injured")), version="v2"))
        save_claims(db, 1, Detection((CLAIM,), version="v2"))
    rows = list(db.query("SELECT detector_version AS v, is_current AS c FROM claims ORDER BY id"))
    assert [(row["v"], row["c"]) for row in rows] == [("v1", 0), ("v2", 1), ("v2", 1)]
    with write(db):
        save_claims(db, 1, Detection((CLAIM,), version="v1"))
    assert [claim["detector_version"] for claim in whole_release(db, 1)["claims"]] == ["v1"]


def test_owed_page_is_due_with_everything_the_feed_said(db: Database) -> None:
    """The page is asked for again without the feed: its entry comes back from the database as it was."""
    published = StatedDate(NOW, "today", "feed")
    entry = parsed(published=published, tags=("a", "b"), attachments=(Attachment("https://army.example/f.pdf"),))
    save(db, poll(db, seen(entry, page_outcome="timed_out", page_due_at=NOW + timedelta(hours=1))))
    assert pages_to_retry(db, feed(db).id, NOW) == ()
    ((owed, known),) = pages_to_retry(db, feed(db).id, NOW + timedelta(hours=1))
    assert owed.entry == entry.entry
    assert known.release_id == 1


def test_held_host_survives_a_restart(db: Database) -> None:
    """A restart must not be a way round a Retry-After."""
    until = NOW + timedelta(minutes=10)
    save(db, poll(db, holds=(("army.example:443", until),)))
    assert held_hosts(db, NOW) == {"army.example:443": until}
    assert held_hosts(db, until) == {}


def test_capture_keeps_bytes_once_and_their_hash_always(db: Database) -> None:
    """A body that is no evidence is named by its hash; the same body is stored once."""
    said: dict[str, Any] = {"requested_url": "u", "url": "u", "started_at": NOW, "ended_at": NOW}
    capture = Capture("feed", "new", Response(**said, status=200, body=b"body" * 200, wire=b"wire"))
    for keeps in (False, True, True):
        save(db, poll(db, capture=replace(capture, keeps_body=keeps)))
    rows = list(db.query("SELECT body_sha256, snapshot_id, wire_snapshot_id FROM captures ORDER BY id"))
    assert len({row["body_sha256"] for row in rows}) == 1
    assert [row["snapshot_id"] is None for row in rows] == [True, False, False]
    assert db["snapshots"].count == 2


def test_delivery_is_due_until_it_is_sent(db: Database) -> None:
    """Checks 23 to 26: each try has its row, a failure is due again, the last one leaves the row dead and kept."""
    save(db, poll(db, seen(parsed(), alert=ALERT)))
    assert due_deliveries(db, NOW - timedelta(seconds=1)) == ()
    first, second = due_deliveries(db, NOW)
    assert due_deliveries(db, NOW, busy=("desk", "mail")) == ()
    assert [one.channel for one in due_deliveries(db, NOW, busy=("desk",))] == ["mail"]
    later = NOW + timedelta(minutes=5)
    with write(db):
        start_attempt(db, first, NOW, retry_at=later)
    assert due_deliveries(db, NOW) == (second,), "a try that was begun is not begun again at once"
    (again,) = due_deliveries(db, later, busy=("mail",))
    assert (again.uid, again.number) == (first.uid, 2)
    with write(db):
        finish_attempt(db, first, NOW, AttemptResult(is_sent=False, detail="refused", retry_at=later))
        start_attempt(db, again, later, retry_at=None)
        finish_attempt(db, again, later, AttemptResult(is_sent=False, detail="refused"))
        start_attempt(db, second, NOW, retry_at=later)
        finish_attempt(db, second, NOW, AttemptResult(is_sent=True, detail=""))
    states = {row["channel"]: row["state"] for row in db.query("SELECT channel, state FROM deliveries")}
    assert states == {"desk": "dead", "mail": "sent"}
    assert due_deliveries(db, later + timedelta(days=9)) == ()
    assert [row["outcome"] for row in db.query("SELECT outcome FROM attempts ORDER BY id")] == [
        "failed",
        "failed",
        "sent",
    ]


def test_feed_that_was_moved_by_hand_starts_anew(db: Database, tmp_path: Path) -> None:
    """Validators belong to the place they came from; a feed that is no longer configured is disabled and kept."""
    save(db, poll(db, seen(parsed())))
    with write(db):
        sync(db, configure(tmp_path, {"news": "https://army.example/new"}), interval=900)
    moved = feed(db)
    assert (moved.url, moved.etag, moved.due_at) == ("https://army.example/new", None, None)
    assert listed_entries(db, moved.id) == (), "what the old place listed has not vanished from the new one"
    assert select(db, ["army/all"]) == ()
    assert db["feeds"].count == 2


def test_due_feeds_come_longest_due_first(db: Database) -> None:
    """A feed that was never asked is due; one that its server holds is not."""
    assert [one.name for one in select(db, due_by=NOW)] == ["army/news", "army/all"]
    state = feed(db)
    save(db, poll(db, next_feed=replace(state, due_at=NOW - timedelta(hours=1))))
    assert [one.name for one in select(db, due_by=NOW)] == ["army/all", "army/news"]
    save(db, poll(db, next_feed=replace(state, due_at=NOW, not_before_at=NOW + timedelta(minutes=1))))
    assert [one.name for one in select(db, due_by=NOW)] == ["army/all"]
    assert {one.name for one in select(db, ["army"])} == {"army/news", "army/all"}


@settings(max_examples=30)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_stored_and_read(title: str, text: str) -> None:
    """Lone surrogates and signs that mean something elsewhere: only what UTF-8 cannot hold is replaced."""
    made = connect_memory()
    page = PageText(title, text, summary=title, tags=(title,))
    save(made, poll(made, seen(replace(parsed(), entry=Entry("1", None, title, text)), text, page=page)))
    record = whole_release(made, 1)
    assert (record["title"], record["text"]) == (whole(title), whole(text))
    assert record["tags"] == [whole(title)]
    made.close()


def whole(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()


def connect_memory() -> Database:
    made = Database(sqlite3.connect(":memory:"))
    migrate(made)
    made.execute("INSERT INTO publishers (code, name, is_verified) VALUES ('army', 'Army', 0)")
    made.execute(
        "INSERT INTO feeds (publisher_id, name, kind, url, configured_url, is_enabled, interval_seconds)"
        " VALUES (1, 'army/news', 'feed', 'u', 'u', 1, 900)"
    )
    made.conn.commit()
    return made


def test_message_of_an_alert_comes_back_as_it_was(db: Database) -> None:
    """What a channel sends is what was decided, in any script."""
    message = {"claims": [{"sentence": "Двоє загинули 😀"}], "priority": "urgent"}
    save(db, poll(db, seen(parsed(), alert=replace(ALERT, message=message))))
    due = due_deliveries(db, NOW)[0]
    assert json.loads(json.dumps(due.message))["claims"] == message["claims"]
    assert (due.message["title"], due.thread) == ("2 killed", "1")


@pytest.mark.parametrize("body", [b"", b"short", b"long " * 1000, bytes(range(256))])
def test_snapshot_keeps_the_bytes_once(db: Database, body: bytes) -> None:
    """What was received comes out again byte for byte, however often it came."""
    first, second = (snapshot(db, body, clock.now()) for _ in range(2))
    assert first == second
    (row,) = db.query("SELECT * FROM snapshots")
    assert body_of(db, row) == body


START = datetime(2026, 11, 24, 8, tzinfo=UTC)
_TIMES = ("milliseconds", "started_at", "ended_at", "polled_at", "succeeded_at", "due_at", "body_at", "not_before_at")


async def _polled(folder: Path) -> Configuration:
    """Four feeds that answer 304, the same body, a 404 and nothing, asked twice; the second time is quiet."""
    async with http_server() as server:
        body = rss(entry(1, "http://army.example", link="", pubDate=""))
        server.routes |= {
            "/known": Answer(body, etag='"a"'),
            "/same": Answer(body, headers={"Cache-Control": "max-age=60"}),
            "/missing": Answer(status=404),
        }
        feeds = {name: server.url(f"/{name}") for name in ("known", "same", "missing")}
        configuration = configure(folder, feeds | {"absent": "http://127.0.0.1:9/"})
        await one_round(configuration)
        await one_round(configuration)
    return configuration


def _rows(configuration: Configuration, table: str) -> list[dict[str, Any]]:
    """What stands there, without what differs from run to run; `captures` hold the port of the server."""
    found = rows(configuration, f"SELECT * FROM {table} ORDER BY feed_id, id")
    varied = {
        "id",
        "capture_id",
        "trace",
        *_TIMES,
        "url",
        "requested_url",
        "request_headers",
        "response_headers",
        "address",
    }
    return [{name: value for name, value in row.items() if name not in varied} for row in found]


@in_loop
async def test_written_together_is_written_as_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast way for what says nothing new must leave out nothing that the plain way writes (check 87)."""
    together = await _polled(tmp_path / "together")

    def one_by_one(db: Database, records: Sequence[PollRecord]) -> None:
        for record in records:
            save_poll(db, record)

    monkeypatch.setattr(pipeline, "save_quiet", one_by_one)
    apart = await _polled(tmp_path / "apart")
    for table in ("polls", "captures"):
        assert _rows(together, table) == _rows(apart, table)
    assert len(_rows(together, "polls")) == 8
    sql = "SELECT outcome, error, etag, failure_count, interval_seconds, fresh_seconds FROM feeds ORDER BY name"
    assert rows(together, sql) == rows(apart, sql)
    joined = (
        "SELECT count(*) AS n FROM polls JOIN captures ON captures.id = capture_id AND captures.feed_id = polls.feed_id"
    )
    assert rows(together, joined) == [{"n": 8}]


@in_loop
async def test_polls_that_share_a_commit_are_each_whole_and_each_under_its_own_trace(db: Database) -> None:
    """One that breaks takes none of the others with it, and is told so alone; a message leads to its own poll."""
    first, second = (poll(db, seen(parsed(name), text=name, alert=ALERT), trace=name) for name in ("1", "2"))
    broken = poll(db, seen(parsed("3"), text="3"), name="army/all", next_feed=replace(feed(db), interval=-1))
    wrong = Detection((replace(CLAIM, count_min=5, count_max=2),), version="v1")
    untaken = poll(db, seen(parsed("4"), detection=wrong), seen(parsed("5"), text="5"), trace="4")
    database = Path(db.execute("PRAGMA database_list").fetchone()[2])
    async with open_store(database) as store:
        answers = [
            store.write_together(as_polls, record, seconds=0, alone=as_polls_with_savepoints)
            for record in (first, broken, second, untaken)
        ]
        results = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(one) for one in results] == [bool, Refused, bool, bool]
    stored = [(row["identity"], row["page_outcome"]) for row in db.query("SELECT * FROM releases ORDER BY id")]
    assert stored == [("1", "ok"), ("2", "ok"), ("4", "failed"), ("5", "ok")]
    assert [row["trace"] for row in db.query("SELECT trace FROM polls ORDER BY id")] == ["1", "2", "4"]
    sent = "SELECT DISTINCT thread, trace FROM deliveries JOIN alerts ON alerts.id = alert_id ORDER BY thread"
    assert [tuple(row.values()) for row in db.query(sent)] == [("1", "1"), ("2", "2")]


def test_links_of_polls_that_share_a_commit_are_those_of_polls_written_apart(db: Database) -> None:
    """The chain is written once for all of them: each row has its link, in the order in which rows were written."""
    for number, way in enumerate((save_polls, save_polls_with_savepoints)):
        records = [poll(db, seen(parsed(name), text=name, alert=ALERT)) for name in (f"a{number}", f"b{number}")]
        with write(db):
            way(db, records)
    kinds = [row["kind"] for row in db.query("SELECT kind FROM chain ORDER BY seq")]
    assert kinds[: len(kinds) // 2] == kinds[len(kinds) // 2 :]
    assert kinds.count("revision") == 4
    assert verify(db).findings == ()


def test_text_is_found_however_it_was_written(db: Database) -> None:
    """At the end of a commit that polls share, at once where it is written alone, also after a commit that failed."""
    wrong = Detection((replace(CLAIM, count_min=5, count_max=2),), version="v1")
    for way in (save_polls, save_polls_with_savepoints, save_polls):
        name = str(db["revisions"].count)
        with pytest.raises(Refused), write(db):
            save_polls(
                db,
                [
                    poll(db, seen(parsed(f"x{name}"), text=f"Karsa, {name}")),
                    poll(db, seen(parsed("y"), detection=wrong)),
                ],
            )
        with write(db):
            way(db, [poll(db, seen(parsed(of), text=f"Said in Karsa of {of}")) for of in (f"a{name}", f"b{name}")])
    assert [row[0] for row in db.conn.execute("SELECT rowid FROM revisions_fts('karsa')")] == [1, 2, 3, 4, 5, 6]
    db.conn.execute("INSERT INTO revisions_fts (revisions_fts, rank) VALUES ('integrity-check', 1)")
    assert db["indexed_later"].count == 0


@in_loop
async def test_quiet_poll_moves_the_feed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what differs is written of a feed's state, and that is all that a restart needs (check 4)."""
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example", link="")), etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours in range(3):
            monkeypatch.setattr(clock, "now", lambda hours=hours: START + timedelta(hours=hours))
            (record,) = (await one_round(configuration)).values()
    (row,) = rows(configuration, "SELECT polled_at, due_at, interval_seconds, etag FROM feeds")
    assert row["polled_at"] == clock.to_text(START + timedelta(hours=2))
    assert record.next_feed.due_at is not None
    assert row["due_at"] == clock.to_text(record.next_feed.due_at)
    assert (row["interval_seconds"], row["etag"]) == (2025, '"a"')
