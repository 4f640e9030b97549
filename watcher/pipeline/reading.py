"""How a publisher's documents and pages are read, as its configuration says; and the mistakes of its rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.content.date_order import DateLocale
from watcher.feeds.source import Source
from watcher.pipeline.task_values import ReadingContext, Rules

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.config.publishers import Feed, Publisher
    from watcher.config.settings import Settings
    from watcher.model.api import ApiRule
    from watcher.model.selectors import ListingRule


def reading_context(
    words: Path, publisher: Publisher | None, settings: Settings, language: str = "", api: ApiRule | None = None
) -> ReadingContext:
    """How a publisher's releases are read; `language` is what is known of the one at hand, `api` its feed's rule."""
    old_after = timedelta(seconds=settings.detection.old_after)
    if publisher is None:
        return ReadingContext(words, language, old_after=old_after, api=api)
    return ReadingContext(
        words,
        language or publisher.language,
        publisher.page,
        locale_of(publisher),
        publisher.own_side,
        old_after,
        api,
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


def page_mistakes(publisher: Publisher) -> tuple[str, ...]:
    """What is wrong with a publisher's page rules, one sentence each."""
    from watcher.content import page_rules

    return tuple(f"page.{one.rule}: {one.value}: {one.words}" for one in page_rules.rule_mistakes(publisher.page))


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
