"""Datasette over a live database, opened read-only."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.lean_imports import without_modules

# Datasette's units of measurement load these wherever they are installed for something else: a second at each start.
with without_modules("dask", "numpy"):
    import uvicorn
    from datasette.cli import check_databases
    from datasette.plugins import pm

from watcher.errors import WatcherError
from watcher.web import exports, feed_states, feeds, front, guard, login, mailbox, page, release, review, search
from watcher.web.guarded_database import Access, guarded_datasette
from watcher.web.login import Reviewers, password_hashes
from watcher.web.metadata import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.settings import Settings
    from watcher.web.guarded_database import GuardedDatasette


_SETTINGS = {
    "suggest_facets": False,
    "sql_time_limit_ms": 1000,
    "allow_download": False,
    "default_page_size": 50,
    "max_returned_rows": 500,
}
_LOOPBACK_ACCESS = Access()


def datasette_of(database: Path, access: Access = _LOOPBACK_ACCESS, *, is_still: bool = False) -> GuardedDatasette:
    """Datasette as we serve it: mutable, so that it sees what the daemon writes, but opened with mode=ro.

    `is_still` is for a file that nobody writes and beside which nothing can be written.
    """
    for plugin in (guard, page, front, release, feeds, feed_states, login, review, search, exports, mailbox):
        if not pm.has_plugin(plugin.__name__):
            pm.register(plugin, name=plugin.__name__)
    settings = {"metadata": metadata(database.stem), "settings": _SETTINGS}
    datasette = guarded_datasette(database, access, is_still=is_still, **settings)
    datasette.reviewers = Reviewers(access.reviewers)
    return datasette


def access_of(settings: Settings, host: str, *, mails: Path | None = None, is_kept: bool = True) -> Access:
    """Who may ask for what, where the server listens on `host`: unless the configuration says, SQL only on loopback.

    Nobody reviews where what is written is not kept.
    """
    is_open = settings.web.sql if settings.web.sql is not None else host in guard.LOOPBACK
    own = urlsplit(settings.datasette_url or "").hostname
    hosts = frozenset({*settings.web.hosts, *([own] if own else []), host})
    reviewers = password_hashes(settings.reviewers) if is_kept else {}
    return Access(hosts, is_sql_open=is_open, reviewers=reviewers, mails=mails)


def serve(
    database: Path, access: Access, *, host: str, port: int, is_still: bool = False, until_eof: bool = False
) -> None:
    """Serve until Ctrl-C or SIGTERM; with `until_eof` also until standard input ends: then the daemon is gone.

    Raises WatcherError where nothing can listen at the address.
    """
    datasette = datasette_of(database, access, is_still=is_still)
    asyncio.run(check_databases(datasette))
    server = uvicorn.Server(
        uvicorn.Config(
            datasette.app(), host=host, port=port, log_level="warning", lifespan="on", timeout_graceful_shutdown=5
        )
    )
    if until_eof:
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    with suppress(SystemExit):  # uvicorn's own where it cannot listen, with a code that is none of ours
        server.run()
    datasette.close()
    if not server.started:
        raise WatcherError(f"nothing can be served at {host}:{port}: the address is taken or not allowed")


def _end_with_input(server: uvicorn.Server) -> None:
    # Not by sys.stdin: Python aborts at its end while a thread holds the lock of that.
    while os.read(0, 4096):
        pass
    server.should_exit = True
