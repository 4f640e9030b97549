"""What somebody gets who installs the wheel without a lock file: everything that runs, and it runs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from uv import find_uv_bin

from tests.support import ROOT
from tests.support.pdf import pdf
from tests.support.scenario import HARM, LOCAL, entry, page, rss
from tests.support.servers import Answer, HttpServer, free_port, http_server, in_loop, smtp_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.servers import SmtpServer

BUILD = (find_uv_bin(), "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir")
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
# Neither the checkout nor the tests' environment may help.
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
SETTINGS = """{local}
[mail]
host = "127.0.0.1"
port = {port}
sender = "watcher@desk.example"
tls = "none"
[[channel]]
name = "desk"
kind = "email"
to = ["desk@desk.example"]
"""
RULES = '[page]\nbody = ["article"]\n'


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is made from the source distribution that is made from this checkout."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run((*BUILD, out, ROOT), check=True)  # noqa: S603 - our own project
    (made,) = out.glob("release_watcher-*.whl")
    return made


def test_wheel_holds_all_files_and_the_shipped_configuration(wheel: Path) -> None:
    """Somebody who installs the wheel alone has the same templates and publishers as somebody with a checkout."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "watcher").rglob("*") if path.is_file()}
    shipped = {path.relative_to(ROOT / "config").as_posix() for path in (ROOT / "config").rglob("*.toml")}
    expected = {name for name in files if "__pycache__" not in name} | {f"watcher/shipped/{name}" for name in shipped}
    assert names == expected


@pytest.mark.timeout(600)  # a slow index must not fail it
def test_plain_install_runs_a_round(wheel: Path, tmp_path: Path) -> None:
    """Versions that pip alone decides on: pages, a PDF, a mail and Datasette all work with what it chooses."""
    environment = tmp_path / "env"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True)  # noqa: S603 - ourselves
    install = (*PIP, "--python", environment / "bin" / "python", "install", "--no-compile", wheel)
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own project
    run_a_round(environment / "bin" / "watcher", tmp_path)


@in_loop
async def run_a_round(watcher: Path, folder: Path) -> None:
    """One poll of a publisher on loopback by the installed command, its mail, and Datasette over what it stored."""
    async with http_server() as server, smtp_server() as mailbox:
        publish(server)
        config = configure(folder, server, mailbox)
        polled = await run(watcher, config, "poll", "--json")
        releases = {row["title"]: row for row in await run(watcher, config, "releases", "--json")}
        async with served(watcher, config) as base:
            with await asyncio.to_thread(urlopen, f"{base}/watcher/releases.json?_shape=array") as answer:
                shown = json.load(answer)
    assert {row["feed"]: (row["outcome"], row["new"]) for row in polled} == {"a/news": ("new", 2), "b/news": ("new", 1)}
    assert {title: row["page"] for title, row in releases.items()} == dict.fromkeys(("Strike", "Report", "Fire"), "ok")
    assert all("2 civilians killed" in row["casualties"] for row in releases.values())
    assert {row["title"] for row in shown} == set(releases)
    assert sorted(message["To"] for message in mailbox.messages) == ["desk@desk.example"] * 3


def publish(server: HttpServer) -> None:
    """A page that is read by a publisher's rules, one that is read by what such pages have in common, and a PDF."""
    base = server.url("")
    found = [entry(1, base, title="Strike"), entry(2, base, title="Report")]
    html, document = "text/html", "application/pdf"
    server.routes |= {
        "/a": Answer(rss(*found)),
        "/b": Answer(rss(entry(3, base, title="Fire"))),
        "/releases/1": Answer(page("Strike", HARM), content_type=html),
        "/releases/2": Answer(pdf(HARM), content_type=document),
        "/releases/3": Answer(page("Fire", HARM, "An inquiry has begun into what happened there."), content_type=html),
    }


def configure(folder: Path, server: HttpServer, mailbox: SmtpServer) -> Path:
    """A configuration of two publishers, one with page rules; the words are those that are shipped."""
    config = folder / "config"
    (config / "publishers").mkdir(parents=True)
    (config / "words").symlink_to(ROOT / "config" / "words")
    (config / "watcher.toml").write_text(SETTINGS.format(local=LOCAL, port=mailbox.port))
    for code, rules in (("a", RULES), ("b", "")):
        feed = f'[[feed]]\ncode = "news"\nurl = "{server.url(f"/{code}")}"\n'
        (config / "publishers" / f"{code}.toml").write_text(f'name = "{code}"\n{rules}{feed}')
    return config


async def run(watcher: Path, config: Path, *words: str) -> list[dict[str, Any]]:
    """What the installed command prints as JSON."""
    command = (str(watcher), "--config", str(config), *words)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=BARE, cwd=config, stdout=pipe, stderr=pipe)
    out, errors = await process.communicate()
    assert process.returncode == 0, (out + errors).decode()
    found: list[dict[str, Any]] = json.loads(out)
    return found


@asynccontextmanager
async def served(watcher: Path, config: Path) -> AsyncIterator[str]:
    """Datasette's address, once it answers."""
    port = free_port()
    command = (str(watcher), "--config", str(config), "serve", "--port", str(port))
    process = await asyncio.create_subprocess_exec(*command, env=BARE, cwd=config)
    try:
        while True:
            try:
                (await asyncio.to_thread(urlopen, f"http://127.0.0.1:{port}/")).close()
                break
            except URLError:
                assert process.returncode is None, "Datasette ended before it answered"
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
