"""`watcher doctor`: what is the matter with feeds, channels and the installation, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import open_if_there
from watcher.jobs.doctor import examine

if TYPE_CHECKING:
    from watcher.alerts.diagnosis import Condition
    from watcher.cli.chosen import Chosen


_COLUMNS = ("kind", "name", "state", "since", "why", "what_to_do")


@click.command()
@output.formats
@click.pass_obj
def doctor(chosen: Chosen, shape: str | None) -> None:
    """Say what is the matter, why, since when, and what to do.

    Examined are each feed and channel, the daemon, the disk, the clock and the worker processes, with and without a
    running daemon; nothing is changed. The exit code is 1 where something needs somebody.
    """
    configuration = chosen.configuration
    database, is_running = open_if_there(configuration.database)
    found = examine(configuration, database, is_running=is_running)
    output.rows([_row(one) for one in found], shape, columns=_COLUMNS)
    if not all(one.is_well for one in found):
        raise click.exceptions.Exit(1)


def _row(one: Condition) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "state": one.state,
        "since": clock.to_text(one.since)[:16].replace("T", " ") + " UTC" if one.since else None,
        "why": one.why,
        "what_to_do": "" if one.is_well and one.state == "healthy" else one.remedy,
    }
