"""A text with its claims marked in place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.model.text_context import Line
from watcher.web.marks import Mark, mark_of, marked_lines, marked_words

TEXT = "Two were killed and four hurt. It was night.\nFour people were hurt."


def mark(start: int, end: int, number: int = 1, anchor: str = "") -> Mark:
    return mark_of(TEXT, start, end, "", number=number, stance="asserted", words="", anchor=anchor)


def text_of(marked: object) -> str:
    return "".join(piece.text for passage in marked for piece in passage.pieces)  # type: ignore[attr-defined]


def test_sentence_around_the_words_is_what_a_link_leads_to() -> None:
    """The words are marked, the sentence has the anchor, what stands beside it has neither."""
    sentence = TEXT[:30]
    found = mark_of(TEXT, 0, 15, sentence, number=1, stance="asserted", words="2 killed", anchor="c7")
    first, rest = marked_lines(TEXT, [found])[0].passages
    assert (first.anchors, text_of([first])) == (("c7",), sentence)
    assert [(piece.text, len(piece.marks), len(piece.ends)) for piece in first.pieces] == [
        ("Two were killed", 1, 1),
        (" and four hurt.", 0, 0),
    ]
    assert (rest.is_quoted, rest.anchors) == (False, ())


def test_overlapping_claims_share_what_they_have_in_common() -> None:
    """Two killed and four hurt may be two claims of the same words; neither hides the other."""
    (passage, *_) = marked_words(TEXT[:30], [mark(0, 19, 1, "c11"), mark(9, 29, 2, "c12")])
    assert [tuple(one.number for one in piece.marks) for piece in passage.pieces] == [(1,), (1, 2), (2,)]
    assert passage.anchors == ("c11", "c12")


def test_lines_say_what_they_are_and_where_a_page_begins() -> None:
    """A row of a table looks like one, and a claim on page 2 is found there."""
    lines = marked_lines(TEXT, [], [Line(45, 67, "table_row")], [0, 45])
    assert [(line.kind, line.page) for line in lines] == [("paragraph", 1), ("table_row", 2)]


@given(
    st.text("ab \n.", max_size=60),
    st.lists(st.tuples(*[st.integers(0, 60)] * 4), max_size=6),
)
def test_no_letter_is_lost_and_no_anchor_comes_twice(text: str, places: list[tuple[int, int, int, int]]) -> None:
    """Whatever overlaps or lies outside, the pieces are the text again."""
    marks = [
        Mark(min(one, two), max(one, two), min(three, four), max(three, four), number, "denied", "", f"c{number}")
        for number, (one, two, three, four) in enumerate(places, start=1)
    ]
    lines = marked_lines(text, marks)
    assert [text_of(line.passages) for line in lines] == [line for line in text.split("\n") if line.strip()]
    anchors = [anchor for line in lines for passage in line.passages for anchor in passage.anchors]
    assert len(anchors) == len(set(anchors))
