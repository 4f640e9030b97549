"""The made-up publishers of `watcher demo`: their releases, and web sites on this machine that publish them.

What they publish changes with the chapter of the story: BEFORE, TODAY, AFTERWARDS.
"""

from __future__ import annotations

import tomllib
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.fetch.server import Incoming, Outgoing, listen
from watcher.html import render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime


BEFORE, TODAY, AFTERWARDS = range(3)
DEMO_FILES = files("watcher") / "templates" / "demo"
_NOT_FOUND = Outgoing(404, "There is no such page.")
_LONGEST_REQUEST = 10_000


@dataclass(frozen=True, slots=True)
class Site:
    """A made-up publisher; `address` is where its web site listens, `pause` the seconds before it answers."""

    code: str
    name: str
    language: str
    time_zone: str
    own_forces: Sequence[str] = ()
    pause: float = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class DemoRelease:
    """One of their releases. `begins` is the chapter in which it is published, `edited` its text in the last one."""

    site: str
    path: str
    title: str
    published_at: datetime
    text: str
    begins: int = TODAY
    edited: str = ""
    pdf: str = ""
    is_taken_down: bool = False

    def is_public(self, chapter: int) -> bool:
        """Whether its page and its feed's entry are there."""
        return self.begins <= chapter and not (self.is_taken_down and chapter == AFTERWARDS)

    def paragraphs(self, chapter: int) -> list[str]:
        """Its text as it is published in a chapter."""
        return (self.edited if self.edited and chapter == AFTERWARDS else self.text).strip().split("\n")


@dataclass(slots=True)
class Publishers:
    """All sites with their releases, and the chapter to which the story has come."""

    releases: tuple[DemoRelease, ...]
    chapter: int = BEFORE
    sites: dict[str, Site] = field(default_factory=dict)

    def public(self, site: str) -> list[DemoRelease]:
        """What a site publishes now, the newest first."""
        ours = [one for one in self.releases if one.site == site and one.is_public(self.chapter)]
        return sorted(ours, key=lambda one: one.published_at, reverse=True)

    @property
    def count(self) -> int:
        """How many releases were published up to now, with those that are gone again."""
        return sum(one.begins <= self.chapter for one in self.releases)

    @property
    def edited(self) -> DemoRelease:
        """The release whose text is edited."""
        return next(one for one in self.releases if one.edited)

    @property
    def taken_down(self) -> DemoRelease:
        """The release that is taken down again."""
        return next(one for one in self.releases if one.is_taken_down)

    async def answer(self, code: str, incoming: Incoming) -> Outgoing:
        """The answer of a site to a request."""
        site, public = self.sites[code], self.public(code)
        kind, _, name = incoming.path.strip("/").partition("/")
        await clock.sleep(site.pause)
        if incoming.path == "/feed.xml":
            return Outgoing(200, _feed(site, public, self.chapter), "application/rss+xml")
        if kind == "documents" and name in {one.pdf for one in public if one.pdf}:
            return Outgoing(200, (DEMO_FILES / name).read_text(encoding="ascii"), "application/pdf")
        for release in public if kind == "releases" else ():
            if release.path == name:
                paragraphs = release.paragraphs(self.chapter)
                page = render("demo/release.html", site=site, release=release, paragraphs=paragraphs)
                return Outgoing(200, page, "text/html")
        return _NOT_FOUND


def _feed(site: Site, releases: Sequence[DemoRelease], chapter: int) -> str:
    entries = [(one, one.paragraphs(chapter)[0], format_datetime(one.published_at)) for one in releases]
    return render("demo/feed.xml", site=site, address=site.address, releases=entries)


@asynccontextmanager
async def open_publishers(now: datetime) -> AsyncIterator[Publishers]:
    """The web sites of all publishers, each on a free port of loopback, until the block ends."""
    told: dict[str, Any] = tomllib.loads((DEMO_FILES / "releases.toml").read_text(encoding="utf-8"))
    publishers = Publishers(tuple(_release(one, now) for one in told["release"]))
    async with AsyncExitStack() as stack:
        for site in (Site(**one) for one in told["site"]):
            answer = partial(publishers.answer, site.code)
            port = await stack.enter_async_context(listen("127.0.0.1", 0, answer, body_bytes=_LONGEST_REQUEST))
            publishers.sites[site.code] = replace(site, address=f"http://127.0.0.1:{port}")
        yield publishers


def _release(told: dict[str, Any], now: datetime) -> DemoRelease:
    """One of the file: hours become times, and days take the place of their names in braces."""
    hours, begins = told.pop("hours"), told.pop("from", TODAY)
    yesterday, before = now - timedelta(days=1), now - timedelta(days=2)
    days = {
        "today": f"{now.day} {now:%B %Y}",
        "yesterday": f"{yesterday.day} {yesterday:%B %Y}",
        "evening": f"{yesterday:%A}",
        "weekday": f"{before:%A}",
    }
    texts = {name: told.pop(name, "").format(**days) for name in ("text", "edited")}
    return DemoRelease(**told, **texts, begins=begins, published_at=now - timedelta(hours=hours))
