"""What the fork server of the workers imports beside their tasks: they begin with a page read and the words compiled.

Without it each worker of each test reads the 200 KB of English words anew, for half a second of a processor.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support import ROOT
from watcher.feeds.source import Source
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.task_values import PageAnswer, ReadingContext

_URL = "https://army.example/1"
_TEXT = "Two civilians were killed and four were injured in the strike near the town, the army said on 2 May 2026."
_ENTRY = f"<item><title>A title</title><link>{_URL}</link><description>{_TEXT}</description></item>"
_RSS = f'<rss version="2.0"><channel><title>Releases</title>{_ENTRY}</channel></rss>'.encode()
_PAGE = f"<html><body><nav><a href=/>Home</a></nav><article><h1>A title</h1><p>{_TEXT}</p></article></body></html>"


def _read_once() -> None:
    at = datetime(2026, 5, 2, tzinfo=UTC)
    _, (parsed,) = read_feed(_RSS, Source(_URL, fetched_at=at), "army")
    answer = PageAnswer(_PAGE.encode(), _URL, "text/html", at)
    assert extract_release(parsed, answer, "ok", ReadingContext(ROOT / "config" / "words")).detection.claims


_read_once()
