"""`watcher channels` and `watcher alerts retry`: whether alerts can arrive, and what to do when they cannot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import show
from watcher.cli.lists import Listing, alerts, open_to_write
from watcher.deliver import send
from watcher.errors import DeliveryError, WatcherError
from watcher.net import open_client
from watcher.notices import marked_test
from watcher.store import connect
from watcher.store.channels import channel_states, enable_channel, known_alerts, send_again

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.config import Channel, Configuration
    from watcher.messages import DueDelivery, Receipt

_COLUMNS = ("channel", "kind", "state", "sent_at", "pending", "held", "dead", "last_answer")


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(channels)


@click.group(cls=Listing)
def channels() -> None:
    """Channels: where alerts go, and whether they arrive."""


@channels.command("list")
@show.formats
@click.pass_obj
def list_channels(chosen: Chosen, shape: str | None) -> None:
    """List the channels: when each last took an alert, what waits for it, what it did not take."""
    configuration = chosen.load()
    named = {channel.name: channel for channel in configuration.settings.channels}
    known = _states(configuration, tuple(named))
    found = [
        {"channel": name, "kind": named[name].kind, "state": _state(named[name], row)} | row for name, row in known
    ]
    show.rows(found, shape, columns=_COLUMNS, empty="no channels are configured")


def _states(configuration: Configuration, names: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    if not configuration.database.is_file():
        nothing = {"sent_at": None, "pending": 0, "held": 0, "dead": 0, "last_answer": None}
        return [(name, dict(nothing)) for name in names]
    rows = channel_states(connect(configuration.database, is_read_only=True), names)
    return [(row["channel"], row) for row in rows]


def _state(channel: Channel, row: dict[str, Any]) -> str:
    if not channel.enabled:
        return "off in the configuration"
    if row.get("disabled_at"):
        return f"disabled since {row['disabled_at']}: {row['reason']}"
    if (row.get("rests_until_at") or "") > clock.to_text(clock.now()):
        return f"rests, failures in a row: {row['failure_count']}"
    return "ready"


@channels.command("test")
@click.argument("name")
@click.pass_obj
def test_channel(chosen: Chosen, name: str) -> None:
    """Send a message marked as a test to the channel NAME at once, and show what the server answers."""
    configuration = chosen.load()
    _known(configuration, name)
    try:
        receipt = asyncio.run(_send(configuration, marked_test(configuration.settings, name, clock.now())))
    except DeliveryError as error:
        raise WatcherError(f"{name} did not take the test: {error.detail}") from error
    click.echo(f"{name}: {receipt.detail}")
    for one in receipt.recipients:
        click.echo(f"  {one.address}: {one.state}, {one.answer}")
    if any(one.state != "sent" for one in receipt.recipients):
        raise WatcherError(f"{name} did not take the test for every recipient")


async def _send(configuration: Configuration, delivery: DueDelivery) -> Receipt:
    http = configuration.settings.http
    async with open_client(allow_addresses=http.allow_addresses) as client:
        return await send(client, configuration, delivery)


@channels.command("enable")
@click.argument("name")
@click.pass_obj
def enable(chosen: Chosen, name: str) -> None:
    """Send to the channel NAME again after its receiver had said that it is gone (410)."""
    configuration = chosen.load()
    _known(configuration, name)
    with open_to_write(chosen) as db:
        waiting = enable_channel(db, name, clock.now())
    click.echo(f"{name} is sent to again; {waiting} deliveries wait for it")


def _known(configuration: Configuration, name: str) -> None:
    if configuration.channel(name) is None:
        raise click.UsageError(f"there is no channel {name}; `watcher channels` lists them")


@alerts.command("retry")
@click.argument("numbers", nargs=-1, type=int, metavar="[ALERT]...")
@click.option("--dead", is_flag=True, help="Every delivery that was given up.")
@click.option("--channel", metavar="NAME", help="Only those of this channel.")
@click.pass_obj
def retry(chosen: Chosen, numbers: tuple[int, ...], *, dead: bool, channel: str | None) -> None:
    """Send again what was given up: the named alerts, or all with --dead; the schedule begins from its start."""
    if not numbers and not dead and channel is None:
        raise click.UsageError("name alerts, a --channel, or --dead for all that were given up")
    configuration = chosen.load()
    if channel is not None:
        _known(configuration, channel)
    with open_to_write(chosen) as db:
        unknown = set(numbers) - known_alerts(db, numbers)
        if unknown:
            raise WatcherError(f"there is no alert {', '.join(map(str, sorted(unknown)))}; `watcher alerts` lists them")
        count = send_again(db, clock.now(), alerts=numbers, channel=channel)
    click.echo(
        f"{count} {'delivery is' if count == 1 else 'deliveries are'} due again; the daemon, or `watcher poll`, sends"
    )
