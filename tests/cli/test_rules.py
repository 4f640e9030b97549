"""The commands about rules, mutes and digests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss, store
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.errors import ConfigError, WatcherError
from watcher.pipeline.runtime import only_instance

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from watcher.config.load import Configuration


DENIED = "Reports that five civilians were killed are not true."


def run(configuration: Configuration, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), *arguments])


def said(configuration: Configuration, *arguments: str) -> Any:
    done = run(configuration, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def filled(tmp_path: Path) -> Configuration:
    """Three releases: civilians killed, a denial, nothing."""
    return store(tmp_path, lambda base: [entry(1, base, text=HARM), entry(2, base, text=DENIED), entry(3, base)])


def test_list_shows_the_rules_that_hold(filled: Configuration) -> None:
    """Somebody who wrote no rule sees what holds all the same."""
    found = said(filled, "rules")
    assert [(row["name"], row["priority"], row["sending"], row["origin"]) for row in found[:3]] == [
        ("civilian-harm", "urgent", "once", "default"),
        ("harm", "normal", "once", "default"),
        ("alleged-or-denied", "low", "daily", "default"),
    ]


def test_other_rules_are_tried_on_what_is_stored(filled: Configuration, tmp_path: Path) -> None:
    """Added, lost and changed before it goes live: nothing is written, nobody is told."""
    other = tmp_path / "other.toml"
    other.write_text('[[rule]]\nname = "many"\nminimum = 3\npriority = "urgent"\nvictims = ["civilian"]\n')
    assert {
        (row["change"], row["before"], row["after"]) for row in said(filled, "rules", "test", "--rules", str(other))
    } == {
        ("lost", "low: alleged-or-denied", ""),
        ("changed", "urgent: civilian-harm, harm", "urgent: many"),
    }
    other.write_text('[[rule]]\nname = "all"\nstances = []\npriority = "low"\nbackground = true\nharms = []\n')
    changes = said(filled, "rules", "test", "--rules", str(other), "--all")
    assert [row["change"] for row in changes] == ["changed", "changed"]
    assert one(filled, "SELECT count(*) FROM alerts") == 2


def test_rules_are_held_against_the_alerts_that_stand(filled: Configuration) -> None:
    """After an edit of watcher.toml: what the present rules would have raised and did not, and the other way round."""
    assert said(filled, "rules", "test") == []
    settings = filled.folder / "watcher.toml"
    settings.write_text('[[rule]]\nname = "denials"\nstances = ["denied"]\n' + settings.read_text())
    found = said(filled, "rules", "test")
    assert [(row["change"], row["before"], row["after"]) for row in found] == [
        ("lost", "urgent: civilian-harm, harm", ""),
        ("changed", "low: alleged-or-denied", "normal: denials"),
    ]
    assert said(filled, "rules", "test", "--since", "0s") == []


def test_a_mistake_in_the_file_is_told_with_its_place(filled: Configuration, tmp_path: Path) -> None:
    """A rule that names a channel or publisher that is not there would be silent for ever."""
    other = tmp_path / "other.toml"
    other.write_text('[[rule]]\nname = "r"\npublishers = ["navy"]\n[[rule]]\nname = "s"\nchannels = ["desk"]\n')
    done = run(filled, "rules", "test", "--rules", str(other))
    assert isinstance(done.exception, ConfigError)
    assert done.exception.mistakes == (
        f"{other}: rule.1.publishers: there is no publisher named navy (rule r)",
        f"{other}: rule.2.channels: there is no channel named desk (rule s)",
    )


def test_mute_is_listed_seen_in_health_and_ended(filled: Configuration) -> None:
    """A silence that nobody sees is worse than noise."""
    assert run(filled, "mute", "army/news", "7d").exit_code == 0
    assert run(filled, "mute", "harm", "12h").exit_code == 0
    assert [(row["kind"], row["name"]) for row in said(filled, "mutes")] == [("rule", "harm"), ("feed", "army/news")]
    assert run(filled, "mute", "harm", "1h").exit_code == 0
    assert len(said(filled, "mutes")) == 2, "a new mute takes the place of the one before"
    with only_instance(filled.database):
        healthy = run(filled, "health")
    assert "muted: feed army/news until " in healthy.output
    assert healthy.exit_code == 0
    assert run(filled, "unmute", "army/news").exit_code == 0
    assert [row["name"] for row in said(filled, "mutes")] == ["harm"]
    again = run(filled, "unmute", "army/news")
    assert isinstance(again.exception, WatcherError)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mute", "nobody", "7d"), "there is no feed or rule nobody"),
        (("mute", "army/news", "week"), "must be seconds or a number with a unit"),
        (("mute", "army/news", "0s"), "for how long?"),
        (("mute", "army/news", "99999999d"), "too long"),
        (("rules", "test", "--since", "99999999999999999d"), "Invalid value"),
    ],
)
def test_wrong_words_are_usage_errors(filled: Configuration, arguments: tuple[str, ...], words: str) -> None:
    """What cannot be muted is told now, not discovered at night."""
    done = run(filled, *arguments)
    assert (done.exit_code, words in done.output) == (2, True), done.output


@in_loop
async def test_digest_now(tmp_path: Path) -> None:
    """The low alerts that wait for tomorrow can be had now, and there is nothing left for tomorrow."""
    channel = '[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), text=DENIED)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=channel)
        await one_round(configuration)
    assert run(configuration, "digest").output == "0 digests made\n"
    assert run(configuration, "digest", "--now").output == "1 digest made\n"
    assert run(configuration, "digest", "--now").output == "0 digests made\n"
    assert [row["event"] for row in rows(configuration, "SELECT event FROM alerts ORDER BY id")] == ["denial", "digest"]
    states = rows(configuration, "SELECT state, merged_into FROM deliveries ORDER BY id")
    assert states == [{"state": "merged", "merged_into": 2}, {"state": "pending", "merged_into": None}]
