"""Bundles: what one release said, proved without the database; and nothing in them can be changed unnoticed."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support import ROOT
from tests.support.evidence import archive, verdict
from tests.support.scenario import configure, entry, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.archive.bundle import manifest_checksum
from watcher.archive.bundle_check import check_bundle
from watcher.archive.bundle_file import unpack
from watcher.archive.canonical_form import digest
from watcher.cli.main import cli
from watcher.store.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from watcher.config.load import Configuration


SEED = random.randrange(100_000)


def run(configuration: Configuration, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), *words])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def files(made: Configuration) -> dict[str, bytes]:
    out = made.folder / "bundle.zip"
    done = run(made, "evidence", "1", "-o", str(out), "--why", "for the court")
    assert done.exit_code == 0, done.output
    return unpack(out)


def test_bundle_holds_all_that_was_asked_answered_and_read(files: dict[str, bytes]) -> None:
    """Exchanges, bytes, both texts, claims, the difference, the proof, and a report for people."""
    names = set(files)
    assert {"manifest.json", "report.html", "evidence.warc", "chain/proof.json", "diffs/1-2.html"} <= names
    assert b"Two civilians" in files["revisions/1.txt"]
    assert b"Eight civilians" in files["revisions/2.txt"]
    assert "[-Two -]{+Eight +}" in files["diffs/1-2.txt"].decode()
    claims = json.loads(next(body for name, body in files.items() if name.startswith("claims/2-")))
    assert {(claim["harm"], claim["count_min"]) for claim in claims["claims"]} >= {("killed", 8)}
    assert [name for name in names if name.startswith("documents/")] == ["documents/1.txt"]
    assert [name for name in names if name.startswith("alerts/")]
    kinds = {name.rpartition("/")[2].partition("-")[0] for name in names if name.startswith("chain/rows/")}
    assert kinds >= {"alert", "capture", "claims", "document", "revision", "snapshot"}


def test_report_is_for_people_and_asks_nobody(files: dict[str, bytes]) -> None:
    """A citation with times and hashes; no script, nothing from elsewhere; what was published is escaped."""
    report = files["report.html"].decode()
    record = json.loads(files["revisions/2.json"])
    assert "Citation" in report
    assert record["text_sha256"] in report
    assert record["observed_at"] in report
    assert re.findall(r"<(?:script|img|link|iframe|object)\b|(?:src|href)=", report) == []
    assert "default-src 'none'" in report


def test_bundle_is_checked_without_database_and_configuration(made: Configuration, tmp_path: Path) -> None:
    """Another machine has the bundle and the program, nothing else: also not a folder that it may write to."""
    for name in ("b", "b.zip"):
        assert run(made, "evidence", "1", "-o", str(tmp_path / name)).exit_code == 0
        command = [sys.executable, "-m", "watcher", "evidence", "--check", str(tmp_path / name)]
        environment = {
            "PATH": "/usr/bin",
            "HOME": str(tmp_path / "nowhere"),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        assert done.returncode == 0, done.stderr
        assert "0 findings; the chain ends at" in done.stdout


def forged(files: dict[str, bytes]) -> dict[str, bytes]:
    """The manifest made anew, as somebody would who changed a file."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [
        {"path": name, "bytes": len(body), "sha256": digest(body)}
        for name, body in sorted(files.items())
        if not name.startswith("manifest")
    ]
    made = json.dumps(manifest).encode()
    return files | {"manifest.json": made, "manifest.sha256": manifest_checksum(made)}


def with_text(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in files[name]
    return files | {name: files[name].replace(old.encode(), new.encode())}


FORGERIES: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "the text of a revision": lambda files: with_text(files, "revisions/1.txt", "Two", "Six"),
    "the hashed row": lambda files: with_text(files, "chain/rows/revision-1.json", "Two", "Six"),
    "row and text": lambda files: with_text(
        with_text(files, "revisions/1.txt", "Two", "Six"), "chain/rows/revision-1.json", "Two", "Six"
    ),
    "bytes of a page": lambda files: files | {next(name for name in files if name.startswith("raw/")): b"x"},
    "bytes in the archive": lambda files: with_text(files, "evidence.warc", "Two civilians", "Six civilians"),
    "a row left out": lambda files: {name: body for name, body in files.items() if "rows/revision-1" not in name},
    "a row put in": lambda files: files | {"chain/rows/event-99.json": b"{}"},
    "a text put in": lambda files: files | {"revisions/3.txt": b"a third one"},
    "the time of a link": lambda files: with_text(files, "chain/proof.json", '"at": "20', '"at": "19'),
    "no proof": lambda files: files | {"chain/proof.json": b"[]"},
    "claims": lambda files: files | {next(name for name in files if name.startswith("claims/1")): b"{}\n"},
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_bundle_is_found_also_with_a_new_manifest(files: dict[str, bytes], what: str) -> None:
    """(check 75) Whatever is changed, left out or put in, the hashes of the chain do not follow."""
    assert check_bundle(files).findings == ()
    assert check_bundle(FORGERIES[what](files)).findings
    assert check_bundle(forged(FORGERIES[what](files))).findings


def test_every_flipped_byte_is_found(files: dict[str, bytes]) -> None:
    """(check 73) One flipped bit in any file of the bundle: the check fails."""
    chance = random.Random(SEED)
    for name, whole in files.items():
        at = chance.randrange(len(whole))
        body = bytearray(whole)
        body[at] ^= 1 << chance.randrange(8)
        assert check_bundle(files | {name: bytes(body)}).findings, f"seed {SEED}: {name} at {at}"


def test_archive_passes_the_tools_of_others_and_fails_with_one_flipped_byte(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    """(check 73) `warcio check`: 0 for ours, 1 when a byte of a page is another one."""
    warcio = str(Path(sys.executable).with_name("warcio"))
    path = tmp_path / "evidence.warc"
    path.write_bytes(files["evidence.warc"])
    assert subprocess.run([warcio, "check", str(path)], check=False).returncode == 0  # noqa: S603 - a tool of the lock
    body = bytearray(files["evidence.warc"])
    body[body.index(b"Two civilians")] ^= 1
    path.write_bytes(bytes(body))
    done = subprocess.run([warcio, "check", str(path)], check=False, capture_output=True)  # noqa: S603 - the same
    assert done.returncode == 1


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


def test_an_anchor_of_ones_own_proves_the_end_of_the_chain(files: dict[str, bytes], tmp_path: Path) -> None:
    """(check 76) A chain that was made up from its beginning contradicts the head that somebody wrote down."""
    out = tmp_path / "b"
    for name, body in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(body)
    head = json.loads(files["manifest.json"])["head"]
    anchors = tmp_path / "anchors.txt"
    anchors.write_text(f"2026-11-24T00:00:00.000Z {head['seq']} {head['hash']}\n")
    check = ["evidence", "--check", str(out), "--anchors", str(anchors)]
    assert CliRunner().invoke(cli, check).exit_code == 0
    anchors.write_text(f"2026-11-24T00:00:00.000Z {head['seq']} {'e' * 64}\n")
    done = CliRunner().invoke(cli, check)
    assert (done.exit_code, "rewritten" in done.output) == (1, True)
    anchors.write_text("2026-11-24T00:00:00.000Z 999999 " + "e" * 64 + "\n")
    assert CliRunner().invoke(cli, check).exit_code == 1, "an anchor that says nothing of this part proves nothing"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"x" * 100])
def test_what_is_no_bundle_is_told(tmp_path: Path, content: bytes) -> None:
    """A file of another kind ends with a sentence."""
    (tmp_path / "b.zip").write_bytes(content)
    done = CliRunner().invoke(cli, ["evidence", "--check", str(tmp_path / "b.zip")])
    assert done.exit_code == 1
    assert "cannot be read" in str(done.exception)
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(cli, ["evidence", "--check", str(tmp_path / "empty")])
    assert (done.exit_code, "damaged" in done.output) == (1, True)


def test_zip_of_the_same_files_is_the_same_zip(files: dict[str, bytes], tmp_path: Path) -> None:
    """Two who make the same bundle can compare its hash."""
    from watcher.archive.bundle_file import pack  # noqa: PLC0415 - only here

    for name in ("a.zip", "b.zip"):
        pack(tmp_path / name, files)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    shutil.rmtree(tmp_path)


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
