"""New releases of some feeds into SQLite, with the words of harm in them: what somebody writes in an afternoon.

The yardstick of `rounds.py`: the usual libraries, conditional requests, one feed after the other. It asks politely,
keeps what it found, and does nothing twice; it has no evidence, no revisions, no rules, and it never sees that a page
was changed or taken away.

Run it with `.venv/bin/python benchmarks/simple_script.py FEEDS DATABASE [--no-pages]`; FEEDS holds a URL a line.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import feedparser
import requests
from bs4 import BeautifulSoup
from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

HARM = re.compile(r"\b(killed|dead|died|deaths?|injur\w+|wounded|casualt\w+|missing|captured)\b", re.IGNORECASE)


def text_of(session: requests.Session, url: str) -> str:
    """The text of a page: its article, or whatever comes closest."""
    answer = session.get(url, timeout=30)
    answer.raise_for_status()
    soup = BeautifulSoup(answer.content, "lxml")
    article = soup.find("article") or soup.find("main") or soup.find(id="content") or soup.body or soup
    for noise in article.find_all(["script", "style", "nav", "aside", "footer", "form"]):
        noise.decompose()
    return article.get_text("\n", strip=True)


def known(database: Database, url: str) -> dict[str, Any]:
    """The validators of a feed at its last poll."""
    try:
        return dict(database.table("feeds").get(url))
    except NotFoundError:
        return {"etag": None, "modified": None}


def poll(database: Database, session: requests.Session, url: str, *, pages: bool) -> int:
    """Store what is new in one feed, and say how many releases that are."""
    before = known(database, url)
    feed = feedparser.parse(url, etag=before["etag"], modified=before["modified"])
    if feed.get("status") == 304:  # noqa: PLR2004 - not modified
        return 0
    count = 0
    for entry in feed.entries:
        link = entry.get("link", "")
        identity = entry.get("id", link)
        if database.table("releases").count_where("id = ?", [identity]):
            continue
        text = text_of(session, link) if pages and link else entry.get("summary", "")
        words = sorted({found.lower() for found in HARM.findall(text)})
        said = {name: entry.get(name, "") for name in ("title", "published")}
        row = {"id": identity, "feed": url, "url": link, **said}
        database.table("releases").insert({**row, "text": text, "words": ", ".join(words)})
        count += 1
    database.table("feeds").upsert({"url": url, "etag": feed.get("etag"), "modified": feed.get("modified")}, pk="url")
    return count


def main() -> None:
    """Poll every feed of the list once."""
    database, session = Database(sys.argv[2]), requests.Session()
    texts = {"id": str, "feed": str, "url": str, "title": str, "published": str, "text": str, "words": str}
    database.table("releases").create(texts, pk="id", if_not_exists=True)
    database.table("feeds").create({"url": str, "etag": str, "modified": str}, pk="url", if_not_exists=True)
    for url in Path(sys.argv[1]).read_text().split():
        try:
            count = poll(database, session, url, pages="--no-pages" not in sys.argv)
        except (OSError, requests.RequestException) as error:
            print(f"{url}: {error}", file=sys.stderr)
        else:
            print(f"{url}: {count} new")


if __name__ == "__main__":
    main()
