"""`watcher feeds test` and `watcher feeds add`: a publisher's rules tried out, and a new source taken in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from watcher import clock
from watcher.asking import ask_once
from watcher.cli import show
from watcher.cli.extracting import publisher_of, record_of, tell
from watcher.cli.lists import feeds
from watcher.config.exchange import add_feed, feed_table
from watcher.discovery import look_at
from watcher.errors import ConfigError, EmptyFeed
from watcher.requests import FEED_ACCEPT
from watcher.tasks import listing_rules, read_feed, source_of

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.config import Configuration, Publisher
    from watcher.models import Entry, ParsedFeed

SHOWN = 5


def add_to(cli: click.Group) -> None:
    """Add this module's commands, which belong to the group `feeds`."""
    cli.add_command(feeds)


@feeds.command("test")
@click.argument("code")
@click.argument("place", metavar="[URL|FILE]", required=False)
@click.option("--url", default="", help="Where a file came from.")
@click.option("--json", "shape", flag_value="json", help="The record as JSON.")
@click.pass_obj
def try_rules(chosen: Chosen, code: str, place: str | None, *, url: str, shape: str | None) -> None:
    """Show the record of a page by the rules of publisher CODE; without a page, of the newest in its first feed.

    Ends with exit code 1 where the page cannot be read or a rule of the publisher matches nothing on it.
    """
    configuration = chosen.load()
    publisher = publisher_of(configuration, "", code)
    record = record_of(configuration, place or _newest(configuration, publisher), url=url, code=code)
    tell(record, shape)
    if any(problem.startswith("site_changed") for problem in record["problems"]):
        raise click.exceptions.Exit(1)


def _newest(configuration: Configuration, publisher: Publisher | None) -> str:
    """The page of the first entry that has one, in the publisher's first feed. Raises FetchError, ParseError."""
    if publisher is None or not publisher.feeds:
        raise EmptyFeed("this publisher has no feeds: name a page or a file")
    feed = publisher.feeds[0]
    answer = ask_once(configuration, publisher, feed.url, accept=FEED_ACCEPT)
    source = source_of(publisher, feed, answer.url, answer.content_type, answer.fetched_at)
    parsed, _ = read_feed(answer.body, source, publisher.code, feed.kind, listing_rules(feed))
    found = next((entry.url for entry in parsed.entries if entry.url), None)
    if found is None:
        raise EmptyFeed(f"{feed.url}: no entry has a page")
    click.echo(f"{len(parsed.entries)} entries in {feed.url}; the first is {found}", err=True)
    return found


@feeds.command("add")
@click.argument("url")
@click.option("--publisher", "code", metavar="CODE", help="The publishers file to add to; otherwise named by the host.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def add(chosen: Chosen, url: str, *, code: str | None, yes: bool) -> None:
    """Look at URL, show the feed or list of releases there, and add it to a publishers file."""
    configuration = chosen.load()
    known = next((one for one in configuration.publishers if one.code == code), None)
    publisher = known if code else publisher_of(configuration, url, None)
    found = look_at(configuration, publisher, url)
    if any(feed.url == found.url for _, feed in configuration.feeds()):
        raise ConfigError((f"{found.url} is configured already",))
    code = code or (publisher.code if publisher else _code(url))
    show.rows(_sample(found.feed), None, columns=("published", "title", "url"), empty="it has no entries now")
    click.echo(f"\n{len(found.feed.entries)} entries. This would be added to publishers/{code}.toml:")
    table = feed_table("", found.url, found.feed.title, kind=found.kind, listing=found.listing)
    click.echo(table)
    if not yes:
        click.confirm("Write it?", abort=True)
    written = add_feed(configuration, code, found.url, found.feed.title, kind=found.kind, listing=found.listing)
    click.echo(f"added to {written}")


def _code(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "added"


def _sample(feed: ParsedFeed) -> list[dict[str, Any]]:
    return [
        {"published": _day(entry), "title": entry.title, "url": entry.url or entry.key}
        for entry in feed.entries[:SHOWN]
    ]


def _day(entry: Entry) -> str:
    at = entry.published.at if entry.published else None
    return clock.to_text(at) if at else ""
