"""Feeds of alerts and of every saved query: as routes of Datasette (this module is the plugin), and as files."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl

from watcher.alerts.channels.notification import Display
from watcher.control_signs import without_controls
from watcher.store.alerts import published_alerts
from watcher.store.reports import saved_query
from watcher.web.feed_format import FORMS, PublishedFeed, alert_entries, row_entries
from watcher.web.metadata import metadata
from watcher.web.page import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


ALERTS = "alerts"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


def feed_names() -> tuple[str, ...]:
    """The name of every feed that is published: alerts, and each saved query."""
    return (ALERTS, *metadata("watcher")["databases"]["watcher"]["queries"])


def feed_of(
    connection: sqlite3.Connection, name: str, *, values: Mapping[str, str], home: str, own: str, display: Display
) -> PublishedFeed:
    """One feed as it is now; `values` are the query's parameters, empty where one is not given."""
    if name == ALERTS:
        entries = alert_entries(published_alerts(connection), display)
        return PublishedFeed(name, "Alerts: what official releases say about casualties", home, own, entries)
    query = metadata("watcher")["databases"]["watcher"]["queries"][name]
    given = {word: values.get(word, "") for word in _PARAMETER.findall(query["sql"])}
    found = saved_query(connection, query["sql"], given)
    parameters = "".join(f" {word}={value}" for word, value in given.items() if value)
    return PublishedFeed(f"{name}{parameters}", f"{query['title']}{parameters}", home, own, row_entries(name, found))


def documents(
    connection: sqlite3.Connection, *, base: str, database: str, display: Display
) -> Iterator[tuple[str, str]]:
    """Every feed in both forms, with its file's name. `base` is where the files will be, or empty."""
    home = f"{base}/{database}" if base else ""
    for name in feed_names():
        feed = feed_of(connection, name, values={}, home=home, own="", display=display)
        for form, (write, _) in FORMS.items():
            own = f"{base}/-/watcher/{name}.{form}" if base else ""
            yield f"{name}.{form}", write(replace(feed, own=own))


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/-/watcher/<name>.atom` and `.json`, a query's parameters after a question mark."""
    return [(r"^/-/watcher/(?P<name>[a-z_]+)\.(?P<form>atom|json)$", answer)]


async def answer(datasette: Any, request: Any) -> Response:
    """One feed, read on Datasette's own read-only connection and within its time limit."""
    name, form = request.url_vars["name"], request.url_vars["form"]
    if name not in feed_names():
        return Response.text("There is no such feed.", status=404)
    home = datasette.absolute_url(request, datasette.urls.database(datasette.get_database().name))
    own = datasette.absolute_url(request, request.full_path)
    display = Display("UTC", datasette.absolute_url(request, datasette.urls.instance()).rstrip("/"))
    values = {word: without_controls(request.args[word]) for word in request.args}

    try:
        query = partial(feed_of, name=name, values=values, home=home, own=own, display=display)
        feed = await read(datasette, query)
    except sqlite3.OperationalError as error:  # its time was up, or the database is busy
        return Response.text(f"The query failed: {error}", status=503)
    return answered(feed, form)


def answered(feed: PublishedFeed, form: str) -> Response:
    """A feed as an answer, in one of the `FORMS`; a reader may keep it for a minute."""
    write, content_type = FORMS[form]
    return Response(write(feed), headers={"cache-control": "max-age=60"}, content_type=content_type)
