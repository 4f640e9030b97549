"""A database as readers meet it: releases with a table, a PDF, an edit, a denial, a copy elsewhere; and its pages."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from tests.support.pdf import pdf
from tests.support.scenario import configure, entry, one_round, page, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.config.load import load
from watcher.store.connection import connect
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

    from tests.support.servers import HttpServer


PUBLISHER = "Norland Ministry of Defence"
STRIKE = (
    (
        "TEL HAMIS, Norland – {count} civilians were killed and four were injured in an air strike near Tel Hamis on"
        " 25 November, the ministry said on Thursday. The aircraft had been sent to strike a depot at the edge of the"
        " town, and an inquiry into how the target was chosen has begun under a judge of the armed forces."
    ),
    "The ministry denies that any hospital was hit. According to local officials, six people were killed.",
)
TABLE = (
    "<table><tr><th>Place</th><th>Killed</th><th>Injured</th></tr>"
    "<tr><td>Tel Hamis</td><td>{count} civilians</td><td>4 civilians</td></tr></table>"
)
REPORT = pdf(
    "Report of the inquiry\nThe strike was carried out at night.",
    "Findings",
    "Eight civilians were killed near Tel Hamis.\nFour civilians were injured.",
)


def filled(folder: Path, settings: str = "") -> Path:
    """The database after two rounds: six releases of two publishers, the first of them edited from two to eight."""
    _fill(folder, settings)
    return load(folder).database


@in_loop
async def _fill(folder: Path, settings: str) -> None:
    async with http_server() as server:
        urls = {"news": server.url("/feed"), "broken": server.url("/broken")}
        about = 'time_zone = "Asia/Beirut"\ncountry = "LB"\nlanguage = "en"'
        configure(folder, urls, settings=settings, publisher=about)
        file = folder / "publishers" / "army.toml"
        file.write_text(file.read_text().replace('"The Army"', f'"{PUBLISHER}"'))
        rival = f'name = "Sudland Command"\ncountry = "SY"\n[[feed]]\ncode = "news"\nurl = "{server.url("/rival")}"\n'
        server.routes["/broken"] = Answer(b"no", status=500)
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        _publish(server, "Two", "Statement on the strike")
        await one_round(load(folder))
        (folder / "publishers" / "rival.toml").write_text(rival)
        _publish(server, "Eight", "Statement on the strike, corrected")
        await one_round(load(folder))


def _publish(server: HttpServer, count: str, title: str) -> None:
    base = server.url("")
    told = page("Statement on the strike", *(part.format(count=count) for part in STRIKE))
    link = '<p>See <a href="/report.pdf">the report of the inquiry</a> of today.</p>' if count == "Eight" else ""
    told = told.replace(b"</article>", f"{TABLE.format(count=count)}{link}</article>".encode())
    pages = {
        1: told,
        2: page("Norland denies", "The ministry denied that any civilians were killed in Garat."),
        3: page("Exercise", "The exercise simulates an attack in which 200 people are killed."),
        4: page(
            "Fire", "Three soldiers were killed on 24 November near Camp Marsh.", "The army mourns the loss of life."
        ),
        5: page("Nothing", "A new bridge was opened."),
    }
    for number, body in pages.items():
        server.routes[f"/releases/{number}"] = Answer(body, content_type="text/html")
    titles = {1: title, 2: "Norland denies", 3: "Exercise", 4: "Fire", 5: "Nothing"}
    server.routes["/feed"] = Answer(rss(*(entry(number, base, title=words) for number, words in titles.items())))
    copied = page("Copied", *(part.format(count="Two") for part in STRIKE))
    server.routes["/releases/6"] = Answer(copied, content_type="text/html")
    server.routes["/rival"] = Answer(rss(entry(6, base, title="Copied")))


def get(datasette: Datasette, path: str) -> Any:
    """The answer to a request."""
    return asyncio.run(datasette.client.get(path))


def opened(database: Path) -> Datasette:
    """Datasette as we serve it; close it."""
    return datasette_of(database)


def copy_of(database: Path, folder: Path) -> Path:
    """A copy that a test may change."""
    copy = folder / "watcher.db"
    source = connect(database, is_read_only=True)
    source.execute("VACUUM INTO ?", [str(copy)])
    source.close()
    return copy


def plain(html: str) -> str:
    """The words of a page, white space folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
