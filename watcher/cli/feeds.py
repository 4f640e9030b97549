"""`watcher feeds`, `import feeds`, `export opml` and `export feeds`: list, test, add, import and export feeds."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import Listing, open_database
from watcher.errors import ConfigError
from watcher.store import reports as stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.cli.chosen import Chosen
    from watcher.config.publishers import Feed, Publisher
    from watcher.jobs.verify_feeds import Verified


# The exit code of `feeds verify` where nothing has failed, and something needs a look.
_LOOK = 3


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
    from watcher.cli.page_record import print_record, read_page
    from watcher.cli.source_search import page_of_newest

    record = read_page(chosen.configuration, place or page_of_newest(chosen, code), url=url, code=code)
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
    import asyncio

    answers = sorted(asyncio.run(_verify(chosen, feeds)), key=lambda one: one.feed)
    columns = ("feed", "answer", "entries", "newest", "note")
    output.rows([_answer_row(one) for one in answers], shape, columns=columns)
    counts = Counter(one.answer for one in answers)
    click.echo(f"{_feeds(len(answers))}: {', '.join(f'{n} {name}' for name, n in counts.most_common())}", err=True)
    if code := _exit_code(counts):
        raise click.exceptions.Exit(code)


async def _verify(chosen: Chosen, feeds: Sequence[tuple[Publisher, Feed]]) -> list[Verified]:
    from watcher.cli.source_search import stored_politeness
    from watcher.jobs.verify_feeds import verify

    answers = verify(chosen.configuration, feeds, stored_politeness(chosen))
    return [answer async for answer in output.counted("asking", answers, total=len(feeds))]


def _answer_row(one: Verified) -> dict[str, Any]:
    return asdict(one) | {"newest": clock.to_text(one.newest) if one.newest else None}


def _feeds(count: int) -> str:
    return "1 feed" if count == 1 else f"{count} feeds"


def _exit_code(counts: Mapping[str, int]) -> int:
    """See `watcher feeds verify --help`."""
    from watcher.jobs.verify_feeds import NOT_ASKED, WORTH_A_LOOK

    if counts.keys() - WORTH_A_LOOK - NOT_ASKED - {"ok"}:
        return 1
    return _LOOK if counts.keys() & WORTH_A_LOOK else 0


@feeds.command("add")
@click.argument("url")
@click.option(
    "--publisher", "code", metavar="CODE", help="The publishers file to add to; otherwise one named after the host."
)
@click.option("--parameter", "stated", multiple=True, metavar="NAME=VALUE", help="What the recipe of an API asks for.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def add_source(chosen: Chosen, url: str, *, code: str | None, stated: tuple[str, ...], yes: bool) -> None:
    """Find what can be polled at URL, show its newest releases as they would be stored, and add it.

    URL may be a site's front page, an article, a feed, a sitemap, a list, or an API or its documentation.
    """
    from watcher.cli.source_search import add_what_is_found

    add_what_is_found(chosen, url, code, stated, is_agreed=yes)


@click.command("feeds")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--publisher", "code", default="imported", show_default=True, help="The publishers file to add to.")
@click.pass_obj
def import_feeds(chosen: Chosen, file: Path, code: str) -> None:
    """Add the feeds of an OPML file, or of a list of URLs, to a publishers file; they are enabled at once."""
    from watcher.config.opml import add_feeds, read_list

    written, added, known = add_feeds(chosen.configuration, read_list(file), code)
    click.echo(f"{_feeds(added)} added to {written}" + (f", {known} were configured already" if known else ""))


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
