"""`watcher publishers`: list, search and show those that are configured, and switch them on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from watcher.cli import output
from watcher.cli.common import Listing, named_publisher
from watcher.config.switches import switch
from watcher.store.database_file import is_held

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher


_COLUMNS = ("publisher", "country", "language", "feeds", "from", "name")
_FACTS = ("name", "organisation", "country", "language", "time_zone", "own_forces", "homepage")
_KNOWN = ("family", "licence", "walls", "relay", "verified")


@click.group(cls=Listing)
def publishers() -> None:
    """Publishers: who is watched, and who could be."""


@publishers.command("list")
@click.option("--country", metavar="CODE", help="Only those of a country: GB, UN.")
@click.option("--enabled/--disabled", "enabled", default=None, help="Only those with or without a feed that is polled.")
@output.formats
@click.pass_obj
def list_publishers(chosen: Chosen, shape: str | None, *, country: str | None, enabled: bool | None) -> None:
    """List the publishers; `feeds` says how many of theirs are polled."""
    found = [
        publisher
        for publisher in chosen.configuration.publishers
        if (country is None or publisher.country.lower() == country.lower())
        and (enabled is None or enabled == any(feed.enabled for feed in publisher.feeds))
    ]
    _print(chosen.configuration, found, shape)


@publishers.command("search")
@click.argument("words", nargs=-1, required=True)
@output.formats
@click.pass_obj
def search_publishers(chosen: Chosen, words: Sequence[str], shape: str | None) -> None:
    """List the publishers that match all WORDS: in name, organisation, country, language, feeds or addresses."""
    wanted = [word.casefold() for word in words]
    found = [one for one in chosen.configuration.publishers if all(word in _said_of(one) for word in wanted)]
    _print(chosen.configuration, found, shape)


def _said_of(publisher: Publisher) -> str:
    feeds = (part for feed in publisher.feeds for part in (feed.code, feed.title, feed.url, feed.kind))
    own = (publisher.code, publisher.name, publisher.organisation, publisher.country, publisher.language)
    return " ".join((*own, publisher.family, publisher.homepage or "", *feeds)).casefold()


def _print(configuration: Configuration, found: Sequence[Publisher], shape: str | None) -> None:
    rows = [_row(configuration, publisher) for publisher in sorted(found, key=lambda one: one.code)]
    output.rows(rows, shape, columns=_COLUMNS, empty="no publisher is like that")


def _row(configuration: Configuration, publisher: Publisher) -> dict[str, Any]:
    polled = sum(feed.enabled for feed in publisher.feeds)
    return {
        "publisher": publisher.code,
        "country": publisher.country,
        "language": publisher.language,
        "feeds": f"{polled} of {len(publisher.feeds)}",
        "from": _origin(configuration, publisher.code),
        "name": publisher.name,
        "organisation": publisher.organisation,
        "verified": publisher.verified,
    }


def _origin(configuration: Configuration, code: str) -> str:
    """Which layers a publisher has: shipped, the operator's own, or own over shipped."""
    files = configuration.files[code]
    is_own = configuration.own_file(code) in files
    return "own over shipped" if is_own and len(files) > 1 else "own" if is_own else "shipped"


@publishers.command("show")
@click.argument("code")
@click.option("--json", "shape", flag_value="json", help="JSON.")
@click.pass_obj
def show_publisher(chosen: Chosen, code: str, shape: str | None) -> None:
    """Show a publisher: what is known of it, from which files, and its feeds."""
    configuration = chosen.configuration
    publisher = named_publisher(configuration, code)
    facts = {name: getattr(publisher, name) for name in (*_FACTS, *_KNOWN)}
    facts["files"] = tuple(str(path) for path in configuration.files[code])
    feeds = [
        {"feed": f"{code}/{feed.code}", "enabled": "yes" if feed.enabled else "no", "kind": feed.kind, "url": feed.url}
        for feed in publisher.feeds
    ]
    if shape == "json":
        click.echo(output.as_json({"publisher": code, **facts, "feeds": feeds}, indent=2))
        return
    output.text(*(f"{name:<13} {_readable(value)}" for name, value in facts.items() if value), "")
    output.rows(feeds, None, empty="no feeds")


def _readable(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@publishers.command("enable")
@click.argument("names", nargs=-1, required=True)
@click.pass_obj
def enable(chosen: Chosen, names: Sequence[str]) -> None:
    """Poll publishers (`navy`) or single feeds (`navy/news`), as written into your own files.

    A publisher of which no feed is enabled gets all of them. The shipped files are never changed.
    """
    _report(chosen.configuration, switch(chosen.configuration, names, enabled=True))


@publishers.command("disable")
@click.argument("names", nargs=-1, required=True)
@click.pass_obj
def disable(chosen: Chosen, names: Sequence[str]) -> None:
    """Poll publishers (`navy`) or single feeds (`navy/news`) no more; what is stored of them stays."""
    _report(chosen.configuration, switch(chosen.configuration, names, enabled=False))


def _report(configuration: Configuration, files: Sequence[Path]) -> None:
    for file in files:
        click.echo(f"written to {file}")
    if configuration.database.is_file() and is_held(configuration.database):
        click.echo("The daemon that is running takes it over when it gets SIGHUP (`systemctl reload watcher`).")
