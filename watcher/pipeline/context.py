"""One feed with all that its configuration says of it: resolved once for a poll, and passed to every step."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.content.date_order import DateLocale
from watcher.feeds.recheck_plan import RecheckPlan
from watcher.feeds.source import Source
from watcher.fetch.request import API_ACCEPT, FEED_ACCEPT, PAGE_ACCEPT, obeys_skips, request_for, secret_headers
from watcher.pipeline.task_values import ReadingContext, Rules

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.config.publishers import Feed, Publisher
    from watcher.config.settings import Settings
    from watcher.fetch.request import Request
    from watcher.model.feed import FeedState
    from watcher.model.selectors import ListingRule


@dataclass(frozen=True, slots=True)
class FeedContext:
    """A feed as it is stored, and what is configured for it: `configured` is its table in the publisher's file.

    `words` is the folder of vocabularies.
    """

    feed: FeedState
    publisher: Publisher
    configured: Feed
    settings: Settings
    words: Path

    def request(self, url: str, *, accept: str) -> Request:
        """The request for a URL of this feed, with the headers, proxy and limits that are set for it."""
        return request_for(self.settings.http, self.publisher, self.configured, url, accept=accept)

    @property
    def secret_headers(self) -> frozenset[str]:
        """Names, in lower case, of request headers whose values are written nowhere."""
        return secret_headers(self.publisher, self.configured)

    @property
    def obeys_skips(self) -> bool:
        """Whether the feed's skipHours and skipDays are kept to."""
        return obeys_skips(self.publisher, self.configured)

    @property
    def listing_rules(self) -> tuple[ListingRule, ...]:
        """The rules by which a listing is read, in the order in which they are tried; none for other kinds."""
        return listing_rules(self.configured)

    @property
    def rules(self) -> Rules:
        """By which rules the feed's documents are read: those of a listing, or that of an API."""
        return rules_of(self.configured)

    @property
    def accept(self) -> str:
        """What the feed's documents are asked for as."""
        return accept_of(self.configured)

    def source(self, url: str, content_type: str, fetched_at: datetime | None = None, links: str = "") -> Source:
        """Where a body of this feed came from, for its parser; `links` is its Link header."""
        return source_of(self.publisher, self.configured, url, content_type, fetched_at, links)

    def reading(self, language: str = "") -> ReadingContext:
        """How this publisher's releases are read; `language` is what is known of the one at hand."""
        context = reading_context(self.words, self.publisher, self.settings, language)
        return replace(context, api=self.configured.api) if self.configured.api is not None else context

    @property
    def recheck_plan(self) -> RecheckPlan:
        """When this publisher's pages are checked again, and how many failures prove a removal."""
        rechecks, own = self.settings.recheck, self.publisher.recheck_after
        if self.configured.kind == "mail":
            own = ()  # what was sent cannot be changed
        return RecheckPlan(rechecks.after if own is None else own, rechecks.removal_count, rechecks.removal_span)


def feed_context(configuration: Configuration, feed: FeedState) -> FeedContext:
    """The context of a stored feed. Raises KeyError where the configuration has none of its name."""
    publisher, configured = configuration.by_name[feed.name]
    return FeedContext(feed, publisher, configured, configuration.settings, configuration.folder / "words")


def reading_context(words: Path, publisher: Publisher | None, settings: Settings, language: str = "") -> ReadingContext:
    """How a publisher's releases are read; `language` is what is known of the one at hand."""
    old_after = timedelta(seconds=settings.detection.old_after)
    if publisher is None:
        return ReadingContext(words, language, old_after=old_after)
    return ReadingContext(
        words,
        language or publisher.language,
        publisher.page,
        locale_of(publisher),
        publisher.own_side,
        old_after,
    )


def source_of(
    publisher: Publisher,
    feed: Feed,
    url: str,
    content_type: str,
    fetched_at: datetime | None = None,
    links: str = "",
) -> Source:
    """Where a body of this feed came from; its dates are read in the feed's zone before the publisher's."""
    return Source(url, content_type, locale_of(publisher, feed.time_zone), fetched_at, publisher.page.since, links)


def locale_of(publisher: Publisher, zone: str | None = None) -> DateLocale:
    """How a publisher writes dates: in its country, its language and its zone, or a feed's own `zone`."""
    return DateLocale(zone or publisher.time_zone, publisher.country, publisher.language)


def accept_of(feed: Feed) -> str:
    """What a feed's documents are asked for as."""
    return {"json": API_ACCEPT, "telegram": PAGE_ACCEPT}.get(feed.kind, FEED_ACCEPT)


def rules_of(feed: Feed) -> Rules:
    """By which rules a feed's documents are read: those of a listing, or that of an API."""
    return Rules(listing_rules(feed), feed.api)


def listing_rules(feed: Feed) -> tuple[ListingRule, ...]:
    """The rules by which a feed's listing is read, in the order in which they are tried; none for other kinds."""
    if feed.listing is None:
        return ()
    if feed.listing != "afpims":
        return (feed.listing,)
    from watcher.feeds.listing import AFPIMS

    return AFPIMS


def rule_mistakes(feed: Feed) -> tuple[str, ...]:
    """What is wrong with the selectors of a feed's listing, or with the expressions of its API, one sentence each."""
    return (*_listing_mistakes(feed), *_api_mistakes(feed))


def _api_mistakes(feed: Feed) -> tuple[str, ...]:
    rule = feed.api
    if rule is None:
        return ()
    from watcher.feeds.json_api import expression_mistake

    stated = {"items": rule.items, "document": rule.document, "gone": rule.gone}
    stated |= {f"parts.{name}": expression for name, expression in asdict(rule.parts).items()}
    stated |= {f"document_parts.{name}": expression for name, expression in asdict(rule.document_parts).items()}
    stated |= {"paging.at": rule.paging.at} if rule.paging else {}
    found = ((name, expression_mistake(expression)) for name, expression in stated.items())
    return tuple(f"api.{name}: {mistake}" for name, mistake in found if mistake)


def _listing_mistakes(feed: Feed) -> tuple[str, ...]:
    if feed.listing is None or feed.listing == "afpims":
        return ()
    from watcher.content.markup import selector_mistake

    selectors = ((name, part.partition("@")[0]) for name, part in asdict(feed.listing).items())
    mistakes = ((name, selector_mistake(selector)) for name, selector in selectors if selector)
    return tuple(f"listing.{name}: {mistake}" for name, mistake in mistakes if mistake)
