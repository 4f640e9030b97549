"""Sitemaps as feeds: sitemaps.org 0.9, Google's news extension, and indexes of sitemaps."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.dates import parse_date
from watcher.content.markup import Tag, parse_xml
from watcher.errors import NotAFeed
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Problem, missing_fields

if TYPE_CHECKING:
    from watcher.model.release import StatedDate


# The protocol allows 50 MB and 50,000 addresses.
_LARGEST = 52_428_800
_MOST_ENTRIES = 50_000
_GZIP = 31


@dataclass(frozen=True, slots=True)
class SitemapPart:
    """A sitemap that an index names, and when it last changed."""

    url: str
    updated: StatedDate | None


def parse_sitemap(body: bytes, *, locale: DateLocale = ANYWHERE) -> ParsedFeed:
    """The pages of a sitemap, plain or gzipped, as entries, in its order.

    Raises NotAFeed for anything but a `urlset`; a body that is cut gives what it holds, and `is_complete` false.
    """
    xml = _inflated(body)
    tree = parse_xml(xml)
    root = tree.find("urlset")
    if root is None:
        raise NotAFeed("no urlset")
    found: dict[str, Entry] = {}
    for tag in root.find_all("url", recursive=False, limit=_MOST_ENTRIES):
        entry = _entry(tag, locale)
        if entry:
            found.setdefault(entry.key, entry)
    is_complete = xml.rstrip().endswith(b"urlset>")
    problems = () if is_complete else (Problem("truncated", "the sitemap ends before its urlset does"),)
    return ParsedFeed(tuple(found.values()), language=locale.language, is_complete=is_complete, problems=problems)


def sitemap_index(body: bytes, locale: DateLocale = ANYWHERE) -> tuple[SitemapPart, ...]:
    """The sitemaps that an index names, newest change first; none for anything else."""
    root = parse_xml(_inflated(body)).find("sitemapindex")
    if root is None:
        return ()
    parts = [
        SitemapPart(target, parse_date(_text(tag, "lastmod"), locale=locale, source="feed"))
        for tag in root.find_all("sitemap", recursive=False, limit=_MOST_ENTRIES)
        if (target := _address(tag))
    ]
    return tuple(sorted(parts, key=_changed_at, reverse=True))


def _changed_at(part: SitemapPart) -> float:
    return part.updated.at.timestamp() if part.updated and part.updated.at else 0.0


def _inflated(body: bytes) -> bytes:
    """The body without its gzip layer, never more than the protocol allows."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:_LARGEST]
    try:
        return zlib.decompressobj(_GZIP).decompress(body, _LARGEST)
    except zlib.error as error:
        raise NotAFeed(f"damaged gzip: {error}") from error


def _entry(tag: Tag, locale: DateLocale) -> Entry | None:
    target = _address(tag)
    if not target:
        return None
    news = tag.find(_named("news")) or Tag(name="news")
    published = parse_date(_text(news, "publication_date"), locale=locale, source="feed")
    updated = parse_date(_text(tag, "lastmod"), locale=locale, source="feed")
    title = _text(news, "title")
    return Entry(
        key=target,
        url=target,
        title=title,
        html="",
        published=published,
        updated=updated,
        language=_text(news, "language"),
        tags=tuple(filter(None, map(str.strip, _text(news, "keywords").split(",")))),
        problems=missing_fields(target, no_title=title, no_date=published or updated),
    )


def _address(tag: Tag) -> str:
    stated = _text(tag, "loc")
    return stated if stated.startswith(("http://", "https://")) else ""


def _text(tag: Tag, name: str) -> str:
    """The words of the first element of that name."""
    found = tag.find(_named(name))
    return " ".join(found.get_text().split()) if found else ""


def _named(name: str) -> re.Pattern[str]:
    """The name with any prefix: publishers declare the extensions' namespaces as they like."""
    return re.compile(rf"^(?:[\w.-]+:)?{name}$")
