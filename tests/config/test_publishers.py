"""The publishers that are shipped: what is said of them holds together, and what operators have named stays there."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from tests.support import ROOT, TESTS
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.feeds.listing import parse_listing
from watcher.pipeline.reading import listing_rules, rule_mistakes

if TYPE_CHECKING:
    from watcher.config.publishers import Feed

SHIPPED = load(shipped_folder())
FEEDS = {f"{publisher.code}/{feed.code}": feed for publisher, feed in SHIPPED.feeds()}
LISTS = {name: feed for name, feed in FEEDS.items() if feed.kind == "listing" and feed.listing != "afpims"}
LINKS = tomllib.loads((TESTS / "data" / "feeds" / "shipped_listings.toml").read_text(encoding="utf-8"))
STAY = (TESTS / "data" / "config" / "shipped_feeds.txt").read_text(encoding="utf-8").split()
# What the package ships, for the operator, without an ISO code: organisations of many countries, and one of none.
NO_COUNTRY = {"", "UN", "NATO", "OSCE"}


def goes_by_addresses(feed: Feed) -> bool:
    """Whether a list's entries are its links of certain addresses: all that is known of most sites."""
    return any(rule.entry.startswith("a[") for rule in listing_rules(feed))


@pytest.mark.parametrize("name", [name for name, feed in LISTS.items() if goes_by_addresses(feed)])
def test_rule_takes_the_links_of_releases_and_leaves_the_menu(name: str) -> None:
    """A menu must not become releases, nor a release be taken for a menu."""
    feed, links = LISTS[name], LINKS[name]
    body = "".join(f"<p><a href='{link}'>Words of a link</a>" for link in (*links["others"], *links["releases"]))
    (rule,) = listing_rules(feed)
    found = parse_listing(f"<html><body>{body}".encode(), rule, url=feed.url).entries
    assert [entry.url for entry in found] == [urljoin(feed.url, link) for link in links["releases"]]
    assert {entry.title for entry in found} == {"Words of a link"}


def test_every_list_has_sound_selectors_and_a_sample() -> None:
    """Whoever enables one must not be told of a mistake of ours; no sample is left of a list that is gone."""
    assert [mistake for feed in LISTS.values() for mistake in rule_mistakes(feed)] == []
    assert LINKS.keys() == {name for name, feed in LISTS.items() if goes_by_addresses(feed)}


def test_code_that_was_shipped_stays() -> None:
    """Operators name feeds in their own files: one that is gone would keep their daemon from starting after an upgrade.

    A feed that is dead is disabled, with a comment; a new one is added to the list.
    """
    assert sorted(FEEDS) == STAY


def test_what_is_said_of_publishers_holds_together() -> None:
    """Relays are publishers that are there; countries are ISO codes; each file has a home and says who speaks."""
    codes = {publisher.code for publisher in SHIPPED.publishers}
    for publisher in SHIPPED.publishers:
        assert set(publisher.relay) <= codes - {publisher.code}, publisher.code
        assert publisher.country in NO_COUNTRY or (publisher.country.isupper() and len(publisher.country) == 2)
        assert publisher.homepage, publisher.code
        assert publisher.organisation, publisher.code


def test_only_one_feed_in_two_is_polled_and_none_twice() -> None:
    """What is of medium confidence is there to be tried, and asks nobody before that."""
    enabled = [feed for _, feed in SHIPPED.feeds() if feed.enabled]
    assert 30 <= len(enabled) < len(FEEDS)
    assert len({feed.url for feed in enabled}) == len(enabled)


def test_family_is_a_file_that_some_publisher_names() -> None:
    """Rules that nobody uses would rot unseen."""
    files = {path.stem for path in (ROOT / "config" / "families").glob("*.toml")}
    assert files == {publisher.family for publisher in SHIPPED.publishers if publisher.family}
