"""One feed with all that its configuration says of it: resolved once for a poll, and passed to every step.

How its documents and pages are read is loaded where one is: most polls find nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.fetch.request import API_ACCEPT, FEED_ACCEPT, PAGE_ACCEPT, obeys_skips, request_for, secret_headers

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.config.publishers import Feed, Publisher
    from watcher.config.settings import Settings
    from watcher.feeds.recheck_plan import RecheckPlan
    from watcher.feeds.source import Source
    from watcher.fetch.request import Request
    from watcher.model.feed import FeedState
    from watcher.model.selectors import ListingRule
    from watcher.pipeline.task_values import ReadingContext, Rules


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
        from watcher.pipeline import reading

        return reading.listing_rules(self.configured)

    @property
    def rules(self) -> Rules:
        """By which rules the feed's documents are read: those of a listing, or that of an API."""
        from watcher.pipeline import reading

        return reading.rules_of(self.configured)

    @property
    def accept(self) -> str:
        """What the feed's documents are asked for as."""
        return accept_of(self.configured)

    def source(self, url: str, content_type: str, fetched_at: datetime | None = None, links: str = "") -> Source:
        """Where a body of this feed came from, for its parser; `links` is its Link header."""
        from watcher.pipeline import reading

        return reading.source_of(self.publisher, self.configured, url, content_type, fetched_at, links)

    def reading(self, language: str = "") -> ReadingContext:
        """How this publisher's releases are read; `language` is what is known of the one at hand."""
        from watcher.pipeline import reading

        return reading.reading_context(self.words, self.publisher, self.settings, language, self.configured.api)

    @property
    def recheck_plan(self) -> RecheckPlan:
        """When this publisher's pages are checked again, and how many failures prove a removal."""
        from watcher.feeds.recheck_plan import RecheckPlan

        rechecks, own = self.settings.recheck, self.publisher.recheck_after
        if self.configured.kind == "mail":
            own = ()  # what was sent cannot be changed
        return RecheckPlan(rechecks.after if own is None else own, rechecks.removal_count, rechecks.removal_span)


def feed_context(configuration: Configuration, feed: FeedState) -> FeedContext:
    """The context of a stored feed. Raises KeyError where the configuration has none of its name."""
    publisher, configured = configuration.by_name[feed.name]
    return FeedContext(feed, publisher, configured, configuration.settings, configuration.words)


def accept_of(feed: Feed) -> str:
    """What a feed's documents are asked for as."""
    return {"json": API_ACCEPT, "telegram": PAGE_ACCEPT}.get(feed.kind, FEED_ACCEPT)
