"""The outbox against real receivers: alerts arrive once, signed and readable, and failures are tried again for days."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.json_schema import misfits
from tests.support.outbox import FakeClock, by_mail, hook, outbox_of, raise_alerts, send_all, without_feeds
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher import clock
from watcher.alerts.channels.signatures import sign
from watcher.cli.main import cli
from watcher.jobs.health import signs_from_tables
from watcher.jobs.outbox import SCHEDULE, Sending, send_due
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from click.testing import Result

    from tests.support.servers import HttpServer, ReceivedRequest
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


MINUTE = 60


def told(seen: list[ReceivedRequest]) -> list[str]:
    """The titles of the alerts that a webhook got."""
    return [json.loads(request.body)["data"]["title"] for request in seen]


def run(folder: Path, *words: str) -> Result:
    """A command of the program on this configuration."""
    return CliRunner().invoke(cli, ["--config", str(folder), *words])


@in_loop
async def test_attempts_follow_the_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 25: tries at 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and so on, each up to a tenth late, over restarts."""
    times = FakeClock(monkeypatch)
    tried: list[float] = []
    now = 0.0

    def refuse(_seen: ReceivedRequest) -> Answer:
        tried.append(now)
        return Answer(status=503)

    async with http_server({"/desk": refuse}) as server:
        async with outbox_of(tmp_path, hook(server, "desk")) as runtime:
            await raise_alerts(runtime, 1, ["desk"])
        for _ in range(len(SCHEDULE) + 2):
            async with outbox_of(tmp_path, hook(server, "desk")) as runtime:
                due = rows(runtime.configuration, "SELECT due_at FROM deliveries")[0]["due_at"]
                if due is None:
                    break
                # A second before it is due nothing happens.
                now = max(0.0, (clock.from_text(due) - times.start).total_seconds())
                times.at(seconds=now - 1)
                await send_all(runtime)
                assert now not in tried
                times.at(seconds=now + 0.001)
                await send_all(runtime)
    assert len(tried) == len(SCHEDULE) + 1
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert all(wait - 0.1 <= waited <= wait * 1.1 + 1 for wait, waited in zip(SCHEDULE, waits, strict=True))


@pytest.mark.parametrize("form", ["seconds", "date"])
@in_loop
async def test_retry_after_of_a_receiver_wins_over_the_schedule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Check 25: Retry-After is kept to, in both its forms, and for every message of the channel."""
    times = FakeClock(monkeypatch)
    later = (times.start + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    asks = Answer(status=429, headers={"Retry-After": "3600" if form == "seconds" else later})
    async with http_server({"/desk": [asks, Answer()]}) as server:
        async with outbox_of(tmp_path, hook(server, "desk")) as runtime:
            await raise_alerts(runtime, 3, ["desk"])
            await send_all(runtime)
        times.at(minutes=58)
        async with outbox_of(tmp_path, hook(server, "desk")) as runtime:
            await send_all(runtime)
            assert len(server.seen("/desk")) == 1
            times.at(minutes=61)
            await send_all(runtime)
        assert len(server.seen("/desk")) == 4


@in_loop
async def test_receiver_that_is_down_for_thirty_hours_gets_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 25: forty alerts of thirty hours arrive when it returns, and it was not asked by each all the time."""
    times = FakeClock(monkeypatch)
    async with (
        http_server({"/desk": Answer(status=503)}) as server,
        outbox_of(tmp_path, hook(server, "desk")) as runtime,
    ):
        await raise_alerts(runtime, 40, ["desk"])
        for minute in range(0, 30 * 60, 4):
            times.at(minutes=minute)
            await send_all(runtime)
        asked = len(server.seen("/desk"))
        server.routes["/desk"] = Answer()
        for minute in range(30 * 60, 60 * 60, 30):
            times.at(minutes=minute)
            await send_all(runtime)
        arrived = told(server.seen("/desk")[asked:])
        assert sorted(arrived) == sorted(f"[ARMY] alert {number}" for number in range(40))
        assert asked <= 30 * 60 / 4, "one try a round, however many wait"
        assert {row["state"] for row in rows(runtime.configuration, "SELECT state FROM deliveries")} == {"sent"}


@in_loop
async def test_message_that_is_always_refused_blocks_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 29: one message that a receiver cannot take does not hold up those after it."""
    times = FakeClock(monkeypatch)

    def picky(seen: ReceivedRequest) -> Answer:
        return Answer(status=500 if "alert 0" in json.loads(seen.body)["data"]["title"] else 200)

    async with http_server({"/desk": picky}) as server, outbox_of(tmp_path, hook(server, "desk")) as runtime:
        await raise_alerts(runtime, 10, ["desk"])
        for second in (0, 6, 12, 30):
            times.at(seconds=second)
            await send_all(runtime)
        states = rows(runtime.configuration, "SELECT alert_id, state FROM deliveries ORDER BY alert_id")
    assert [row["state"] for row in states] == ["pending"] + ["sent"] * 9


@in_loop
async def test_hanging_channel_delays_no_other(tmp_path: Path) -> None:
    """Check 29: while a webhook hangs, the mail and the other webhook are sent at once."""
    async with http_server({"/slow": Answer(delay=20), "/quick": Answer()}) as server, smtp_server() as mailbox:
        channels = hook(server, "slow") + hook(server, "quick") + by_mail(mailbox.port)
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 3, ["slow", "quick", "mail"])
            sending = Sending()
            await send_due(runtime, sending)
            await asyncio.wait_for(asyncio.gather(sending.tasks["quick"], sending.tasks["mail"]), 10)
            assert not sending.tasks["slow"].done()
            assert (len(server.seen("/quick")), len(mailbox.messages)) == (3, 3)
            sending.tasks["slow"].cancel()
            await asyncio.gather(sending.tasks["slow"], return_exceptions=True)


async def alerts_sign(configuration: Configuration) -> str:
    """What the health of the program says of alerts."""
    async with open_runtime(configuration) as runtime:
        signs = await signs_from_tables(runtime, started_at=clock.now())
    return next(str(sign) for sign in signs if sign.name == "alerts")


@in_loop
async def test_dead_deliveries_are_reported_once_and_can_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 26: a receiver that is down for ever: one notice by another channel, nothing deleted, `alerts retry`."""
    times = FakeClock(monkeypatch)
    async with http_server({"/desk": Answer(status=500), "/other": Answer()}) as server:
        channels = hook(server, "desk") + hook(server, "other")
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 3, ["desk"])
            for day in range(40):
                for minute in range(0, 20, 5):
                    times.at(days=day, minutes=minute)
                    await send_all(runtime)
        configuration = without_feeds(tmp_path, channels)
        found = rows(configuration, "SELECT DISTINCT state FROM deliveries WHERE channel = 'desk'")
        assert found == [{"state": "dead"}]
        (notice,) = told(server.seen("/other"))
        assert notice == "[watcher] desk does not receive its alerts"
        assert "desk gave up alerts and has taken none since" in await alerts_sign(configuration)
        assert run(tmp_path, "alerts", "retry").exit_code == 2
        assert "3 deliveries are due" in run(tmp_path, "alerts", "retry", "--channel", "desk").output
        before = len(server.seen("/desk"))
        server.routes["/desk"] = Answer()
        async with outbox_of(tmp_path, channels) as runtime:
            await send_all(runtime)
        assert len(server.seen("/desk")) == before + 3
        assert await alerts_sign(configuration) == "alerts: well"
        ids = {request.header("webhook-id") for request in server.seen("/desk")}
        assert len(ids) == 3, "an alert sent again has the id of its first try (check 24)"


@in_loop
async def test_gone_receiver_disables_its_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 27: 410 ends the tries, over a restart too, with an alarm; what waits is sent once it is enabled."""
    FakeClock(monkeypatch).at()
    async with http_server({"/desk": Answer(status=410), "/other": Answer()}) as server:
        channels = hook(server, "desk") + hook(server, "other")
        for _ in range(2):
            async with outbox_of(tmp_path, channels) as runtime:
                await raise_alerts(runtime, 4, ["desk"])
                await send_all(runtime)
        assert len(server.seen("/desk")) == 1
        assert told(server.seen("/other")) == ["[watcher] the channel desk is disabled"]
        assert "disabled since" in run(tmp_path, "channels").output
        server.routes["/desk"] = Answer()
        assert "4 deliveries are waiting" in run(tmp_path, "channels", "enable", "desk").output
        async with outbox_of(tmp_path, channels) as runtime:
            await send_all(runtime)
        assert len(server.seen("/desk")) == 5


@in_loop
async def test_refused_recipients_alone_are_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 28: who has the mail does not get it twice; another channel reports who is refused for good."""
    times = FakeClock(monkeypatch)
    to = ("a@desk.example", "b@desk.example", "c@desk.example")
    async with smtp_server() as mailbox, http_server({"/other": Answer()}) as server:
        channels = hook(server, "other") + by_mail(mailbox.port, *to)
        async with outbox_of(tmp_path, channels) as runtime:
            await raise_alerts(runtime, 1, ["mail"])
            mailbox.refused_recipients = {to[1]: "450 greylisted", to[2]: "550 no such user"}
            await send_all(runtime)
            assert one(runtime.configuration, "SELECT state FROM deliveries WHERE channel = 'mail'") == "pending"
            mailbox.refused_recipients = {to[2]: "550 no such user"}
            times.at(minutes=5)
            await send_all(runtime)
            states = rows(runtime.configuration, "SELECT address, state FROM recipients ORDER BY address")
            state = one(runtime.configuration, "SELECT state FROM deliveries WHERE channel = 'mail'")
        taken = [list(envelope.rcpt_tos) for envelope in mailbox.envelopes]
        notices = told(server.seen("/other"))
    assert taken == [[to[0]], [to[1]]]
    assert [tuple(row.values()) for row in states] == [(to[0], "sent"), (to[1], "sent"), (to[2], "dead")]
    assert state == "sent"
    assert notices == [f"[watcher] {to[2]} does not receive the alerts of mail"]


@in_loop
async def test_connection_lost_after_the_text_is_sent_again_as_the_same_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 28: a drop after DATA is tried again with the Message-ID of the first try."""
    times = FakeClock(monkeypatch)
    async with smtp_server() as mailbox, outbox_of(tmp_path, by_mail(mailbox.port)) as runtime:
        await raise_alerts(runtime, 1, ["mail"])
        mailbox.hangs_up_after_data = 1
        await send_all(runtime)
        times.at(minutes=1)
        await send_all(runtime)
        ids = [message["Message-ID"] for message in mailbox.messages]
        assert one(runtime.configuration, "SELECT state FROM deliveries") == "sent"
    assert len(ids) == 2
    assert len(set(ids)) == 1


@in_loop
async def test_message_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    """A mistake of ours in one message must not keep the others from being sent."""
    async with smtp_server() as mailbox, outbox_of(tmp_path, by_mail(mailbox.port)) as runtime:
        await raise_alerts(runtime, 1, ["mail"], claims=[{"nonsense": True}])
        await raise_alerts(runtime, 3, ["mail"])
        await send_all(runtime)
        assert len(mailbox.messages) == 2
        assert "KeyError" in one(runtime.configuration, "SELECT detail FROM attempts WHERE outcome = 'failed'")


@in_loop
async def test_urgent_alerts_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a hundred others that wait for a receiver an urgent one would come too late."""
    times = FakeClock(monkeypatch)
    async with http_server({"/desk": Answer()}) as server, outbox_of(tmp_path, hook(server, "desk")) as runtime:
        await raise_alerts(runtime, 5, ["desk"], priority="low")
        times.at(minutes=1)
        await raise_alerts(runtime, 6, ["desk"], priority="urgent")
        await send_all(runtime)
        assert told(server.seen("/desk"))[0] == "[ARMY] alert 5"


def test_names_that_do_not_exist_are_mistakes(tmp_path: Path) -> None:
    """A mistyped name must not look like a success."""
    without_feeds(tmp_path, "")
    for words in (
        ("channels", "test", "nope"),
        ("channels", "enable", "nope"),
        ("alerts", "retry", "--channel", "nope"),
    ):
        result = run(tmp_path, *words)
        assert result.exit_code == 2
        assert "nope" in result.output
