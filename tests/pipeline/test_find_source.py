"""What can be polled at an address: found whatever somebody has at hand, and shown as it would be stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.pdf import pdf
from tests.support.scenario import HARM, LOCAL, configure, entry, page, rss
from tests.support.servers import Answer, free_port, http_server, in_loop, raw_server
from watcher.config.load import load_recipes
from watcher.config.recipes import recipe_at
from watcher.errors import ConfigError, Killed, NotAFeed, WatcherError
from watcher.fetch.hosts import Hosts
from watcher.pipeline.find_source import find_source, open_session, read_samples

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.pipeline.find_source import FoundSource, Sample

HTML = "text/html"
FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'
LINKS = "<ul>" + "".join(f"<li class=news><a href=/r/{n}>Report number {n} of the board</a>" for n in range(1, 7))
ARTICLE = "<meta property=og:type content=article><meta property=og:site_name content='The Army'>"
POSTS = [{"id": 7, "link": "{}/r/7", "title": {"rendered": "Fire"}, "content": {"rendered": HARM}}]
INDEX = "<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>"
MAP = "<urlset><url><loc>{0}/r/1</loc><lastmod>2024-05-01</lastmod></url><url><loc>{0}/r/2</loc></url></urlset>"


def html(head: str, body: str = "") -> Answer:
    return Answer(f"<html><head>{head}</head><body>{body}".encode(), content_type=HTML)


async def found_at(
    folder: Path, url: str, parameters: Mapping[str, str] | None = None, *, settings: str = LOCAL
) -> tuple[FoundSource, list[Sample]]:
    """What is found at a URL, with its newest releases."""
    configuration = configure(folder, {}, settings=settings)
    async with open_session(configuration, None, Hosts(0, 8)) as session:
        found = await find_source(session, url, parameters or {})
        return found, await read_samples(session, found)


def site(server: HttpServer) -> dict[str, Answer]:
    """A site with a feed, a list, a sitemap and an API, each on a page of its own."""
    base = server.url("")
    posts = json.dumps(POSTS).replace("{}", base)
    return {
        "/rss.xml": Answer(rss(entry(1, base, title="Strike", text="A short teaser."))),
        "/comments/feed/": Answer(rss(entry(9, base, title="A comment"))),
        "/releases/1": Answer(page("Strike", HARM), content_type=HTML),
        "/named": html(FEED_LINK.format("/comments/feed/") + FEED_LINK.format("/rss.xml"), LINKS),
        "/wp": html("<link rel='https://api.w.org/' href='/wp-json/'>", "<p>Welcome"),
        "/wp-json/wp/v2/posts": Answer(posts.encode(), content_type="application/json"),
        "/list": html("", LINKS),
        "/map.xml": Answer(MAP.format(base).encode()),
        "/index.xml": Answer(INDEX.format(f"{base}/map.xml").encode()),
        "/section/2024/one": html(ARTICLE, LINKS),
        "/section/": html(FEED_LINK.format("/rss.xml") + "<meta property=og:site_name content='The Army'>"),
        "/broken": html(FEED_LINK.format("/gone.xml") + FEED_LINK.format("/wp"), LINKS),
        "/feed.json": Answer(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [
            {"id": "1", "url": f"{base}/releases/1", "title": "Strike", "content_text": HARM}]}).encode()),
    }  # fmt: skip


RULE = {"entry": "li.news", "date": "time"}
BY_API = {"recipe": "wordpress", "parameters": {"site": "{}"}}
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "/rss.xml": ("a feed", {"url": "{}/rss.xml", "kind": "feed"}),
    "/feed.json": ("a feed", {"url": "{}/feed.json", "kind": "feed"}),
    "/named": ("a feed that the page names", {"url": "{}/rss.xml"}),
    "/wp": ("the API that the page announces", BY_API),
    "/wp-json/wp/v2/posts?per_page=3": ("an API, by the recipe wordpress (WordPress REST API)", BY_API),
    "/list": ("a list of links on the page", {"url": "{}/list", "kind": "listing", "listing": RULE}),
    "/map.xml": ("a sitemap", {"url": "{}/map.xml", "kind": "sitemap"}),
    "/index.xml": (
        "an index of sitemaps; the entries are those of its newest",
        {"url": "{}/index.xml", "kind": "sitemap"},
    ),
    "/section/2024/one": ("a feed that the page of {}/section/ names", {"url": "{}/rss.xml"}),
    "/broken": ("a list of links on the page", {"url": "{}/broken", "kind": "listing", "listing": RULE}),
}


@in_loop
async def test_whatever_somebody_has_at_hand_leads_to_what_can_be_polled(tmp_path: Path) -> None:
    """A feed, a front page, an article, a list, a sitemap, an index, an API: the first that works is taken."""
    async with http_server() as server:
        base = server.url("")
        server.routes |= site(server)
        configuration = configure(tmp_path, {}, settings=LOCAL)
        async with open_session(configuration, None, Hosts(0, 8)) as session:
            found = {place: await find_source(session, f"{base}{place}", {}) for place in WAYS}
    told = {place: (one.how, json.dumps(one.said)) for place, one in found.items()}
    assert told == {place: (how, json.dumps(said)) for place, (how, said) in _filled(base)}
    assert all(one.entries for one in found.values())
    assert found["/named"].name == ""
    assert found["/section/2024/one"].name == "The Army"


def _filled(base: str) -> list[tuple[str, tuple[str, Any]]]:
    """The ways with the server's address."""
    return [
        (place, (how.replace("{}", base), json.loads(json.dumps(said).replace("{}", base))))
        for place, (how, said) in WAYS.items()
    ]


@in_loop
async def test_newest_are_shown_as_they_would_be_stored(tmp_path: Path) -> None:
    """With the page's text, not the feed's teaser, and with what the detector finds in it; at most three."""
    async with http_server() as server:
        base = server.url("")
        dates = {
            1: "Mon, 06 May 2024 10:00:00 GMT",
            2: "Wed, 08 May 2024 10:00:00 GMT",
            3: "Tue, 07 May 2024 10:00:00 GMT",
        }
        entries = [entry(n, base, title=f"Strike {n}", text="Teaser.", pubDate=date) for n, date in dates.items()]
        server.routes["/feed"] = Answer(rss(*entries, entry(4, base, pubDate="Sun, 05 May 2024 10:00:00 GMT")))
        server.routes |= {f"/releases/{n}": Answer(page(f"Strike {n}", HARM), content_type=HTML) for n in (1, 2)}
        _, samples = await found_at(tmp_path, server.url("/feed"))
    assert [sample.release.page.title for sample in samples] == ["Strike 2", "Strike 3", "Strike 1"]
    assert [sample.release.page_outcome for sample in samples] == ["ok", "gone", "ok"]
    assert [sample.release.page.text for sample in samples] == [HARM, "Teaser.", HARM]
    assert samples[0].release.detection.is_reported
    assert not samples[1].release.detection.is_reported
    assert not server.seen("/releases/4")


@in_loop
async def test_robots_txt_holds_for_what_nobody_named(tmp_path: Path) -> None:
    """The address itself was chosen by a person; pages above it and releases are chosen by the program."""
    async with http_server() as server:
        server.routes |= site(server)
        server.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /section\nDisallow: /releases")
        _, samples = await found_at(tmp_path, server.url("/rss.xml"))
        assert [sample.release.page_outcome for sample in samples] == ["robots"]
        with pytest.raises(NotAFeed):
            await found_at(tmp_path, server.url("/section/2024/one"))
        assert not server.seen("/releases/1")
        assert not server.seen("/section/")


@in_loop
async def test_sitemap_of_robots_txt_is_the_last_resort(tmp_path: Path) -> None:
    """A front page that scripts fill has no link in it, and its sitemap lists every page."""
    async with http_server() as server:
        server.routes |= site(server)
        server.routes["/"] = html("<title>App</title>", "<div id=root></div>")
        server.routes["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\nSitemap: /nowhere.xml\nSitemap: /index.xml")
        found, _ = await found_at(tmp_path, server.url("/"))
    assert found.how == "an index of sitemaps; the entries are those of its newest, which robots.txt names"


NOTHING = "no feed, no sitemap"
INSIDE = "169.254.169.254"
HOSTILE: dict[str, tuple[Answer, str]] = {
    "pdf": (Answer(pdf(HARM), content_type="application/pdf"), "is a PDF: one document and no list of them"),
    "mislabelled-pdf": (Answer(pdf(HARM), content_type=HTML), "is a PDF"),
    "missing": (Answer(status=404), "404"),
    "gone": (Answer(status=410), "410"),
    "failing": (Answer(status=500), "500"),
    "refused": (Answer(b"<title>Access Denied</title>Go away", status=403, content_type=HTML), "a bot wall"),
    "challenge": (Answer(b"<title>Just a moment...</title>", content_type=HTML), "a bot wall"),
    "empty": (Answer(b"", content_type=HTML), NOTHING),
    "binary": (Answer(b"\x00\xff\xfe" * 1000), NOTHING),
    "deep-json": (Answer(b"[" * 100_000, content_type="application/json"), NOTHING),
    "wrong-json-feed": (Answer(b'{"version": "https://jsonfeed.org/version/1", "items": 5}'), NOTHING),
    "deep-html": (html("", "<a href=/x>" * 6_000), NOTHING),
    "wrong-links": (html(FEED_LINK.format("javascript:alert(1)") + FEED_LINK.format("http://[::1")), NOTHING),
    "itself": (html(FEED_LINK.format("") * 500 + FEED_LINK.format("/itself")), NOTHING),
    "inside": (html(FEED_LINK.format("http://10.0.0.1/rss") + FEED_LINK.format(f"http://{INSIDE}/")), NOTHING),
    "wrong-api": (html("<link rel='https://api.w.org/' href='ftp://x/wp-json/'>"), NOTHING),
    "inside-index": (Answer(INDEX.format("http://10.0.0.1/s.xml").encode()), "10.0.0.1"),
    "circle": (Answer(status=302, headers={"Location": "/circle"}), "redirect"),
    "file": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "not a web address"),
    "inside-redirect": (Answer(status=302, headers={"Location": f"http://{INSIDE}/latest"}), INSIDE),
    "slow": (Answer(rss(), delay=3), "1 s"),
    "large": (Answer(b"x" * 300_000), "more than 250000 bytes"),
    "markup-in-robots": (html("<title>App</title>"), NOTHING),
    "bomb": (Answer(b"\x1f\x8b" + b"\x00" * 5000), NOTHING),
    "laughs": (Answer(b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;' * 50), NOTHING),
}  # fmt: skip


@in_loop
async def test_whatever_a_server_answers_is_one_sentence(tmp_path: Path) -> None:
    """A PDF, a dead address, a wall, a trap: a person reads one line that says which, and nothing is asked for ever."""
    settings = LOCAL.replace("deadline = 5", "deadline = 1\nmax_body_bytes = 250_000")
    said: dict[str, str] = {}
    async with http_server({f"/{name}": answer for name, (answer, _) in HOSTILE.items()}) as server:
        configuration = configure(tmp_path, {}, settings=settings)
        async with open_session(configuration, None, Hosts(0, 8)) as session:
            for name in HOSTILE:
                asked = len(server.requests)
                with pytest.raises(WatcherError) as refused:
                    await find_source(session, server.url(f"/{name}"), {})
                said[name] = str(refused.value)
                assert len(server.requests) - asked <= 15, name
    assert {name: words for name, words in said.items() if HOSTILE[name][1] not in words} == {}
    assert [name for name, words in said.items() if "\n" in words or len(words) > 300] == []


@in_loop
async def test_dead_address_and_raw_nonsense(tmp_path: Path) -> None:
    """Nobody listens; or somebody does who speaks no HTTP."""
    with pytest.raises(WatcherError, match=r"127\.0\.0\.1"):
        await found_at(tmp_path, f"http://127.0.0.1:{free_port()}/")
    for raw in (b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"):
        async with raw_server(raw) as server:
            with pytest.raises(WatcherError) as refused:
                await found_at(tmp_path, server.url("/"))
        assert "\n" not in str(refused.value)


@in_loop
async def test_page_that_kills_a_parser_ends_no_more_than_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time and memory of a task are bounded: a person gets a sentence after seconds, and no machine stands still."""
    monkeypatch.setattr("watcher.pipeline.find_source.TASK_SECONDS", 0.001)
    async with http_server({"/slow": html("", LINKS * 2_000)}) as server:
        with pytest.raises(Killed, match="look_at took longer"):
            await found_at(tmp_path, server.url("/slow"))


@in_loop
async def test_hostile_page_of_a_release_leaves_the_feeds_words(tmp_path: Path) -> None:
    """The sample says that the page could not be read, as the poll would."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), text=HARM)))
        server.routes["/releases/1"] = Answer(b"<title>Access Denied</title>Reference #18.2", content_type=HTML)
        _, (sample,) = await found_at(tmp_path, server.url("/feed"))
    assert (sample.release.page_outcome, sample.release.text_from, sample.release.page.text) == (
        "blocked",
        "feed",
        HARM,
    )


ADDRESSES = [
    ("https://army.example/wp-json/", ("wordpress", {"site": "https://army.example"})),
    ("https://army.example/blog/wp-json/wp/v2/posts?x=1", ("wordpress", {"site": "https://army.example/blog"})),
    ("https://army.example/?rest_route=/wp/v2/posts", ("wordpress_plain", {"site": "https://army.example"})),
    ("https://army.example/jsonapi/node/release", ("drupal", {"site": "https://army.example", "type": "release"})),
    ("https://army.example/jsonapi", ("drupal", {"site": "https://army.example"})),
    ("https://api.dvidshub.net/search?type=news", ("dvids", {})),
    ("https://api.dvidshub.net/docs", ("dvids", {})),
    ("https://www.gov.uk/api/search.json?filter_organisations=mod&count=3", ("gov_uk_search", {"organisation": "mod"})),
    ("https://www.gov.uk/api/content/a/b", ("gov_uk_content", {"path": "/a/b"})),
    ("https://developer.wordpress.org/rest-api/reference/", ("wordpress", {})),
    ("https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module", ("drupal", {})),
    ("https://apidoc.reliefweb.int/", ("reliefweb", {})),
    ("https://www.gov.uk/government/fatalities", None),
    ("https://army.example/about-wp-jsonp", None),
    ("https://army.example/jsonapi-is-here", None),
    ("https://dvidshub.example/search", None),
]


@pytest.mark.parametrize(("url", "known"), ADDRESSES, ids=[url for url, _ in ADDRESSES])
def test_known_api_is_told_by_its_address_or_its_documentation(
    tmp_path: Path, url: str, known: tuple[str, dict[str, str]] | None
) -> None:
    """Whoever reads an API's documentation has its address at hand, and needs no more than that."""
    assert recipe_at(url, load_recipes(configure(tmp_path, {}))) == known


@pytest.mark.parametrize(
    ("url", "parameters", "said"),
    [
        ("https://developer.wordpress.org/rest-api/", {}, "parameters.site is missing: the address of the site"),
        (
            "https://developer.wordpress.org/rest-api/",
            {"sight": "x"},
            "parameters.sight: the recipe wordpress has no such",
        ),
        ("https://developer.wordpress.org/rest-api/", {"site": "ftp://x"}, "must be a web address"),
        ("https://api.dvidshub.net/", {}, "needs a key: $DVIDS_API_KEY is not set or empty"),
    ],
)
def test_what_a_recipe_still_needs_is_said(
    tmp_path: Path, url: str, parameters: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is asked of anybody."""
    monkeypatch.delenv("DVIDS_API_KEY", raising=False)

    @in_loop
    async def run() -> None:
        with pytest.raises(ConfigError) as refused:
            await found_at(tmp_path, url, parameters)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)

    run()


@in_loop
async def test_documentation_with_its_parameters_is_the_api(tmp_path: Path) -> None:
    """The recipe and the site are enough."""
    async with http_server() as server:
        server.routes |= site(server)
        found, (sample,) = await found_at(
            tmp_path, "https://developer.wordpress.org/rest-api/", {"site": server.url("")}
        )
    assert found.said == {"recipe": "wordpress", "parameters": {"site": server.url("")}}
    assert sample.release.page.text == HARM
