"""The page of a release: what was said, whether it changed, whether it can be relied on, how it is quoted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

from click.testing import CliRunner

from tests.support.evidence import tamper
from tests.support.reading_room import PUBLISHER, copy_of, get, opened, plain
from watcher.alerts.channels.notification import permalink, with_permalinks
from watcher.cli.main import cli
from watcher.store.alerts import published_alerts
from watcher.store.connection import connect, write
from watcher.store.rows import insert

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from datasette.app import Datasette


def test_claims_are_marked_in_the_text_and_explained_beside_it(reader: Datasette) -> None:
    """The words, who says so, where, when, how surely and why, without leaving the page."""
    page = get(reader, "/release/1").text
    assert '<mark class="asserted">Eight civilians were killed</mark>' in page
    assert '<mark class="alleged">six people were killed</mark>' in page
    words = plain(page)
    assert "1 8 civilians killed stated as fact Eight civilians were killed" in words
    assert "Place Tel Hamis Date 25 November (20" in words
    assert re.search(r"Confidence ●●. [a-z ]+ \(0\.\d\d\)", words)
    assert (
        "Why Stated as fact: the publisher itself says that it happened, whoever did it. What matched: killed" in words
    )
    assert f"{PUBLISHER} : 8 civilians killed, 4 injured" in words


def test_one_fact_is_one_claim_with_all_its_places(reader: Datasette) -> None:
    """Text, table and page 3 of the PDF say one thing: it is listed once, and marked in each of them."""
    page = get(reader, "/release/1").text
    assert page.count("<strong>8 civilians killed</strong>") == 1
    first = page[page.index('id="claim-1"') : page.index('id="claim-2"')]
    assert "Said in text ; table ; the report of the inquiry, page 3" in plain(first)
    marks = re.findall(r'<mark class="asserted">([^<]+)</mark>\s*<a class="ref" href="#claim-1"', page)
    assert marks[0] == "Eight civilians were killed"
    assert len(marks) == 3
    assert "page 3" in plain(page)


def test_places_that_are_called_the_same_are_told_apart(reader: Datasette) -> None:
    """Two links "text" beside each other look like a mistake of the page."""
    assert "Said in text ; text, again" in plain(get(reader, "/release/4").text)


def test_record_has_the_publishers_time_and_that_of_the_reader(reader: Datasette) -> None:
    """A desk elsewhere reads the publisher's hour, UTC, and by a few lines of script its own."""
    page = get(reader, "/release/1").text
    assert re.search(
        r'<time datetime="[^"]+Z" data-zone="Asia/Beirut" class="both">\w{3} \d+ \w{3} \d{4} [\d:]+ EES?T', page
    )
    assert get(reader, "/-/watcher/times.js").status_code == 200
    for name in ("Published", "Dateline TEL HAMIS, Norland", "First seen", "Feed last asked", "Revision 2 of 2"):
        assert name in plain(page)


def test_revisions_are_a_time_line_with_differences_side_by_side(reader: Datasette) -> None:
    """What was changed in words and in claims, both texts beside each other."""
    page = get(reader, "/release/1").text
    assert "<del>Two </del>" in page
    assert "<ins>Eight </ins>" in page
    words = plain(page)
    assert "2 civilians killed → 8 civilians killed" in words
    assert "From revision 1 to 2" in words
    assert re.search(r"Revision 1 , .*: 2 civilians killed, 4 injured; alleged, not confirmed: 6 people killed", words)
    old = get(reader, "/release/1/r1").text
    assert "This is revision 1 of 2." in plain(old)
    assert "Two civilians were killed" in old
    assert 'id="changes"' not in old
    assert get(reader, "/release/1/r2?from=1").status_code == 200
    for odd in ("9x", "0000000019", f"000000001{'0' * 5000}"):
        assert get(reader, f"/release/1/r2?from={odd}").status_code == 200, odd


def test_permalink_marks_the_sentence_also_after_the_detector_was_changed(room: Path, tmp_path: Path) -> None:
    """A footnote must lead to the same sentence in ten years, whatever finds claims then."""
    copy = copy_of(room, tmp_path)
    db = connect(copy)
    (claim,) = db.query("SELECT * FROM claims WHERE revision_id = 1 AND number = 1")
    datasette = opened(copy)
    page = get(datasette, "/release/1/r1").text
    assert page.count(f'id="c{claim["id"]}"') == 1
    assert f"http://localhost/release/1/r1#c{claim['id']}" in page
    with write(db):
        db.execute("UPDATE claims SET is_current = 0 WHERE revision_id = 1")
        insert(db, "claims", {**claim, "id": 9_000, "detector_version": "other"})
    db.close()
    later = get(datasette, "/release/1/r1").text
    datasette.close()
    assert later.count(f'id="c{claim["id"]}"') == 1
    assert later.count('id="c9000"') == 1
    assert "Found by earlier versions of the detector" in later


def test_every_citation_names_hash_and_time(reader: Datasette) -> None:
    """Each claim has three styles, with its sentence, and the whole revision too."""
    page = get(reader, "/release/1").text
    (sha256,) = {*re.findall(r"SHA-256 of the text ([0-9a-f]{64})", page)}
    assert f"text <code>{sha256}</code>" in page
    assert page.count("<dt>Chicago</dt>") == page.count("<dt>APA</dt>") == page.count("<dt>BibTeX</dt>") == 4
    assert re.search(r"revision 2 as observed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page)


def test_two_commands_on_the_page_prove_it(reader: Datasette, tmp_path: Path) -> None:
    """What the first command fetches, the second finds whole; the bundle holds the sentence that was quoted."""
    page = get(reader, "/release/1").text
    found = re.findall(r"curl -o release-1\.zip &#39;http://localhost(\S+)&#39;\n(watcher [^<]+)<", page)
    ((fetch, check),) = set(found)
    answer = get(reader, fetch)
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="release-1.zip"' in answer.headers["content-disposition"]
    file = tmp_path / "release-1.zip"
    file.write_bytes(answer.content)
    done = CliRunner().invoke(cli, [*check.split()[1:-1], str(file)])
    assert (done.exit_code, "0 findings" in done.stdout) == (0, True)
    assert b"Eight civilians were killed" in ZipFile(file).read("revisions/2.txt")


def test_bundle_that_is_too_large_for_a_page_is_refused_in_words(
    reader: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader must not fill the server's memory; the operator's command is named."""
    monkeypatch.setattr("watcher.web.release._MOST_BYTES", 10)
    answer = get(reader, "/release/1/bundle")
    assert answer.status_code == 404
    assert "watcher evidence 1 -o release-1.zip" in answer.text


def test_captures_have_hashes_and_the_state_of_the_chain(room: Path, tmp_path: Path) -> None:
    """A row that somebody changed is shown as such, in words, on the page that would be quoted."""
    copy = copy_of(room, tmp_path)
    datasette = opened(copy)
    page = plain(get(datasette, "/release/1").text)
    assert re.search(r"✓ link \d+, as it was written", page)
    assert "✕" not in page
    assert len(re.findall(r"page http://127\.0\.0\.1:\d+/releases/1 200 ok [0-9a-f]{64} ✓", page)) == 2
    tamper(copy, "UPDATE revisions SET text = replace(text, 'Eight', 'No') WHERE release_id = 1 AND number = 2")
    changed = plain(get(datasette, "/release/1").text)
    datasette.close()
    assert re.search(r"Chain ✕ link \d+: not as it was written", changed)


def test_every_link_of_an_alert_leads_to_a_sentence_that_is_there(reader: Datasette, room: Path) -> None:
    """What a mail links to is followed here: page and mark are there, for each claim of each alert."""
    db = connect(room, is_read_only=True)
    messages = published_alerts(db.conn)
    db.close()
    links = [permalink(message, "http://localhost") for message in messages if message["release_id"]]
    for message in messages:
        links += [one["permalink"] for one in with_permalinks(message, "http://localhost").get("claims", ())]
    assert sum("#c" in link for link in links) > 8
    for link in set(links):
        page, _, anchor = link.removeprefix("http://localhost").partition("#")
        assert not anchor or f'id="{anchor}"' in get(reader, page).text, link
    assert "/release/1/r2#c" in get(reader, "/-/watcher/alerts.atom").text


def test_page_says_how_often_such_claims_were_right(room: Path, tmp_path: Path) -> None:
    """Who decides whether to rely on a number sees what people found who read the sentences."""
    copy = copy_of(room, tmp_path)
    datasette = opened(copy)
    assert "How often such claims are right" not in get(datasette, "/release/4").text
    db = connect(copy)
    with write(db):
        (claim,) = db.query("SELECT * FROM claims WHERE revision_id = 4")
        for reviewer in ("ann", "bo"):
            row = {"revision_id": 4, "claim_id": claim["id"], "verdict": "right", "reviewer": reviewer}
            insert(db, "reviews", row | {"at": "2026-11-26T12:00:00.000Z"})
    db.close()
    page = get(datasette, "/release/4").text
    datasette.close()
    assert "claims of army 1 of 1 reviewed claims are right (100%)" in plain(page)
    assert "stated as fact 1 of 1 reviewed claims are right (100%)" in plain(page)
    assert "/review/" not in page, "nobody is configured to review"


def test_copies_and_alerts_are_named(reader: Datasette) -> None:
    """The same statement elsewhere, and who was told of what by which rule."""
    page = plain(get(reader, "/release/6").text)
    assert re.search(
        rf"The same statement on other sites {PUBLISHER} : Statement on the strike, corrected \d+ % ", page
    )
    alerts = plain(get(reader, "/release/1").text)
    assert "[ARMY] changed: 8 civilians killed, 4 injured – Tel Hamis" in alerts
    assert "watcher verify --alert" in alerts


def test_json_is_the_release_with_its_permalinks(reader: Datasette) -> None:
    """Programs get what `watcher show --json` prints, and the links to quote."""
    answer = get(reader, "/release/1.json")
    said = json.loads(answer.text)
    assert answer.headers["content-type"].startswith("application/json")
    assert said["claims"][0]["permalink"].startswith("http://localhost/release/1/r2#c")
    assert said["chain"]["kind"] == "revision"
    assert set(said["citation"]) == {"Chicago", "APA", "BibTeX"}


def test_what_is_not_there_is_said_in_words(reader: Datasette) -> None:
    """A mistyped number is a page with a way back."""
    for path in ("/release/99", "/release/1/r9", "/release/99.json", "/release/99/bundle", "/release/999999999999999"):
        answer = get(reader, path)
        assert (answer.status_code, "There is no release" in answer.text) == (404, True), path


def test_every_link_within_the_page_has_its_target(reader: Datasette) -> None:
    """A place that leads nowhere is worse than none; an id that comes twice leads to the wrong one."""
    for path in ("/release/1", "/release/1/r1", "/release/2", "/release/5"):
        page = get(reader, path).text
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
        assert set(re.findall(r'href="#([^"]+)"', page)) - set(ids) == set(), path


def test_text_that_could_not_be_read_reports_nobody_and_everybody(room: Path, tmp_path: Path) -> None:
    """The page of a text without a vocabulary said "nobody harmed"; one that was read has "no claim found" at most."""
    copy = copy_of(room, tmp_path)
    db = connect(copy)
    with write(db):
        (row,) = db.query("SELECT revisions.* FROM revisions WHERE id NOT IN (SELECT revision_id FROM claims) LIMIT 1")
        problem = {"kind": "unread", "detail": "no vocabulary for xx", "release_id": row["release_id"]}
        insert(db, "problems", problem | {"at": row["observed_at"]})
    db.close()
    datasette = opened(copy)
    page = plain(get(datasette, f"/release/{row['release_id']}/r{row['number']}").text)
    datasette.close()
    assert "Could not be read (no vocabulary for xx): what it says about casualties is not known." in page
    assert "No claim was found" not in page
    assert "UTC: could not be read" in page or ": could not be read ·" in page
    assert "nobody harmed" not in page
