"""What a page offers to be polled: the feeds that it names, or else a rule for its list of links."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from watcher.content.encoding import decode
from watcher.content.markup import attribute, parse
from watcher.content.urls import web_address
from watcher.errors import NotAFeed
from watcher.feeds.listing import AFPIMS, parse_listing
from watcher.model.release import Link
from watcher.model.selectors import ListingRule

if TYPE_CHECKING:
    from watcher.content.markup import Tag


_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_FEWEST_ENTRIES = 4
_FEWEST_WORDS = 4
_CHROME = frozenset({"nav", "footer", "header", "aside"})


def find_feeds(body: bytes, *, url: str, charset: str = "") -> tuple[Link, ...]:
    """The feeds that a page names in its head (`link rel=alternate`), absolute, in its order."""
    tree = parse(decode(body, charset))
    found: dict[str, Link] = {}
    for tag in tree.find_all("link", href=True):
        if "alternate" in attribute(tag, "rel").lower().split() and attribute(tag, "type").lower() in _FEED_TYPES:
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
        if len(link.get_text(" ").split()) >= _FEWEST_WORDS and not any(
            parent.name in _CHROME for parent in link.parents
        ):
            groups[_entry_selector(link)].append(link)
    best = max(groups, key=lambda selector: sum(len(link.get_text()) for link in groups[selector]), default="")
    if not best or len(groups[best]) < _FEWEST_ENTRIES:
        return None
    return ListingRule(entry=best, date="time@datetime" if _has_times(groups[best]) else "time")


def _finds(rule: ListingRule, body: bytes, url: str, charset: str) -> bool:
    try:
        return bool(parse_listing(body, rule, url=url, charset=charset).entries)
    except NotAFeed:
        return False


def _entry_selector(link: Tag) -> str:
    """A selector of the element that holds one entry: the nearest list entry, row, card or block around the link."""
    holder = _holder(link)
    if holder is None:
        return "a"
    own, above = _compound(holder), _compound(holder.parent) if holder.parent else ""
    return own if "." in own else f"{above} > {own}" if above else own


def _holder(link: Tag) -> Tag | None:
    return next((parent for parent in link.parents if parent.name in {"li", "tr", "article"}), link.parent)


def _compound(tag: Tag) -> str:
    names = [
        name
        for name in attribute(tag, "class").split()
        if name.replace("-", "").replace("_", "").isalnum() and not name[0].isdigit()
    ]
    return "" if tag.name == "[document]" else ".".join((tag.name, *names[:1]))


def _has_times(links: list[Tag]) -> bool:
    holder = _holder(links[0])
    time = holder.find("time") if holder else None
    return time is not None and bool(attribute(time, "datetime"))
