"""An address is looked at: a feed, a sitemap, a page that names its feeds, or a list of links."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from watcher.asking import ask_once
from watcher.errors import FetchError, NotAFeed, ParseError
from watcher.requests import FEED_ACCEPT
from watcher.sources import Source
from watcher.sources.discover import find_feeds, propose_listing
from watcher.sources.listing import AFPIMS, ListingRule
from watcher.tasks import charset_of, index_parts, read_feed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.config import Configuration, Publisher
    from watcher.models import ParsedFeed
    from watcher.tasks import PageAnswer

_NO_RULE = ListingRule(entry="")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be polled: its address and kind, the rule of a listing, and what it gives now."""

    kind: str
    url: str
    feed: ParsedFeed
    rule: ListingRule | None = None

    @property
    def listing(self) -> str | Mapping[str, str] | None:
        """The rule as the configuration writes it: only what differs from the defaults."""
        if self.rule is None:
            return None
        if self.rule in AFPIMS:
            return "afpims"
        usual = asdict(_NO_RULE)
        return {name: value for name, value in asdict(self.rule).items() if value != usual[name]}


def look_at(configuration: Configuration, publisher: Publisher | None, url: str) -> Found:
    """What there is to poll at a URL: itself, the first of its named feeds that can be read, or a listing.

    Raises FetchError where it does not answer, NotAFeed where there is nothing of the kind.
    """
    answer = ask_once(configuration, publisher, url, accept=FEED_ACCEPT)
    time_zone = publisher.time_zone if publisher else "UTC"
    named = _named(configuration, publisher, answer, time_zone)
    index = _index(configuration, publisher, answer, time_zone)
    found = index or _itself(answer, time_zone) or next(named, None) or _listing(answer, time_zone)
    if found is None:
        raise NotAFeed(f"{url}: no feed, no sitemap, and no list of links that looks like releases")
    return found


def _itself(answer: PageAnswer, time_zone: str) -> Found | None:
    for kind in ("feed", "sitemap"):
        try:
            return Found(kind, answer.url, _read(answer, time_zone, kind))
        except (ParseError, FetchError):
            continue
    return None


def _index(
    configuration: Configuration, publisher: Publisher | None, answer: PageAnswer, time_zone: str
) -> Found | None:
    """An index of sitemaps with what its newest sitemap gives; None for anything else. Raises FetchError, NotAFeed."""
    parts = index_parts(answer.body, Source(answer.url, answer.content_type, time_zone))
    if not parts:
        return None
    newest = ask_once(configuration, publisher, parts[0].url, accept=FEED_ACCEPT)
    return Found("sitemap", answer.url, _read(newest, time_zone, "sitemap"))


def _named(
    configuration: Configuration, publisher: Publisher | None, answer: PageAnswer, time_zone: str
) -> Iterator[Found]:
    for link in find_feeds(answer.body, url=answer.url, charset=charset_of(answer.content_type)):
        try:
            named = ask_once(configuration, publisher, link.url, accept=FEED_ACCEPT)
        except FetchError:
            continue
        found = _itself(named, time_zone)
        if found is not None:
            yield found


def _listing(answer: PageAnswer, time_zone: str) -> Found | None:
    rule = propose_listing(answer.body, url=answer.url, charset=charset_of(answer.content_type))
    if rule is None:
        return None
    return Found("listing", answer.url, _read(answer, time_zone, "listing", rule), rule)


def _read(answer: PageAnswer, time_zone: str, kind: str, *rules: ListingRule) -> ParsedFeed:
    source = Source(answer.url, answer.content_type, time_zone)
    return read_feed(answer.body, source, "", kind, rules)[0]
