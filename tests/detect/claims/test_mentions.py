"""One fact said in text, title and captions is one claim with its places."""

from __future__ import annotations

from tests.support.detection import ENGLISH
from watcher.detect.detector import detect
from watcher.model.claim import Mention
from watcher.model.text_context import TextContext

TEXT = "Two sailors were killed on Friday. The fire is out. The two sailors were killed below deck."


def test_text_title_and_caption_give_one_claim() -> None:
    """Every repetition is kept as a place, and none of them is counted."""
    captions = ("The ship in dock.", "A wreath for the two sailors killed on Friday.")
    title = "Two sailors killed in ship fire"
    found = detect(TEXT, vocabulary=ENGLISH, context=TextContext(title=title, captions=captions))
    (claim,) = found.claims
    assert [(place.part, place.number) for place in claim.also] == [("text", 0), ("title", 0), ("caption", 1)]
    assert TEXT[claim.also[0].start : claim.also[0].end] == "The two sailors were killed"
    assert title[claim.also[1].start : claim.also[1].end] == "Two sailors killed"
    assert found.totals == {"killed": (2, 2)}


def test_what_says_something_else_is_no_place_of_a_claim() -> None:
    """A title with another number, class or stance confirms nothing."""
    for title in ("Three sailors killed", "Two insurgents killed", "No sailors killed", "The fire is out"):
        (claim,) = detect(TEXT, vocabulary=ENGLISH, context=TextContext(title=title)).claims
        assert [place.part for place in claim.also] == ["text"]


def test_a_caption_has_its_number() -> None:
    """Of twelve photos it must be plain which one says so."""
    captions = ("The ship.", "Two sailors were killed here.")
    (claim,) = detect("Two sailors died.", vocabulary=ENGLISH, context=TextContext(captions=captions)).claims
    assert claim.also == (Mention("caption", 0, 23, 1),)
