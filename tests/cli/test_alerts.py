"""`watcher alerts`, `channels`, `rules`, `mute`, `mutes` and `digest` as an operator types them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support.command_line import watcher
from tests.support.json_schema import misfits
from tests.support.outbox import FakeClock, by_mail, hook, outbox_of, raise_alerts, send_all, without_feeds
from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss, store
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher.cli.main import cli
from watcher.errors import ConfigError, WatcherError

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
def raised(tmp_path: Path) -> Configuration:
    """Three releases: civilians killed, a denial, nothing."""
    return store(tmp_path, lambda base: [entry(1, base, text=HARM), entry(2, base, text=DENIED), entry(3, base)])


async def run_beside(folder: Path, *words: str) -> Result:
    """A command in a thread of its own, beside the test's loop: it opens an event loop itself."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli, ["--config", str(folder), *words]))


@in_loop
async def test_test_message_is_marked_and_the_answer_is_shown(tmp_path: Path) -> None:
    """Before anything happens the operator sees that a channel works, and the reader that it was a test."""
    async with http_server({"/desk": Answer(b"taken", status=202)}) as server, smtp_server() as mailbox:
        mailbox.refused_recipients = {"b@desk.example": "550 no such user"}
        without_feeds(tmp_path, hook(server, "desk") + by_mail(mailbox.port, "a@desk.example", "b@desk.example"))
        posted, mailed = (
            await run_beside(tmp_path, "channels", "test", "desk"),
            await run_beside(tmp_path, "channels", "test", "mail"),
        )
        body = json.loads(server.seen("/desk")[0].body)
        (mail,) = mailbox.messages
    assert (posted.exit_code, posted.stdout) == (0, "desk: 202 Accepted\n")
    assert body["type"] == "watcher.test"
    assert misfits(body) == []
    assert mail["Subject"].startswith("[TEST]")
    assert "Nothing happened" in str(mail.get_body(("plain",)))
    assert "a@desk.example: sent" in mailed.output
    assert "b@desk.example: dead, 550 no such user" in mailed.output
    assert mailed.exit_code == 1


@in_loop
async def test_failed_test_says_what_the_server_said(tmp_path: Path) -> None:
    """A wrong address is found here and not in the night."""
    async with http_server({"/desk": Answer(b"no such hook", status=404)}) as server:
        without_feeds(tmp_path, hook(server, "desk"))
        result = await run_beside(tmp_path, "channels", "test", "desk")
    assert result.exit_code == 1
    assert "answered 404 Not Found: no such hook" in str(result.exception)


@in_loop
async def test_list_shows_how_each_channel_is_doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrived last, what waits, what was given up, and what the server said."""
    FakeClock(monkeypatch)
    async with http_server({"/desk": Answer(), "/down": Answer(status=503)}) as server:
        off = hook(server, "off", "enabled = false")
        channels = hook(server, "desk") + hook(server, "down") + off
        without_feeds(tmp_path, channels)
        empty = await run_beside(tmp_path, "channels", "--json")
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 2, ["desk", "down"])
            await send_all(runtime)
        full = await run_beside(tmp_path, "channels", "--json")
    assert [row["state"] for row in json.loads(empty.output)] == ["ready", "ready", "off in the configuration"]
    desk, down, _ = json.loads(full.output)
    assert (desk["state"], desk["pending"], desk["dead"], desk["last_answer"]) == ("ready", 0, 0, "200 OK")
    assert desk["sent_at"]
    assert (down["state"], down["pending"], down["sent_at"]) == ("in back-off, failures in a row: 1", 2, None)
    assert down["last_answer"].startswith("answered 503")


@in_loop
async def test_named_alerts_are_sent_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 26: whoever has mended the receiver need not wait for the next try; what arrived is not sent twice."""
    FakeClock(monkeypatch)
    async with http_server({"/desk": [Answer(status=503), Answer()], "/other": Answer()}) as server:
        channels = hook(server, "desk") + hook(server, "other")
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 1, ["desk", "other"])
            await send_all(runtime)
        assert "no alert 77" in str((await run_beside(tmp_path, "alerts", "retry", "77")).exception)
        assert "1 delivery is due again" in (await run_beside(tmp_path, "alerts", "retry", "1")).output
        async with outbox_of(tmp_path, channels) as runtime:
            await send_all(runtime)
        assert (len(server.seen("/desk")), len(server.seen("/other"))) == (2, 1)


def test_list_shows_the_rules_that_hold(raised: Configuration) -> None:
    """Somebody who wrote no rule sees what holds all the same."""
    found = said(raised, "rules")
    assert [(row["name"], row["priority"], row["sending"], row["origin"]) for row in found[:3]] == [
        ("civilian-harm", "urgent", "once", "default"),
        ("harm", "normal", "once", "default"),
        ("alleged-or-denied", "low", "daily", "default"),
    ]


def test_other_rules_are_tried_on_what_is_stored(raised: Configuration, tmp_path: Path) -> None:
    """Added, lost and changed before it goes live: nothing is written, nobody is told."""
    other = tmp_path / "other.toml"
    other.write_text('[[rule]]\nname = "many"\nminimum = 3\npriority = "urgent"\nvictims = ["civilian"]\n')
    assert {
        (row["change"], row["before"], row["after"]) for row in said(raised, "rules", "test", "--rules", str(other))
    } == {
        ("lost", "low: alleged-or-denied", ""),
        ("changed", "urgent: civilian-harm, harm", "urgent: many"),
    }
    other.write_text('[[rule]]\nname = "all"\nstances = []\npriority = "low"\nbackground = true\nharms = []\n')
    changes = said(raised, "rules", "test", "--rules", str(other), "--all")
    assert [row["change"] for row in changes] == ["changed", "changed"]
    assert one(raised, "SELECT count(*) FROM alerts") == 2


def test_rules_are_held_against_the_alerts_that_stand(raised: Configuration) -> None:
    """After an edit of watcher.toml: what the present rules would have raised and did not, and the other way round."""
    assert said(raised, "rules", "test") == []
    settings = raised.folder / "watcher.toml"
    settings.write_text(settings.read_text() + '\n[[rule]]\nname = "denials"\nstances = ["denied"]\n')
    found = said(raised, "rules", "test")
    assert [(row["change"], row["before"], row["after"]) for row in found] == [
        ("lost", "urgent: civilian-harm, harm", ""),
        ("changed", "low: alleged-or-denied", "normal: denials"),
    ]
    assert said(raised, "rules", "test", "--since", "0s") == []


def test_a_mistake_in_the_file_is_told_with_its_place(raised: Configuration, tmp_path: Path) -> None:
    """A rule that names a channel or publisher that is not there would be silent for ever."""
    other = tmp_path / "other.toml"
    other.write_text('[[rule]]\nname = "r"\npublishers = ["navy"]\n[[rule]]\nname = "s"\nchannels = ["desk"]\n')
    done = run(raised, "rules", "test", "--rules", str(other))
    assert isinstance(done.exception, ConfigError)
    assert done.exception.mistakes == (
        f"{other}: rule.1.publishers: there is no publisher named navy (rule r)",
        f"{other}: rule.2.channels: there is no channel named desk (rule s)",
    )


def test_mute_is_listed_seen_in_health_and_ended(raised: Configuration) -> None:
    """A silence that nobody sees is worse than noise."""
    assert run(raised, "mute", "army/news", "7d").exit_code == 0
    assert run(raised, "mute", "harm", "12h").exit_code == 0
    assert [(row["kind"], row["name"]) for row in said(raised, "mutes")] == [("rule", "harm"), ("feed", "army/news")]
    assert run(raised, "mute", "harm", "1h").exit_code == 0
    assert len(said(raised, "mutes")) == 2, "a new mute takes the place of the one before"
    assert "muted: feed army/news until " in run(raised, "health").output
    assert run(raised, "unmute", "army/news").exit_code == 0
    assert [row["name"] for row in said(raised, "mutes")] == ["harm"]
    again = run(raised, "unmute", "army/news")
    assert isinstance(again.exception, WatcherError)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mute", "nobody", "7d"), "there is no feed or rule nobody"),
        (("mute", "army/news", "week"), "must be seconds or a number with a unit"),
        (("mute", "army/news", "0s"), "give a duration"),
        (("mute", "army/news", "99999999d"), "too long"),
        (("rules", "test", "--since", "99999999999999999d"), "Invalid value"),
    ],
)
def test_wrong_words_are_usage_errors(raised: Configuration, arguments: tuple[str, ...], words: str) -> None:
    """What cannot be muted is told now, not discovered at night."""
    done = run(raised, *arguments)
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


def test_key_is_made_once_and_its_public_half_is_printed(tmp_path: Path) -> None:
    """A key that is written over would end what receivers can verify; a folder that is not there is one sentence."""
    file = tmp_path / "hook.key"
    hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "https://a.example/"\nsecret = {{ file = "{file}" }}\n'
    configuration = without_feeds(tmp_path / "config", hook)
    made = watcher("channels", "make-key", file)
    assert made.stdout.startswith("whpk_")
    assert file.stat().st_mode & 0o777 == 0o600
    shown = watcher("--config", configuration.folder, "channels", "public-key", "hook")
    assert shown.stdout == made.stdout
    for place in (file, tmp_path / "nowhere" / "hook.key"):
        again = watcher("channels", "make-key", place)
        assert (again.returncode, again.stdout) == (1, "")
        assert "nothing was written" in again.stderr
    file.write_text("whsec_Zm9vYmFy\n", encoding="ascii")
    none = watcher("--config", configuration.folder, "channels", "public-key", "hook")
    assert none.returncode == 1
    assert "make-key" in none.stderr
