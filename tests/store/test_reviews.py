"""Reviews as rows: the queue after a new detector, precision, and the labelled lines that `watcher evaluate` reads."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.scenario import entry, store
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.score import evaluate
from watcher.errors import Refused, WatcherError
from watcher.pipeline.text_claims import detect_text
from watcher.store.connection import connect, write
from watcher.store.labelled_reviews import labelled_lines
from watcher.store.precision import Precision, band_of, precision_by, precision_of_claims
from watcher.store.review_queue import claim_to_review, next_claim
from watcher.store.reviews import Review, latest_reviews, save_review
from watcher.store.revisions import newest_revision

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration

TEXTS = (
    "Two civilians were killed and four soldiers were injured near the town. A third man died later.",
    "Nine militants were killed in the raid.",
    "The ministry denied that five civilians were killed.",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases of one publisher."""
    folder = tmp_path_factory.mktemp("reviews")
    store(folder, lambda base: [entry(n, base, link="", text=text) for n, text in enumerate(TEXTS)])
    return folder


@pytest.fixture
def made(whole: Path, tmp_path: Path) -> Configuration:
    shutil.copytree(whole, tmp_path / "copy")
    return load(tmp_path / "copy")


@pytest.fixture
def db(made: Configuration) -> Iterator[Database]:
    opened = connect(made.database)
    yield opened
    opened.close()


def claims(db: Database) -> dict[str, int]:
    """The ids of the stored claims by their words."""
    return {row["count_raw"] + " " + row["harm"]: row["id"] for row in db.query("SELECT * FROM claims ORDER BY id")}


def judge(db: Database, claim_id: int, verdict: str, reviewer: str = "anna", **fields: object) -> int:
    review = Review(verdict, reviewer, claim_id=claim_id, **fields)  # type: ignore[arg-type]
    with write(db):
        return save_review(db, review, clock.now())


def test_reviews_are_labelled_lines_that_evaluate_reads(made: Configuration, db: Database) -> None:
    """What people put right becomes a test of the next detector: counts, stances, what is none, what was missed."""
    of = claims(db)
    judge(db, of["Two killed"], "right", note="as the hospital said")
    judge(db, of["four injured"], "wrong_number", count_min=5, count_max=5)
    judge(db, of["four injured"], "wrong_victim", victim="civilian")
    judge(db, of["Two killed"], "missed", words="A third man died later", harm="killed", count_min=1, count_max=1)
    judge(db, of["Nine killed"], "not_a_claim")
    judge(db, of["five killed"], "wrong_stance", stance="under_review")
    lines = list(labelled_lines(db))
    records = {record.id: record for record in read_records(lines)}
    first, second, third = (json.loads(line) for line in lines)
    assert [label["harm"] for label in first["claims"]][:2] == ["killed", "injured"]
    assert first["claims"][0]["words"] in TEXTS[0]
    assert (first["claims"][1]["count_min"], first["claims"][1]["victim"]) == (5, "civilian")
    assert first["claims"][-1]["words"] == "A third man died later"
    assert (first["doc_label"], first["note"]) == (True, "as the hospital said")
    assert (second["claims"], second["complete"], second["doc_label"]) == ([], True, False)
    assert (third["claims"][0]["stance"], third["doc_label"]) == ("under_review", False)
    words = made.folder / "words"
    found = {key: detect_text(words, one.text, language=one.lang) for key, one in records.items()}
    score = evaluate(tuple(records.values()), found)
    assert {one.id for one in score.disagreements} == set(records)
    printed = CliRunner().invoke(cli, ["--config", str(made.folder), "export", "reviews"])
    assert printed.output.splitlines() == lines


def test_wrong_number_without_the_right_one_is_not_scored(db: Database) -> None:
    """A reviewer who knows only that it is wrong makes no claim of what is right; a dispute makes no label at all."""
    of = claims(db)
    judge(db, of["Nine killed"], "wrong_number")
    judge(db, of["five killed"], "right")
    judge(db, of["five killed"], "not_a_claim", "ben")
    first, second = (json.loads(line) for line in labelled_lines(db))
    assert "count_min" not in first["claims"][0]
    assert (second["claims"], second["complete"], second["doc_label"]) == ([], False, None)


def test_precision_counts_the_last_word_of_each_reviewer(made: Configuration, db: Database) -> None:
    """By publisher, stance, rule and confidence; who disagrees makes a claim disputed, not wrong."""
    of = claims(db)
    judge(db, of["Two killed"], "not_a_claim")
    judge(db, of["Two killed"], "right")
    judge(db, of["Nine killed"], "duplicate", duplicate_of=of["Nine killed"])
    judge(db, of["five killed"], "right")
    judge(db, of["five killed"], "wrong_stance", "ben")
    judge(db, of["four injured"], "note", note="unclear")
    found = precision_by(db.conn)
    assert found["all"] == {"all": Precision(1, 1, 1)}
    assert found["publisher"] == {"army": Precision(1, 1, 1)}
    assert found["stance"]["denied"].words == "not reviewed yet"
    assert sum(one.right for one in found["confidence"].values()) == 1
    assert found["rule"]
    assert Precision(3, 1).words == "3 of 4 reviewed claims are right (75%)"
    shown = precision_of_claims(db.conn, "army", newest_revision(db, 1).claims)
    assert shown["claims of army"] == Precision(1, 1, 1)
    assert "stated as fact" in shown
    assert any(words.startswith("rule ") for words in shown)
    assert precision_of_claims(db.conn, "navy", ()) == {}
    assert [band_of(one) for one in (1, 0.9, 0.7, 0.69, 0.1)] == [
        "0.9 to 1", "0.9 to 1", "0.7 to 0.9", "0.5 to 0.7", "below 0.5",
    ]  # fmt: skip
    result = CliRunner().invoke(cli, ["--config", str(made.folder), "evaluate", "--reviews"])
    assert result.exit_code == 0
    assert "army" in result.output
    assert "0.500" in result.output
    assert CliRunner().invoke(cli, ["--config", str(made.folder), "evaluate"]).exit_code == 2


def test_claim_that_a_new_detector_finds_again_is_not_asked_for_twice(db: Database) -> None:
    """Every release of the detector would otherwise empty the reviewers' work; what it finds anew is asked for."""
    of = claims(db)
    for claim_id in of.values():
        judge(db, claim_id, "right")
    assert next_claim(db.conn) is None
    names = ", ".join(f'"{column.name}"' for column in db["claims"].columns if column.name not in {"id", "is_current"})
    others = names.replace('"detector_version"', "'newer'")
    with write(db):
        db.conn.execute("UPDATE claims SET is_current = 0")
        db.conn.execute(f"INSERT INTO claims ({names}, is_current) SELECT {others}, 1 FROM claims")
    assert next_claim(db.conn) is None
    altered = others.replace('"count_min"', "1")
    altered = altered.replace("'newer'", "'newest'")
    with write(db):
        db.conn.execute("UPDATE claims SET is_current = 0")
        db.conn.execute(f"INSERT INTO claims ({names}, is_current) SELECT {altered}, 1 FROM claims WHERE id = 1")
    assert next_claim(db.conn) == db.execute("SELECT max(id) FROM claims").fetchone()[0]


def test_rows_that_say_nothing_are_refused(db: Database) -> None:
    """The tables hold it too, for whoever writes past the page."""
    for review in (Review("right", "anna", claim_id=99), Review("note", "anna", note="x"), Review("right", "anna")):
        with pytest.raises(WatcherError), write(db):
            save_review(db, review, clock.now())
    for review in (Review("right", "", claim_id=1), Review("note", "anna", claim_id=1)):
        with pytest.raises(Refused), write(db):
            save_review(db, review, clock.now())
    with write(db):
        save_review(db, Review("note", "anna", revision_id=1, note="of the whole text"), clock.now())
    assert [one["claim_id"] for one in latest_reviews(db.conn, "anna")] == [None]
    assert claim_to_review(db.conn, 99) is None
    shown = claim_to_review(db.conn, claims(db)["four injured"])
    assert shown is not None
    assert "".join(shown.parts) == TEXTS[0]
