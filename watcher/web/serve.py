"""Datasette over a live database, opened read-only."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn
from datasette.app import Datasette
from datasette.cli import check_databases
from datasette.plugins import pm

from watcher.web import changes, feeds, page
from watcher.web.metadata import metadata

if TYPE_CHECKING:
    from pathlib import Path


_SETTINGS = {"sql_time_limit_ms": 3000, "allow_download": False, "default_page_size": 50, "max_returned_rows": 1000}


def datasette_of(database: Path, *, is_still: bool = False) -> Datasette:
    """Datasette as we serve it: mutable, so that it sees what the daemon writes, but opened with mode=ro.

    `is_still` is for a file that nobody writes and beside which nothing can be written.
    """
    for plugin in (page, changes, feeds):
        if not pm.has_plugin(plugin.__name__):
            pm.register(plugin, name=plugin.__name__)
    files = {"immutables": [str(database)]} if is_still else {"files": [str(database)]}
    return Datasette(**files, metadata=metadata(database.stem), settings=_SETTINGS)


def serve(database: Path, *, host: str, port: int, is_still: bool = False, until_eof: bool = False) -> None:
    """Serve until Ctrl-C or SIGTERM; with `until_eof` also until standard input ends: then the daemon is gone."""
    datasette = datasette_of(database, is_still=is_still)
    asyncio.run(check_databases(datasette))
    server = uvicorn.Server(uvicorn.Config(datasette.app(), host=host, port=port, log_level="warning", lifespan="on"))
    if until_eof:
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    server.run()
    if not server.started:
        sys.exit(1)  # the port is taken


def _end_with_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
