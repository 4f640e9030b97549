"""The search page, its feeds and the alert rule that it offers, over real releases in a real Datasette."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.feeds import parsed
from tests.support.pdf import pdf
from tests.support.reading_room import get
from tests.support.scenario import HARM, configure, entry, one_round, page, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.alerts.rules import matching_claims
from watcher.config.checks import check
from watcher.config.load import load
from watcher.config.rules import Rule
from watcher.config.settings import Settings
from watcher.model.claim import Detection
from watcher.store.connection import connect
from watcher.store.revisions import newest_revision
from watcher.store.search import Search
from watcher.web.saved_search import rule_toml
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TEXTS = (
    HARM,
    "The claim that three civilians were killed near Al-Ḥudaydah is false.",
    "The band played in Sana’a for Smith & Sons.",
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases from the feed, one of a page with a PDF that was edited since."""
    folder = tmp_path_factory.mktemp("search")

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            base = server.url("")
            items = [entry(n, base, link="", title=f"Statement {n}", text=text) for n, text in enumerate(TEXTS)]
            server.routes["/feed"] = Answer(rss(*items, entry(7, base, title="Report")))
            server.routes["/r.pdf"] = Answer(
                pdf("The garrison of Zanzara was relieved.", "Two."), content_type="application/pdf"
            )
            for words in ("the northern depot", "the southern depot"):
                body = page(
                    "Report", f"Soldiers guarded {words} all night, as <a href=/r.pdf>the report</a> says.", HARM
                )
                server.routes["/releases/7"] = Answer(body, content_type="text/html")
                await one_round(configure(folder, {"news": server.url("/feed")}, publisher='country = "NO"'))
                server.routes["/feed"] = Answer(rss(*items, entry(7, base, title="Report, corrected")))

    fill()
    return load(folder).database


@pytest.fixture(scope="module")
def served(database: Path) -> Iterator[Any]:
    datasette: Any = datasette_of(database)
    yield datasette
    datasette.close()


def titles(answer: Any) -> list[str]:
    """The titles of the results of a page."""
    assert answer.status_code == 200
    return re.findall(r'<h3><a href="/release/\d+"><bdi[^>]*>([^<]*)', answer.text)


def rule_of(answer: Any) -> Rule:
    """The rule that a page offers, as the configuration reads it."""
    text = unescape(re.search(r"<pre[^>]*><code>(.*?)</code>", answer.text, re.DOTALL)[1])  # type: ignore[index]
    (rule,) = check(Settings, tomllib.loads(text)).rules
    return rule


def test_words_are_found_with_their_surroundings_newest_first(served: Any) -> None:
    """Whoever has half a sentence in mind sees where it stands, marked, and nothing of it is mark-up."""
    shown = get(served, "/search?q=near+the+town")
    assert set(titles(shown)) == {"Statement 0", "Report, corrected"}
    assert "<mark>near</mark>" in shown.text
    assert "civilians killed" in shown.text
    everything = titles(get(served, "/search"))
    assert len(everything) == 4
    assert "Smith &amp; Sons" in get(served, "/search?q=band").text
    assert titles(get(served, "/search?q=al+hudaydah")) == ["Statement 1"]
    assert titles(get(served, "/search?q=sanaa")) == ["Statement 2"]


def test_earlier_revisions_and_documents_are_searched(served: Any) -> None:
    """What was edited away, and what only the PDF says, is found and said to be there."""
    edited, document = get(served, "/search?q=northern+depot"), get(served, "/search?q=Zanzara")
    assert titles(edited) == titles(document) == ["Report, corrected"]
    assert "in revision 1 of 2" in edited.text
    assert "in a document" in document.text
    assert "<mark>Zanzara</mark>" in document.text


def test_facets_narrow_and_can_be_taken_back(served: Any) -> None:
    """Each is a link that can be kept, and leads to what it counts."""
    shown = get(served, "/search?stance=denied")
    assert titles(shown) == ["Statement 1"]
    assert 'aria-current="true"' in shown.text
    assert "The Army" in get(served, "/search?publisher=army").text.partition("<aside")[2]
    assert titles(get(served, "/search?harm=injured&publisher=army&country=NO&language=en&q=town"))
    assert titles(get(served, "/search?publisher=navy")) == []
    assert titles(get(served, "/search?year=1999")) == []
    for address, count in facet_links(get(served, "/search").text):
        assert len(titles(get(served, address))) == count, address


def facet_links(text: str) -> list[tuple[str, int]]:
    pattern = r'<li><a href="(/search[^"]*)"><bdi dir="auto">[^<]*</bdi></a> <span class="soft">(\d+)'
    found = [(unescape(address), int(count)) for address, count in re.findall(pattern, text)]
    assert found
    return found


def test_nothing_found_is_said_and_no_sign_is_an_error(served: Any) -> None:
    """Nor is any value of a filter, or a page beyond the last."""
    nothing = get(served, "/search?q=zeppelin").text
    assert "Nothing found" in nothing
    assert 'href="/feeds"' in nothing
    for words in ("%22", "'", "*", "(", "-", "%00", "AND", "near(", "%F0%9F%92%A5", "a" * 500, "al", "al-"):
        assert get(served, f"/search?q={words}").status_code == 200, words
    for query in ("harm=death", "stance=x", "page=0", "page=99", "page=x", "page=-1", "year=20", "q="):
        assert get(served, f"/search?{query}").status_code == 200, query


def test_saved_search_is_a_feed(served: Any) -> None:
    """The same releases as Atom and JSON Feed, linked from the page, each entry with the page of its release."""
    shown = get(served, "/search?q=near+the+town&harm=killed").text
    assert 'rel="alternate" type="application/atom+xml"' in shown
    read = parsed(get(served, "/search.atom?q=near+the+town&harm=killed").text)
    said = get(served, "/search.json?q=near+the+town&harm=killed")
    assert said.headers["content-type"].startswith("application/feed+json")
    assert [one.id for one in read.entries] == [one["id"] for one in said.json()["items"]]
    assert {one.title for one in read.entries} == {"Statement 0", "Report, corrected"}
    assert all("/release/" in one.link for one in read.entries)
    other = parsed(get(served, "/search.atom?q=band").text)
    assert other.feed.id != read.feed.id
    assert parsed(get(served, "/search.atom?q=zeppelin").text).entries == []


def test_offered_rule_is_valid_and_matches_what_was_found(served: Any, database: Path) -> None:
    """What is pasted into the configuration raises an alert of the next release that says the same."""
    rule = rule_of(get(served, "/search?q=al+hudaydah&stance=denied&country=NO"))
    assert (rule.publishers, rule.stances) == (("army",), ("denied",))
    db = connect(database, is_read_only=True)
    claims = newest_revision(db, 2).claims
    db.close()
    wanted = rule_of(get(served, "/search?q=civilians&stance=denied&publisher=army"))
    assert matching_claims(wanted, Detection(claims), publisher="army", feed="army/news", languages={"en"}) == (0,)
    assert rule_of(get(served, "/search")).words == ()


@given(st.text(max_size=60), st.sampled_from(["", "killed", "captured"]), st.sampled_from(["", "historical", "denied"]))
@settings(max_examples=100)
def test_rule_of_any_search_can_be_read(typed: str, harm: str, stance: str) -> None:
    """Quotation marks, backslashes and the signs of any script are words in it, never TOML."""
    text = rule_toml(Search(q=" ".join(typed.split()), harm=harm, stance=stance), ("army",))
    (rule,) = check(Settings, tomllib.loads(text)).rules
    assert rule.publishers == ("army",)
    assert rule.harms == ((harm,) if harm else Rule(name="any").harms)
