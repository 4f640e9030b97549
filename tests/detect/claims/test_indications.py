"""What speaks for or against a claim, by names that can be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.detection import ENGLISH
from watcher.detect.claims.indications import indications
from watcher.detect.detector import annotate
from watcher.model.text_context import NO_CONTEXT, Line, TextContext

PUBLISHED = datetime(2024, 5, 20, tzinfo=UTC)


def names(text: str, context: TextContext = NO_CONTEXT) -> set[str]:
    """What speaks for or against the first claim of a text."""
    return set(indications(annotate(text, ENGLISH, context))[0])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Two soldiers were killed near Gao.", "said by a verb"),
        ("Two soldiers were killed near Gao.", "with a place"),
        ("Two soldiers were killed near Gao.", "a number"),
        ("The deaths of two soldiers were announced.", "said by a noun"),
        ("Two soldiers died.", "said by a verb of dying"),
        ("Several soldiers were killed.", "a vague number"),
        ("No civilians were killed.", "nobody harmed"),
        ("Two people were killed.", "class unknown"),
        ("Two soldiers were killed.", "without a date"),
        ("Two soldiers were killed on Friday.", "with a date"),
        ("He said: “Two soldiers were killed.”", "in quotation marks"),
        ("- Two soldiers were killed.", "in a list"),
        ("Two soldiers killed\nThe army mourns.", "in a heading"),
        ("Site: Mill; Killed: 2", "in a table"),
        ("The wreath was laid. Two soldiers were killed on Friday.", "a ceremony in the text"),
        ("Two soldiers were killed. The fire is out. The two soldiers were killed at the mill.", "said again"),
        ("I remember my mother, my father and my brother. Two soldiers were killed.", "told as a story"),
    ],
)
def test_what_is_said_of_a_claim(text: str, name: str) -> None:
    """Each by a short text that shows it."""
    assert name in names(text)


def test_title_and_publication_speak_too() -> None:
    """What is known beside the text counts where it is known, and says nothing where it is not."""
    text = "Two soldiers were killed on May 14."
    near = names(text, TextContext(title="Two soldiers killed", published=PUBLISHED))
    assert {"the title agrees", "dated near"} <= near
    assert not {"the title agrees", "dated near"} & names(text, TextContext(title="A visit to the depot"))


def test_a_page_says_what_a_line_is() -> None:
    """A quotation without marks is one all the same."""
    text = "The fire is out.\nTwo soldiers were killed."
    assert "in a quotation" in names(text, TextContext(lines=(Line(17, len(text), "quotation"),)))
