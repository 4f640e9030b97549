"""Secrets: found wherever a configuration names them, used, and written nowhere (check 64)."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, configure, entry, page, rss
from tests.support.servers import Answer, http_server, in_loop, raw_server
from watcher.config.secrets import open_secrets, unset_secrets
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """
[[channel]]
name = "w"
kind = "webhook"
url = { env = "NO_URL" }
secret = [{ env = "NO_OLD" }, { env = "NO_NEW" }]
[mail]
host = "h"
sender = "a@b.example"
password = { env = "NO_PASSWORD" }
[websub]
callback = "https://c.example/"
secret = { env = "NO_HUB" }
[wayback]
key = { env = "NO_KEY" }
secret = { env = "NO_WAYBACK" }
"""


def test_every_table_is_looked_through(tmp_path: Path) -> None:
    """A secret in a table that was added later must not be forgotten by `watcher check` (check 64)."""
    found = configure(
        tmp_path, {"news": "https://a.example/x"}, settings=SETTINGS, publisher='headers.X-Key = { env = "NO_HEADER" }'
    )
    said = unset_secrets(found)
    for name in ("URL", "OLD", "NEW", "PASSWORD", "HUB", "KEY", "WAYBACK", "HEADER"):
        assert any(f"$NO_{name} is not set" in one for one in said), name
    assert any("watcher.toml: channel w.url: $NO_URL" in one for one in said)
    assert any("headers.X-Key: $NO_HEADER" in one for one in said)


def test_file_that_others_can_read_is_told(tmp_path: Path) -> None:
    """Whoever has an account on the machine could read the password (check 64)."""
    secret = tmp_path / "password"
    secret.write_text("x")
    settings = f'[mail]\nhost = "h"\nsender = "a@b.example"\npassword = {{ file = "{secret}" }}\n'
    found = configure(tmp_path, {"news": "https://a.example/x"}, settings=settings)
    secret.chmod(0o644)
    assert open_secrets(found) == [f"{secret} can be read by others: chmod 600"]
    secret.chmod(0o600)
    assert open_secrets(found) == []


CANARY = "canary-7f3a-do-not-tell"


async def said(folder: Path, *arguments: str) -> bytes:
    """Everything that the program writes to the terminal."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "watcher", "--config", str(folder), *arguments),
        env=os.environ | {"CANARY": CANARY, "CANARY_PROXY": f"http://user:{CANARY}@127.0.0.1:9"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output


def left_behind(folder: Path) -> list[str]:
    """The files in which the secret stands, apart from none: even the files of the database are read as bytes."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@in_loop
async def test_secret_headers_and_channels_leave_no_trace(tmp_path: Path) -> None:
    """The key of a feed and of a channel reach their server and nothing else, through poll, failure and listings."""
    async with http_server() as server:
        server.routes |= {
            "/feed": Answer(rss(entry(1, server.url(""), text=HARM)), etag='"a"'),
            "/releases/1": Answer(page("Strike", HARM), content_type="text/html"),
            "/bad": Answer(status=500),
            "/hook": Answer(status=500),
        }
        hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        hook += 'secret = { env = "CANARY" }\n'
        publisher = '[headers]\nX-Api-Key = { env = "CANARY" }\nAuthorization = { env = "CANARY" }\n'
        feeds = {"news": server.url("/feed"), "bad": server.url("/bad"), "absent": "http://127.0.0.1:9/"}
        configure(tmp_path, feeds, settings=hook, publisher=publisher)
        output = [await said(tmp_path, "poll") for _ in range(2)]
        output += [await said(tmp_path, *words) for words in (["feeds"], ["alerts"], ["check"], ["show", "1"])]
        keys = {seen.header("X-Api-Key") for seen in server.requests if seen.path in {"/feed", "/bad"}}
    assert keys == {CANARY}
    assert not [text for text in output if CANARY.encode() in text]
    assert left_behind(tmp_path) == []


@in_loop
async def test_password_of_a_proxy_stays_out_of_errors(tmp_path: Path) -> None:
    """A proxy that is not there, and one that refuses the password, are told of without it."""
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(refusal) as proxy:
        feeds = {"news": "http://releases.example/feed", "sealed": "https://releases.example/feed"}
        configure(tmp_path, feeds, publisher='proxy = { env = "CANARY_PROXY" }')
        output = await said(tmp_path, "poll")
        os.environ["CANARY_PROXY_TOO"] = f"http://user:{CANARY}@127.0.0.1:{proxy.port}"
        configure(tmp_path, feeds, publisher='proxy = { env = "CANARY_PROXY_TOO" }')
        output += await said(tmp_path, "poll")
        assert proxy.requests, "the proxy was asked"
    assert CANARY.encode() not in output
    assert left_behind(tmp_path) == []


@in_loop
async def test_proxy_that_is_not_set_is_no_way_around_it(tmp_path: Path) -> None:
    """Who wants a proxy must not be asked directly because a variable is missing; `check` says so."""
    async with http_server({"/feed": Answer(rss())}) as server:
        configure(tmp_path, {"news": server.url("/feed")}, publisher='proxy = { env = "NO_SUCH_PROXY" }')
        assert b"unreachable" in await said(tmp_path, "poll")
        assert b"proxy: $NO_SUCH_PROXY is not set" in await said(tmp_path, "check")
    assert server.requests == []


@pytest.mark.parametrize("place", ["publisher", "settings"])
def test_literal_password_of_a_proxy_is_refused(tmp_path: Path, place: str) -> None:
    """A mistake that names its place and does not repeat what was typed."""
    line = f'proxy = "http://user:{CANARY}@proxy.example:3128"\n'
    said = {"publisher": line} if place == "publisher" else {"settings": f"[http]\n{line}"}
    with pytest.raises(ConfigError, match="proxy: a name or password must not be written here") as caught:
        configure(tmp_path, {"news": "http://army.example/feed"}, **said)
    assert CANARY not in str(caught.value)


def test_key_of_a_disabled_feed_is_not_asked_for(tmp_path: Path) -> None:
    """A feed that is shipped for those who have a key must not be a mistake of everybody else."""
    table = 'code = "api"\nrecipe = "dvids"\nenabled = '
    configuration = configure(tmp_path, {}, publisher=f"[[feed]]\n{table}false")
    assert unset_secrets(configuration) == []
    assert "DVIDS_API_KEY" in unset_secrets(configure(tmp_path, {}, publisher=f"[[feed]]\n{table}true"))[0]
