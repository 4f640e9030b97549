"""`watcher alerts`, `channels`, `rules`, `mute`, `unmute`, `mutes` and `digest`: the alerts, and who receives them."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from watcher import clock
from watcher.alerts.channels.delivery import send
from watcher.alerts.channels.signatures import new_key, public_keys
from watcher.alerts.operations import channel_test
from watcher.alerts.rules import effective_rules
from watcher.cli import output
from watcher.cli.common import Listing, open_database, open_to_write
from watcher.config.load import load_rules
from watcher.config.values import duration
from watcher.errors import DeliveryError, WatcherError
from watcher.fetch.client import open_client
from watcher.jobs.rule_preview import preview
from watcher.pipeline.alerting import decide_events, release_held
from watcher.store import alerts as stored
from watcher.store import deliveries, reports
from watcher.store.connection import connect
from watcher.store.rows import stated_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.config.rules import Rule
    from watcher.config.settings import Channel
    from watcher.jobs.rule_preview import PreviewedRelease
    from watcher.model.alert import DueDelivery, Receipt


_CHANNEL_COLUMNS = ("channel", "kind", "state", "sent_at", "pending", "held", "dead", "last_answer")
_RULE_COLUMNS = ("name", "priority", "sending", "events", "channels", "origin")
_PREVIEW_COLUMNS = ("change", "release", "publisher", "published_at", "before", "after", "title")
# A channel that nothing was ever sent to.
_UNUSED = {"sent_at": None, "pending": 0, "held": 0, "dead": 0, "last_answer": None}


class Duration(click.ParamType[timedelta]):
    """A number with a unit, or seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The span, or a usage error that says what one looks like."""
        if isinstance(value, timedelta):
            return value
        try:
            return timedelta(seconds=duration(value))
        except (ValueError, OverflowError) as error:
            return self.fail(str(error), param, ctx)


@click.group(cls=Listing)
def alerts() -> None:
    """Alerts: what was raised, and whether it was delivered."""


@alerts.command("list")
@click.option("--limit", default=50, show_default=True, help="At most this many.")
@output.formats
@click.pass_obj
def list_alerts(chosen: Chosen, limit: int, shape: str | None) -> None:
    """List the newest alerts."""
    found = reports.alerts(open_database(chosen), limit=limit)
    output.rows(found, shape, columns=("alert", "created_at", "priority", "title", "deliveries"), empty="no alerts")


@alerts.command("retry")
@click.argument("numbers", nargs=-1, type=int, metavar="[ALERT]...")
@click.option("--dead", is_flag=True, help="Every delivery that was given up.")
@click.option("--channel", metavar="NAME", help="Only those of this channel.")
@click.pass_obj
def retry(chosen: Chosen, numbers: tuple[int, ...], *, dead: bool, channel: str | None) -> None:
    """Send again deliveries that were given up: of the named alerts, or all with --dead; the schedule starts again."""
    if not numbers and not dead and channel is None:
        raise click.UsageError("name alerts, a --channel, or --dead for every delivery that was given up")
    if channel is not None:
        _named_channel(chosen.configuration, channel)
    with open_to_write(chosen) as db:
        unknown = set(numbers) - stored.known_alerts(db, numbers)
        if unknown:
            raise WatcherError(f"there is no alert {', '.join(map(str, sorted(unknown)))}; `watcher alerts` lists them")
        count = deliveries.send_again(db, clock.now(), alerts=numbers, channel=channel)
    click.echo(
        f"{count} {'delivery is' if count == 1 else 'deliveries are'} due again; the daemon, or `watcher poll`, sends"
    )


@click.group(cls=Listing)
def channels() -> None:
    """Channels: where alerts go, and whether they arrive."""


@channels.command("list")
@output.formats
@click.pass_obj
def list_channels(chosen: Chosen, shape: str | None) -> None:
    """List the channels: when each last received an alert, what is waiting, and what was given up."""
    configuration = chosen.configuration
    named = {channel.name: channel for channel in configuration.settings.channels}
    known = _states(configuration, tuple(named))
    found = [
        {"channel": name, "kind": named[name].kind, "state": _state(named[name], row), **row} for name, row in known
    ]
    output.rows(found, shape, columns=_CHANNEL_COLUMNS, empty="no channels are configured")


def _states(configuration: Configuration, names: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    if not configuration.database.is_file():
        return [(name, _UNUSED) for name in names]
    rows = deliveries.channel_states(connect(configuration.database, is_read_only=True), names)
    return [(row["channel"], row) for row in rows]


def _state(channel: Channel, row: Mapping[str, Any]) -> str:
    if not channel.enabled:
        return "off in the configuration"
    if row.get("disabled_at"):
        return f"disabled since {row['disabled_at']}: {row['reason']}"
    if (row.get("back_off_until_at") or "") > clock.to_text(clock.now()):
        return f"in back-off, failures in a row: {row['failure_count']}"
    return "ready"


@channels.command("test")
@click.argument("name")
@click.pass_obj
def test_channel(chosen: Chosen, name: str) -> None:
    """Send a message marked as a test to the channel NAME at once, and show the server's response."""
    configuration = chosen.configuration
    _named_channel(configuration, name)
    try:
        receipt = asyncio.run(_send(configuration, channel_test(configuration.settings, name, clock.now())))
    except DeliveryError as error:
        raise WatcherError(f"{name} did not accept the test: {error.detail}") from error
    click.echo(f"{name}: {receipt.detail}")
    for one in receipt.recipients:
        click.echo(f"  {one.address}: {one.state}, {one.answer}")
    if any(one.state != "sent" for one in receipt.recipients):
        raise WatcherError(f"{name} did not accept the test for every recipient")


async def _send(configuration: Configuration, delivery: DueDelivery) -> Receipt:
    http = configuration.settings.http
    async with open_client(allow_addresses=http.allow_addresses) as client:
        return await send(client, configuration, delivery)


@channels.command("enable")
@click.argument("name")
@click.pass_obj
def enable(chosen: Chosen, name: str) -> None:
    """Enable the channel NAME again after its receiver answered 410 (gone)."""
    _named_channel(chosen.configuration, name)
    with open_to_write(chosen) as db:
        waiting = deliveries.enable_channel(db, name, clock.now())
    click.echo(f"{name} is enabled again; {waiting} deliveries are waiting for it")


@channels.command("make-key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def make_key(file: Path) -> None:
    """Write a new private key to FILE, by which a webhook is signed, and print the public key for its receiver.

    The channel names the file: secret = { file = "FILE" }.
    """
    private, public = new_key()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as written:
            written.write(f"{private}\n")
    except OSError as error:
        raise WatcherError(f"{file}: {error.strerror}; nothing was written") from error
    click.echo(public)


@channels.command("public-key")
@click.argument("name")
@click.pass_obj
def public_key(chosen: Chosen, name: str) -> None:
    """Print the public key by which the receiver of the webhook NAME verifies its messages; each of several."""
    keys = public_keys(_named_channel(chosen.configuration, name))
    if not keys:
        raise WatcherError(f"{name} has no key of its own; `watcher channels make-key FILE` makes one")
    for key in keys:
        click.echo(key)


def _named_channel(configuration: Configuration, name: str) -> Channel:
    channel = configuration.channel(name)
    if channel is None:
        raise click.UsageError(f"there is no channel {name}; `watcher channels` lists them")
    return channel


@click.group(cls=Listing)
def rules() -> None:
    """Rules: which releases raise an alert, and who receives it. Without an argument they are listed."""


@rules.command("list")
@output.formats
@click.pass_obj
def list_rules(chosen: Chosen, shape: str | None) -> None:
    """List the rules in use, the default ones among them."""
    settings = chosen.configuration.settings
    found = [_rule_row(rule, "written" if rule in settings.rules else "default") for rule in effective_rules(settings)]
    output.rows(found, shape, columns=_RULE_COLUMNS)


def _rule_row(rule: Rule, origin: str) -> dict[str, Any]:
    said = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in asdict(rule).items()}
    return said | {"sending": rule.sending, "channels": said["channels"] or "all", "origin": origin}


@rules.command("test")
@click.option("--since", type=Duration(), default="30d", show_default=True, help="How far back: 12h, 30d.")
@click.option(
    "--rules",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="A file with other [[rule]] tables, to compare with the current ones.",
)
@click.option("--all", "is_all", is_flag=True, help="Also the releases for which nothing would change.")
@output.formats
@click.pass_obj
def test_rules(chosen: Chosen, *, since: timedelta, file: Path | None, is_all: bool, shape: str | None) -> None:
    """Show which alerts rules would raise for the stored releases, added and lost, before you use them.

    Without --rules the current rules are compared with the alerts that were raised. Nothing is written or sent.
    """
    configuration = chosen.configuration
    now = effective_rules(configuration.settings)
    tried, against = (effective_rules(load_rules(file, configuration)), now) if file else (now, None)
    start = clock.to_text(clock.now() - since)
    found = list(preview(open_database(chosen), tried, since=start, against=against))
    rows = [_preview_row(one) for one in found if is_all or one.change != "same"]
    output.rows(rows, shape, columns=_PREVIEW_COLUMNS, empty="nothing changes")
    counted = Counter(one.change for one in found)
    names = ("added", "lost", "changed", "same")
    click.echo(", ".join(f"{counted[name]} {name}" for name in names), err=True)


def _preview_row(one: PreviewedRelease) -> dict[str, Any]:
    published = one.release.page.published
    return {
        "change": one.change,
        "release": one.release.release_id,
        "publisher": one.release.publisher,
        "published_at": stated_at(published),
        "before": one.before,
        "after": one.after,
        "title": one.title,
        "url": one.release.url,
    }


@click.command()
@click.argument("name", metavar="FEED|RULE")
@click.argument("span", type=Duration(), metavar="DURATION")
@click.pass_obj
def mute(chosen: Chosen, name: str, span: timedelta) -> None:
    """Silence a feed or a rule for some time, 12h or 7d: its alerts are kept and not sent. It ends by itself."""
    configuration = chosen.configuration
    kind = _muted_kind(configuration, name)
    if not span:
        raise click.UsageError("give a duration, such as 12h or 7d")
    now = clock.now()
    try:
        until = now + span
    except OverflowError as error:
        raise click.UsageError("that is too long") from error
    with open_to_write(chosen) as db:
        stored.mute(db, kind, name, now, until)
    click.echo(f"{kind} {name} is muted until {clock.to_text(until)}; its alerts are kept and marked as muted")


@click.command()
@click.argument("name", metavar="FEED|RULE")
@click.pass_obj
def unmute(chosen: Chosen, name: str) -> None:
    """End a mute now."""
    with open_to_write(chosen) as db:
        # A feed or rule that is no longer configured may still be muted.
        count = stored.unmute(db, "feed", name, clock.now()) + stored.unmute(db, "rule", name, clock.now())
    if not count:
        raise WatcherError(f"{name} is not muted; `watcher mutes` lists what is")
    click.echo(f"{name} is no longer muted")


@click.command()
@output.formats
@click.pass_obj
def mutes(chosen: Chosen, shape: str | None) -> None:
    """List what is muted, and until when."""
    output.rows(stored.list_mutes(open_database(chosen), clock.now()), shape, empty="nothing is muted")


def _muted_kind(configuration: Configuration, name: str) -> Literal["feed", "rule"]:
    if name in configuration.by_name:
        return "feed"
    if name in {rule.name for rule in effective_rules(configuration.settings)}:
        return "rule"
    raise click.UsageError(f"there is no feed or rule {name}; `watcher feeds` and `watcher rules` list them")


@click.command()
@click.option("--now", "is_early", is_flag=True, help="Also the digests that are due later.")
@click.pass_obj
def digest(chosen: Chosen, *, is_early: bool) -> None:
    """Make the digests that are due, as the daemon does; the daemon or `watcher poll` sends them."""
    configuration = chosen.configuration
    with open_to_write(chosen) as db:
        while decide_events(db, configuration.settings, clock.now()):
            pass
        count = release_held(db, configuration.settings, clock.now(), is_early=is_early)
    click.echo(f"{count} digest{'' if count == 1 else 's'} made")
