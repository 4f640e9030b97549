"""`watcher feeds`, `releases`, `show` and `alerts`: what is stored, for people and for programs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from watcher.cli import show
from watcher.errors import StoreError
from watcher.models import Total
from watcher.store import connect
from watcher.store import lists as stored
from watcher.store.connection import write
from watcher.wording import HARM, STANCE, number, totals_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.cli.main import Chosen


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    for command in (feeds, releases, alerts, show_release):
        cli.add_command(command)


class Listing(click.Group):
    """A group whose plain name lists: `watcher feeds --json` is `watcher feeds list --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before what names no command of the group and asks for no help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def open_database(chosen: Chosen) -> Database:
    """The database to read from. Raises StoreError where there is none yet."""
    return connect(_path(chosen), is_read_only=True)


@contextmanager
def open_to_write(chosen: Chosen) -> Iterator[Database]:
    """The database in one transaction that ends with the block. Raises StoreError where there is none yet."""
    database = connect(_path(chosen))
    try:
        with write(database):
            yield database
    finally:
        database.close()


def _path(chosen: Chosen) -> Path:
    path = chosen.load().database
    if not path.is_file():
        raise StoreError(f"there is no database yet at {path}; `watcher poll` makes it")
    return path


@click.group(cls=Listing)
def feeds() -> None:
    """Feeds: their last outcome and when they are polled again."""


@feeds.command("list")
@show.formats
@click.pass_obj
def list_feeds(chosen: Chosen, shape: str | None) -> None:
    """List the feeds."""
    found = stored.feeds(open_database(chosen))
    columns = ("feed", "outcome", "polled_at", "due_at", "releases", "error")
    show.rows(found, shape, columns=columns, empty="no feeds are configured")


@click.group(cls=Listing)
def releases() -> None:
    """Releases: the newest first."""


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A day as an option takes it; a mistake in it is one of usage."""
    try:
        return value if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter("a day looks like 2026-11-24") from error


@releases.command("list")
@click.option("--publisher", metavar="CODE", help="Only this publisher's.")
@click.option("--reported", is_flag=True, help="Only those that report people harmed.")
@click.option("--since", metavar="DATE", callback=day, help="Only those published on or after this day (YYYY-MM-DD).")
@click.option("--search", "words", metavar="WORDS", help="Only those with these words, in any revision.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@show.formats
@click.pass_obj
def list_releases(
    chosen: Chosen,
    *,
    publisher: str | None,
    reported: bool,
    since: str | None,
    words: str | None,
    limit: int,
    shape: str | None,
) -> None:
    """List releases with what they say of casualties."""
    database = open_database(chosen)
    found = stored.releases(database, publisher=publisher, is_reported=reported, since=since, words=words, limit=limit)
    for row in found:
        row["casualties"] = totals_in_words([Total(**total) for total in json.loads(row.pop("totals"))])
    columns = ("release", "publisher", "published_at", "title", "casualties", "page")
    show.rows(found, shape, columns=columns, empty="no releases")


@click.group(cls=Listing)
def alerts() -> None:
    """Alerts: what was raised, and whether it arrived."""


@alerts.command("list")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@show.formats
@click.pass_obj
def list_alerts(chosen: Chosen, limit: int, shape: str | None) -> None:
    """List the newest alerts."""
    found = stored.alerts(open_database(chosen), limit=limit)
    show.rows(found, shape, columns=("alert", "created_at", "priority", "title", "deliveries"), empty="no alerts")


@click.command("show")
@click.argument("release")
@click.option("--json", "shape", flag_value="json", help="JSON.")
@click.option("--csv", "shape", flag_value="csv", help="The claims as comma-separated values.")
@click.pass_obj
def show_release(chosen: Chosen, release: str, shape: str | None) -> None:
    """Show one release whole: RELEASE is its number, its URL, or a unique start of its title."""
    database = open_database(chosen)
    found = stored.release(database, stored.find_release(database, release))
    if shape == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif shape == "csv":
        show.rows(found["claims"], "csv")
    else:
        show.text(*_record(found), "", _marked(found), "", *_claims(found))


def _record(found: dict[str, Any]) -> list[str | Text]:
    published = f"{found['published_at'] or 'not known'} ({found['published_raw']}, from the {found['published_from']})"
    facts = {
        "release": f"{found['id']}, revision {found['revision_count']}",
        "publisher": f"{found['publisher']} in {', '.join(found['feeds'])}",
        "url": found["url"],
        "published": published if found["published_raw"] else "not stated",
        "updated": found["updated_at"],
        "author": found["author"],
        "dateline": found["dateline"],
        "number": found["release_number"],
        "language": found["language"],
        "tags": ", ".join(found["tags"]),
        "text from": f"the {found['text_from']} (page: {found['page_outcome']})",
        "seen": f"{found['first_seen_at']} to {found['last_seen_at']}",
        "removed": _removed(found),
        "casualties": totals_in_words([Total(**total) for total in found["totals"]]),
        "said too by": ", ".join(f"{one['publisher']} ({one['release_id']})" for one in found["relays"]),
    }
    lines: list[str | Text] = [Text(found["title"], style="bold")]
    return lines + [f"{name:<11} {value}" for name, value in facts.items() if value]


def _removed(found: dict[str, Any]) -> str:
    """Whether the publisher took it away, as far as that is proved; the text stays here all the same."""
    if found["is_removed"]:
        return f"by its publisher, found at {found['removed_at']}"
    if found["missing_since_at"]:
        return f"not proved yet: missing since {found['missing_since_at']}, at {found['missing_count']} looks"
    return ""


def _marked(found: dict[str, Any]) -> Text:
    text = Text(found["text"])
    for claim in found["claims"]:
        if claim["document"] is None:  # the offsets of the others point into their document
            text.stylize("bold reverse", claim["start"], claim["end"])
    return text


def _claims(found: dict[str, Any]) -> list[str | Text]:
    lines: list[str | Text] = []
    for claim in found["claims"]:
        count = number(claim["count_min"], claim["count_max"])
        said = f"{claim['number']}. {count} {HARM[claim['harm']]}, {claim['victim']}: {STANCE[claim['stance']]}"
        where = [f"   in {claim['document']}, page {claim['page']}"] if claim["document"] else []
        lines += [Text(said, style="bold"), f"   “{claim['sentence']}”", *where, f"   by {', '.join(claim['rules'])}"]
    return lines or ["no claims"]
