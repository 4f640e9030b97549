"""Killed between any two steps and started again: the same rows as an undisturbed run, and no alert missing."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import ROOT, crash, script
from tests.support.crash import POINTS
from tests.support.forked import ended
from tests.support.imap import imap_server, message
from tests.support.press_list import press_list
from tests.support.scenario import HARM, configure, entry, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop, smtp_server
from tests.support.signing import KEY_NAME, key_record, name_server, signed
from watcher import clock
from watcher.jobs.outbox import SCHEDULE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import SmtpServer
    from watcher.config.load import Configuration


SEED = random.randrange(10_000)


def _settings(server: HttpServer, mailbox: SmtpServer) -> str:
    return (
        f'[mail]\nhost = "127.0.0.1"\nport = {mailbox.port}\nsender = "watcher@desk.example"\ntls = "none"\n'
        f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        '[[channel]]\nname = "mail"\nkind = "email"\nto = ["reader@desk.example"]\n'
    )


def _serve(server: HttpServer) -> None:
    base = server.url("")
    server.routes["/hook"] = Answer()
    server.routes["/one"] = Answer(rss(*(entry(number, base) for number in range(1, 5))), etag='"one"')
    server.routes["/two"] = Answer(rss(*(entry(number, base) for number in range(3, 7))), etag='"two"')
    for number in range(1, 7):
        text = HARM if number % 2 else "The band played in the square."
        body = page(f"Release {number}", text, "That is all.")
        server.routes[f"/releases/{number}"] = Answer(body, content_type="text/html")


def _stored(configuration: Configuration) -> dict[str, list[tuple[Any, ...]]]:
    """What must be the same however often the program was killed: everything but times and how often it tried."""
    sql = {
        "releases": "SELECT identity, title, url, page_outcome, is_reported FROM releases ORDER BY 1",
        "revisions": "SELECT identity, number, text, text_from FROM revisions JOIN releases ON releases.id = release_id"
        " ORDER BY 1, 2",
        "claims": "SELECT identity, harm, count_min, count_max, victim, stance, start FROM claims"
        " JOIN revisions ON revisions.id = revision_id JOIN releases ON releases.id = release_id ORDER BY 1, 2, 7",
        "sightings": "SELECT identity, feeds.name FROM sightings JOIN releases ON releases.id = release_id"
        " JOIN feeds ON feeds.id = feed_id ORDER BY 1, 2",
        "alerts": "SELECT uid, event, priority, title FROM alerts ORDER BY 1",
        "deliveries": "SELECT uid, channel, state FROM deliveries ORDER BY 1",
        "feeds": "SELECT name, etag, outcome IS NOT NULL FROM feeds ORDER BY 1",
    }
    return {name: [tuple(row.values()) for row in rows(configuration, query)] for name, query in sql.items()}


async def _killed(configuration: Configuration, point: str, number: int) -> int:
    return await ended(crash.main, str(configuration.folder), point, str(number))


async def _undisturbed(folder: Path, server: HttpServer, mailbox: SmtpServer) -> dict[str, list[tuple[Any, ...]]]:
    feeds = {"one": server.url("/one"), "two": server.url("/two")}
    configuration = configure(folder, feeds, settings=_settings(server, mailbox))
    await one_round(configuration, sends=True)
    return _stored(configuration)


@pytest.mark.parametrize("point", POINTS)
@in_loop
async def test_killed_at_every_step(tmp_path: Path, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks 4, 22 and 23: nothing lost, nothing half, every alert arrives, and a repeat has the id of the first."""
    start = clock.now()
    async with http_server() as server, smtp_server() as mailbox:
        _serve(server)
        expected = await _undisturbed(tmp_path / "whole", server, mailbox)
        server.requests.clear()
        mailbox.messages.clear()
        feeds = {"one": server.url("/one"), "two": server.url("/two")}
        configuration = configure(tmp_path / "killed", feeds, settings=_settings(server, mailbox))
        number = random.Random(f"{SEED} {point}").randint(1, 2)
        code = await _killed(configuration, point, number)
        assert code == -signal.SIGKILL, f"{point} was never passed {number} times"
        if configuration.database.exists():
            assert rows(configuration, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
            assert rows(configuration, "PRAGMA foreign_key_check") == []
        # The next start finds what is due again a few seconds later.
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=60))
        await one_round(configuration, sends=True)
    assert _stored(configuration) == expected, f"seed {SEED}"
    posted = [request.header("webhook-id") for request in server.seen("/hook")]
    mailed = [message["Message-ID"] for message in mailbox.messages]
    assert len(set(posted)) == len(set(mailed)) == 3
    assert len(posted) <= 4, "at most the message that was under way is sent twice"
    assert len(mailed) <= 4, "at most the message that was under way is sent twice"


@pytest.mark.parametrize("point", ["before the record is made", "inside the transaction, before the feed's state"])
@in_loop
async def test_a_mailbox_is_read_again_after_a_kill(tmp_path: Path, point: str) -> None:
    """Between the fetch and the commit: no message is lost, none becomes two releases, and each is signed once."""
    async with imap_server() as server, name_server({KEY_NAME: key_record()}) as names:
        for number in range(3):
            server.add(signed(message(f"Statement {number}")))
        configuration = press_list(tmp_path, server, names=names.address)
        assert await _killed(configuration, point, 1) == -signal.SIGKILL
        assert rows(configuration, "SELECT last_uid FROM feeds") == [{"last_uid": None}]
        await one_round(configuration)
    counts = "SELECT (SELECT count(*) FROM releases) || ' ' || (SELECT count(*) FROM revisions) || ' ' ||"
    counts += " (SELECT count(*) FROM captures WHERE kind = 'page') || ' ' || (SELECT count(*) FROM mail_signatures)"
    assert rows(configuration, f"{counts} AS counts, last_uid FROM feeds") == [{"counts": "3 3 3 3", "last_uid": 3}]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100))
@in_loop
async def test_killed_at_random_moments(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 23: killed by the clock instead of by the step, a hundred times."""
    chance = random.Random(seed)
    start = clock.now()
    async with http_server() as server, smtp_server() as mailbox:
        _serve(server)
        expected = await _undisturbed(tmp_path / "whole", server, mailbox)
        feeds = {"one": server.url("/one"), "two": server.url("/two")}
        configuration = configure(tmp_path / "killed", feeds, settings=_settings(server, mailbox))
        for _ in range(3):
            command = (*script("crash"), str(configuration.folder), "before a commit", "100000")
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            if process.returncode is None:
                process.kill()
            await process.wait()
        for hours in range(len(SCHEDULE)):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours, minutes=1))
            await one_round(configuration, sends=True)
    assert _stored(configuration) == expected
    shutil.rmtree(tmp_path)
