"""The chain's head is written down outside the database each day; what fails is pending and is told."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support.evidence import verdict
from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, ReceivedRequest, http_server, in_loop
from tests.support.time_stamping import authority, needs_openssl
from watcher import clock
from watcher.archive.bundle_check import check_bundle
from watcher.archive.bundle_file import unpack
from watcher.archive.chain import Head
from watcher.archive.timestamp import TimestampError, timestamp_request, verified_time
from watcher.cli.main import cli
from watcher.errors import ConfigError
from watcher.jobs.anchors import anchor
from watcher.jobs.integrity import read_anchors
from watcher.pipeline.runtime import open_runtime
from watcher.store.chain import chain_head
from watcher.store.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


SETTINGS = '[timestamp]\nurl = "{url}"\ncertificate = "{certificate}"\n'


async def filled(folder: Path, server: HttpServer, settings: str = "") -> Configuration:
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=HARM)))
    configuration = configure(folder, {"news": server.url("/feed")}, settings=settings)
    await one_round(configuration)
    return configuration


async def anchored(configuration: Configuration) -> None:
    async with open_runtime(configuration) as runtime:
        await anchor(runtime)


def states(configuration: Configuration) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows(configuration, "SELECT kind, state, attempt_count FROM anchors")]


@in_loop
async def test_head_is_written_into_a_file_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 76) One line a day, in a file that the configuration names; the verification holds the chain to it."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server, '[evidence]\nanchors = "elsewhere/heads.txt"\n')
        for _ in range(3):
            await anchored(configuration)
        (first,) = read_anchors(tmp_path / "elsewhere" / "heads.txt")
        db = connect(configuration.database, is_read_only=True)
        assert Head(first.seq, first.hash) == chain_head(db)
        db.close()
        start = clock.now()
        server.routes["/feed"] = Answer(rss(entry(2, server.url(""), link="", text=HARM)))
        await one_round(configuration)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=1, minutes=1))
        await anchored(configuration)
    lines = read_anchors(tmp_path / "elsewhere" / "heads.txt")
    assert [line.seq for line in lines] == sorted({line.seq for line in lines})
    assert len(lines) == 2
    assert states(configuration) == [("file", "done", 1)] * 2
    assert verdict(configuration.database, lines).findings == ()


@in_loop
async def test_file_that_cannot_be_written_is_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 78) A full disk or a missing share: tried again with growing pauses, never called done."""
    async with http_server() as server:
        (tmp_path / "blocked").write_text("a file where a folder should be")
        configuration = await filled(tmp_path, server, '[evidence]\nanchors = "blocked/heads.txt"\n')
        start = clock.now()
        for minutes in (0, 1, 6, 7, 17):
            monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
            await anchored(configuration)
        assert states(configuration) == [("file", "pending", 3)]
        (tmp_path / "blocked").unlink()
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=1))
        await anchored(configuration)
    assert states(configuration) == [("file", "done", 4)]
    assert len(read_anchors(tmp_path / "blocked" / "heads.txt")) == 1


@needs_openssl
@in_loop
async def test_stamp_of_a_local_authority_is_verified_and_kept(tmp_path: Path) -> None:
    """(check 77) Asked over HTTP, verified up to the configured certificate, handed out with the evidence."""
    made = authority(tmp_path / "tsa")
    async with http_server() as server:
        server.routes["/tsr"] = made.route
        settings = SETTINGS.format(url=server.url("/tsr"), certificate=made.certificate)
        configuration = await filled(tmp_path / "w", server, settings)
        await anchored(configuration)
        (asked,) = server.seen("/tsr")
    assert asked.header("Content-Type") == "application/timestamp-query"
    (row,) = rows(configuration, "SELECT * FROM anchors WHERE kind = 'timestamp'")
    head = Head(row["seq"], row["hash"])
    assert row["state"] == "done"
    at = verified_time(row["token"], head, made.certificate.read_bytes())
    assert abs((clock.now() - at).total_seconds()) < 60
    out = tmp_path / "bundle.zip"
    done = CliRunner().invoke(cli, ["--config", str(configuration.folder), "evidence", "1", "-o", str(out)])
    assert done.exit_code == 0, done.exception
    files = unpack(out)
    checked = check_bundle(files)
    assert checked.findings == ()
    assert any("says the time-stamp authority" in line for line in checked.stamps)
    assert verdict(configuration.database).findings == ()
    stranger = authority(tmp_path / "other").certificate.read_bytes()
    assert {one.kind for one in check_bundle(files, authority=stranger).findings} == {"stamp"}


@needs_openssl
@in_loop
async def test_changed_head_is_an_imprint_mismatch(tmp_path: Path) -> None:
    """(check 77) A stamp belongs to one head; of another it says nothing, and of none that was edited."""
    made = authority(tmp_path / "tsa")
    head, other = Head(7, "a" * 64), Head(7, "b" * 64)
    async with http_server() as server:
        asked = timestamp_request(head)
        token = (await made.route(ReceivedRequest("POST", "/", (), asked.der, 0.0))).body
        assert server.requests == []
    certificate = made.certificate.read_bytes()
    assert verified_time(token, head, certificate, nonce=asked.nonce)
    with pytest.raises(TimestampError, match="imprint mismatch"):
        verified_time(token, other, certificate)
    with pytest.raises(TimestampError, match="not a stamp of this authority"):
        verified_time(token, head, certificate, nonce=asked.nonce + 1)
    for at in (len(token) // 2, len(token) - 20):
        broken = bytearray(token)
        broken[at] ^= 1
        with pytest.raises(TimestampError):
            verified_time(bytes(broken), head, certificate)


@in_loop
async def test_stamp_that_fails_is_pending_and_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 78) Down, an error page, nonsense: pending with the reason, retried, visible, never success."""
    (tmp_path / "root.pem").write_text("no certificate")
    async with http_server() as server:
        server.routes["/tsr"] = [Answer(status=503), Answer(b"<html>", content_type="text/html"), Answer(b"\x30\x03")]
        settings = SETTINGS.format(url=server.url("/tsr"), certificate=tmp_path / "root.pem")
        configuration = await filled(tmp_path / "w", server, settings)
        start = clock.now()
        for hours in range(3):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await anchored(configuration)
            (row,) = rows(configuration, "SELECT * FROM anchors WHERE kind = 'timestamp'")
            assert (row["state"], row["token"], row["attempt_count"]) == ("pending", None, hours + 1)
            assert row["detail"]
            assert row["due_at"] > clock.to_text(clock.now())
        health = CliRunner().invoke(cli, ["--config", str(configuration.folder), "verify", "--json"])
    assert health.exit_code == 0, "what is pending is no damage"
    assert json.loads(health.stdout) == []
    assert "pending: timestamp" in health.stderr
    told = CliRunner().invoke(cli, ["--config", str(configuration.folder), "health"])
    assert "anchor pending: timestamp" in told.stdout
    assert "3 attempts" in told.stdout
    assert len(server.seen("/tsr")) == 3


@in_loop
async def test_head_is_written_down_at_once_by_hand(tmp_path: Path) -> None:
    """(check 76) Before a file is handed out nobody has to wait for tomorrow; a second time it is there already."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        for _ in range(2):
            command = ["--config", str(configuration.folder), "anchor"]
            done = await asyncio.to_thread(CliRunner().invoke, cli, command)
            assert done.exit_code == 0, done.exception
            assert "done" in done.stdout
    assert len(read_anchors(configuration.anchor_file)) == 1


def test_authority_without_a_certificate_is_a_mistake(tmp_path: Path) -> None:
    """A stamp that nobody verifies proves nothing."""
    with pytest.raises(ConfigError, match="needs certificate"):
        configure(tmp_path, {}, settings='[timestamp]\nurl = "https://tsa.example/"\n')


@in_loop
async def test_empty_chain_is_not_anchored(tmp_path: Path) -> None:
    """There is nothing to prove yet."""
    configuration = configure(tmp_path, {})
    await anchored(configuration)
    assert one(configuration, "SELECT count(*) FROM anchors") == 0
    assert not configuration.anchor_file.exists()
