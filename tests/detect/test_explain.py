"""The explanation that an investigator reads, and the lines of JSON that a program reads."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support import ROOT
from tests.support.detection import ENGLISH, found
from watcher.detect.detector import unread
from watcher.detect.explain import as_json, explain, plain
from watcher.model.claim import Claim

TEXT = (
    "Two soldiers were killed near Gao on Friday. No civilians were harmed. "
    "Medics had trained casualty evacuation. Up to nine rebels were wounded."
)
FIELDS = set(Claim.__dataclass_fields__)


def explained(text: str = TEXT) -> str:
    """The explanation as one plain string."""
    return plain(explain(text, vocabulary=ENGLISH))


def test_each_claim_is_marked_and_said_in_words() -> None:
    """Which words, what they count, and in which stance."""
    said = explained()
    assert "[1: Two soldiers were killed]" in said
    assert "[1] killed: exactly 2 (military)" in said
    assert "stated as fact: the publisher itself says that it happened" in said
    assert "casualty: nobody (civilian)" in said
    assert "injured: up to 9 (combatant)" in said


def test_a_claim_names_its_rules() -> None:
    """The rules that made a claim are named as in the vocabulary."""
    assert "because: killed, number, soldiers" in explained()
    assert "place: Gao" in explained()


def test_what_was_dismissed_has_its_reason() -> None:
    """A false alarm that did not happen must be as easy to understand as one that did."""
    assert "“casualty evacuation”" in explained()
    assert "care and offices" in explained()


def test_the_offsets_in_an_explanation_are_those_of_the_text() -> None:
    """The reader can check them."""
    start = TEXT.index("Up to nine")
    assert f"characters {start}–{TEXT.index(' wounded') + len(' wounded')}" in explained()


def test_the_totals_stand_last() -> None:
    """In all, per harm."""
    said = explained()
    assert said.index("In all") < said.index("    killed: 2")
    assert "nobody reported" in explained("A parade was held.")


def test_the_text_itself_is_all_there() -> None:
    """The claims are marked in the text; nothing of it is left out."""
    marked = explain(TEXT, vocabulary=ENGLISH)[0]
    words = "".join(part.split(": ", 1)[1].rstrip("]") if style == "claim" else part for style, part in marked)
    assert words == TEXT


def test_colours_only_on_request() -> None:
    """A pipe gets plain text."""
    lines = explain(TEXT, vocabulary=ENGLISH)
    assert "\x1b[" not in plain(lines)
    assert "\x1b[" in plain(lines, has_colour=True)


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
