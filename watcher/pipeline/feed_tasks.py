"""The tasks of the worker processes for feeds: a feed, listing, sitemap or API to entries with their identities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.content.encoding import charset_of
from watcher.content.release_dates import DateContext, credible, settled_by_others, site_start
from watcher.content.urls import url_key_of_entry
from watcher.errors import NotAFeed
from watcher.feeds.identity import entry_sha256, identity_of, tell_apart
from watcher.feeds.json_api import parse_api
from watcher.feeds.jsonfeed import parse_json_feed
from watcher.feeds.listing import next_page, parse_listing
from watcher.feeds.rss import parse_feed
from watcher.feeds.sitemap import parse_sitemap, sitemap_index
from watcher.feeds.telegram import parse_channel
from watcher.model.feed import ParsedEntry
from watcher.model.release import Problem
from watcher.pipeline.task_values import NO_ITEMS, NO_RULES, OlderDocument, Rules
from watcher.store.feed_entries import entry_of_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.feeds.source import Source
    from watcher.model.feed import Entry, KnownItem, ParsedFeed
    from watcher.model.selectors import ListingRule


def read_feed(
    body: bytes,
    source: Source,
    publisher: str,
    kind: str = "feed",
    rules: Rules = NO_RULES,
    known: Mapping[bytes, KnownItem] = NO_ITEMS,
) -> tuple[ParsedFeed, tuple[ParsedEntry, ...]]:
    """Parse what a feed of this kind answered and name the release of each entry.

    `known` are items of the feed's document before, by their marks: they are taken as they are stored.
    Raises NotAFeed, Truncated, TooLarge; in a worker whatever is `UNREADABLE`.
    """
    parsed = _settled(_parsed(body, source, kind, rules, known), source)
    marks = parsed.marks or (b"",) * len(parsed.entries)
    entries = [
        ParsedEntry(
            entry if mark in known else without_false_dates(entry, source),
            identity,
            known[mark].sha256 if mark in known else entry_sha256(entry),
            position,
            url_key_of_entry(entry),
            (identity,),
            mark,
        )
        for position, (entry, mark) in enumerate(zip(parsed.entries, marks, strict=True))
        for identity in [identity_of(entry, publisher)]
    ]
    return parsed, tell_apart(entries)


def _settled(parsed: ParsedFeed, source: Source) -> ParsedFeed:
    """The feed with its doubtful dates read as the others of the same feed are written, where those prove an order."""
    if not any(entry.published and entry.published.readings for entry in parsed.entries):
        return parsed
    dates = settled_by_others([entry.published for entry in parsed.entries], source.locale.zone)
    entries = (replace(entry, published=date) for entry, date in zip(parsed.entries, dates, strict=True))
    return replace(parsed, entries=tuple(entries))


def without_false_dates(entry: Entry, source: Source) -> Entry:
    """The entry without the instants of dates that cannot be true when it was fetched; their words stay."""
    if source.fetched_at is None:
        return entry
    clock = DateContext(source.locale, (), source.fetched_at, site_start(source.since))
    published, doubts = credible(entry.published, clock)
    updated, later_doubts = credible(entry.updated, clock)
    if published is entry.published and updated is entry.updated:
        return entry
    said = [Problem(one.kind, f"published: {one.detail}") for one in doubts]
    said += [Problem(one.kind, f"updated: {one.detail}") for one in later_doubts]
    return replace(entry, published=published, updated=updated, problems=(*entry.problems, *said))


def read_older(body: bytes, source: Source, publisher: str, kind: str, rules: Rules) -> OlderDocument:
    """The entries of a feed, listing page, sitemap or API and where older ones are. Raises NotAFeed."""
    if kind == "sitemap" and (parts := sitemap_index(body, source.locale)):
        return OlderDocument((), parts=tuple((part.url, part.updated.at if part.updated else None) for part in parts))
    parsed, entries = read_feed(body, source, publisher, kind, rules)
    charset = charset_of(source.content_type)
    pages = (next_page(body, rule, url=source.url, charset=charset) for rule in rules.listing)
    return OlderDocument(entries, parsed.older or next(filter(None, pages), None))


def _parsed(
    body: bytes, source: Source, kind: str, rules: Rules, known: Mapping[bytes, KnownItem] = NO_ITEMS
) -> ParsedFeed:
    if kind == "listing":
        return _listing(body, source, rules.listing)
    if kind == "telegram":
        return parse_channel(body, source)
    if rules.api is not None:
        return parse_api(body, rules.api, source)
    if kind == "sitemap":
        if parts := sitemap_index(body, source.locale):
            raise NotAFeed(f"an index of {len(parts)} sitemaps inside another; the newest is {parts[0].url}")
        return parse_sitemap(body, locale=source.locale)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_json_feed(body, url=source.url, locale=source.locale)
    return parse_feed(body, source, {mark: entry_of_json(item.entry) for mark, item in known.items()})


def _listing(body: bytes, source: Source, rules: tuple[ListingRule, ...]) -> ParsedFeed:
    failure = NotAFeed("a listing without a rule")
    for rule in rules:
        try:
            return parse_listing(
                body,
                rule,
                url=source.url,
                charset=charset_of(source.content_type),
                locale=source.locale,
            )
        except NotAFeed as error:
            failure = error
    raise failure
