"""What the tasks of the worker processes are given and what they give back, apart from what `model` has already.

Loaded without a parser: a poll that finds nothing new never loads the tasks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.model.selectors import NO_RULES as NO_PAGE_RULES
from watcher.model.text_context import OLD_AFTER, UNKNOWN_SIDE, OwnSide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from watcher.content.frame import LinePlaces
    from watcher.content.pdf.glyphs import PageGlyphs
    from watcher.model.api import ApiRule
    from watcher.model.feed import KnownItem, ParsedEntry
    from watcher.model.poll import ExtractedRelease
    from watcher.model.selectors import ListingRule, PageRules


_PDF_HEADER_WITHIN = 1024


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The bytes that a release's page gave, with its final URL and Content-Type.

    `recognised` are the words of a PDF's scanned pages, by the page's number from 0; `links` is the Link header.
    """

    body: bytes
    url: str
    content_type: str
    fetched_at: datetime
    recognised: Mapping[int, PageGlyphs] = field(default_factory=dict)
    links: str = ""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What the configuration says of reading a publisher's releases.

    `words` is the folder of vocabularies; what happened `old_after` before the publication is no news. `api` is the
    rule of the feed's API, whose own document of a release takes the place of its page. `places` say where the lines of
    releases stand on the pages of the site of this one, where that was learned.
    """

    words: Path
    language: str = ""
    rules: PageRules = NO_PAGE_RULES
    locale: DateLocale = ANYWHERE
    own_side: OwnSide = UNKNOWN_SIDE
    old_after: timedelta = OLD_AFTER
    api: ApiRule | None = None
    places: LinePlaces | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a feed's documents are read: a listing's rules, of which the first to find one serves, or an API's."""

    listing: tuple[ListingRule, ...] = ()
    api: ApiRule | None = None


NO_RULES = Rules()
NO_ITEMS: Mapping[bytes, KnownItem] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OlderDocument:
    """The entries of an older document of a feed, and where to go on.

    `older` is the next page of a list; `parts` are the sitemaps of an index, newest change first, each with its day.
    """

    entries: tuple[ParsedEntry, ...]
    older: str | None = None
    parts: tuple[tuple[str, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class FrameSample:
    """A page that was read whole, with what its reading was given, and what it gave."""

    parsed: ParsedEntry
    answer: PageAnswer
    read: ExtractedRelease
    known: str


def is_pdf(body: bytes, content_type: str) -> bool:
    """Whether a body is a PDF: servers mislabel them, and readers take a header within the first 1,024 bytes."""
    is_named = content_type.partition(";")[0].strip().lower() == "application/pdf"
    is_page = body.lstrip()[:1] == b"<"
    return (is_named and not is_page) or (b"%PDF-" in body[:_PDF_HEADER_WITHIN] and not is_page)
