"""Sites of our own on loopback: feeds of entries, pages of 60 to 120 KB as sites have them, all of it made up.

Each site has an address of its own (127.0.0.1, 127.0.0.2, ...), so that limits of hosts count as they do outside, and
one of four structures, which no page rule that is shipped knows. A process of its own serves them, so that its CPU is
not the client's. What it answers is switched by `Origin.turn`; everything follows from numbers, so that two runs see
the same.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

# How feeds are answered: by their validators, always in full without any, in full with another build date each time.
Kind = Literal["conditional", "full", "rebuilt"]
WHO, DID, WHAT, HOW, PLACES = (
    line.split()
    for line in """\
brigade ministry patrol garrison engineers coastguard battalion command squadron regiment observers militia
crossed inspected reopened surveyed reinforced left reached secured described photographed cleared handed
bridge harbour road depot school valley ridge warehouse airfield orchard clinic reservoir quarry dam
slowly quietly together early late again twice openly carefully briefly by-night by-boat on-foot
Amberley Brackwater Coldharbour Dunmere Eastlow Farrowby Greyfield Hollin Ivergate Kestrel Larkmoor""".splitlines()
)
STRUCTURES = (
    '<main><article class="post"><h1>{title}</h1><time datetime="{iso}">{day}</time>{text}</article></main>',
    (
        '<div id="content"><h2 class="headline">{title}</h2><p class="meta">Posted on {day}</p>'
        '<div class="entry">{text}</div></div>'
    ),
    (
        '<div class="wrap"><div class="col-8"><div class="title"><h1>{title}</h1></div>'
        '<div class="body">{text}</div></div></div>'
    ),
    (
        '<div class="page"><section class="release"><header><h1>{title}</h1><span>{day}</span></header>'
        "{text}</section></div>"
    ),
)

# The page rules of each structure, as a publisher's file has them; the third shows no date.
RULES = (
    '[page]\ntitle = ["article.post h1"]\nbody = ["article.post"]\npublished = ["article.post time"]\n',
    '[page]\ntitle = ["h2.headline"]\nbody = ["div.entry"]\npublished = ["p.meta"]\n',
    '[page]\ntitle = ["div.title h1"]\nbody = ["div.body"]\n',
    '[page]\ntitle = ["section.release h1"]\nbody = ["section.release"]\npublished = ["header span"]\n',
)


def prose(chance: random.Random, sentences: int) -> str:
    """So many sentences that no other release has; one release in five speaks of people killed and injured."""
    said = [
        f"The {chance.randint(2, 99)}th {chance.choice(WHO)} {chance.choice(DID)} the {chance.choice(WHAT)} near "
        f"{chance.choice(PLACES)} {chance.choice(HOW)} with {chance.randint(3, 900)} {chance.choice(WHO)} trucks and "
        f"{chance.randint(3, 900)} tonnes from the {chance.choice(WHAT)} of {chance.choice(PLACES)}."
        for _ in range(sentences)
    ]
    if chance.random() < 0.2:  # noqa: PLR2004 - see above
        dead, hurt = chance.randint(2, 30), chance.randint(2, 60)
        said.insert(1, f"{dead} soldiers were killed and {hurt} were wounded near {chance.choice(PLACES)}, it said.")
    return "".join(f"<p>{' '.join(said[start : start + 3])}</p>" for start in range(0, len(said), 3))


@lru_cache(maxsize=512)
def surroundings(site: int) -> tuple[str, str]:
    """What stands before and after the text on each page of a site: style, menus, teasers, scripts."""
    chance = random.Random(site)  # noqa: S311 - the same pages at every run
    style = "".join(f".c{n}-{site}{{margin:{n}px;color:#{n:06x};display:block}}" for n in range(300))
    menu = "".join(
        f'<li class="menu-item item-{n}"><a class="link" href="/topic/{n}/" title="Topic {n}">'
        f"<span>{chance.choice(WHAT)} {chance.choice(PLACES)}</span></a></li>"
        for n in range(150 + site % 4 * 50)
    )
    cards = "".join(
        f'<div class="card"><a href="/r/other/{n}"><img src="/i/{n}.jpg" alt=""><h3>{chance.choice(WHO)} of '
        f"{chance.choice(PLACES)} {n}</h3></a><p>A {chance.choice(WHAT)} in short.</p></div>"
        for n in range(24)
    )
    script = "".join(
        f'window.push({{"id":{n},"key":"{chance.getrandbits(128):032x}"}});' for n in range(380 + site % 5 * 150)
    )
    before = f"<style>{style}</style></head><body><header><nav><ul>{menu}</ul></nav></header>"
    foot = f"<footer><p>© the command {site}</p></footer><script>{script}</script></body></html>"
    after = f'<aside class="related"><h2>More</h2>{cards}</aside>{foot}'
    return before, after


@dataclass
class Sites:
    """What is served now: the newest entry of every feed, how often feeds were built, and how they are answered."""

    sites: int
    entries: int
    newest: int
    built: int = 0
    kind: Kind = "conditional"

    def feed(self, site: int, number: int, host: str) -> tuple[str, str]:
        """A feed's ETag and body."""
        items = "".join(entry(site, number, one, host) for one in range(self.newest, self.newest - self.entries, -1))
        built = format_datetime(_first(0) + timedelta(seconds=self.built))
        head = f"<title>Feed {number}</title><link>http://{host}/</link><description>All</description>"
        channel = f"<channel>{head}<lastBuildDate>{built}</lastBuildDate>{items}</channel>"
        body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'
        return f'"{self.newest}-{self.built}"', body


def _first(number: int) -> datetime:
    """When an entry was published: two a day, at hours at which no recheck of it is due today."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=12 * max(0, 21 - number) + 9)


@lru_cache(maxsize=100_000)
def entry(site: int, feed: int, number: int, host: str) -> str:
    """An entry of a feed as RSS."""
    chance = random.Random(f"{site} {feed} {number}")  # noqa: S311 - as above
    teaser = prose(chance, 2).replace("<", "&lt;")
    link = f"<link>http://{host}/r/{feed}/{number}</link>"
    guid = f'<guid isPermaLink="false">{host}-{feed}-{number}</guid>'
    date = f"<pubDate>{format_datetime(_first(number))}</pubDate>"
    return f"<item><title>{title_of(feed, number)}</title>{link}{guid}{date}<description>{teaser}</description></item>"


def title_of(feed: int, number: int) -> str:
    """The title of a release."""
    chance = random.Random(f"title {feed} {number}")  # noqa: S311 - as above
    return (
        f"{chance.choice(WHO).title()} at {chance.choice(PLACES)}: the {chance.choice(WHAT)}, statement {feed}/{number}"
    )


def page(site: int, feed: int, number: int) -> str:
    """The page of a release."""
    chance = random.Random(f"page {site} {feed} {number}")  # noqa: S311 - as above
    before, after = surroundings(site)
    at, title = _first(number), title_of(feed, number)
    text = STRUCTURES[site % len(STRUCTURES)].format(
        title=title, iso=at.isoformat(), day=f"{at:%d %B %Y}", text=prose(chance, chance.randint(9, 30))
    )
    head = f'<head><meta charset="utf-8"><title>{title} | Command {site}</title>'
    return f'<!doctype html><html lang="en">{head}{before}{text}{after}'


class _Connection(asyncio.Protocol):
    """Answers requests of one kept connection in turn."""

    def __init__(self, state: Sites, site: int) -> None:
        self.state, self.site, self.head = state, site, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        host, port = transport.get_extra_info("sockname")[:2]
        self.host = f"{host}:{port}"

    def data_received(self, part: bytes) -> None:
        self.head += part
        while b"\r\n\r\n" in self.head:
            head, _, self.head = self.head.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head.decode().lower()))  # type: ignore[attr-defined]
            if "connection: close" in head.decode().lower():
                self.transport.close()

    def answer(self, head: str) -> bytes:
        """The whole response to a request's head in lower case."""
        match head.split(" ")[1].strip("/").split("/"):
            case ["feed", number]:
                return self.feed(head, int(number))
            case ["r", feed, number]:
                return _response(page(self.site, int(feed), int(number)), "text/html")
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def feed(self, head: str, number: int) -> bytes:
        """A feed, as it is answered now."""
        if self.state.kind == "rebuilt":
            self.state.built += 1
        tag, body = self.state.feed(self.site, number, self.host)
        if self.state.kind != "conditional":
            return _response(body, "application/rss+xml")
        if f"if-none-match: {tag}" in head:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return _response(body, "application/rss+xml", f"ETag: {tag}\r\n")


def _response(body: str, kind: str, more: str = "") -> bytes:
    encoded = body.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(encoded)}\r\n\r\n".encode() + encoded


def _serve(there: Connection, state: Sites) -> None:
    """Serve until killed; what comes through the pipe replaces the state, and is acknowledged."""

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        servers = [
            await loop.create_server(lambda site=number: _Connection(state, site), f"127.0.0.{number + 1}", 0)  # type: ignore[misc]
            for number in range(state.sites)
        ]
        there.send([server.sockets[0].getsockname()[:2] for server in servers])
        loop.add_reader(there.fileno(), lambda: _turned(there, state))
        await asyncio.Event().wait()

    asyncio.run(forever())


def _turned(there: Connection, state: Sites) -> None:
    state.kind, step = there.recv()
    state.newest += step
    there.send("turned")


@dataclass(frozen=True, slots=True)
class Origin:
    """Sites that are served: the URLs of their feeds, site by site, and how they are switched."""

    feeds: list[list[str]]
    pipe: Connection

    def turn(self, kind: Kind, *, new: int = 0) -> None:
        """Answer feeds in another way from now on, each with so many entries that are new."""
        self.pipe.send((kind, new))
        self.pipe.recv()


@contextmanager
def serving(feeds: int, *, sites: int, entries: int) -> Iterator[Origin]:
    """Serve so many feeds on so many sites, each with so many entries, until the block ends."""
    here, there = multiprocessing.Pipe()
    state = Sites(sites=sites, entries=entries, newest=entries)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, state), daemon=True)
    process.start()
    there.close()  # so that the end of the process is seen here
    try:
        urls = [
            [f"http://{host}:{port}/feed/{number}" for number in range(site, feeds, sites)]
            for site, (host, port) in enumerate(here.recv())
        ]
        yield Origin(urls, here)
    finally:
        process.terminate()
        process.join()
