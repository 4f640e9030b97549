"""A page of links as a feed: the entries of a site that has none, by CSS selectors.

A part of a rule is `selector`, `selector@attribute` or `@attribute` of the entry itself. AFPIMS sites carry their
lists in custom elements whose data are all attributes: `<listing-with-preview article-url="…" article-title="…">`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from watcher.content.dates import parse_date
from watcher.content.encoding import decode
from watcher.content.markup import attribute, parse, parse_fragment, select
from watcher.content.urls import web_address
from watcher.errors import NotAFeed
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Link, Problem
from watcher.model.selectors import ListingRule

if TYPE_CHECKING:
    from watcher.content.markup import Tag


AFPIMS = (
    ListingRule(
        entry="listing-with-preview",
        link="@article-url",
        title="@article-title",
        date="@publish-date-ap",
        summary="@article-summary",
        next_page="a.next@href",
    ),
    ListingRule(
        entry="story-card",
        link="@article-url",
        title="@article-title",
        date="@publish-date-ap",
        summary="@article-summary",
        next_page="a.next@href",
    ),
)


def parse_listing(
    body: bytes, rule: ListingRule, *, url: str, charset: str = "", time_zone: str = "UTC", language: str = ""
) -> ParsedFeed:
    """The entries of the list page at `url`, in its order, each address once.

    Raises NotAFeed where the rule finds no entry with a link: the site has changed, or this is another page.
    """
    tree = parse(decode(body, charset))
    found: dict[str, Entry] = {}
    for tag in select(tree, (rule.entry,)):
        entry = _entry(tag, rule, url, time_zone)
        if entry:
            found.setdefault(entry.key, entry)
    if not found:
        raise NotAFeed(f"no entry for {rule.entry!r}")
    title = tree.find("title")
    return ParsedFeed(tuple(found.values()), _words(title) if title else "", language)


def next_page(body: bytes, rule: ListingRule, *, url: str, charset: str = "") -> str | None:
    """The address of the list's next, older page, or None on the last one or where the rule names no such link."""
    if not rule.next_page:
        return None
    stated = _part(parse(decode(body, charset)), rule.next_page)
    target = web_address(stated, url) if stated else None
    return target if target != url else None


def _entry(tag: Tag, rule: ListingRule, url: str, time_zone: str) -> Entry | None:
    target = web_address(_part(tag, rule.link), url)
    if not target:
        return None
    title = _plain(_part(tag, rule.title))
    published = parse_date(_part(tag, rule.date), zone=time_zone, source="feed")
    missing = {"no_title": title, "no_date": published and published.at}
    return Entry(
        key=_part(tag, rule.key) or target,
        url=target,
        title=title,
        html=_part(tag, rule.summary),
        published=published,
        problems=tuple(Problem(kind, target) for kind, value in missing.items() if not value),
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


def _plain(words: str) -> str:
    """Attributes hold titles with their markup escaped."""
    return _words(parse_fragment(words)) if "<" in words or "&" in words else " ".join(words.split())


# What an address offers to be polled: the feeds that a page names, or else a rule for its list of links.

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
FEWEST_ENTRIES = 4
FEWEST_WORDS = 4
_CHROME = frozenset({"nav", "footer", "header", "aside"})


def find_feeds(body: bytes, *, url: str, charset: str = "") -> tuple[Link, ...]:
    """The feeds that a page names in its head (`link rel=alternate`), absolute, in its order."""
    tree = parse(decode(body, charset))
    found: dict[str, Link] = {}
    for tag in tree.find_all("link", href=True):
        if "alternate" in attribute(tag, "rel").lower().split() and attribute(tag, "type").lower() in FEED_TYPES:
            target = web_address(attribute(tag, "href"), url)
            if target:
                found.setdefault(target, Link(target, attribute(tag, "title")))
    return tuple(found.values())


def propose_listing(body: bytes, *, url: str, charset: str = "") -> ListingRule | None:
    """A rule that finds the list of releases on a page: a known one, or the largest group of alike links; else None.

    Alike are links whose words are a title's (four at least) and whose elements have the same names and classes.
    """
    for rule in AFPIMS:
        if _finds(rule, body, url, charset):
            return rule
    groups: dict[str, list[Tag]] = defaultdict(list)
    for link in parse(decode(body, charset)).find_all("a", href=True):
        if len(link.get_text(" ").split()) >= FEWEST_WORDS and not any(
            parent.name in _CHROME for parent in link.parents
        ):
            groups[_place(link)].append(link)
    best = max(groups, key=lambda place: sum(len(link.get_text()) for link in groups[place]), default="")
    if not best or len(groups[best]) < FEWEST_ENTRIES:
        return None
    return ListingRule(entry=best, date="time@datetime" if _has_times(groups[best]) else "time")


def _finds(rule: ListingRule, body: bytes, url: str, charset: str) -> bool:
    try:
        return bool(parse_listing(body, rule, url=url, charset=charset).entries)
    except NotAFeed:
        return False


def _place(link: Tag) -> str:
    """A selector of the element that holds one entry: the nearest list entry, row, card or block around the link."""
    holder = next((parent for parent in link.parents if parent.name in {"li", "tr", "article"}), link.parent)
    if holder is None:
        return "a"
    own, above = _compound(holder), _compound(holder.parent) if holder.parent else ""
    return own if "." in own else f"{above} > {own}" if above else own


def _compound(tag: Tag) -> str:
    names = [
        name
        for name in attribute(tag, "class").split()
        if name.replace("-", "").replace("_", "").isalnum() and not name[0].isdigit()
    ]
    return "" if tag.name == "[document]" else ".".join((tag.name, *names[:1]))


def _has_times(links: list[Tag]) -> bool:
    holder = next((parent for parent in links[0].parents if parent.name in {"li", "tr", "article"}), links[0].parent)
    time = holder.find("time") if holder else None
    return time is not None and bool(attribute(time, "datetime"))
