"""`watcher rules`, `mute`, `unmute`, `mutes` and `digest`: who is told of what, and who is not for now."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from watcher import clock
from watcher.alerts import rules_of
from watcher.cli import show
from watcher.cli.lists import Listing, open_database, open_to_write
from watcher.config import duration, load_rules
from watcher.errors import WatcherError
from watcher.rehearsal import rehearse
from watcher.store import mutes as kept
from watcher.store.deciding import decide_events
from watcher.store.digests import release_held

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.config import Configuration, Rule
    from watcher.rehearsal import Rehearsed

_WRITTEN = ("name", "priority", "sending", "events", "channels", "origin")
_COLUMNS = ("change", "release", "publisher", "published_at", "before", "after", "title")


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    for command in (rules, mute, unmute, mutes, digest):
        cli.add_command(command)


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
def rules() -> None:
    """Rules: who is told of what. Without an argument they are listed."""


@rules.command("list")
@show.formats
@click.pass_obj
def list_rules(chosen: Chosen, shape: str | None) -> None:
    """List the rules that hold, the default ones among them."""
    settings = chosen.load().settings
    found = [_rule_row(rule, "written" if rule in settings.rules else "default") for rule in rules_of(settings)]
    show.rows(found, shape, columns=_WRITTEN)


def _rule_row(rule: Rule, origin: str) -> dict[str, Any]:
    said = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in rule}
    return said | {"sending": rule.sending, "channels": said["channels"] or "all", "origin": origin}


@rules.command("test")
@click.option("--since", type=Duration(), default="30d", show_default=True, help="How far back: 12h, 30d.")
@click.option(
    "--rules",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="A file with other [[rule]] tables, held against those that hold now.",
)
@click.option("--all", "is_all", is_flag=True, help="Also the releases for which nothing changes.")
@show.formats
@click.pass_obj
def test_rules(chosen: Chosen, *, since: timedelta, file: Path | None, is_all: bool, shape: str | None) -> None:
    """Show which stored releases the rules would raise, added and lost, before they go live.

    Without --rules the rules that hold now are held against the alerts that stand. Nothing is written or sent.
    """
    configuration = chosen.load()
    now = rules_of(configuration.settings)
    tried, against = (rules_of(load_rules(file, configuration)), now) if file else (now, None)
    start = clock.to_text(clock.now() - since)
    found = list(rehearse(open_database(chosen), tried, since=start, against=against))
    rows = [_rehearsed_row(one) for one in found if is_all or one.change != "same"]
    show.rows(rows, shape, columns=_COLUMNS, empty="nothing changes")
    counted = Counter(one.change for one in found)
    names = ("added", "lost", "changed", "same")
    click.echo(", ".join(f"{counted[name]} {name}" for name in names), err=True)


def _rehearsed_row(one: Rehearsed) -> dict[str, Any]:
    published = one.release.page.published
    return {
        "change": one.change,
        "release": one.release.release_id,
        "publisher": one.release.publisher,
        "published_at": clock.to_text(published.at) if published and published.at else None,
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
    """Tell nobody of a feed or of what a rule matches for some time: 12h, 7d. It ends by itself."""
    configuration = chosen.load()
    kind = _kind(configuration, name)
    if not span:
        raise click.UsageError("for how long? 12h, 7d")
    now = clock.now()
    try:
        until = now + span
    except OverflowError as error:
        raise click.UsageError("that is too long") from error
    with open_to_write(chosen) as db:
        kept.mute(db, kind, name, now, until)
    click.echo(f"{kind} {name} is muted until {clock.to_text(until)}; its alerts are kept and say so")


@click.command()
@click.argument("name", metavar="FEED|RULE")
@click.pass_obj
def unmute(chosen: Chosen, name: str) -> None:
    """End a mute now."""
    with open_to_write(chosen) as db:
        # A feed or rule that is no longer configured may still be muted.
        count = kept.unmute(db, "feed", name, clock.now()) + kept.unmute(db, "rule", name, clock.now())
    if not count:
        raise WatcherError(f"{name} is not muted; `watcher mutes` lists what is")
    click.echo(f"{name} is told of again")


@click.command()
@show.formats
@click.pass_obj
def mutes(chosen: Chosen, shape: str | None) -> None:
    """List what is muted, and until when."""
    show.rows(kept.list_mutes(open_database(chosen), clock.now()), shape, empty="nothing is muted")


def _kind(configuration: Configuration, name: str) -> Literal["feed", "rule"]:
    if name in configuration.by_name:
        return "feed"
    if name in {rule.name for rule in rules_of(configuration.settings)}:
        return "rule"
    raise click.UsageError(f"there is no feed or rule {name}; `watcher feeds` and `watcher rules` list them")


@click.command()
@click.option("--now", "is_early", is_flag=True, help="Also what is due later.")
@click.pass_obj
def digest(chosen: Chosen, *, is_early: bool) -> None:
    """Make the digests that are due; the daemon, which does so by itself, or `watcher poll` sends them."""
    configuration = chosen.load()
    with open_to_write(chosen) as db:
        while decide_events(db, configuration.settings, clock.now()):
            pass
        count = release_held(db, configuration.settings, clock.now(), is_early=is_early)
    click.echo(f"{count} digest{'' if count == 1 else 's'} made")
