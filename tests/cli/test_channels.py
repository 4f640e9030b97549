"""`watcher channels` and `watcher alerts retry` as an operator types them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.json_schema import misfits
from tests.support.outbox import FakeClock, by_mail, hook, outbox_of, raise_alerts, send_all, without_feeds
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from click.testing import Result


async def run(folder: Path, *words: str) -> Result:
    """A command in a thread of its own: it opens an event loop itself."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli, ["--config", str(folder), *words]))


@in_loop
async def test_test_message_is_marked_and_the_answer_is_shown(tmp_path: Path) -> None:
    """Before anything happens the operator sees that a channel works, and the reader that it was a test."""
    async with http_server({"/desk": Answer(b"taken", status=202)}) as server, smtp_server() as mailbox:
        mailbox.refused_recipients = {"b@desk.example": "550 no such user"}
        without_feeds(tmp_path, hook(server, "desk") + by_mail(mailbox.port, "a@desk.example", "b@desk.example"))
        posted, mailed = (
            await run(tmp_path, "channels", "test", "desk"),
            await run(tmp_path, "channels", "test", "mail"),
        )
        body = json.loads(server.seen("/desk")[0].body)
        (mail,) = mailbox.messages
    assert (posted.exit_code, posted.output) == (0, "desk: 202 Accepted\n")
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
        result = await run(tmp_path, "channels", "test", "desk")
    assert result.exit_code == 1
    assert "answered 404 Not Found: no such hook" in str(result.exception)


@in_loop
async def test_list_shows_how_each_channel_is_doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrived last, what waits, what was given up, and what the server said."""
    times = FakeClock(monkeypatch)
    times.at()
    async with http_server({"/desk": Answer(), "/down": Answer(status=503)}) as server:
        off = hook(server, "off", "enabled = false")
        channels = hook(server, "desk") + hook(server, "down") + off
        without_feeds(tmp_path, channels)
        empty = await run(tmp_path, "channels", "--json")
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 2, ["desk", "down"])
            await send_all(runtime)
        full = await run(tmp_path, "channels", "--json")
    assert [row["state"] for row in json.loads(empty.output)] == ["ready", "ready", "off in the configuration"]
    desk, down, _ = json.loads(full.output)
    assert (desk["state"], desk["pending"], desk["dead"], desk["last_answer"]) == ("ready", 0, 0, "200 OK")
    assert desk["sent_at"]
    assert (down["state"], down["pending"], down["sent_at"]) == ("rests, failures in a row: 1", 2, None)
    assert down["last_answer"].startswith("answered 503")


@in_loop
async def test_named_alerts_are_sent_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 26: whoever has mended the receiver need not wait for the next try; what arrived is not sent twice."""
    times = FakeClock(monkeypatch)
    times.at()
    async with http_server({"/desk": [Answer(status=503), Answer()], "/other": Answer()}) as server:
        channels = hook(server, "desk") + hook(server, "other")
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 1, ["desk", "other"])
            await send_all(runtime)
        assert "no alert 77" in str((await run(tmp_path, "alerts", "retry", "77")).exception)
        assert "1 delivery is due again" in (await run(tmp_path, "alerts", "retry", "1")).output
        async with outbox_of(tmp_path, channels) as runtime:
            await send_all(runtime)
        assert (len(server.seen("/desk")), len(server.seen("/other"))) == (2, 1)
