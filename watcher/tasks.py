"""The two calls of a poll into a worker process: bytes to entries, and bytes to a text with its claims.

Both are pure apart from reading the vocabulary once a process. They run where a hostile body costs one task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from watcher.config.words import Vocabulary, load_vocabularies
from watcher.detect import detect, unread
from watcher.detect.readable import is_readable
from watcher.errors import Blocked, ExtractError, HttpStatus, WatcherError
from watcher.identity import entry_sha256, of_entry, text_sha256
from watcher.pages import extract_fragment, extract_page
from watcher.records import ParsedEntry
from watcher.sources import Source, parse_feed

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.models import Detection, PageRules, PageText, ParsedFeed


_AFTER_PLACE = re.compile(
    r"\s*[(/]|,?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The bytes that a release's page gave, with its final URL and Content-Type."""

    body: bytes
    url: str
    content_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """What a publisher's configuration says of reading its releases."""

    words: Path
    language: str = ""
    rules: PageRules | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a release. `page_outcome` is "ok" or the name of what kept the page from being read."""

    page: PageText
    text_from: Literal["page", "feed"]
    text_sha256: str
    page_outcome: str
    detection: Detection


def read_feed(body: bytes, source: Source, publisher: str) -> tuple[ParsedFeed, tuple[ParsedEntry, ...]]:
    """Parse a feed and name the release of each entry. Raises NotAFeed."""
    parsed = parse_feed(body, source)
    entries = tuple(
        ParsedEntry(entry, of_entry(entry, publisher), entry_sha256(entry), position)
        for position, entry in enumerate(parsed.entries)
    )
    return parsed, entries


def read_release(parsed: ParsedEntry, answer: PageAnswer | None, outcome: str, context: Context) -> Reading:
    """The record and the claims of a release: from its page where it could be had, else from the feed.

    `outcome` says what became of the page's fetch: "ok" where there is an answer, else why there is none.
    """
    fragment = _fragment(parsed, context)
    page = None
    if answer is not None:
        try:
            page = _page(parsed, answer, context)
        except (ExtractError, Blocked) as error:
            outcome = error.outcome
    record = _merged(parsed, page, fragment)
    detection = _detect(record, context)
    return Reading(record, "feed" if page is None else "page", text_sha256(record), outcome, detection)


def _fragment(parsed: ParsedEntry, context: Context) -> PageText:
    entry = parsed.entry
    return extract_fragment(entry.html, url=entry.url or "", language_hint=entry.language or context.language)


def _page(parsed: ParsedEntry, answer: PageAnswer, context: Context) -> PageText:
    entry = parsed.entry
    _, _, charset = answer.content_type.partition("charset=")
    return extract_page(
        answer.body,
        url=answer.url,
        charset=charset.split(";")[0].strip(" \"'"),
        rules=context.rules,
        fetched_at=answer.fetched_at,
        published_hint=entry.published.at if entry.published else None,
        language_hint=entry.language or context.language,
    )


def _merged(parsed: ParsedEntry, page: PageText | None, fragment: PageText) -> PageText:
    """The page's record with what only the feed says; the feed's dates win, since a page shows many dates."""
    entry, base = parsed.entry, page or fragment
    title = entry.title or base.title
    return replace(
        base,
        title=title,
        # An entry that is only a title says all it has to say there.
        text=base.text or title,
        summary=base.summary or (fragment.text if page is not None else ""),
        byline=base.byline or entry.author,
        published=entry.published or base.published,
        updated=entry.updated or base.updated,
        canonical_url=base.canonical_url or entry.url,
        tags=tuple(dict.fromkeys((*base.tags, *entry.tags))),
        captions=tuple(dict.fromkeys((*base.captions, *fragment.captions))),
    )


def _detect(page: PageText, context: Context) -> Detection:
    published = page.published.at if page.published else None
    language = page.language or context.language
    return detect_text(context.words, page.text, language=language, published=published, place=place_of(page.dateline))


def place_of(dateline: str) -> str:
    """The place in a dateline, without its date and its service: "TAMPA, Fla." of "TAMPA, Fla. (AFNS), Nov. 24"."""
    return _AFTER_PLACE.split(dateline, maxsplit=1)[0].strip(" ,–—-")


def detect_text(
    words: Path, text: str, *, language: str, published: datetime | None = None, place: str = ""
) -> Detection:
    """The claims of a text, with the vocabulary of its language; without one, or where it cannot be read, `unread`."""
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        return unread(language)
    return detect(text, vocabulary=vocabulary, published=published, place=place)


def vocabulary_for(words: Path, text: str, language: str) -> Vocabulary | None:
    """The vocabulary that can read a text said to be in a language (empty: English), or None."""
    vocabulary = vocabularies(words).get(language.partition("-")[0].lower() or "en")
    return vocabulary if vocabulary is not None and is_readable(text, vocabulary) else None


@lru_cache(maxsize=4)
def vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Every vocabulary of a folder by language; read once a process. Raises ConfigError."""
    return load_vocabularies(folder)


def outcome_of(error: WatcherError) -> str:
    """The name of an error as the tables keep it; a page that is gone for good says so."""
    return "gone" if isinstance(error, HttpStatus) and error.status in {404, 410} else error.outcome
