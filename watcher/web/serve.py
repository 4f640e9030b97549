"""Datasette over a live database, opened read-only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn
from datasette.app import Datasette
from datasette.cli import check_databases
from datasette.plugins import pm

from watcher.web import changes, feeds
from watcher.web.metadata import metadata

if TYPE_CHECKING:
    from pathlib import Path


_SETTINGS = {"sql_time_limit_ms": 3000, "allow_download": False, "default_page_size": 50, "max_returned_rows": 1000}


def datasette_of(database: Path) -> Datasette:
    """Datasette as we serve it: mutable, so that it sees what the daemon writes, but opened with mode=ro."""
    for plugin in (changes, feeds):
        if not pm.has_plugin(plugin.__name__):
            pm.register(plugin, name=plugin.__name__)
    return Datasette([str(database)], metadata=metadata(database.stem), settings=_SETTINGS)


def serve(database: Path, *, host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    datasette = datasette_of(database)
    asyncio.run(check_databases(datasette))
    uvicorn.run(datasette.app(), host=host, port=port, log_level="warning", lifespan="on")
