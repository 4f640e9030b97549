"""`watcher feeds`, `import feeds`, `export opml` and `export feeds`: list, test, add, import and export feeds."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import Listing, open_database
from watcher.errors import ConfigError, EmptyFeed, Locked
from watcher.store import reports as stored
from watcher.store.rows import stated_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.cli.common import Chosen
    from watcher.config.load import Configuration
    from watcher.config.publishers import Feed, Publisher
    from watcher.jobs.verify_feeds import Verified
    from watcher.model.feed import ParsedFeed
    from watcher.pipeline.probe import Probed


# The exit code of `feeds verify` where nothing has failed, and something needs a look.
_LOOK = 3
# As many entries are shown of a feed before it is added.
_SHOWN = 5


@click.group(cls=Listing)
def feeds() -> None:
    """Feeds: their last outcome and when they are polled again."""


@feeds.command("list")
@output.formats
@click.pass_obj
def list_feeds(chosen: Chosen, shape: str | None) -> None:
    """List the feeds."""
    found = stored.feeds(open_database(chosen))
    columns = ("feed", "outcome", "polled_at", "due_at", "releases", "error")
    output.rows(found, shape, columns=columns, empty="no feeds are configured")


@feeds.command("test")
@click.argument("code")
@click.argument("place", metavar="[URL|FILE]", required=False)
@click.option("--url", default="", help="The address that a file came from.")
@click.option("--json", "shape", flag_value="json", help="The record as JSON.")
@click.pass_obj
def try_rules(chosen: Chosen, code: str, place: str | None, *, url: str, shape: str | None) -> None:
    """Show the record of a page by the rules of publisher CODE; without a page, of the newest in its first feed.

    Ends with exit code 1 where the page cannot be read or a rule of the publisher matches nothing on it.
    """
    from watcher.cli.page_record import print_record, publisher_of, read_page

    configuration = chosen.configuration
    publisher = publisher_of(configuration, "", code)
    record = read_page(configuration, place or _newest_page(configuration, publisher), url=url, code=code)
    print_record(record, shape)
    if any(problem.startswith("site_changed") for problem in record["problems"]):
        raise click.exceptions.Exit(1)


@feeds.command("verify")
@click.argument("names", nargs=-1)
@click.option("--markdown", "shape", flag_value="markdown", help="A table for a report.")
@output.formats
@click.pass_obj
def verify_feeds(chosen: Chosen, names: tuple[str, ...], shape: str | None) -> None:
    """Ask each enabled feed once and say which answer, are blocked, moved, empty or something else. Stores nothing.

    NAMES choose publishers (`navy`) or feeds (`navy/news`), disabled ones too. Exit code 0: all answer with entries; 3:
    some have moved or list nothing; 1: some do not answer or cannot be read.
    """
    from watcher.jobs.verify_feeds import chosen_feeds

    feeds = chosen_feeds(chosen.configuration, names)
    if not feeds:
        raise ConfigError((f"no feed is named {', '.join(names)}",) if names else ("no feed is enabled",))
    answers = sorted(asyncio.run(_verify(chosen, feeds)), key=lambda one: one.feed)
    columns = ("feed", "answer", "entries", "newest", "note")
    output.rows([_answer_row(one) for one in answers], shape, columns=columns)
    counts = Counter(one.answer for one in answers)
    click.echo(f"{len(answers)} feeds: {', '.join(f'{n} {name}' for name, n in counts.most_common())}", err=True)
    if code := _exit_code(counts):
        raise click.exceptions.Exit(code)


async def _verify(chosen: Chosen, feeds: Sequence[tuple[Publisher, Feed]]) -> list[Verified]:
    from watcher.jobs.verify_feeds import verify
    from watcher.pipeline.runtime import polite_hosts

    configuration = chosen.configuration
    database = open_database(chosen) if configuration.database.is_file() else None
    hosts = polite_hosts(database, configuration)
    if database is not None:
        database.close()
    answers = verify(configuration, feeds, hosts)
    return [answer async for answer in output.counted("asking", answers, total=len(feeds))]


def _answer_row(one: Verified) -> dict[str, Any]:
    return asdict(one) | {"newest": clock.to_text(one.newest) if one.newest else None}


def _exit_code(counts: Mapping[str, int]) -> int:
    """See `watcher feeds verify --help`."""
    from watcher.jobs.verify_feeds import NOT_ASKED, WORTH_A_LOOK

    if counts.keys() - WORTH_A_LOOK - NOT_ASKED - {"ok"}:
        return 1
    return _LOOK if counts.keys() & WORTH_A_LOOK else 0


def _newest_page(configuration: Configuration, publisher: Publisher | None) -> str:
    """The page of the first entry that has one, in the publisher's first feed. Raises FetchError, ParseError."""
    from watcher.fetch.request import FEED_ACCEPT
    from watcher.pipeline.context import rules_of, source_of
    from watcher.pipeline.feed_tasks import read_feed
    from watcher.pipeline.probe import ask_once

    feed = next((one for one in publisher.feeds if one.kind != "mail"), None) if publisher is not None else None
    if publisher is None or feed is None:
        raise EmptyFeed("this publisher has no feeds of pages: name a page or a file")
    answer = ask_once(configuration, publisher, feed.url, accept=FEED_ACCEPT)
    source = source_of(publisher, feed, answer.url, answer.content_type, answer.fetched_at)
    parsed, _ = read_feed(answer.body, source, publisher.code, feed.kind, rules_of(feed))
    found = next((entry.url for entry in parsed.entries if entry.url), None)
    if found is None:
        raise EmptyFeed(f"{feed.url}: no entry has a page")
    click.echo(f"{len(parsed.entries)} entries in {feed.url}; the first is {found}", err=True)
    return found


@feeds.command("add")
@click.argument("url")
@click.option(
    "--publisher", "code", metavar="CODE", help="The publishers file to add to; otherwise one named after the host."
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def add_source(chosen: Chosen, url: str, *, code: str | None, yes: bool) -> None:
    """Find the feed or list of releases at URL, show it, and add it to a publishers file."""
    from watcher.cli.page_record import publisher_of
    from watcher.config.load import load
    from watcher.config.opml import add_feed, feed_table
    from watcher.pipeline.probe import probe

    configuration = chosen.configuration
    publisher = configuration.publisher(code) if code else publisher_of(configuration, url, None)
    found = probe(configuration, publisher, url)
    if any(feed.url == found.url for _, feed in configuration.feeds()):
        raise ConfigError((f"{found.url} is configured already",))
    code = code or (publisher.code if publisher else _code(url))
    output.rows(_sample(found.feed), None, columns=("published", "title", "url"), empty="it has no entries now")
    click.echo(f"\n{len(found.feed.entries)} entries. This would be added to publishers/{code}.toml:")
    table = feed_table("", found.url, found.feed.title, kind=found.kind, listing=found.listing)
    click.echo(table)
    if not yes:
        click.confirm("Write it?", abort=True)
    written = add_feed(configuration, code, found.url, found.feed.title, kind=found.kind, listing=found.listing)
    click.echo(f"added to {written}")
    _keep_answer(load(configuration.folder), found)


def _keep_answer(configuration: Configuration, found: Probed) -> None:
    """Store the answer, so that the first poll is conditional; a daemon that is running asks for it whole."""
    from watcher.fetch.request import is_verified
    from watcher.pipeline.runtime import run_alone
    from watcher.store.captures import keep_added

    publisher, feed = next(both for both in configuration.feeds() if both[1].url == found.url)
    capture = replace(found.capture, is_tls_verified=is_verified(publisher, feed))
    with suppress(Locked):
        run_alone(configuration, lambda runtime: runtime.store.write(keep_added, found.url, capture))


def _code(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "added"


def _sample(feed: ParsedFeed) -> list[dict[str, Any]]:
    return [
        {"published": stated_at(entry.published) or "", "title": entry.title, "url": entry.url or entry.key}
        for entry in feed.entries[:_SHOWN]
    ]


@click.command("feeds")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--publisher", "code", default="imported", show_default=True, help="The publishers file to add to.")
@click.pass_obj
def import_feeds(chosen: Chosen, file: Path, code: str) -> None:
    """Add the feeds of an OPML file, or of a list of URLs, to a publishers file; they are enabled at once."""
    from watcher.config.opml import add_feeds, read_list

    written, added, known = add_feeds(chosen.configuration, read_list(file), code)
    count = "1 feed" if added == 1 else f"{added} feeds"
    click.echo(f"{count} added to {written}" + (f", {known} were configured already" if known else ""))


@click.command("opml")
@click.pass_obj
def export_opml(chosen: Chosen) -> None:
    """Write the feeds as OPML 2.0 to standard output."""
    from watcher.config.opml import to_opml

    click.echo(to_opml(chosen.configuration), nl=False)


@click.command("feeds")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_feeds(chosen: Chosen, folder: Path) -> None:
    """Write the alerts, and every saved query, as Atom and JSON Feed into FOLDER, for a web server."""
    from watcher.alerts.channels.notification import Display
    from watcher.config.opml import replace_file
    from watcher.web.feeds import documents

    configuration = chosen.configuration
    settings = configuration.settings
    base, name = settings.reading_room, configuration.database.stem
    display = Display("UTC", base, settings.false_alarm_to)
    database = open_database(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        replace_file(folder / file, text)
        for file, text in documents(database.conn, base=base, database=name, display=display)
    ]
    click.echo(f"{len(written)} feeds written to {folder}")
