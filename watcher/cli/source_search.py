"""What `watcher feeds add` and `feeds test` ask of a server: found, shown as it would be stored, written."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import named_publisher, open_database
from watcher.cli.page_record import publisher_of
from watcher.config.load import load, load_recipes
from watcher.config.opml import add_feed, feed_table
from watcher.config.recipes import recipe_at
from watcher.config.values import web_address
from watcher.control_signs import one_line
from watcher.errors import ConfigError, EmptyFeed, Locked
from watcher.fetch.request import is_verified, secret_headers
from watcher.model.poll import Capture
from watcher.model.wording import NOT_READ, totals_in_words
from watcher.pipeline.captures import without_secrets
from watcher.pipeline.find_source import find_source, newest_page, open_session, read_samples
from watcher.pipeline.runtime import polite_hosts, run_alone
from watcher.store.captures import keep_added
from watcher.store.rows import stated_at

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher
    from watcher.fetch.hosts import Hosts
    from watcher.model.claim import Detection
    from watcher.pipeline.find_source import FoundSource, Sample, Session


# As much is shown of a release's text before its feed is added.
_SHOWN_LETTERS = 300
_HOURS = 48  # an age is said in hours up to this many
_BARE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?].*)?", re.IGNORECASE)
_NAMED_CHANNEL = re.compile(r"(?:https?://(?:t|telegram)\.me/(?:s/)?|@)(\w{3,64})(?:/\d+)?/?(?:\?.*)?")
_TERMS = (
    "This is a channel of Telegram. The terms of the service (https://telegram.org/tos) and the law of your country\n"
    "are yours to keep. It is written disabled: name the official page that links it as `proof`, and enable it by name."
)
T = TypeVar("T")


def page_of_newest(chosen: Chosen, code: str) -> str:
    """The page of the first entry that has one, in the publisher's first feed. Raises FetchError, ParseError."""
    publisher = named_publisher(chosen.configuration, code)
    feed = next((one for one in publisher.feeds if one.kind != "mail"), None)
    if feed is None:
        raise EmptyFeed("this publisher has no feeds of pages: name a page or a file")
    count, found = _search(chosen, publisher, lambda session: newest_page(session, feed))
    click.echo(f"{count} entries in {feed.url}; the first is {found}", err=True)
    return found


def _search(chosen: Chosen, publisher: Publisher | None, work: Callable[[Session], Awaitable[T]]) -> T:
    """Do some work with a client and a worker, as politely as the daemon is now."""

    async def run() -> T:
        async with open_session(chosen.configuration, publisher, stored_politeness(chosen)) as session:
            return await work(session)

    return asyncio.run(run())


def stored_politeness(chosen: Chosen) -> Hosts:
    """The politeness of the configuration, with the back-offs that are stored."""
    database = open_database(chosen) if chosen.configuration.database.is_file() else None
    try:
        return polite_hosts(database, chosen.configuration)
    finally:
        if database is not None:
            database.close()


def add_what_is_found(chosen: Chosen, url: str, code: str | None, stated: Sequence[str], *, is_agreed: bool) -> None:
    """Find what can be polled at an address, show it, and write it where the person agrees.

    Raises ConfigError for what is no address or configured already, and what `find_source` raises.
    """
    configuration, url = chosen.configuration, _address(url)
    known = recipe_at(url, load_recipes(configuration))
    if known is not None and known[0] == "telegram":
        click.echo(_TERMS)
        if not is_agreed:
            click.confirm("Ask for its public preview page?", abort=True)
    publisher = configuration.publisher(code) if code else publisher_of(configuration, url, None)
    parameters = dict(_parameter(one) for one in stated)

    async def work(session: Session) -> tuple[FoundSource, list[Sample]]:
        found = await find_source(session, url, parameters)
        if any(feed.url == found.feed.url for _, feed in configuration.feeds()):
            raise ConfigError((f"{found.feed.url} is configured already",))
        return found, await read_samples(session, found)

    found, samples = _search(chosen, publisher, work)
    code = code or (publisher.code if publisher else _code(found.feed.url))
    _show(found, samples)
    click.echo(f"\nThis would be added to {configuration.own_file(code)}:")
    click.echo(feed_table("", found.parsed.title, found.said))
    if not is_agreed:
        click.confirm("Write it?", abort=True)
    _write(configuration, code, found)


def _address(url: str) -> str:
    """The address, with the scheme that people leave out; of a channel, its preview page. Raises ConfigError."""
    address = f"https://{url}" if _BARE.fullmatch(url) else url
    if channel := _NAMED_CHANNEL.fullmatch(address):
        return f"https://t.me/s/{channel[1]}"
    try:
        return web_address(address)
    except ValueError as error:
        raise ConfigError((f"{url!r}: {error}",)) from error


def _parameter(stated: str) -> tuple[str, str]:
    name, equals, value = stated.partition("=")
    if not equals:
        raise click.UsageError(f"--parameter {stated}: write NAME=VALUE")
    return name, value


def _show(found: FoundSource, samples: Sequence[Sample]) -> None:
    """What was found, how much and how fresh, and the newest releases."""
    entry_count = len(found.entries)
    output.text(
        f"Found {found.how}: {found.feed.url}",
        f"{entry_count} {'entry' if entry_count == 1 else 'entries'}{_freshness(found)}.",
    )
    for number, sample in enumerate(samples, start=1):
        read, page = sample.release, sample.release.page
        problems = ", ".join(dict.fromkeys(problem.kind for problem in page.problems))
        where = f"page {read.page_outcome}, text from {read.text_from}"
        output.text(
            f"\n{number}. {stated_at(page.published) or 'without a date'}  {one_line(page.title)}",
            f"   {sample.entry.entry.url or sample.entry.entry.key}",
            f"   {where}: {len(page.text.split())} words, language {page.language or 'unknown'}",
            f"   {_said(read.detection)}",
            *([f"   problems: {problems}"] if problems else []),
            f"   {one_line(page.text, _SHOWN_LETTERS)}",
        )


def _said(detection: Detection) -> str:
    """What a release says of casualties, as far as it could be read."""
    unread = [problem.detail for problem in detection.problems if problem.kind == "unread"]
    totals = totals_in_words(detection.totals_by)
    said = [f"reports {totals}"] if totals else []
    said += [f"{NOT_READ} ({', '.join(unread)})"] if unread else []
    return "; ".join(said) or "no claim found"


def _freshness(found: FoundSource) -> str:
    """How old the newest date is that an entry has, up to now."""
    entries, now = (one.entry for one in found.entries), clock.now()
    dates = [date.at for entry in entries for date in (entry.published, entry.updated) if date and date.at]
    past = [date for date in dates if date <= now]
    if not past:
        return ", without dates" if not dates else ", all with dates that lie ahead"
    hours = (now - max(past)).total_seconds() / 3600
    age = "under an hour" if hours < 1 else f"{hours:.0f} hours" if hours < _HOURS else f"{hours / 24:.0f} days"
    return f", the newest {age} old ({clock.to_text(max(past))})"


def _write(configuration: Configuration, code: str, found: FoundSource) -> None:
    about = {"name": found.name, "homepage": urljoin(found.feed.url, "/"), "language": found.parsed.language}
    written = add_feed(configuration, code, found.parsed.title, found.said, about)
    click.echo(f"added to {written}")
    if configuration.publisher(code) is None:
        click.echo("It is a new publisher: say its country, time_zone and own_forces there.")
    _keep_answer(load(configuration.folder), found)


def _keep_answer(configuration: Configuration, found: FoundSource) -> None:
    """Store the answer, so that the first poll is conditional; a daemon that is running asks for it whole."""
    publisher, feed = next(both for both in configuration.feeds() if both[1].url == found.feed.url)
    response = without_secrets(found.response, secret_headers(publisher, feed))
    capture = Capture("feed", "ok", response, is_tls_verified=is_verified(publisher, feed), keeps_body=True)
    with suppress(Locked):
        run_alone(configuration, lambda runtime: runtime.store.write(keep_added, found.feed.url, capture))


def _code(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "added"
