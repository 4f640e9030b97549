"""What a bundle holds: all that was asked, answered and read of one release, a web archive and a report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path


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


def test_report_cites_the_release_and_fetches_nothing(files: dict[str, bytes]) -> None:
    """A citation with times and hashes; no script, nothing from elsewhere; what was published is escaped."""
    report = files["report.html"].decode()
    record = json.loads(files["revisions/2.json"])
    assert "Citation" in report
    assert record["text_sha256"] in report
    assert record["observed_at"] in report
    assert re.findall(r"<(?:script|img|link|iframe|object)\b|(?:src|href)=", report) == []
    assert "default-src 'none'" in report


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
