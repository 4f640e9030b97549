"""What archives and relays answer when they are asked for a copy of a release: its address, and its own time. Pure.

The Wayback Machine's index (CDX server) lists the copies of an address; DVIDS searches the news of the U.S. forces.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from watcher.content.dates import parse_date
from watcher.content.urls import is_web_address
from watcher.errors import NotAFeed
from watcher.model.release import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator


# Of the newest copies that an archive has so many are tried: an archive meets walls too.
MOST_COPIES = 3
# DVIDS carries a release on the day it is out, or a few days around it.
_NEAR = timedelta(days=4)
_STAMP = re.compile(r"\d{14}")
_REPLAYED = re.compile(r"/web/(\d{14})(?:[a-z]{2}_)?/(.+)\Z")
_WORD = re.compile(r"\w+")
_LONGEST_QUERY = 200


def wayback_query(base: str, url: str, since: datetime | None) -> str:
    """Where the index says which good copies there are of an address, made since an instant; the newest ones."""
    asked = {"url": url, "output": "json", "fl": "timestamp,original", "filter": "statuscode:200"}
    if since is not None:
        asked["from"] = _stamp(since)
    return f"{base.rstrip('/')}/cdx/search/cdx?{urlencode(asked)}&limit=-{MOST_COPIES}"


def wayback_copies(body: bytes, base: str, since: datetime | None) -> tuple[Copy, ...]:
    """The copies that the index names, the newest first; what it should not have named is left out. Raises NotAFeed."""
    rows = _json(body)
    if not isinstance(rows, list):
        raise NotAFeed("the archive's index is no list")
    found = {copy.url: copy for row in rows if (copy := _wayback_copy(row, base, since)) is not None}
    return tuple(sorted(found.values(), key=lambda copy: copy.made_at, reverse=True)[:MOST_COPIES])


def _wayback_copy(row: Any, base: str, since: datetime | None) -> Copy | None:
    if not isinstance(row, list) or len(row) != 2 or not all(isinstance(one, str) for one in row):  # noqa: PLR2004 - two columns
        return None
    made_at = _instant(row[0])
    if made_at is None or not is_web_address(row[1]) or (since is not None and made_at < since):
        return None
    # With id_ behind the time it is given as it was, without the archive's own frame.
    return Copy("wayback", f"{base.rstrip('/')}/web/{row[0]}id_/{row[1]}", made_at)


def replayed_at(url: str) -> datetime | None:
    """The time of the copy at an address of the Wayback Machine, which redirects to the nearest one that it has."""
    found = _REPLAYED.search(url)
    return _instant(found[1]) if found else None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _instant(stamp: str) -> datetime | None:
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def dvids_query(base: str, title: str, published: datetime) -> str:
    """Where DVIDS lists its news of the days around a publication that have the words of a title."""
    asked = {
        "q": " ".join(_WORD.findall(title))[:_LONGEST_QUERY],
        "type": "news",
        "from_publishdate": f"{published - _NEAR:%Y-%m-%dT%H:%M:%SZ}",
        "to_publishdate": f"{published + _NEAR:%Y-%m-%dT%H:%M:%SZ}",
        "max_results": "10",
    }
    return f"{base.rstrip('/')}/search?{urlencode(asked, quote_via=quote)}"


def dvids_copies(body: bytes, title: str, published: datetime) -> tuple[Copy, ...]:
    """The news with the same title of the same days. Raises NotAFeed."""
    answer = _json(body)
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise NotAFeed("the relay's answer has no results")
    return tuple(_same_titles(results, title, published))[:MOST_COPIES]


def _same_titles(results: list[Any], title: str, published: datetime) -> Iterator[Copy]:
    wanted = _WORD.findall(title.casefold())
    for one in (one for one in results if isinstance(one, dict)):
        url, stated, date = (str(one.get(name) or "") for name in ("url", "title", "date_published"))
        made = parse_date(date, source="feed")
        is_same = bool(wanted) and _WORD.findall(stated.casefold()) == wanted
        is_near = made is not None and made.at is not None and abs(made.at - published) <= _NEAR
        if is_same and is_near and made is not None and made.at is not None and is_web_address(url):
            yield Copy("dvids", url, made.at)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"no JSON: {str(error)[:100]}") from error
