"""`watcher evidence`: every export is on the record, and five commands prove what was changed."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.evidence import archive, run, verdict
from tests.support.scenario import configure, entry, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.archive.bundle_file import unpack
from watcher.archive.canonical_form import digest
from watcher.store.connection import connect

if TYPE_CHECKING:
    from watcher.config.load import Configuration


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    return archive(tmp_path_factory.mktemp("archive"))


def test_every_export_is_on_the_record(made: Configuration, tmp_path: Path) -> None:
    """(check 84) Who, when, why, which version, and the hash of what was handed out; the record is chained."""
    out = tmp_path / "b"
    done = run(made, "evidence", "1", "-o", str(out), "--why", "asked by the ombudsman")
    with closing(connect(made.database, is_read_only=True)) as db:
        row: dict[str, Any] = next(db.query("SELECT * FROM custody ORDER BY id DESC LIMIT 1"))
        link = next(db.query("SELECT kind, row_id FROM chain ORDER BY seq DESC LIMIT 1"))
    detail = json.loads(row["detail"])
    assert (row["action"], row["why"]) == ("export evidence", "asked by the ombudsman")
    assert "uid" in row["who"]
    assert row["program_version"]
    assert detail["manifest_sha256"] == digest((out / "manifest.json").read_bytes())
    assert detail["manifest_sha256"] in done.output
    assert link == {"kind": "custody", "row_id": row["id"]}
    assert verdict(made.database).findings == ()


def test_nothing_is_overwritten_and_a_failed_export_is_no_export(made: Configuration, tmp_path: Path) -> None:
    """A bundle somebody made before stays; what could not be written stands in no log."""
    (tmp_path / "b").mkdir()
    with closing(connect(made.database, is_read_only=True)) as db:
        before = db["custody"].count
        done = run(made, "evidence", "1", "-o", str(tmp_path / "b"))
        assert done.exception is not None
        assert "exists already" in str(done.exception)
        assert db["custody"].count == before
    assert run(made, "evidence", "1").exit_code == 2


@in_loop
async def test_five_commands_prove_two_on_monday_and_eight_on_tuesday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tutorial promises: poll, diff, evidence, check, verify, each with the words that it shows."""
    said = "{} civilians were killed in the strike."
    async with http_server() as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        out = str(tmp_path / "proof.zip")

        async def command(*words: str) -> str:
            done = await asyncio.to_thread(run, configuration, *words)
            assert done.exit_code == 0, done.output
            return done.output

        for day, count in ((23, "Two"), (24, "Eight")):
            monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, 9, tzinfo=UTC))
            item = entry(1, server.url(""), link="", title="Statement", text=said.format(count), pubDate="")
            server.routes["/feed"] = Answer(rss(item))
            await command("poll")
        told = await command("diff", "Statement")
        assert "2 civilians killed → 8 civilians killed" in told
        assert "2026-11-23T09:00:00.000Z" in told
        assert "2026-11-24T09:00:00.000Z" in told
        await command("evidence", "Statement", "-o", out, "--why", "changed without a notice")
        assert "0 findings" in await command("evidence", "--check", out)
        assert "0 findings" in await command("verify")
    report = unpack(Path(out))["report.html"].decode()
    assert report.index("Two civilians") < report.index("Eight civilians")
