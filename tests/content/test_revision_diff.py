"""Two revisions against each other, as a person, a mail and a program see it."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found
from watcher.content.revision_diff import RevisionText, as_message, diff_revisions

KILLED = "Two civilians were killed in the strike on Monday."


def revision(number: int, text: str, title: str = "Strike") -> RevisionText:
    claims = found(text).claims
    return RevisionText(number, title, text, f"{number}" * 64, f"2026-11-2{number}T12:00:00Z", "b" * 64, "page", claims)


OLD, NEW = revision(1, f"{KILLED} An inquiry began."), revision(2, KILLED.replace("Two", "Eight"), "Strike, updated")


def test_message_names_claims_passages_hashes_and_times() -> None:
    """A reader of the alert sees what was changed and can prove which two texts were compared (check 31)."""
    message = json.loads(json.dumps(as_message(diff_revisions(OLD, NEW))))
    assert message["claims"] == [
        {
            "kind": "altered",
            "words": "2 civilians killed → 8 civilians killed",
            "old": KILLED,
            "new": KILLED.replace("Two", "Eight"),
        }
    ]
    assert [(one["deleted"], one["inserted"]) for one in message["passages"]] == [
        ("", ", updated"),
        ("Two", "Eight"),
        ("An inquiry began.", ""),
    ]
    assert message["from"]["text_sha256"] == "1" * 64
    assert message["to"]["observed_at"] == "2026-11-22T12:00:00Z"
    assert message["to"]["body_sha256"] == "b" * 64
    assert (message["words_deleted"], message["words_inserted"]) == (4, 3)


@given(st.lists(st.sampled_from(["killed", "Two civilians were killed.", "word", "x" * 5_000]), max_size=400))
def test_message_is_bounded(words: list[str]) -> None:
    """However much was changed, the message fits a mail; it says how much more there is."""
    old = replace(OLD, text=" stays here. ".join(words))
    message = as_message(diff_revisions(old, NEW))
    assert len(json.dumps(message)) < 60_000
    assert message["more_passages"] == max(0, len(diff_revisions(old, NEW).passages) - 12)


def test_revision_against_itself_has_no_difference() -> None:
    """The same text twice is said to be the same, not an empty page."""
    same = diff_revisions(OLD, OLD)
    assert same.words == (0, 0)
    assert same.passages == ()
