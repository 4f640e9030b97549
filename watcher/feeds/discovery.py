"""What a page offers to be polled: the feeds that it names, an API, or else a rule for its list of links."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.encoding import decode
from watcher.content.markup import attribute, parse
from watcher.content.urls import web_address
from watcher.control_signs import one_line
from watcher.errors import NotAFeed
from watcher.feeds.listing import AFPIMS, parse_listing
from watcher.model.release import Link
from watcher.model.selectors import ListingRule

if TYPE_CHECKING:
    from watcher.content.markup import Tag


_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_API_TYPE = "https://api.w.org/"  # how WordPress announces its REST API (its handbook, "Discovery")
_COMMENTS = re.compile(r"/comments(?:/|$)|comments?-feed", re.IGNORECASE)
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_FEEDS = 20
_MOST_LINKS = 2_000
_LONGEST_NAME = 100
_FEWEST_ENTRIES = 4
_FEWEST_WORDS = 4
_CHROME = frozenset({"nav", "footer", "header", "aside"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page offers: the `feeds` that it names, the `site` whose WordPress API it announces, its list of links.

    `is_article`: it says that it is one text, so that its links are no list of releases. `name` is the site's.
    """

    feeds: tuple[Link, ...] = ()
    site: str = ""
    listing: ListingRule | None = None
    is_article: bool = False
    name: str = ""


NOTHING = Offer()


def page_offer(body: bytes, *, url: str, charset: str = "") -> Offer:
    """What there is to poll on a page."""
    tree = parse(decode(body, charset))
    api = next((web_address(attribute(tag, "href"), url) for tag in tree.find_all("link", rel=_API_TYPE)), None)
    named = {
        attribute(tag, "property").lower(): attribute(tag, "content") for tag in tree.find_all("meta", property=True)
    }
    return Offer(
        _feeds(tree, url),
        (api or "").partition("/wp-json")[0] if "/wp-json" in (api or "") else "",
        _known_listing(body, url, charset) or _alike_links(tree),
        named.get("og:type", "").lower() == "article",
        one_line(named.get("og:site_name", ""), _LONGEST_NAME),
    )


def _feeds(tree: Tag, url: str) -> tuple[Link, ...]:
    """The feeds that a page names in its head (`link rel=alternate`), absolute, in order, those of comments last."""
    found: dict[str, Link] = {}
    for tag in tree.find_all("link", href=True):
        if "alternate" in attribute(tag, "rel").lower().split() and attribute(tag, "type").lower() in _FEED_TYPES:
            target = web_address(attribute(tag, "href"), url)
            if target:
                found.setdefault(target, Link(target, attribute(tag, "title")))
    return tuple(sorted(found.values(), key=lambda link: bool(_COMMENTS.search(link.url))))[:_MOST_FEEDS]


def robots_sitemaps(text: str, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names (sitemaps.org, "Specifying the Sitemap location"), those of news first."""
    found = dict.fromkeys(target for stated in _SITEMAP.findall(text) if (target := web_address(stated, url)))
    return tuple(sorted(found, key=lambda target: "news" not in target.lower()))[:_MOST_FEEDS]


def _known_listing(body: bytes, url: str, charset: str) -> ListingRule | None:
    """The rule of a known site software, where its element is in the page and gives entries."""
    low = body.lower()
    named = (rule for rule in AFPIMS if rule.entry.encode() in low)
    return next((rule for rule in named if _finds(rule, body, url, charset)), None)


def _alike_links(tree: Tag) -> ListingRule | None:
    """A rule for the largest group of alike links on a page; None where there is none of four at least.

    Alike are links whose words are a title's (four at least) and whose elements have the same names and classes.
    """
    groups: dict[str, list[Tag]] = defaultdict(list)
    for link in tree.find_all("a", href=True, limit=_MOST_LINKS):
        # A link within a link is nobody's list, and a thousand of them would take minutes.
        if (
            link.find("a") is None
            and len(link.get_text(" ").split()) >= _FEWEST_WORDS
            and not any(parent.name in _CHROME for parent in link.parents)
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
