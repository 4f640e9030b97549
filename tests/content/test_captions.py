"""The captions of photos, which are no part of the text."""

from __future__ import annotations

from watcher.content.captions import captions_of
from watcher.content.lines import block_lines
from watcher.content.markup import parse_fragment


def test_captions_leave_the_text() -> None:
    """Each once, in the order of the page; buttons are no captions."""
    tree = parse_fragment(
        "<figure><figcaption>Five <b>trucks</b>.</figcaption></figure><p>Text.</p><p class='caption x'>A gate.</p>"
        "<div class='photo-caption'>Five trucks.</div><p class='caption'>DOWNLOAD HI-RES / PHOTO DETAILS</p>"
    )
    assert captions_of(tree) == ("Five trucks.", "A gate.")
    assert block_lines(tree) == ["Text."]


def test_a_caption_inside_a_caption_is_one() -> None:
    """The outer one has its words already, and pages nest them thousands deep."""
    assert captions_of(parse_fragment("<div class='caption'>A <span class='caption'>gate</span></div>")) == ("A gate",)
    assert captions_of(parse_fragment("<span class='caption'>" * 5000 + "A gate")) == ("A gate",)


def test_a_rule_of_the_publisher_names_other_captions() -> None:
    """Sites without classes keep them in plain paragraphs."""
    tree = parse_fragment("<div class='media'><p>Five trucks.</p></div><p>Text.</p>")
    assert captions_of(tree, (".media > p",)) == ("Five trucks.",)
    assert block_lines(tree) == ["Text."]


def test_the_only_words_of_a_pictures_table_are_its_caption() -> None:
    """Old sites set pictures in tables; words beside a picture, or as long as the text, are the release's."""
    text = f"<p>{'The minister visited the crews at the base. ' * 6}</p>"
    below = "<table><tr><td><img src=a></td></tr><tr><td>Three were killed at this gate.</td></tr></table>"
    within = "<table><tr><td><img src=b><br>The wall of names.</td></tr></table>"
    beside = "<table><tr><td><img src=c></td><td>Two were hurt.</td></tr></table>"
    assert captions_of(parse_fragment(text + below + within + beside)) == (
        "Three were killed at this gate.",
        "The wall of names.",
    )
    assert captions_of(parse_fragment(below)) == ()
