"""The archive read again: what it would add and lose, kept beside what was found before."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.scenario import WORDS, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.errors import ConfigError
from watcher.jobs.redetect import Redetected, redetect, words_with
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


TEXT = "The army said that two soldiers were glumped and three were injured near the river on Monday."


async def _stored(folder: Path, settings: str = "") -> Configuration:
    """One release whose text has a word that no vocabulary knows."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, "http://army.example", link="", text=TEXT)))
        configuration = configure(folder, {"news": server.url("/feed")}, settings=settings)
        await one_round(configuration)
    return configuration


def _with_a_word(folder: Path) -> Path:
    """The English vocabulary with one more word for killing."""
    made = (WORDS / "en.toml").read_text(encoding="utf-8").replace('"killed", "murd', '"killed", "glumped", "murd', 1)
    file = folder / "tried.toml"
    file.write_text(made, encoding="utf-8")
    return file


async def _again(
    configuration: Configuration, words: Path, *, is_dry: bool = False, alerts: bool = False
) -> list[Redetected]:
    async with open_runtime(configuration) as runtime:
        return [again async for again in redetect(runtime, words, is_dry=is_dry, alerts=alerts)]


@in_loop
async def test_new_word_is_tried_without_a_trace(tmp_path: Path) -> None:
    """Before a word goes live a user sees what it would find in everything that was ever stored."""
    configuration = await _stored(tmp_path)
    with words_with(WORDS, _with_a_word(tmp_path)) as words:
        (again,) = await _again(configuration, words, is_dry=True)
    assert [(claim.harm, claim.count_min) for claim in again.differs.gained] == [("killed", 2)]
    assert one(configuration, "SELECT count(*) FROM claims") == 1


@in_loop
async def test_both_sets_are_kept_and_one_is_current(tmp_path: Path) -> None:
    """A better detector adds its claims; what was found before stays for whoever relied on it."""
    configuration = await _stored(tmp_path)
    shutil.copy(_with_a_word(tmp_path), configuration.folder / "words" / "en.toml")
    await _again(configuration, configuration.folder / "words")
    kept = rows(configuration, "SELECT detector_version AS v, is_current AS c, count(*) AS n FROM claims GROUP BY 1, 2")
    assert sorted((row["c"], row["n"]) for row in kept) == [(0, 1), (1, 2)]
    await _again(configuration, configuration.folder / "words")
    assert one(configuration, "SELECT count(*) FROM claims") == 3, "a second reading by the same version adds nothing"
    shutil.copy(WORDS / "en.toml", configuration.folder / "words" / "en.toml")
    await _again(configuration, configuration.folder / "words")
    assert one(configuration, "SELECT count(*) FROM claims") == 3
    assert one(configuration, "SELECT count(*) FROM claims WHERE is_current = 1") == 1


@pytest.mark.parametrize("is_told", [False, True])
@in_loop
async def test_alerts_only_on_demand_and_as_found_later(tmp_path: Path, is_told: bool) -> None:  # noqa: FBT001
    """An archive that is read again must not look like a morning of new deaths."""
    configuration = await _stored(tmp_path)
    shutil.copy(_with_a_word(tmp_path), configuration.folder / "words" / "en.toml")
    await _again(configuration, configuration.folder / "words", alerts=is_told)
    events = [row["event"] for row in rows(configuration, "SELECT event FROM alerts ORDER BY id")]
    assert events == ["new", *(["found_later"] if is_told else [])]


def test_mistake_in_the_tried_file_names_its_key(tmp_path: Path) -> None:
    """A user who edits the words learns at once what is wrong and where."""
    file = tmp_path / "en.toml"
    file.write_text('language = "en"\nharmz = 1\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="harmz"), words_with(WORDS, file):
        pass


def test_command_shows_what_differs(tmp_path: Path) -> None:
    """The command line says how many revisions were read and what each claim was before."""
    configuration = _made(tmp_path)
    tried = str(_with_a_word(tmp_path))
    arguments = ["--config", str(configuration.folder), "redetect", "--words", tried]
    refused = CliRunner().invoke(cli, arguments)
    assert refused.exit_code == 2
    shown = CliRunner().invoke(cli, [*arguments, "--dry-run"])
    assert shown.exit_code == 0
    assert "2 service members killed" in shown.output
    assert "1 revisions read: claims 1 gained, 0 lost, 1 altered (nothing was written)" in shown.output


@in_loop
async def _store(folder: Path, made: list[Configuration]) -> None:
    made.append(await _stored(folder))


def _made(folder: Path) -> Configuration:
    made: list[Configuration] = []
    _store(folder, made)
    return made[0]


@in_loop
async def test_a_stored_text_is_read_again_with_all_that_was_known_of_it(tmp_path: Path) -> None:
    """The kinds of its lines are stored: the same detector finds the same claims, as sure as before."""
    text = "<p>A fire broke out on Monday.</p><ul><li>Two soldiers were killed</li></ul><p>The fire is out.</p>"
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, "http://army.example", link="", text=text)))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    assert '"list_item"' in str(one(configuration, "SELECT lines FROM revisions"))
    (again,) = await _again(configuration, WORDS, is_dry=True)
    assert not again.differs
    (stored,) = again.stored.claims
    assert 0 < stored.confidence < 1
