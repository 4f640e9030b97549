"""A configuration, feeds and pages of invented releases, one round of polls, and what the database then holds."""

from __future__ import annotations

import shutil
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from tests.support import ROOT
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.config.load import Configuration, load
from watcher.jobs.outbox import Sending, settle
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from watcher.model.poll import PollRecord
    from watcher.pipeline.runtime import Runtime


WORDS = ROOT / "config" / "words"
LOCAL = (
    '[http]\ncontact = "desk@example.org"\nallow_addresses = ["127.0.0.0/8"]\n'
    "host_interval = 0\nhost_connections = 8\ndeadline = 5\n"
)
# Feeds of other kinds, as a publishers file has them; `url` is put in.
LISTING_TABLE = """[[feed]]
code = "list"
kind = "listing"
url = "{url}"
[feed.listing]
entry = "li.release"
date = "time@datetime"
"""
SITEMAP_TABLE = """[[feed]]
code = "map"
kind = "sitemap"
url = "{url}"
"""
HARM = "Two civilians were killed and four were injured in the strike near the town."


def configure(folder: Path, feeds: Mapping[str, str], *, settings: str = "", publisher: str = "") -> Configuration:
    """A configuration in `folder`: one publisher `army` with these feeds, which may ask loopback without pause."""
    (folder / "publishers").mkdir(parents=True, exist_ok=True)
    if not (folder / "words").exists():
        shutil.copytree(WORDS, folder / "words")
    tables = "".join(f'[[feed]]\ncode = "{code}"\nurl = "{url}"\n' for code, url in feeds.items())
    (folder / "publishers" / "army.toml").write_text(f'name = "The Army"\n{publisher}\n{tables}')
    # A test has a feed or two: a second worker would only be started.
    about = settings if "workers" in settings else f"workers = 1\n{settings}"
    (folder / "watcher.toml").write_text(about if "[http]" in about else f"{about}\n{LOCAL}")
    return load(folder)


def entry(number: int, base: str, *, title: str = "", text: str = "Nothing happened.", **fields: str) -> str:
    """One RSS item with everything that a good feed gives; `fields` replaces elements, an empty one leaves it out."""
    said = {
        "title": title or f"Release {number}",
        "link": f"{base}/releases/{number}",
        "guid": f"{base}/releases/{number}",
        "pubDate": format_datetime(clock.now()),
        "description": text,
    } | fields
    return "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items() if value) + "</item>"


def rss(*entries: str) -> bytes:
    """A feed of these items."""
    head = "<title>Releases</title><link>http://army.example/</link><description>All</description>"
    channel = f"<channel>{head}{''.join(entries)}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'.encode()


def page(title: str, *paragraphs: str) -> bytes:
    """A release's page with menus around it."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head>"
        "<body><nav><ul><li><a href=/>Home</a></ul></nav>"
        f"<main><article><h1>{title}</h1>{body}</article></main><footer>Contact and imprint</footer></body></html>"
    ).encode()


async def one_round(
    configuration: Configuration, names: Sequence[str] = (), *, sends: bool = False
) -> dict[str, PollRecord]:
    """Poll every feed once; the records by the feed's code. A failure that left no row is raised."""
    async with open_runtime(configuration) as runtime:
        found = await polled(runtime, names)
        if sends:
            await settle(runtime, Sending())
    return found


async def polled(runtime: Runtime, names: Sequence[str] = ()) -> dict[str, PollRecord]:
    """The same by a program that goes on: worker processes are not started anew for each of many rounds."""
    found: dict[str, PollRecord] = {}
    async for feed, record in poll_feeds(runtime, await runtime.store.read(select, names)):
        if isinstance(record, Exception):
            raise record
        found[feed.name.split("/")[1]] = record
    return found


def store(folder: Path, make: Callable[[str], Sequence[str]]) -> Configuration:
    """A configuration whose one feed was polled once; `make` gives its entries for the server's address."""

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(*make(server.url(""))))
            await one_round(configure(folder, {"news": server.url("/feed")}))

    fill()
    return load(folder)


def rows(configuration: Configuration, sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows that a query gives."""
    db = Database(configuration.database)
    try:
        return list(db.query(sql, list(values)))
    finally:
        db.close()


def one(configuration: Configuration, sql: str, *values: Any) -> Any:
    """The only value of a query's only row."""
    (row,) = rows(configuration, sql, *values)
    (value,) = row.values()
    return value
