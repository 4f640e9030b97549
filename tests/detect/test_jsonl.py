"""The JSON lines interface."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support import ROOT
from tests.support.detection import found
from watcher.detect.explain import as_json
from watcher.detect.pipeline import unread
from watcher.model.claim import Claim

FIELDS = set(Claim.__dataclass_fields__)


def test_every_field_of_a_claim_is_written() -> None:
    """Whoever reads the lines gets all that the detector knows."""
    line = as_json("x", found("Spc. Dara Onwell, 24, was killed."))
    (claim,) = line["claims"]
    assert set(claim) == FIELDS
    assert claim["people"][0]["name"] == "Dara Onwell"
    assert line["totals"] == {"killed": [1, 1]}
    assert json.loads(json.dumps(line)) == line


def test_an_unread_text_says_so() -> None:
    """The problem is in the line."""
    assert as_json("x", unread("nl"))["problems"][0]["kind"] == "unread"


def test_the_command_reads_and_writes_lines() -> None:
    """One object in, one object out, the id kept; other languages are unread."""
    records = [
        {"id": "a", "text": "Two soldiers were killed.", "lang": "en"},
        {"id": "b", "text": "Deux soldats ont été tués.", "lang": "fr"},
        {"id": "c", "text": "Two soldiers were killed."},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "detect", "--jsonl"],
        input="\n".join(json.dumps(record) for record in records),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answers = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert answers["a"]["totals"] == answers["c"]["totals"] == {"killed": [2, 2]}
    assert answers["b"]["problems"][0]["kind"] == "unread"
