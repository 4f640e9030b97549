"""How sure a claim is: readable weights, a number that can be a probability."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import ENGLISH, only
from watcher.config.weights import START
from watcher.detect.claims.confidence import confidence_of
from watcher.detect.detector import detect
from watcher.detect.explain import explain, plain
from watcher.model.text_context import Line, TextContext

NEWS = "Two soldiers were killed near Gao on Friday."
STORY = "I remember my mother and my brother. My wife and I had a dream of my own journey. A man died."


def test_news_is_surer_than_a_story() -> None:
    """A dated account with a place and a number weighs more than a death in somebody's life."""
    assert only(NEWS).confidence > 0.85
    assert only(STORY).confidence < only(NEWS).confidence - 0.1


def test_words_read_from_a_picture_are_less_sure() -> None:
    """A program that reads a scan takes an 8 for a 3; the claim says that it may be wrong."""
    context = TextContext(lines=(Line(0, len(NEWS), "recognised"),))
    (claim,) = detect(NEWS, vocabulary=ENGLISH, context=context).claims
    assert claim.confidence < only(NEWS).confidence - 0.1


def test_without_weights_every_claim_is_certain() -> None:
    """A vocabulary of one's own without the file changes no alert."""
    bare = ENGLISH.with_changes(weights={}, digest="")
    (claim,) = detect(STORY, vocabulary=bare).claims
    assert claim.confidence == 1


def test_the_explanation_names_what_speaks_for_and_against() -> None:
    """The weights are those of the file, the weightiest first."""
    said = plain(explain(STORY, vocabulary=ENGLISH))
    against = said.partition("against: ")[2].partition("\n")[0].split(", ")
    assert len(against) > 1
    for name, shown in (one.rsplit(" −", 1) for one in against):
        assert -float(shown) == ENGLISH.weights[name] < 0
    assert "for: " in said
    assert f"confidence: {only(STORY).confidence:.2f}" in said


@given(st.lists(st.sampled_from(sorted(ENGLISH.weights)), max_size=8), st.floats(-50, 50))
def test_a_confidence_is_never_sure(names: list[str], start: float) -> None:
    """Whatever is weighed, it stays between nothing and one, and a weight for a claim never lowers it."""
    weights = ENGLISH.weights | {START: start}
    found = confidence_of(names, weights)
    assert 0 < found < 1
    assert confidence_of(names, weights | {START: start + 1}) >= found
