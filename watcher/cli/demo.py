"""`watcher demo`: the whole program over made-up publishers on this machine, for a first look."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import click


@click.command()
@click.option(
    "--port", default=8001, show_default=True, help="Port of the reading room; another one where it is taken."
)
def demo(port: int) -> None:
    """Show everything within a minute, over made-up publishers.

    All of it runs on this machine, without the internet.

    A ministry, its rival and a press service publish deaths, a denial, an allegation, an exercise, a memorial and a
    PDF; a text is edited and a release taken down. The daemon catches it, and its mails are shown in the reading room.
    Nothing of your own configuration is read, and Ctrl-C leaves nothing behind.
    """
    from watcher.jobs.demo import show

    logging.getLogger().setLevel(logging.ERROR)
    # Until the daemon takes the signals itself, each of them ends the demo as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt), TemporaryDirectory(prefix="watcher-demo-") as folder:
        asyncio.run(show(Path(folder), port=_free(port), say=click.echo))


def _free(port: int) -> int:
    """The port, or another one where something listens there."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise AssertionError("the system always has a free port")
