"""A page of links as a feed: the entries of a site that has none, by CSS selectors.

A part of a rule is `selector`, `selector@attribute` or `@attribute` of the entry itself. AFPIMS sites carry their
lists in custom elements whose data are all attributes: `<listing-with-preview article-url="…" article-title="…">`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.dates import parse_date
from watcher.content.encoding import decode, decode_with_doubt
from watcher.content.lines import plain_line
from watcher.content.markup import attribute, parse, select
from watcher.content.urls import web_address
from watcher.errors import NotAFeed
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import missing_fields
from watcher.model.selectors import ListingRule

if TYPE_CHECKING:
    from watcher.content.markup import Tag


_PREVIEWS = ListingRule(
    entry="listing-with-preview",
    link="@article-url",
    title="@article-title",
    date="@publish-date-ap",
    summary="@article-summary",
    next_page="a.next@href",
)
AFPIMS = (_PREVIEWS, replace(_PREVIEWS, entry="story-card"))


def parse_listing(
    body: bytes, rule: ListingRule, *, url: str, charset: str = "", locale: DateLocale = ANYWHERE
) -> ParsedFeed:
    """The entries of the list page at `url`, in its order, each address once.

    Raises NotAFeed where the rule finds no entry with a link: the site has changed, or this is another page.
    """
    decoded = decode_with_doubt(body, charset, locale.language)
    tree = parse(decoded.text)
    found: dict[str, Entry] = {}
    for tag in select(tree, (rule.entry,)):
        entry = _entry(tag, rule, url, locale)
        # A card links twice, by its picture and by its headline: the words are the second's.
        if entry and (entry.key not in found or (entry.title and not found[entry.key].title)):
            found[entry.key] = entry
    if not found:
        raise NotAFeed(f"no entry for {rule.entry!r}")
    title = tree.find("title")
    name = _words(title) if title else ""
    return ParsedFeed(tuple(found.values()), name, locale.language, problems=decoded.problems)


def next_page(body: bytes, rule: ListingRule, *, url: str, charset: str = "") -> str | None:
    """The address of the list's next, older page, or None on the last one or where the rule names no such link."""
    if not rule.next_page:
        return None
    stated = _part(parse(decode(body, charset)), rule.next_page)
    target = web_address(stated, url) if stated else None
    return target if target != url else None


def _entry(tag: Tag, rule: ListingRule, url: str, locale: DateLocale) -> Entry | None:
    target = web_address(_part(tag, rule.link), url)
    if not target:
        return None
    title = plain_line(_part(tag, rule.title))
    published = parse_date(_part(tag, rule.date), locale=locale, source="feed")
    return Entry(
        key=_part(tag, rule.key) or target,
        url=target,
        title=title,
        html=_part(tag, rule.summary),
        published=published,
        problems=missing_fields(target, no_title=title, no_date=published and published.at),
    )


def _part(tag: Tag, rule: str) -> str:
    """The words or the attribute that a part of a rule names; empty where it finds nothing."""
    selector, _, name = rule.partition("@")
    found = ([tag] if tag.name == selector else select(tag, (selector,))) if selector else [tag]
    if not found or not rule:
        return ""
    return attribute(found[0], name) if name else _words(found[0])


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())
