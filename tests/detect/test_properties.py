"""What must hold for every text: sound offsets, linear time, capitals as mixed case, the same answer twice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.detection import brief, found
from watcher.detect.text.document import lowered

if TYPE_CHECKING:
    from types import FrameType

WORDS = (
    "killed|wounded|two|soldiers|civilians|no|may|not credible|including|of whom|,|.|;|:|and|or|İstanbul|ﬁve|é|🔴|"
    "\u200b|\n|\n\n|(|)|“|12|3-5|at least|the|a|who|were|died|deaths of|near|Gao|2019|Sgt. Al Roe|missing|dead|-|'s|ß|٣"
)
PIECES = st.sampled_from(WORDS.split("|"))


@given(st.lists(PIECES, max_size=40).map(" ".join))
@settings(max_examples=100)
def test_offsets_are_right_for_any_text(text: str) -> None:
    """Claims point into the text as it is, whatever its letters."""
    detection = found(text)
    for claim in detection.claims:
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.sentence in text
        assert claim.part_of is None or 0 <= claim.part_of < len(detection.claims)
        for person in claim.people:
            assert text[person.start : person.end].split() == person.name.split()


@given(st.text(max_size=300))
@settings(max_examples=70)
def test_no_text_breaks_it(text: str) -> None:
    """Any text gets an answer, and twice the same."""
    assert found(text) == found(text)


@given(st.text())
def test_small_letters_keep_their_places(text: str) -> None:
    """A letter whose small form is longer would shift every offset after it."""
    assert len(lowered(text)) == len(text)


def test_a_letter_that_grows_does_not_shift_offsets() -> None:
    """The Turkish dotted capital has a small form of two characters."""
    text = "İİİİ: two soldiers were killed."
    (claim,) = found(text).claims
    assert text[claim.start : claim.end] == "two soldiers were killed"


@pytest.mark.parametrize(
    "text",
    [
        "Two soldiers were killed and five were wounded in an ambush.",
        "Subversives murdered a mayor and three peasants.",
        "The ministry denied that 15 civilians had been killed.",
        "The bombing resulted in the death of a policeman and injuries to six passersby.",
        "No women or children were injured.",
        "At least 12 people died when the roof fell.",
    ],
)
def test_capitals_are_read_like_mixed_case(text: str) -> None:
    """Telegrams and headlines come in capitals."""
    assert brief(text.upper()) == brief(text)


def operations(text: str) -> int:
    """How many lines of code run for a text: time without a clock."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        found(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "killed ",
        "killed may not ",
        "killed 3 people and 4 soldiers, ",
        "one of the dead of the ",
        "including one of whom killed ",
        "KILLED Aa ",
        "no killed or wounded, ",
        "near A-A-A killed\n",
        "12 people were killed. ",
        "Killed: 0; Hurt: 0\n",
        '"killed" ((',
        "No soldiers, guards, drivers, ",
        "any soldiers, guards, drivers, ",
        "alpha | beta | gamma\n",
        "Item: 5\n",
        "Killed 1, wounded 5.\n",
    ],
)
def test_time_is_linear(unit: str) -> None:
    """A hostile text of four times the length takes about four times the steps, never sixteen."""
    first = "Two men were killed.\n"  # tables are looked for only where somebody is harmed
    short, long = (first + (unit * (size // len(unit) + 1))[:size] for size in (600, 2_400))
    assert operations(long) < 6 * operations(short)


_PROSE = "The minister opened the new school near the river, and the band of the garrison played for the guests. "
_CLAIM = "Two soldiers were killed and three were hurt when a bomb went off in Arud on Monday, the army said. "


@pytest.mark.parametrize(
    ("text", "most"), [(_PROSE * 40, 0.2), (_PROSE * 20 + _CLAIM + _PROSE * 20, 20), (_CLAIM, 370)]
)
def test_a_rule_costs_nothing_where_its_words_are_missing(text: str, most: float) -> None:
    """Most releases harm nobody: new rules must not be paid for by them; `most` are lines of code for each word."""
    found(text)  # what is made once a process
    assert operations(text) < most * len(text.split())


@pytest.mark.parametrize("sign", ["²", "٣", "५", "①", "½"])
def test_other_digits_never_raise(sign: str) -> None:
    """A superscript looks like a digit and is no number: a footnote mark must not stop the reading of a release."""
    claims = found(f"They killed {sign} people and {sign} soldiers died in {sign}.").claims
    assert claims
