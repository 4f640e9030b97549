"""The front page: what a person on a deadline sees first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.support.reading_room import PUBLISHER, copy_of, get, opened, plain
from watcher import clock
from watcher.store.connection import connect, write
from watcher.store.events import save_event
from watcher.store.rows import update
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from datasette.app import Datasette


def headlines(html: str) -> list[str]:
    """The sentence of each release in the list, without the hour."""
    found = re.findall(r'<p class="headline">(.*?)</p>', html, re.DOTALL)
    return [re.sub(r" – \w{3} \d.*$", "", plain(one).replace(" :", ":")) for one in found]


def test_most_serious_release_of_a_day_stands_first(reader: Datasette) -> None:
    """A headline says who, how many, of which stance and where, in words that need no glossary."""
    shown = get(reader, "/")
    assert shown.status_code == 200
    alleged = "6 people killed – alleged, not confirmed"
    assert headlines(shown.text) == [
        f"{PUBLISHER}: 8 civilians killed, 4 injured – stated as fact – Tel Hamis",
        f"Sudland Command: 2 civilians killed, 4 injured – stated as fact ; {alleged} – Tel Hamis",
        f"{PUBLISHER}: 3 service members killed – stated as fact – Camp Marsh",
    ]
    # Each release has the hour of its publisher's zone, which may be another day.
    assert re.search(r"<h2>\w{3} \d\d \w{3} \d{4} UTC</h2>", shown.text)
    assert 'data-sign="■"' in shown.text
    assert "●●" in shown.text
    assert "asserted" not in plain(shown.text)


def test_exercise_and_denial_are_not_among_what_is_reported(reader: Datasette) -> None:
    """Nobody may take a denial for an admission; it is found by asking for it."""
    assert "Garat" not in get(reader, "/").text
    (denied,) = headlines(get(reader, "/?stance=denied").text)
    assert denied == f"{PUBLISHER}: any civilians killed – denied – Garat"


def test_every_filter_is_a_link_that_can_be_kept(reader: Datasette) -> None:
    """A desk keeps "Norland, civilians, denied" as a bookmark; each link leads to a page that says what it shows."""
    page = get(reader, "/?victim=civilian").text
    links = {unquote(link.replace("&amp;", "&")) for link in re.findall(r'href="(/\?[^"]*)"', page)}
    assert "/?publisher=army&victim=civilian" in links
    assert "/?country=SY&victim=civilian" in links
    assert "/?victim=civilian&stance=denied" in links
    assert "/?victim=civilian&language=en" in links
    assert "/?victim=civilian&period=7d" in links
    for link in sorted(links):
        assert get(reader, link).status_code == 200, link
    assert len(headlines(get(reader, "/?country=SY").text)) == 1
    assert len(headlines(get(reader, "/?victim=military&harm=killed").text)) == 1
    assert "No release matches this" in get(reader, "/?language=fr").text
    assert "No release matches this" in get(reader, "/?publisher=%27%22%3E&stance=x&period=9").text


def test_chart_has_its_numbers_in_words(reader: Datasette) -> None:
    """Who does not see the bars reads the same; a copy on another site is not counted again."""
    page = get(reader, "/").text
    assert (
        'aria-label="People killed, as reported in the last 26 weeks: at least 11 in all, at most 11 in a week"' in page
    )
    assert re.search(r"<title>week of \d{4}-\d\d-\d\d: 11 stated as fact</title>", page)
    assert "the sum is no count of the dead" in page


def test_feed_that_fails_is_named_first(reader: Datasette) -> None:
    """A source must not die quietly: the strip says which, since when and why."""
    words = plain(get(reader, "/").text)
    assert "1 feed needs attention army/broken : failing since" in words
    assert "500" in words


def test_edits_of_the_week_say_what_was_said_before(reader: Datasette) -> None:
    """From two to eight is news by itself; the link leads to the difference."""
    page = get(reader, "/").text
    assert "<del>2 civilians killed, 4 injured; alleged, not confirmed: 6 people killed</del>" in page
    assert "<ins>8 civilians killed, 4 injured</ins>" in page
    assert 'href="/release/1/r2#changes"' in page


def test_removals_of_the_week_are_listed(room: Path, tmp_path: Path) -> None:
    """What a publisher took away is what a reader looks for."""
    copy = copy_of(room, tmp_path)
    db = connect(copy)
    with write(db):
        save_event(db, "removed", clock.now(), release_id=4)
        update(db, "releases", 4, {"is_removed": 1, "removed_at": clock.to_text(clock.now())})
    db.close()
    datasette = opened(copy)
    page = plain(get(datasette, "/").text)
    release = plain(get(datasette, "/release/4").text)
    datasette.close()
    assert "Removed from its site since" in release
    assert "removed from its site" in page
    assert "No release was removed" not in page


def test_next_page_goes_on_where_this_one_ends(reader: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shown twice and nothing left out, also where releases have the same time."""
    monkeypatch.setattr("watcher.web.front._SHOWN", 1)
    seen: list[str] = []
    path = "/"
    while path:
        page = get(reader, path).text
        seen += headlines(page)
        found = re.search(r'class="button" href="([^"]+)">Older', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 3


def test_title_of_a_publisher_is_text(room: Path, tmp_path: Path) -> None:
    """Whatever stands in a title, no mark-up and no sign that turns the line around reaches the page."""
    copy = copy_of(room, tmp_path)
    db = connect(copy)
    with write(db):
        update(db, "releases", 4, {"title": '"><script>alert(1)</script> & {{ 7 * 7 }} \u202eelttil'})
    db.close()
    datasette = opened(copy)
    page = get(datasette, "/").text
    datasette.close()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7 * 7 }}" in page
    assert "\u202e" not in page


def test_empty_database_says_so_and_when_feeds_were_asked(room: Path, tmp_path: Path) -> None:
    """Nothing found and nothing asked are not the same."""
    empty = tmp_path / "empty.db"
    db = connect(empty)
    migrate(db)
    db.close()
    datasette = opened(empty)
    assert "No feed is stored yet" in get(datasette, "/").text
    datasette.close()
    copy = copy_of(room, tmp_path)
    db = connect(copy)
    with write(db):
        db.execute("UPDATE releases SET totals = '[]'")
    db.close()
    datasette = opened(copy)
    words = plain(get(datasette, "/").text)
    datasette.close()
    assert "No release that reports harm was found so far" in words
    assert re.search(r"army/news : asked \w{3} \d+ \w{3} \d{4} \d\d:\d\d UTC , answered", words)
    assert re.search(r"army/broken : asked .* http status; it never answered", words)


def test_tables_stay_one_click_away(reader: Datasette) -> None:
    """Who wants rows and SQL has them as before."""
    assert 'href="/watcher"' in get(reader, "/").text
    assert get(reader, "/watcher").status_code == 200
    assert get(reader, "/watcher/release_totals").status_code == 200
