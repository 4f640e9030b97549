"""The explanation: what an investigator reads."""

from __future__ import annotations

from tests.support.detection import ENGLISH
from watcher.detect.explain import explain, plain

TEXT = (
    "Two soldiers were killed near Gao on Friday. No civilians were harmed. "
    "Medics had trained casualty evacuation. Up to nine rebels were wounded."
)


def explained(text: str = TEXT) -> str:
    """The explanation as one plain string."""
    return plain(explain(text, vocabulary=ENGLISH))


def test_each_claim_is_marked_and_said_in_words() -> None:
    """Which words, what they count, and in which stance."""
    said = explained()
    assert "[1: Two soldiers were killed]" in said
    assert "[1] killed: exactly 2 (military)" in said
    assert "asserted: the publisher says it happened" in said
    assert "casualty: nobody (civilian)" in said
    assert "injured: up to 9 (combatant)" in said


def test_it_says_why() -> None:
    """The rules that made a claim are named as in the vocabulary."""
    assert "because: killed, number, soldiers" in explained()
    assert "place: Gao" in explained()


def test_what_was_dismissed_is_told_with_its_reason() -> None:
    """A false alarm that did not happen must be as easy to understand as one that did."""
    assert "“casualty evacuation”" in explained()
    assert "care and offices" in explained()


def test_offsets_are_those_of_the_text() -> None:
    """The reader can check them."""
    start = TEXT.index("Up to nine")
    assert f"characters {start}–{TEXT.index(' wounded') + len(' wounded')}" in explained()


def test_totals_close_it() -> None:
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
