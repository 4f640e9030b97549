"""`watcher serve`: the database, read with Datasette."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.errors import StoreError

if TYPE_CHECKING:
    from watcher.cli.main import Chosen


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(serve)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.pass_obj
def serve(chosen: Chosen, host: str, port: int) -> None:
    """Open the database to Datasette, read-only, with our queries and descriptions."""
    from watcher.web import serve as serve_database  # noqa: PLC0415 - half a second that only this command needs

    database = chosen.load().database
    if not database.is_file():
        raise StoreError(f"there is no database yet at {database}; `watcher poll` makes it")
    click.echo(f"http://{host}:{port}/ shows {database}; end with Ctrl-C", err=True)
    serve_database(database, host=host, port=port)
