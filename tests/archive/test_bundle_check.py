"""A bundle is checked without the database; nothing in it can be changed, left out or put in unnoticed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support import ROOT
from tests.support.evidence import run
from watcher.archive.bundle import manifest_checksum
from watcher.archive.bundle_check import check_bundle
from watcher.archive.canonical_form import digest
from watcher.cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.config.load import Configuration


SEED = random.randrange(100_000)


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
def test_file_that_is_no_bundle_is_an_error(tmp_path: Path, content: bytes) -> None:
    """A file of another kind ends with a sentence."""
    (tmp_path / "b.zip").write_bytes(content)
    done = CliRunner().invoke(cli, ["evidence", "--check", str(tmp_path / "b.zip")])
    assert done.exit_code == 1
    assert "cannot be read" in str(done.exception)
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(cli, ["evidence", "--check", str(tmp_path / "empty")])
    assert (done.exit_code, "damaged" in done.output) == (1, True)
