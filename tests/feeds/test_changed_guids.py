"""One official statement is one release, whatever becomes of its guid and its address: no double alert, no lost one."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.scenario import configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.config.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord


SITE = "https://www.army.example"
DEAD = (
    "Two civilians were killed and four were injured in the strike near the town on Monday. The army regrets the loss"
    " and has begun an inquiry into what happened, the spokesman of the brigade told reporters in the evening. The road"
    " was closed until the morning, and the families of the wounded were brought to the hospital in the capital by bus."
    " The inquiry is led by a judge of the military court; its findings will be made public within a month."
)
TEASER = "The ministry announced today the death of a soldier; one soldier was killed."
LAKE = (
    "Near the lake, a raid by the third brigade ended with two civilians killed. Their boat had not answered a call,"
    " a colonel said; divers looked for others until the morning and found nobody else in the cold water."
)
TODAY = format_datetime(clock.now() - timedelta(hours=2))
LONG_AGO = format_datetime(clock.now() - timedelta(days=31))


def item(guid: str = "army-1", link: str = "/news/strike", title: str = "Strike", text: str = DEAD, **more: str) -> str:
    address = link if link.startswith("http") or not link else f"{SITE}{link}"
    return entry(0, SITE, title=title, text=text, guid=guid, link=address, **{"pubDate": TODAY} | more)


OTHER: dict[str, Any] = {"title": "Raid by the lake", "text": LAKE}


class Case(NamedTuple):
    """What the feeds list, poll after poll; how many releases, revisions and alerts there are in the end."""

    polls: tuple[dict[str, list[str]], ...]
    releases: int = 1
    revisions: int = 1
    alerts: int = 1


def then(*entries: str) -> tuple[dict[str, list[str]], ...]:
    """One feed, and one entry in it at each poll."""
    return tuple({"news": [one]} for one in entries)


CASES = {
    "guid_changed": Case(then(item(), item(guid="new-9"))),
    "guid_changed_and_text_edited": Case(
        then(item(), item(guid="new-9", text=DEAD.replace("Two", "Eight"))), revisions=2, alerts=2
    ),
    "guid_and_address_changed": Case(then(item(), item(guid="new-9", link="/press/2026/11/strike-near-town"))),
    "guid_used_again_elsewhere": Case(
        then(item(), item(link="/news/raid", **OTHER)), releases=2, revisions=2, alerts=2
    ),
    "guid_and_address_used_again": Case(then(item(), item(**OTHER)), revisions=2, alerts=2),
    "address_used_again": Case(then(item(), item(guid="new-9", **OTHER)), releases=2, revisions=2, alerts=2),
    "moved": Case(then(item(), item(link="/archive/strike-2026"))),
    "moved_and_edited": Case(
        then(item(), item(link="/archive/strike-2026", text=DEAD.replace("Two", "Eight"))), revisions=2, alerts=2
    ),
    "letter_case": Case(then(item(guid=""), item(guid="", link="/News/Strike"))),
    "tracking": Case(then(item(guid=""), item(guid="", link="/news/strike?utm_source=rss&fbclid=x&ref=home"))),
    "scheme": Case(then(item(guid=""), item(guid="", link="http://www.army.example/news/strike"))),
    "www": Case(then(item(guid=""), item(guid="", link="https://army.example/news/strike"))),
    "closing_slash": Case(then(item(guid=""), item(guid="", link="/news/strike/"))),
    "print_view": Case(then(item(guid=""), item(guid="", link="/news/strike?print=1"))),
    "print_path": Case(then(item(guid=""), item(guid="", link="/news/strike/print/"))),
    "amp": Case(then(item(guid=""), item(guid="", link="/news/strike/amp/"))),
    "mobile": Case(then(item(guid=""), item(guid="", link="https://m.army.example/news/strike?amp=1"))),
    "guid_is_the_address_in_other_letters": Case(
        then(item(guid=f"{SITE}/news/strike"), item(guid="http://army.example/News/Strike/"))
    ),
    "two_feeds": Case(({"news": [item()], "all": [item(guid="all-77")]},)),
    "two_feeds_two_addresses": Case(({"news": [item()], "all": [item(guid="all-77", link="/all/77")]},)),
    "mirror_links_to_the_release": Case(({"news": [item()], "mirror": [item(guid="m-1")]},)),
    "one_guid_for_all": Case(
        ({"news": [item(guid="0"), item(guid="0", link="/news/raid", **OTHER)]},), releases=2, revisions=2, alerts=2
    ),
    "one_address_for_all": Case(
        ({"news": [item(link="/"), item(guid="army-2", link="/", **OTHER)]},), releases=2, revisions=2, alerts=2
    ),
    "same_teaser_twice_a_day": Case(
        ({"news": [item(text=TEASER), item(guid="army-2", link="/news/other", text=TEASER)]},),
        releases=2,
        revisions=2,
        alerts=2,
    ),
    "listed_twice": Case(({"news": [item(), item(guid="army-2")]},)),
    "said_again_a_month_later": Case(
        then(item(pubDate=LONG_AGO), item(guid="new-9", link="/news/strike-again")), releases=2, revisions=2, alerts=1
    ),
}


async def run(folder: Path, case: Case) -> tuple[Configuration, list[dict[str, PollRecord]]]:
    """Poll as the case says, and twice more the same at the end."""
    async with http_server() as server:
        configure(folder, {feed: server.url(f"/{feed}") for feed in ("news", "all")})
        tables = {"army": ("news", "all"), "mirror": ("mirror",)}
        for publisher, feeds in tables.items():
            listed = "".join(
                f'[[feed]]\ncode = "{feed}"\nurl = "{server.url(f"/{feed}")}"\nfetch_pages = false\n' for feed in feeds
            )
            (folder / "publishers" / f"{publisher}.toml").write_text(f'name = "{publisher}"\n{listed}')
        configuration = load(folder)
        records: list[dict[str, PollRecord]] = []
        for poll in (*case.polls, case.polls[-1], case.polls[-1]):
            for feed, entries in poll.items():
                # A comment makes it another document each time, so that it is read.
                server.routes[f"/{feed}"] = Answer(rss(*entries) + f"<!-- {len(records)} -->".encode())
                records.append(await one_round(configuration, [f"{'mirror' if feed == 'mirror' else 'army'}/{feed}"]))
    return configuration, records


@pytest.mark.parametrize("name", CASES)
def test_one_statement_is_one_release(tmp_path: Path, name: str) -> None:
    """A table of what sites do to guids and addresses (check 32)."""

    @in_loop
    async def play() -> None:
        case = CASES[name]
        configuration, records = await run(tmp_path, case)
        assert one(configuration, "SELECT count(*) FROM releases") == case.releases
        assert one(configuration, "SELECT count(*) FROM revisions") == case.revisions
        told = rows(configuration, "SELECT event FROM alerts WHERE release_id IS NOT NULL")
        assert len(told) == case.alerts, told
        last = [record for round_ in records[-2 * len(case.polls[-1]) :] for record in round_.values()]
        assert [(record.new_count, len(record.observations)) for record in last] == [(0, 0)] * len(last)

    play()
