"""`watcher init` and `watcher check`: write a configuration, list every mistake in one."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import output
from watcher.config.folder import WEIGHTS, is_shipped, shipped_folder, words_folder
from watcher.config.load import load
from watcher.config.secrets import open_secrets, unset_secrets
from watcher.config.words import load_vocabularies
from watcher.errors import ConfigError, StoreError
from watcher.pipeline.ocr import unread_languages
from watcher.pipeline.reading import page_mistakes, rule_mistakes
from watcher.store.connection import connect
from watcher.store.reports import feeds as stored_feeds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from watcher.cli.chosen import Chosen
    from watcher.config.load import Configuration
    from watcher.config.settings import Settings


_SHIPPED_DATABASE = 'database = "../data/watcher.db"'
_OWN_DATABASE = 'database = "watcher.db"'


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Write a commented configuration to start from: DIR/watcher.toml, DIR/publishers/, DIR/words/.

    Both folders are empty: the shipped publishers and words are read, also those of later versions, until there are own
    ones.
    """
    if (folder / "watcher.toml").exists():
        raise ConfigError((f"{folder}/watcher.toml exists already; nothing was written",))
    try:
        _write(folder)
    except OSError as error:
        raise ConfigError((f"{folder}: cannot be written: {error}",)) from error
    click.echo(
        f"{folder} was written. Set [http] contact in {folder}/watcher.toml, then: watcher --config {folder} check"
    )


def _write(folder: Path) -> None:
    shipped = shipped_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("publishers", "words"):
        (folder / name).mkdir(exist_ok=True)
    settings = (shipped / "watcher.toml").read_text(encoding="utf-8").replace(_SHIPPED_DATABASE, _OWN_DATABASE)
    # Written last: a folder with a watcher.toml is a whole configuration.
    (folder / "watcher.toml").write_text(settings, encoding="utf-8")


@click.command("words")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_words(chosen: Chosen, folder: Path) -> None:
    """Write the detector's words that are in use into FOLDER, to be changed, and their weights.

    In `words/` of a configuration they replace the shipped ones, also those that later versions bring.
    """
    files = sorted(chosen.words.glob("*.toml"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if there := [file.name for file in files if (folder / file.name).exists()]:
            raise ConfigError((f"{folder}: {', '.join(there)} exists already; nothing was written",))
        for file in files:
            shutil.copyfile(file, folder / file.name)  # not with its permissions: what is written is for its owner
    except OSError as error:
        raise ConfigError((f"{folder}: cannot be written: {error}",)) from error
    click.echo(f"{', '.join(file.name for file in files)} written to {folder}")


@click.command()
@output.formats
@click.pass_obj
def check(chosen: Chosen, shape: str | None) -> None:
    """List every mistake of the configuration at once, then when each feed is polled next. Changes nothing."""
    folder = chosen.folder
    mistakes: list[str] = []
    with _collected(mistakes):
        configuration = load(folder)  # also where these files were checked before
        mistakes += unset_secrets(configuration) + _rule_mistakes(configuration)
    with _collected(mistakes):
        languages = load_vocabularies(words_folder(folder)).keys()
    if mistakes:
        raise ConfigError(tuple(mistakes))
    output.rows(_plans(configuration), shape, columns=("feed", "next", "url"), empty="no feeds are configured")
    for advice in _advice(configuration, languages):
        click.echo(advice, err=True)


@contextmanager
def _collected(mistakes: list[str]) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        mistakes.extend(error.mistakes)


def _rule_mistakes(configuration: Configuration) -> list[str]:
    of_pages = [
        f"publisher {publisher.code}: {mistake}"
        for publisher in configuration.publishers
        for mistake in page_mistakes(publisher)
    ]
    return of_pages + [
        f"publisher {publisher.code}: feed {feed.code}: {mistake}"
        for publisher, feed in configuration.feeds()
        for mistake in rule_mistakes(feed)
    ]


def _plans(configuration: Configuration) -> list[dict[str, Any]]:
    known = {row["feed"]: row for row in _stored(configuration)}
    plans = []
    for publisher, feed in configuration.feeds():
        name = f"{publisher.code}/{feed.code}"
        state = known.get(name, {})
        plans.append({"feed": name, "next": _next(state, is_enabled=feed.enabled), "url": feed.url})
    return plans


def _stored(configuration: Configuration) -> list[dict[str, Any]]:
    if not configuration.database.is_file():
        return []
    try:
        return stored_feeds(connect(configuration.database, is_read_only=True))
    except StoreError as error:
        raise ConfigError((str(error),)) from error


def _next(state: dict[str, Any], *, is_enabled: bool) -> str:
    if not is_enabled:
        return "nothing: it is disabled"
    if state.get("stopped_at"):
        return f"nothing: the server answered 410 (gone) on {state['stopped_at']}"
    now = clock.to_text(clock.now())
    if (state.get("not_before_at") or "") > now:
        return f"waits until {state['not_before_at']}, as the server asked"
    if (state.get("due_at") or "") > now:
        return f"is polled at {state['due_at']}"
    return "is polled at once" + ("" if state.get("polled_at") else ", for the first time")


def _advice(configuration: Configuration, languages: Collection[str]) -> list[str]:
    settings = configuration.settings
    advice = open_secrets(configuration)
    if not settings.http.contact:
        advice.append("[http] contact is not set: say how the operators of the feeds can reach you")
    if not any(channel.enabled for channel in settings.channels):
        advice.append("no [[channel]] is configured and enabled: alerts are stored and sent nowhere")
    if missing := unread_languages(settings.ocr):
        advice.append(f"[ocr] is enabled, but Tesseract cannot read {', '.join(missing)}: scanned pages stay unread")
    advice += _advice_on_languages(configuration, languages) + _advice_on_addresses(configuration)
    return advice + _advice_on_rules(settings) + _advice_on_words(configuration)


def _advice_on_languages(configuration: Configuration, languages: Collection[str]) -> list[str]:
    """Publishers that are polled and whose texts nothing is found in, unless a rule asks for such texts."""
    unread = [
        f"{publisher.code} ({publisher.language})"
        for publisher in configuration.publishers
        if any(feed.enabled for feed in publisher.feeds) and publisher.language.partition("-")[0] not in languages
    ]
    if not unread or any("unread" in rule.events for rule in configuration.settings.rules):
        return []
    said = f"the detector reads {', '.join(sorted(languages))} alone: texts of {', '.join(unread)} are stored and"
    return [f"{said} raise no alert, unless a rule has the event unread"]


def _advice_on_addresses(configuration: Configuration) -> list[str]:
    """Feeds that ask the same address: its server is asked twice for nothing."""
    by_url: dict[str, list[str]] = {}
    for publisher, feed in configuration.feeds():
        if feed.enabled and feed.kind != "json":  # what an API is asked for may stand in its rule
            by_url.setdefault(feed.url, []).append(f"{publisher.code}/{feed.code}")
    return [f"{' and '.join(names)} poll the same address, {url}" for url, names in by_url.items() if len(names) > 1]


def _advice_on_rules(settings: Settings) -> list[str]:
    """Rules that notify nobody: all the channels that they name are off."""
    enabled = {channel.name for channel in settings.channels if channel.enabled}
    return [
        f"rule {rule.name} notifies nobody: {', '.join(rule.channels)} is not enabled"
        for rule in settings.rules
        if rule.channels and not enabled & set(rule.channels)
    ]


def _advice_on_words(configuration: Configuration) -> list[str]:
    """Words of an installation's own are those of the day when they were copied, whatever a later version knows."""
    folder = configuration.folder / "words"
    if is_shipped(configuration.folder) or not folder.is_dir():
        return []
    if configuration.words != folder:
        weights = folder / WEIGHTS
        return [f"{weights} is not read: there is no vocabulary beside it"] if weights.exists() else []
    return [f"{folder} replaces the shipped words, also those of later versions: delete what you have not changed"]
