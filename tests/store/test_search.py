"""What the search gives: each hit leads to its own release, and the newest of all chosen publishers come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store import reports
from watcher.store.search import Search, find

if TYPE_CHECKING:
    import pytest
    from sqlite_utils import Database


def put(db: Database, number: int, publisher: int, day: int, text: str = "", *, document: str = "") -> None:
    """A release of that day with this text, and a document that begins with `report` and its number."""
    at = f"2026-01-{day:02}T00:00:00.000000Z"
    db.execute(
        "INSERT OR IGNORE INTO publishers (id, code, name, country, is_verified) VALUES (?, ?, 'x', 'NO', 1)",
        [publisher, f"p{publisher}"],
    )
    db.execute(
        "INSERT INTO releases (id, publisher_id, identity, title, published_at, revision_count, is_reported, "
        " page_outcome, first_seen_at, last_seen_at) VALUES"
        " (?1, ?2, 'r' || ?1, 'r' || ?1, ?3, 1, 0, 'ok', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')",
        [number, publisher, at],
    )
    db.execute(
        "INSERT INTO revisions (id, release_id, number, title, text, text_sha256, page_outcome, observed_at)"
        " VALUES (?1 + 10, ?1, 1, '', ?3, printf('%064d', ?1), 'ok', ?2)",
        [number, at, text],
    )
    db.execute("INSERT INTO attachments (id, release_id, url, first_seen_at) VALUES (?1, ?1, 'u', ?2)", [number, at])
    db.execute(
        "INSERT INTO attachment_texts (id, attachment_id, revision_id, text, extracted_at)"
        " VALUES (?1 + 20, ?1, ?1 + 10, 'report no' || ?1 || ' ' || ?3, ?2)",
        [number, at, document],
    )


def test_document_leads_to_its_own_release(db: Database) -> None:
    """With two documents the one that was found belonged to the first release."""
    put(db, 1, 1, 1)
    put(db, 2, 1, 2)
    (hit,) = find(db.conn, Search(q="no2")).hits
    assert (hit.row["release_id"], hit.document) == (2, 22)


def test_newest_of_a_country_are_those_of_all_its_publishers(db: Database) -> None:
    """Each publisher's are looked up by themselves and put together by time, whatever their numbers."""
    for number, publisher, day in ((1, 1, 5), (2, 2, 9), (3, 1, 7), (4, 2, 1)):
        put(db, number, publisher, day)
    assert [hit.row["release_id"] for hit in find(db.conn, Search(country="NO")).hits] == [2, 3, 1, 4]
    assert [hit.row["release_id"] for hit in find(db.conn, Search(publisher="p1")).hits] == [3, 1]
    assert [hit.row["release_id"] for hit in find(db.conn, Search(), size=3).hits] == [2, 3, 1]


def test_beginning_finds_all_words_that_begin_so(db: Database) -> None:
    """What the index folds is folded here too; a phrase may end with a beginning."""
    texts = ("Garáta was hit", "the garrison of garat", "an air strike", "air strikes", "Straße")
    for number, text in enumerate(texts, start=1):
        put(db, number, 1, number, text)
    wanted = {
        "gara*": [2, 1],
        "GARÁ*": [2, 1],
        "garr*": [2],
        '"air str*"': [4, 3],
        "air-str*": [4, 3],
        "zz*": [],
        "stra*": [5],
    }
    found = {q: [hit.row["release_id"] for hit in find(db.conn, Search(q=q)).hits] for q in wanted}
    assert found == wanted
    assert [part for part in find(db.conn, Search(q="gara*")).hits[0].snippet if part[1]] == [("garat", True)]


def test_snippets_of_many_hits_cost_one_walk(db: Database) -> None:
    """The index was asked anew for each of the twenty hits of a page: with a beginning, all its words each time."""
    for number in range(1, 41):
        put(db, number, 1, 1 + number % 28, f"civilians{number % 20} were told {number}")
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    db.conn.set_progress_handler(count, 1)
    find(db.conn, Search(q="civilians*"))
    assert steps < 20_000, steps


def test_beginning_of_very_many_words_is_read_for(db: Database) -> None:
    """The letters ba begin a thousand words: the newest texts are read instead, with snippets as ever."""
    for number in range(1, 11):
        words = " ".join(f"bá{number}x{place}" for place in range(30))
        put(db, number, 1, number, f"Ein Ort, {words}" if number % 2 else f"Ein Dorf, {words}, kaba")
    found = find(db.conn, Search(q="ba*"))
    assert [hit.row["release_id"] for hit in found.hits] == list(range(10, 0, -1))
    assert all(any(text.startswith("bá") for text, is_match in hit.snippet if is_match) for hit in found.hits)
    dorf = find(db.conn, Search(q="dorf ba*"))
    assert [hit.row["release_id"] for hit in dorf.hits] == [10, 8, 6, 4, 2]
    assert {text for text, is_match in dorf.hits[0].snippet if is_match} >= {"Dorf", "bá10x0"}
    assert find(db.conn, Search(q="ba* -dorf")).count == 5
    assert [find(db.conn, Search(q=q)).count for q in ('"ort ba*"', '"ein ba*"')] == [5, 0]
    assert (found.is_cut, find(db.conn, Search(q="kab*")).count) == (False, 5)


def test_beginning_that_most_texts_have_is_not_looked_up(db: Database) -> None:
    """Its words were read from the index one by one, for nothing: the newest texts alone fill the pages."""
    for number in range(1, 61):
        put(db, number, 1, 1 + number % 28, f"civilians{number} were told {number}")
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    found = find(db.conn, Search(q="civilians*"))
    assert found.count == 60
    assert all(any(text.startswith("civilians") for text, is_match in hit.snippet if is_match) for hit in found.hits)
    assert not [sql for sql in asked if "term >=" in sql]


def test_common_words_are_looked_for_in_the_newest_releases(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """`releases --search` read every text with a word before it showed fifty; it gives the same either way."""
    for number in range(1, 9):
        put(db, number, 1 + number % 2, 10 + number, "Nobody was told." if number % 4 else "Nobody knew.")
    wanted = {"told": [7, 6, 5, 3, 2, 1], "told nobody": [7, 6, 5, 3, 2, 1], "knew": [8, 4], "zz": []}
    for most in (10_000, 2):
        monkeypatch.setattr(reports, "_MOST_HITS", most)
        assert {q: [row["release"] for row in reports.releases(db, words=q)] for q in wanted} == wanted
        assert [row["release"] for row in reports.releases(db, words="told", publisher="p2", limit=2)] == [7, 5]


def test_command_finds_what_the_reading_room_finds(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A denial that stands in the annex alone was missing from `releases --search`, and so was another spelling."""
    put(db, 1, 1, 10, "Fighting near Al-Hudaydah went on.")
    put(db, 2, 1, 11, "The annex has the findings.", document="Near Hudaydah nobody was hurt.")
    put(db, 3, 1, 12, "Hudaydah was calm, the findings say.")
    for most in (10_000, 1):
        monkeypatch.setattr(reports, "_MOST_HITS", most)
        for q in ("el-hudaydah", "hudaydah -calm", '"near hudaydah"', "find*", "hudaydah nobody", "-", '"', "a AND ("):
            found = [row["release"] for row in reports.releases(db, words=q)]
            assert found == [hit.row["release_id"] for hit in find(db.conn, Search(q=q)).hits] or most == 1, q
        assert [row["release"] for row in reports.releases(db, words="hudaydah")] == [3, 2, 1]
