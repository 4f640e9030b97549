"""What the fork server of the workers imports: their tasks, and all that these load with the first release.

The vocabulary, the names of months and the patterns take more than a second of a processor, as long as fifty releases;
once here, every worker has them from its first task. A vocabulary is known by the hash of its words: a worker whose
folder holds other words than the shipped ones still reads those itself. So does one that meets the first PDF, or the
first page of an unknown site: the page here is read by a rule, without trafilatura.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime

from watcher.config.folder import shipped_folder
from watcher.errors import ConfigError

_URL, _AT = "https://army.example/1", datetime(2026, 5, 2, tzinfo=UTC)
_TEXT = "Two civilians were killed and four were injured in the strike near the town, the army said on 2 May 2026."
_ENTRY = f"<item><title>A title</title><link>{_URL}</link><description>{_TEXT}</description></item>"
_FEED = f'<rss version="2.0"><channel><title>Releases</title>{_ENTRY}</channel></rss>'
_HEAD = "<head><title>A title | The army</title></head>"
# Figures beside a word that is no month in English: for that the names of the other languages are loaded.
_NO_DAY = "Statement 12/4"
_PAGE = (
    f"<html>{_HEAD}<body><nav><a href=/>Home</a></nav><article><h1>A title</h1><p>{_TEXT}</p></article></body></html>"
)


def read_once() -> int:
    """Read a feed and its page as a worker does, and say how many claims there were; 0 without a sound vocabulary.

    Nothing may be raised where the fork server imports this: it would end, and with it every worker. The collector
    waits, and never looks at what is loaded: all of it stays, and looking through it takes a tenth of the time.
    """
    gc.disable()
    try:
        return _read()
    finally:
        gc.freeze()
        gc.enable()


def _read() -> int:
    from watcher.config.words import read_shipped
    from watcher.content.dates import has_day
    from watcher.feeds.source import Source
    from watcher.model.selectors import PageRules
    from watcher.pipeline.feed_tasks import read_feed
    from watcher.pipeline.release_tasks import extract_release
    from watcher.pipeline.task_values import PageAnswer, ReadingContext

    has_day(_NO_DAY)
    _, entries = read_feed(_FEED.encode(), Source(_URL, fetched_at=_AT), "army")
    answer = PageAnswer(_PAGE.encode(), _URL, "text/html", _AT)
    with suppress(ConfigError):
        read_shipped()
        context = ReadingContext(shipped_folder() / "words", rules=PageRules(body=("article",)))
        return sum(len(extract_release(one, answer, "ok", context).detection.claims) for one in entries)
    return 0


read_once()
