"""Alerts against real receivers: they arrive, once, signed, readable, and a failure is tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.json_schema import misfits
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher import clock
from watcher.alerts.channels.webhook import sign
from watcher.jobs.outbox import SCHEDULE

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    import pytest

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


def _serve(server: HttpServer, title: str = "Strike near the town") -> None:
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title=title)))
    text = page(title, "AL-HAMRA, Nov. 24 –  A statement.", HARM, "An inquiry began.")
    server.routes["/releases/1"] = Answer(text, content_type="text/html")


def _hook(folder: Path, server: HttpServer, channels: str) -> Configuration:
    return configure(folder, {"news": server.url("/feed")}, settings=f'name = "desk one"\n{channels}')


def _webhook(server: HttpServer, name: str = "hook", extra: str = "") -> str:
    return f'[[channel]]\nname = "{name}"\nkind = "webhook"\nurl = "{server.url("/" + name)}"\n{extra}\n'


def _mail(port: int) -> str:
    return (
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "watcher@desk.example"\ntls = "none"\n'
        '[[channel]]\nname = "mail"\nkind = "email"\nto = ["reader@desk.example"]\ntime_zone = "Asia/Beirut"\n'
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@in_loop
async def test_release_reaches_webhook_and_mail(tmp_path: Path) -> None:
    """The whole way: a release with casualties becomes a POST and a mail that say who, how many and why."""
    async with http_server() as server, smtp_server() as mailbox:
        _serve(server)
        server.routes["/hook"] = Answer(status=204)
        configuration = _hook(tmp_path, server, _webhook(server) + _mail(mailbox.port))
        await one_round(configuration, sends=True)
        (posted,) = server.seen("/hook")
        (message,) = mailbox.messages
    body = json.loads(posted.body)
    assert body["type"] == "release.new"
    assert misfits(body) == [], "the published schema"
    assert "2 civilians killed, 4 injured" in body["data"]["title"]
    assert [claim["count_min"] for claim in body["data"]["claims"]] == [2, 4]
    assert message["Subject"].startswith("[ARMY] 2 civilians killed, 4 injured")
    assert message["Auto-Submitted"] == "auto-generated"
    text = _part(message, "plain")
    assert "»" in text
    assert "The Army" in text
    assert "rule civilian-harm" in text
    html = _part(message, "html")
    assert "<mark" in html
    assert server.url("/releases/1") in html
    assert {row["state"] for row in rows(configuration, "SELECT state FROM deliveries")} == {"sent"}
    assert one(configuration, "SELECT count(*) FROM attempts WHERE outcome = 'sent' AND ended_at IS NOT NULL") == 2


@in_loop
async def test_webhook_is_signed_so_that_a_receiver_can_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 63: the signature is over id, time and body, with the secret that only the two sides know."""
    monkeypatch.setenv("HOOK_SECRET", "whsec_c2VjcmV0IG9mIHR3bw==")
    async with http_server() as server:
        _serve(server)
        server.routes["/hook"] = Answer()
        await one_round(_hook(tmp_path, server, _webhook(server, extra='secret = { env = "HOOK_SECRET" }')), sends=True)
        (posted,) = server.seen("/hook")
    uid, at = (
        posted.header("webhook-id") or "",
        datetime.fromtimestamp(int(posted.header("webhook-timestamp") or 0), UTC),
    )
    signed = sign("whsec_c2VjcmV0IG9mIHR3bw==", uid, at, posted.body)
    assert posted.header("webhook-signature") == signed
    assert sign("whsec_c2VjcmV0IG9mIHR3bw==", uid, at, posted.body + b" ") != signed


@in_loop
async def test_failed_delivery_is_tried_again_with_the_same_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks 24 and 25: a receiver that is down for a day gets everything when it returns, under one id."""
    start = clock.now()
    async with http_server() as server:
        _serve(server)
        server.routes["/hook"] = [Answer(status=500), Answer(status=301, headers={"Location": "/elsewhere"}), Answer()]
        configuration = _hook(tmp_path, server, _webhook(server))
        for hours in (0, 3, 30):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration, sends=True)
        tries = server.seen("/hook")
    assert len(tries) == 3
    assert len({request.header("webhook-id") for request in tries}) == 1
    assert server.seen("/elsewhere") == []
    outcomes = [row["outcome"] for row in rows(configuration, "SELECT outcome FROM attempts ORDER BY number")]
    assert outcomes == ["failed", "failed", "sent"]


@in_loop
async def test_delivery_is_dead_but_kept_after_the_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 26: a receiver that is down for ever ends the tries, not the alert."""
    start = clock.now()
    async with http_server() as server:
        _serve(server)
        server.routes["/hook"] = Answer(status=500)
        configuration = _hook(tmp_path, server, _webhook(server))
        for day in range(len(SCHEDULE) + 3):
            monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=2 * day))
            await one_round(configuration, sends=True)
        tries = len(server.seen("/hook"))
    assert tries == len(SCHEDULE) + 1
    assert rows(configuration, "SELECT state, due_at FROM deliveries") == [{"state": "dead", "due_at": None}]
    assert one(configuration, "SELECT count(*) FROM alerts WHERE event = 'new'") == 1


@in_loop
async def test_slow_channel_delays_no_other(tmp_path: Path) -> None:
    """Check 29: a receiver that hangs holds up its own messages only."""
    async with http_server() as server:
        _serve(server)
        server.routes |= {"/slow": Answer(delay=1.5), "/quick": Answer()}
        channels = _webhook(server, "slow") + _webhook(server, "quick")
        configuration = _hook(tmp_path, server, channels)
        await one_round(configuration, sends=True)
        sent = {
            row["channel"]: row["sent_at"] for row in rows(configuration, "SELECT channel, sent_at FROM deliveries")
        }
    assert sent["quick"] < sent["slow"]


@in_loop
async def test_recipient_that_refuses_for_good_is_dead_at_once(tmp_path: Path) -> None:
    """Check 28: a 5xx answer of the mail server is final; the words of it are kept."""
    async with http_server() as server, smtp_server(refusals=["550 nobody of this name"]) as mailbox:
        _serve(server)
        configuration = _hook(tmp_path, server, _mail(mailbox.port))
        await one_round(configuration, sends=True)
    assert one(configuration, "SELECT state FROM deliveries") == "dead"
    assert "550" in one(configuration, "SELECT detail FROM attempts")


@in_loop
async def test_mail_server_that_is_busy_gets_the_same_mail_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 28: a 4xx answer is tried again, and the mail that arrives has the Message-ID of the first try."""
    start = clock.now()
    async with http_server() as server, smtp_server(refusals=["451 try later"]) as mailbox:
        _serve(server)
        configuration = _hook(tmp_path, server, _mail(mailbox.port))
        await one_round(configuration, sends=True)
        assert one(configuration, "SELECT state FROM deliveries") == "pending"
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=1))
        await one_round(configuration, sends=True)
        (mail,) = mailbox.messages
    uid = one(configuration, "SELECT uid FROM deliveries")
    assert mail["Message-ID"] == f"<{uid}@desk.example>"


@in_loop
async def test_hostile_title_makes_a_valid_mail(tmp_path: Path) -> None:
    """Check 60: line ends and direction signs in a title add no header and break no mail."""
    async with http_server() as server, smtp_server() as mailbox:
        _serve(server, title="Strike\r\nBcc: all@desk.example \u202e\u2028<script>alert(1)</script>")
        configuration = _hook(tmp_path, server, _mail(mailbox.port))
        await one_round(configuration, sends=True)
        (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert "<script>" not in _part(message, "html")


@in_loop
async def test_channel_that_left_the_configuration_loses_nothing(tmp_path: Path) -> None:
    """A delivery whose channel is gone fails with a reason and is kept."""
    async with http_server() as server:
        _serve(server)
        server.routes["/hook"] = Answer(status=500)
        await one_round(_hook(tmp_path, server, _webhook(server)))
        configuration = _hook(tmp_path, server, "")
        await one_round(configuration, sends=True)
    assert "no channel of this name" in one(configuration, "SELECT detail FROM attempts")
    assert one(configuration, "SELECT state FROM deliveries") == "pending"
