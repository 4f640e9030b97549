"""Twenty-four pairs of one page as it was served twice: what only looks different, and what says something else.

Bytes and text are hashed apart: the bytes of all pairs differ, the text only where the publisher changed it (check 79).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import configure, entry, one, polled, rss
from tests.support.servers import Answer, http_server, in_loop

if TYPE_CHECKING:
    from pathlib import Path

from tests.support import ROOT
from watcher.content.word_diff import diff_words
from watcher.feeds.identity import text_sha256
from watcher.model.feed import Entry, ParsedEntry
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.runtime import open_runtime
from watcher.pipeline.task_values import PageAnswer, ReadingContext

URL = "https://army.example/releases/2026/crossing"
TITLE = "Two killed at the northern crossing"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Two killed at the northern crossing | Army</title>
<meta name="csrf-token" content="a1b2c3"><link rel="canonical" href="https://army.example/releases/2026/crossing">
<script nonce="n0nce1">window.visit = 1001;</script><link rel="stylesheet" href="/style.css?v=1"></head>
<body class="page">
<header><a href="/">Army</a>
<nav><ul><li><a href="/news">News</a></li><li><a href="/about">About</a></li></ul></nav></header>
<div class="banner ad"><a href="https://ads.example/1">Join us: new recruits wanted in the spring</a></div>
<main><article>
<h1>Two killed at the northern crossing</h1>
<div class="meta"><time datetime="2026-11-23T10:00:00Z">Nov. 23, 2026</time> <span class="ago">2 hours ago</span>
<span class="views">1,204 views</span></div>
<div class="share"><a href="#">Share</a> <a href="#">Tweet</a> <span class="count">15 shares</span></div>
<p>Two soldiers were killed and four were injured on Monday when their vehicle left the road at the crossing.</p>
<p>The brigade's commander, Colonel Ann Example, visited the wounded in hospital and spoke with their families.</p>
<p>An inquiry into the cause of the accident has begun. The road was closed until the evening.</p>
</article></main>
<aside><h2>Related releases</h2><ul><li><a href="/releases/1">Bridge opened</a></li>
<li><a href="/releases/2">New boats</a></li></ul></aside>
<footer><p>© 2026 Army press office. Page 1001 of today.</p>
<form><input type="hidden" name="token" value="a1b2c3"></form></footer>
<script>var served = "2026-11-24T10:00:00Z";</script>
</body></html>
"""
FIRST = "Two soldiers were killed and four were injured on Monday when their vehicle left the road at the crossing."
COSMETIC = {
    "nonce_and_token": [("n0nce1", "n0nce2"), ("a1b2c3", "d4e5f6")],
    "visit_counter_in_a_script": [("window.visit = 1001", "window.visit = 1002"), ("Page 1001", "Page 1002")],
    "view_count": [("1,204 views", "9,817 views")],
    "share_count": [("15 shares", "1.2K shares")],
    "share_bar": [('<a href="#">Tweet</a>', '<a href="#">Post</a> <a href="#">Telegram</a> <a href="#">Email</a>')],
    "relative_time": [("2 hours ago", "3 days ago")],
    "advertisement": [("Join us: new recruits wanted in the spring", "The big autumn show: tickets are on sale now")],
    "related_releases": [("Bridge opened", "Parade in the capital"), ("New boats", "Band on tour")],
    "menu": [
        ('<li><a href="/about">About</a></li>', '<li><a href="/about">About</a></li><li><a href="/faq">FAQ</a></li>')
    ],
    "white_space": [("<p>An inquiry", "\n\n  <p>\t An\n  inquiry"), (" on Monday when", "\u00a0on   Monday\nwhen")],
    "markup": [
        ("<p>The brigade's", '<p class="x" id="p2"><span>The</span> brigade\'s'),
        ("hospital", "<b>hospital</b>"),
    ],
    "time_of_serving_and_style": [('T10:00:00Z";', 'T11:30:00Z";'), ("style.css?v=1", "style.css?v=2")],
    "comment_and_footer": [("<aside>", "<!-- cached 12:31 --><aside>"), ("© 2026", "© 2027")],
    "cookie_banner": [
        (
            "<header>",
            '<div class="cookie-banner" role="dialog"><p>We use cookies.</p></div><header>',
        )
    ],
    "entities": [("brigade's", "brigade&#39;s"), ("Colonel Ann", "Colonel&nbsp;Ann")],
}
EDITS = {
    "number": [("Two soldiers were", "Eight soldiers were")],
    "word": [("Two soldiers were", "Two people were")],
    "sentence_taken_out": [(" The road was closed until the evening.", "")],
    "paragraph_taken_out": [(f"<p>{FIRST}</p>", "")],
    "sentence_added": [("until the evening.", "until the evening. Nobody else was hurt.")],
    "correction_added": [("<p>Two soldiers", "<p>Correction: the number was wrong.</p><p>Two soldiers")],
    "name": [("Ann Example", "Jo Example")],
    "negation": [("accident has begun", "accident has not begun")],
    "order": [
        (f"<p>{FIRST}</p>\n", ""),
        ("until the evening.</p>", f"until the evening.</p>\n<p>{FIRST}</p>"),
    ],
    "quotation": [("has begun.", "has begun. “We owe it to them,” she said.")],
    "attribution": [("Two soldiers were killed", "Two soldiers were reportedly killed")],
    "day": [("on Monday when", "on Sunday when")],
}


def changed(changes: list[tuple[str, str]]) -> str:
    page = PAGE
    for old, new in changes:
        assert old in page
        page = page.replace(old, new)
    return page


def read(page: str) -> tuple[str, str, str]:
    """Hash of the bytes, hash of the text, and the text."""
    body = page.encode()
    parsed = ParsedEntry(Entry(URL, URL, TITLE, ""), URL, "", 0)
    answer = PageAnswer(body, URL, "text/html; charset=utf-8", datetime(2026, 11, 24, tzinfo=UTC))
    reading = extract_release(parsed, answer, "ok", ReadingContext(ROOT / "config" / "words", "en"))
    assert (reading.text_from, reading.text_sha256) == ("page", text_sha256(reading.page))
    return hashlib.sha256(body).hexdigest(), reading.text_sha256, reading.page.text


@pytest.mark.parametrize("name", COSMETIC)
def test_page_that_only_looks_different_is_no_revision(name: str) -> None:
    """No false revision: everything around the text may change with every request (check 79)."""
    before, after = read(PAGE), read(changed(COSMETIC[name]))
    assert before[0] != after[0]
    assert [run for run in diff_words(before[2], after[2]) if run.kind != "same"] == []
    assert before[1] == after[1]


@pytest.mark.parametrize("name", EDITS)
def test_page_that_says_something_else_is_a_revision(name: str) -> None:
    """No missed revision: one word is enough (check 79)."""
    before, after = read(PAGE), read(changed(EDITS[name]))
    assert before[1] != after[1]
    assert [run for run in diff_words(before[2], after[2]) if run.kind != "same"]


@in_loop
async def test_pairs_come_through_a_poll(tmp_path: Path) -> None:
    """Polled as a site serves them: each cosmetic change keeps its bytes and makes no revision, each edit makes one."""
    pages = [PAGE, *(changed(one) for one in COSMETIC.values()), changed(EDITS["number"]), PAGE]
    async with http_server() as server:
        feeds = [rss(entry(1, server.url(""), title=TITLE, author=f"desk {n}")) for n in range(len(pages))]
        server.routes["/feed"] = [Answer(feed) for feed in feeds]
        server.routes["/releases/1"] = [Answer(page.encode(), content_type="text/html") for page in pages]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        async with open_runtime(configuration) as runtime:
            for _ in pages:
                await polled(runtime)
    assert one(configuration, "SELECT revision_count FROM releases") == 3
    bodies = one(configuration, "SELECT count(DISTINCT body_sha256) FROM captures WHERE kind = 'page'")
    assert bodies == len(pages) - 1
