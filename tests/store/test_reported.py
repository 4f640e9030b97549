"""What the front page lists: releases by time, whatever is filtered; figures that follow their releases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from watcher.store.reported import Wanted, choices, counts_by_week, newest_reported
from watcher.store.rows import insert, update
from watcher.store.schema import SCRIPTS, migrate

NOW = "2026-11-26T12:00:00.000Z"
NUMBERS = count(1)
HARMS, STANCES = ("killed", "injured", "captured"), ("asserted", "alleged", "denied")


@pytest.fixture
def db(db: Database) -> Database:
    for number, country in enumerate(("LB", "SY"), start=1):
        names = {"code": f"p{number}", "name": f"Publisher {number}", "country": country}
        insert(db, "publishers", {"id": number, **names, "is_verified": 1})
    return db


def total(harm: str, stance: str, people: int | None, victim: str = "civilian") -> dict[str, Any]:
    return {"harm": harm, "victim": victim, "stance": stance, "count_min": people, "count_max": people}


def add(
    db: Database, number: int, *totals: dict[str, Any], publisher: int = 1, language: str = "en", **row: Any
) -> None:
    """A release with one revision."""
    said = {"id": number, "publisher_id": publisher, "identity": f"{number}", "title": f"Release {number}"}
    said |= {"published_at": NOW, "first_seen_at": NOW, "last_seen_at": NOW, "revision_count": 1, "is_reported": 1}
    insert(db, "releases", said | {"totals": json.dumps(totals), "page_outcome": "ok"} | row)
    text = {"text": "", "text_from": "page", "text_sha256": "a" * 64, "page_outcome": "ok", "observed_at": NOW}
    insert(db, "revisions", {"release_id": number, "number": 1, "title": "", "language": language} | text)


def found(db: Database, **wanted: Any) -> list[int]:
    return [one.row["id"] for one in newest_reported(db.conn, Wanted(**wanted), limit=9)]


def test_each_filter_leaves_what_it_names(db: Database) -> None:
    """By itself what is reported; a denial, people captured, another country or language when they are asked for."""
    add(db, 1, total("killed", "asserted", 2))
    add(db, 2, total("killed", "denied", 0))
    add(db, 3, total("captured", "asserted", 2))
    add(db, 4, total("injured", "alleged", 9, "military"), publisher=2, language="ar")
    assert found(db) == [4, 1]
    assert found(db, stance="denied") == [2]
    assert found(db, harm="captured") == [3]
    assert found(db, country="SY") == found(db, language="ar") == found(db, victim="military") == [4]
    assert found(db, publisher="p1") == [1]
    assert found(db, publisher="p9") == []
    assert found(db, since="2026-11-27T00:00:00.000Z") == found(db, until=NOW) == []
    assert found(db, after=(NOW, 4)) == [1]
    assert choices(db.conn)["language"] == [("ar", "ar"), ("en", "en")]


def test_time_is_that_of_publication_unless_it_lies_ahead(db: Database) -> None:
    """A publisher whose clock is wrong must not stand above everybody else for years."""
    add(db, 1, total("killed", "asserted", 1), published_at="2090-01-01T00:00:00.000Z")
    add(db, 2, total("killed", "asserted", 1), published_at="2026-11-25T00:00:00.000Z")
    add(db, 3, total("killed", "asserted", 1), published_at=None, first_seen_at="2026-11-26T13:00:00.000Z")
    assert found(db) == [3, 1, 2]


@given(
    st.lists(
        st.dictionaries(
            st.tuples(st.sampled_from(HARMS), st.sampled_from(STANCES)), st.none() | st.integers(0, 9), max_size=5
        ),
        min_size=1,
        max_size=4,
    )
)
def test_figures_are_those_of_the_release_after_any_edits(edits: list[dict[tuple[str, str], int | None]]) -> None:
    """The list would show what a release said once, and filters would miss what it says now."""
    made, number = in_memory(), next(NUMBERS)
    add(made, number)
    for said in edits:
        totals = [total(*key, people) for key, people in said.items()]
        update(made, "releases", number, {"totals": json.dumps(totals), "last_seen_at": NOW})
    rows = made.query("SELECT harm, stance, count_min, language FROM release_totals WHERE release_id = ?", [number])
    kept = {(row["harm"], row["stance"]): (row["count_min"], row["language"]) for row in rows}
    assert kept == {key: (people, "en") for key, people in edits[-1].items()}


@cache
def in_memory() -> Database:
    """One database for all examples: migrations take longer than they do."""
    made = Database(memory=True)
    migrate(made)
    insert(made, "publishers", {"id": 1, "code": "p1", "name": "Publisher", "is_verified": 1})
    return made


def test_weeks_begin_on_monday_and_count_copies_once(db: Database) -> None:
    """A statement that another site copied has the same dead."""
    monday = datetime(2026, 11, 23, tzinfo=UTC).strftime("%Y-%m-%dT00:00:00.000Z")
    for number, at in enumerate((monday, "2026-11-29T23:59:59.000Z", "2026-11-22T23:59:59.000Z", NOW), start=1):
        add(db, number, total("killed", "asserted", number), published_at=at, first_seen_at=at)
    insert(db, "syndicated_copies", {"release_id": 1, "other_release_id": 4, "similarity": 1.0, "found_at": NOW})
    counts = [(row["week"], row["people"], row["statements"]) for row in counts_by_week(db.conn, Wanted())]
    assert counts == [("2026-11-16", 3, 1), ("2026-11-23", 3, 2)]


def test_figures_of_an_older_database_are_made_by_the_migration(db: Database) -> None:
    """Who upgrades sees the releases of the years before."""
    add(db, 1, total("killed", "asserted", 2), language="uk")
    before = list(db.query("SELECT * FROM release_totals"))
    db.execute("DELETE FROM release_totals")
    script = SCRIPTS["0007_release_totals"]
    db.execute(script[script.index("INSERT INTO release_totals") : script.index(";\nCREATE TRIGGER")])
    assert list(db.query("SELECT * FROM release_totals")) == before != []
