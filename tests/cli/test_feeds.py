"""`watcher feeds add` and `test`, `import feeds` and `export opml`: sources taken in, tried out and handed on."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ROOT
from tests.support.command_line import watcher
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from tests.support.telegram import Channel, Post
from watcher.cli.main import cli
from watcher.config.checks import check
from watcher.config.load import load
from watcher.config.opml import add_feed, feed_table
from watcher.config.publishers import Feed
from watcher.errors import ConfigError, NotAFeed, WatcherError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

LISTING = "<nav><a href=/>To the first page of all</a></nav><ul>" + "".join(
    f"<li class=news><a href=/r/{n}>Report number {n} of the board</a><time datetime=2024-05-0{n}>{n} May</time></li>"
    for n in range(1, 7)
)
RULES = """homepage = "https://army.example/"
[page]
body = ["div.statement"]
"""


async def feeds(folder: Path, *words: str, given: str | None = None) -> Result:
    """Run `watcher feeds …` beside the server's loop."""
    return await asyncio.to_thread(CliRunner().invoke, cli, ["--config", str(folder), "feeds", *words], input=given)


@in_loop
async def test_feed_that_a_page_names_is_found_and_polled(tmp_path: Path) -> None:
    """Whoever knows only the site's address gets its feed, sees what it gives, and can poll it at once."""
    async with http_server() as server:
        head = b"<html><head><link rel=alternate type=application/rss+xml href=/rss.xml></head><body>Welcome"
        server.routes["/"] = Answer(head, content_type="text/html")
        body = rss(entry(1, server.url(""), title="Fire", text=HARM, link=""))
        server.routes["/rss.xml"] = Answer(body, etag='"a"')
        configure(tmp_path, {})
        done = await feeds(tmp_path, "add", server.url("/"), "--publisher", "navy", "--yes")
        assert done.exit_code == 0, done.output
        assert "Fire" in done.stdout
        configuration = load(tmp_path)
        assert one(configuration, "SELECT count(*) FROM captures WHERE feed_id IS NOT NULL") == 1
        records = await one_round(configuration, ["navy"])
        again = await one_round(configuration, ["navy"])
    (feed,) = next(publisher.feeds for publisher in configuration.publishers if publisher.code == "navy")
    assert (feed.kind, feed.url) == ("feed", server.url("/rss.xml"))
    assert [record.new_count for record in records.values()] == [1]
    # Nothing had changed since it was added, so the first poll takes the bytes that were kept then, and links to them.
    asked = [request.header("If-None-Match") for request in server.seen("/rss.xml")]
    assert asked == [None, '"a"', '"a"']
    assert [record.outcome for record in again.values()] == ["not_modified"]
    kept = hashlib.sha256(body).hexdigest()
    source = "SELECT captures.body_sha256 FROM revisions JOIN captures ON captures.id = feed_capture_id"
    assert one(configuration, source) == kept
    assert one(configuration, "SELECT body_sha256 FROM feeds WHERE name LIKE 'navy/%'") == kept


@in_loop
async def test_listing_rule_is_proposed_and_works(tmp_path: Path) -> None:
    """A site without a feed becomes one: the rule that was written finds the same entries on the next poll."""
    async with http_server() as server:
        server.routes["/news"] = Answer(LISTING.encode(), content_type="text/html")
        configure(tmp_path, {})
        done = await feeds(tmp_path, "add", server.url("/news"), "--publisher", "navy", given="y\n")
        assert done.exit_code == 0, done.output
        assert "[feed.listing]" in done.stdout
        configuration = load(tmp_path)
        await one_round(configuration, ["navy"])
        again = await feeds(tmp_path, "add", server.url("/news"), "--yes")
    found = rows(configuration, "SELECT title, published_at FROM releases ORDER BY published_at")
    assert [row["title"] for row in found] == [f"Report number {n} of the board" for n in range(1, 7)]
    assert found[0]["published_at"].startswith("2024-05-01")
    assert isinstance(again.exception, ConfigError), "what is configured is not added twice"


@in_loop
async def test_found_source_is_shown_with_its_freshness_and_its_newest_releases(tmp_path: Path) -> None:
    """Somebody decides by what would be stored, and the new publisher's file says what the site says of itself."""
    async with http_server() as server:
        base = server.url("")
        link = "<link rel=alternate type=application/rss+xml href=/rss.xml>"
        head = f"<html><head><meta property=og:site_name content='The \x1b[31mArmy'>{link}</head><body>"
        server.routes["/"] = Answer(head.encode(), content_type="text/html")
        server.routes["/rss.xml"] = Answer(rss(*(entry(n, base, text=f"{HARM} {n}") for n in range(1, 6))))
        server.routes["/releases/1"] = Answer(page("Strike", HARM), content_type="text/html")
        configure(tmp_path, {})
        done = await feeds(tmp_path, "add", server.url("/"), "--yes")
    assert done.exit_code == 0, done.output
    said = done.stdout
    for part in (
        f"Found a feed that the page names: {base}/rss.xml\n5 entries, the newest under an hour old (",
        "1. 20",
        "page ok, text from page: 14 words, language en",
        "page gone, text from feed: 15 words",
        "reports 2 civilians killed, 4",
        "It is a new publisher",
    ):
        assert part in said, said
    assert said.count("   page ") == 3
    assert "\x1b" not in said
    (own,) = [one for one in load(tmp_path).publishers if one.code != "army"]
    assert (own.name, own.homepage) == ("The [31mArmy", f"{base}/")


@in_loop
async def test_channel_is_asked_only_after_its_terms_were_shown_and_written_disabled(tmp_path: Path) -> None:
    """Nobody agrees to a service's terms by pasting an address."""
    async with http_server() as server:
        channel = Channel()
        channel.add(Post(1, HARM))
        server.routes["/s/example_army"] = channel.route
        configure(tmp_path, {})
        recipe = (ROOT / "config" / "recipes" / "telegram.toml").read_text().replace("https://t.me", server.url(""))
        (tmp_path / "recipes").mkdir()
        (tmp_path / "recipes" / "telegram.toml").write_text(recipe)
        words = ("add", server.url("/s/example_army"), "--publisher", "navy")
        refused = await feeds(tmp_path, *words, given="n\n")
        assert (refused.exit_code, server.requests) == (1, [])
        assert "https://telegram.org/tos" in refused.stdout
        done = await feeds(tmp_path, *words, given="y\ny\n")
    assert done.exit_code == 0, done.output
    assert "reports 2 civilians killed" in done.stdout
    (feed,) = next(publisher.feeds for publisher in load(tmp_path).publishers if publisher.code == "navy")
    assert (feed.kind, feed.parameters, feed.enabled) == ("telegram", {"channel": "example_army"}, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("@example_army",), "https://telegram.org/tos"),
        (("https://t.me/example_army/5",), "https://telegram.org/tos"),
        (("t.me/s/example_army",), "https://telegram.org/tos"),
        (("https://developer.wordpress.org/rest-api/",), "give it as --parameter NAME=VALUE"),
        (("developer.wordpress.org/rest-api/",), "there is the recipe wordpress"),
        (("https://developer.wordpress.org/", "--parameter", "site"), "write NAME=VALUE"),
        (("/etc/passwd",), "must be a web address"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_asked(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Also for an address without its scheme, as people write them."""
    configure(tmp_path, {})
    done = watcher("--config", tmp_path, "feeds", "add", *words)
    assert done.returncode in {1, 2}
    assert said in done.stdout + done.stderr


@in_loop
async def test_nothing_is_written_without_consent(tmp_path: Path) -> None:
    """A no, and a page on which there is nothing to poll, leave the configuration as it was."""
    async with http_server() as server:
        server.routes["/news"] = Answer(LISTING.encode(), content_type="text/html")
        server.routes["/about"] = Answer(b"<p>About us</p>", content_type="text/html")
        configure(tmp_path, {})
        before = sorted((tmp_path / "publishers").iterdir())
        refused = await feeds(tmp_path, "add", server.url("/news"), given="n\n")
        nothing = await feeds(tmp_path, "add", server.url("/about"), "--yes")
    assert refused.exit_code == 1
    assert isinstance(nothing.exception, NotAFeed)
    assert sorted((tmp_path / "publishers").iterdir()) == before


@in_loop
async def test_known_site_software_is_written_by_its_name(tmp_path: Path) -> None:
    """An AFPIMS list needs no selectors; a sitemap is told apart from a feed."""
    async with http_server() as server:
        afpims = b'<listing-with-preview article-url="/News/Article/7/a/" article-title="Drill ends">'
        server.routes["/news"] = Answer(afpims, content_type="text/html")
        located = f"<urlset><url><loc>{server.url('/r/1')}</loc></url></urlset>"
        server.routes["/map.xml"] = Answer(located.encode())
        configure(tmp_path, {})
        listing = await feeds(tmp_path, "add", server.url("/news"), "--yes", "--publisher", "navy")
        sitemap = await feeds(tmp_path, "add", server.url("/map.xml"), "--yes", "--publisher", "navy")
    assert (listing.exit_code, sitemap.exit_code) == (0, 0), listing.output + sitemap.output
    found = next(publisher.feeds for publisher in load(tmp_path).publishers if publisher.code == "navy")
    assert [(feed.kind, feed.listing) for feed in found] == [("listing", "afpims"), ("sitemap", None)]


@in_loop
async def test_rules_are_tried_on_the_newest_page(tmp_path: Path) -> None:
    """Without a page the first entry of the first feed serves; a rule that matches nothing ends with 1."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""))))
        ruled = f"<div class=statement><p>{HARM}</p></div>".encode()
        server.routes["/releases/1"] = Answer(ruled, content_type="text/html")
        server.routes["/changed"] = Answer(page("Fire", HARM), content_type="text/html")
        configure(tmp_path, {"news": server.url("/feed")}, publisher=RULES)
        good = await feeds(tmp_path, "test", "army", "--json")
        changed = await feeds(tmp_path, "test", "army", server.url("/changed"), "--json")
    assert (good.exit_code, json.loads(good.stdout)["text"]) == (0, HARM), good.output
    assert changed.exit_code == 1
    assert json.loads(changed.stdout)["problems"][0].startswith("site_changed")
    assert json.loads(changed.stdout)["text"] == HARM


def test_rules_are_tried_on_a_file(tmp_path: Path) -> None:
    """A saved page is enough to write rules without the net."""
    configure(tmp_path, {}, publisher=RULES)
    (tmp_path / "a.html").write_bytes(f"<div class=statement><p>{HARM}</p></div>".encode())
    words = ["--config", str(tmp_path), "feeds", "test", "army", str(tmp_path / "a.html"), "--json"]
    done = CliRunner().invoke(cli, words)
    assert json.loads(done.stdout)["text"] == HARM
    nothing = CliRunner().invoke(cli, words[:5])
    assert "no feeds" in str(nothing.exception)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_stands_in_a_title_or_rule_is_written_as_it_is(title: str, selector: str) -> None:
    """Quotes and backslashes of a foreign title must not break the file."""
    listing = {"entry": f"li{selector}"}
    table = feed_table("a", title, {"url": "https://a.example/", "kind": "listing", "listing": listing})
    (read,) = tomllib.loads(table)["feed"]
    assert (read.get("title", ""), read["listing"]) == (title, listing)
    assert check(Feed, read).kind == "listing"


def test_feed_is_added_to_a_shipped_publisher_in_the_own_file(tmp_path: Path) -> None:
    """The shipped file stays as it is, and the own one says nothing but the new feed."""
    configure(tmp_path, {}, settings="shipped_publishers = true")
    path = add_feed(load(tmp_path), "navy", "News", {"url": "https://a.example/", "kind": "feed"}, {"name": "Not used"})
    assert path.parent == tmp_path / "publishers"
    assert tomllib.loads(path.read_text()) == {
        "feed": [{"code": "news-2", "title": "News", "url": "https://a.example/"}]
    }
    navy = load(tmp_path).publisher("navy")
    assert navy is not None
    assert [feed.code for feed in navy.feeds] == ["news", "news-2"]


def test_import_and_export_of_feeds(tmp_path: Path) -> None:
    """Lists of feeds come from other programs and go to them."""
    watcher("init", tmp_path / "mine")
    (tmp_path / "urls.txt").write_text("https://x.example/rss\n")
    assert "1 feed added" in watcher("--config", tmp_path / "mine", "import", "feeds", tmp_path / "urls.txt").stdout
    assert 'xmlUrl="https://x.example/rss"' in watcher("--config", tmp_path / "mine", "export", "opml").stdout


@pytest.mark.parametrize("code", ["../evil", "A B"])
def test_import_under_an_impossible_code_is_refused(tmp_path: Path, code: str) -> None:
    """The next start must find a configuration that can be read."""
    watcher("init", tmp_path / "mine")
    (tmp_path / "urls").write_text("https://x.example/rss\n")
    done = watcher("--config", tmp_path / "mine", "import", "feeds", "--publisher", code, tmp_path / "urls")
    assert (done.returncode, "code" in done.stderr) == (2, True)
    assert watcher("--config", tmp_path / "mine", "check").returncode == 0


WRONG_ADDRESSES = [
    "file:///etc/passwd",
    "/etc/passwd",
    "",
    "http://",
    "http://[::1",
    "ftp://a.example/",
    "javascript:alert(1)",
    "http://a.example:99999/",
    "http://..",
    "http://a:b@a.example/",
    "http://256.256.256.256/",
]


@pytest.mark.parametrize("url", WRONG_ADDRESSES)
def test_wrong_address_is_refused_in_one_sentence(tmp_path: Path, url: str) -> None:
    """A mistake of typing must not end in a traceback, and no file be read as a feed."""
    configure(tmp_path, {"news": "http://127.0.0.1:9/"})
    with pytest.raises(WatcherError) as refused:
        CliRunner().invoke(cli, ["--config", str(tmp_path), "feeds", "add", "--yes", url], catch_exceptions=False)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200
