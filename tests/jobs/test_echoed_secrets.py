"""Servers that send every secret back in every form: none of it is kept, logged, shown or sent on to others."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from tests.support.command_line import watcher
from tests.support.outbox import bodies, hook
from tests.support.scenario import HARM, configure, entry, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, authority, http_server, in_loop, server_context
from watcher.cli.logs import JsonLine
from watcher.config.load import load
from watcher.jobs.outbox import Sending, settle
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.runtime import open_runtime
from watcher.store.connection import connect
from watcher.store.feeds import select
from watcher.store.snapshots import body_of
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    import pytest

    from watcher.config.load import Configuration

# One for each place that a secret may stand in; the path or query of an address, a header, a password, a key.
CANARIES = {
    "HOOK": "canary-of-the-hook-1",
    "SIGNING": "Y2FuYXJ5LW9mLXRoZS1rZXktMg",
    "SLACK": "T0CANARY3/B0CANARY3/sLaCkCaNaRy3",
    "DISCORD": "dIsCoRd_canary-4",
    "MATTERMOST": "canary5mattermostid",
    "TEAMS": "sig=canary%2F6%2Bteams",
    "PAGER": "canary7routingkey0123456789abcde",
    "PHONE": "canary8phonepassword",
    "MAIL": "canary9 mail/password+",
    "FEED": "canary10-feed-token",
    "PROXY": "canary11proxypassword",
}
FORMS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: quote(text, safe=""),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: json.dumps({"request": text}).replace("/", "\\/"),
)


def echo(status: int) -> Callable[[ReceivedRequest], Answer]:
    """A server that says what it got: the request's line and headers, in four forms, in its body and a header."""

    def answer(seen: ReceivedRequest) -> Answer:
        got = f"{seen.method} {seen.path} " + " ".join(f"{name}: {value}" for name, value in seen.headers)
        # The one that changes from one form to the next is the one that a reader of few characters sees.
        body = " | ".join(form(f"{seen.path} {got}") for form in (*FORMS[status % 4 :], *FORMS[: status % 4]))
        login = {"X-Request": quote(seen.path, safe="/"), "X-Key": seen.header("Authorization") or ""}
        return Answer(body.encode() + (seen.body if b"routing_key" in seen.body else b""), status, headers=login)

    return answer


@asynccontextmanager
async def echoing_mail_server(tls: ssl.SSLContext) -> AsyncIterator[int]:
    """A mail server that repeats the password, as it was encoded and as it is, in its refusal."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            said = line.decode().strip()
            if said.startswith("AUTH"):
                encoded = said.split()[-1]
                password = base64.b64decode(encoded).decode().split("\0")[-1]
                writer.write(f"535-5.7.8 {encoded} is\r\n535 5.7.8 no login with {password}\r\n".encode())
            elif said.startswith("EHLO"):
                writer.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            else:
                writer.write(b"221 bye\r\n" if said == "QUIT" else b"250 well\r\n")
            await writer.drain()
        writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    async with listener:
        yield listener.sockets[0].getsockname()[1]


def settings_of(server: HttpServer, mail_port: int, ca_file: Path) -> str:
    """Every kind of channel, each with its secret; one that hears of the others."""
    channels = {
        "slack": server.url("/slack/" + CANARIES["SLACK"]),
        "discord": server.url("/discord/" + CANARIES["DISCORD"]),
        "mattermost": server.url("/mattermost/" + CANARIES["MATTERMOST"]),
        "teams": server.url("/teams?" + CANARIES["TEAMS"]),
        "apprise": f"json://user:{CANARIES['PHONE']}@{server.host}:{server.port}/phone",
        "webhook": server.url("/webhook/" + CANARIES["HOOK"]),
    }
    tables = "".join(
        f'[[channel]]\nname = "{kind}"\nkind = "{kind}"\nurl = {{ env = "{kind.upper()}_URL" }}\n'
        + ('secret = { env = "SIGNING" }\n' if kind == "webhook" else "")
        for kind in channels
    )
    pager = f'[[channel]]\nname = "pager"\nkind = "pagerduty"\nurl = "{server.url("/pager")}"\n'
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nsender = "w@desk.example"\nuser = "w"\ntls = "implicit"\n'
    return (
        f'{mail}ca_file = "{ca_file}"\npassword = {{ env = "MAIL" }}\n'
        f'{tables}{pager}routing_key = {{ env = "PAGER" }}\n'
        f'[[channel]]\nname = "mail"\nkind = "email"\nto = ["a@desk.example"]\n{hook(server, "others")}'
    )


def publisher_of(server: HttpServer) -> str:
    """A feed that needs a token, and one behind a proxy."""
    return (
        f'[[feed]]\ncode = "token"\nurl = "{server.url("/token")}"\n'
        'headers = { Authorization = { env = "FEED_TOKEN" } }\n'
        f'[[feed]]\ncode = "open"\nurl = "{server.url("/open")}"\nheaders = {{ X-Key = {{ env = "FEED" }} }}\n'
        '[[feed]]\ncode = "proxied"\nurl = "http://far.example/feed"\nproxy = { env = "PROXY_URL" }\n'
    )


def set_secrets(monkeypatch: pytest.MonkeyPatch, server: HttpServer) -> None:
    for name, canary in CANARIES.items():
        monkeypatch.setenv(name, f"whsec_{canary}" if name == "SIGNING" else canary)
    for kind, name in (("slack", "SLACK"), ("discord", "DISCORD"), ("mattermost", "MATTERMOST"), ("webhook", "HOOK")):
        monkeypatch.setenv(f"{kind.upper()}_URL", server.url(f"/{kind}/{CANARIES[name]}"))
    monkeypatch.setenv("TEAMS_URL", server.url(f"/teams?{CANARIES['TEAMS']}"))
    monkeypatch.setenv("APPRISE_URL", f"json://user:{CANARIES['PHONE']}@{server.host}:{server.port}/phone")
    monkeypatch.setenv("FEED_TOKEN", f"Bearer {CANARIES['FEED']}")
    monkeypatch.setenv("PROXY_URL", f"http://user:{CANARIES['PROXY']}@{server.host}:{server.port}")


async def poll_and_send(configuration: Configuration) -> None:
    """One round of polls, with an alert that goes to every channel, and the notices of what failed."""
    async with open_runtime(configuration) as runtime:
        feeds = await runtime.store.read(select)
        _ = [one async for one in poll_feeds(runtime, feeds)]
        for _round in range(2):
            await settle(runtime, Sending())


def shown(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Everything that is kept or shown, by where it is: tables, bodies, commands, Datasette."""
    db = connect(configuration.database, is_read_only=True)
    yield "the database", "\n".join(db.conn.iterdump())
    for row in list(db.query("SELECT * FROM snapshots")):
        yield f"snapshot {row['id']}", body_of(db, row).decode("utf-8", errors="replace")
    tables = [name for name in db.table_names() if not name.startswith(("sqlite_", "revisions_fts_"))]
    db.close()
    for command in ("channels", "alerts", "feeds", "releases", "health"):
        done = watcher("--config", configuration.folder, command, *(["--json"] if command != "health" else []))
        yield f"watcher {command}", done.stdout + done.stderr
    datasette = datasette_of(configuration.database)
    for table in tables:
        path = f"/{configuration.database.stem}/{table}.json?_size=max"
        yield path, asyncio.run(datasette.client.get(path)).text
    datasette.close()


def readings(text: str) -> set[str]:
    """The text as somebody reads it who undoes escapes, and every base64 in it."""
    plain = unquote(unquote(text)).replace("\\/", "/").replace("\\u002f", "/")
    encoded = re.findall(r"[A-Za-z0-9+/_-]{8,}", plain)
    decoded = [base64.b64decode(one[: len(one) // 4 * 4], altchars=b"-_", validate=False) for one in encoded]
    return {text, plain, *(one.decode("latin-1") for one in decoded)}


def test_no_secret_comes_back_from_any_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Check 64: eleven canaries, echoed in four forms by seven kinds of channels, a mail server, feeds and a proxy."""
    caplog.set_level("INFO")
    notices: list[object] = []

    @in_loop
    async def run() -> None:
        ca = authority()
        ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        async with http_server() as server, echoing_mail_server(server_context(ca, "127.0.0.1")) as port:
            set_secrets(monkeypatch, server)
            kinds = ("slack", "discord", "mattermost", "webhook")
            names = ("SLACK", "DISCORD", "MATTERMOST", "HOOK")
            # Gone for good, so that the other channels get a notice with the answer.
            paths = [f"/{kind}/{CANARIES[name]}" for kind, name in zip(kinds, names, strict=True)]
            server.routes |= {path: echo(410) for path in paths}
            server.routes |= {"/teams": echo(401), "/pager": echo(400), "/phone": echo(403)}
            server.routes |= {"/others": Answer(), "/token": echo(403), "http://far.example/feed": echo(407)}
            told = f"{HARM} Your key is {CANARIES['FEED']}."
            server.routes["/open"] = Answer(rss(entry(1, server.url(""), link="", title=told, text=told)))
            settings = settings_of(server, port, tmp_path / "ca.pem")
            configuration = configure(tmp_path / "config", {}, settings=settings, publisher=publisher_of(server))
            await poll_and_send(configuration)
            notices.extend(bodies(server, "/others"))

    run()
    outputs = dict(shown(load(tmp_path / "config")))
    outputs["notices"] = json.dumps(notices, ensure_ascii=False)
    outputs["log"] = "\n".join(JsonLine().format(record) for record in caplog.records if record.name == "watcher")
    assert outputs["the database"].count("[secret]") > 10
    assert outputs["notices"].count("disabled") >= 4
    found = [
        (place, name, text[max(0, at - 60) : at + 60])
        for place, output in outputs.items()
        for text in readings(output)
        for name, canary in CANARIES.items()
        for word in {canary, unquote(canary), *canary.split("/")}
        if (at := text.find(word)) >= 0
    ]
    assert found == []
