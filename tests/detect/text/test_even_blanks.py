"""Blanks and invisible signs of a text from elsewhere: what is read, and where it stands in the text as it came."""

from __future__ import annotations

import pytest

from tests.support.detection import ENGLISH
from watcher.detect.detector import detect
from watcher.detect.text.even_blanks import evened

TEXT = "Neither of the two miners came back up alive. Ali Noor, 34, and two guards were wounded."


def _read(text: str) -> list[tuple[object, ...]]:
    return [claim.meaning for claim in detect(text, vocabulary=ENGLISH).claims]


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(" ", "  "),
        TEXT.replace(" ", "\u00a0"),
        TEXT.replace(" ", "\u2009"),
        TEXT.replace(" ", " \u200b"),
        TEXT.replace("wounded", "woun\u00added"),
        "\ufeff" + TEXT,
    ],
)
def test_blanks_and_signs_that_nobody_sees_change_no_claim(text: str) -> None:
    """A sentence copied from a mail or a typesetter's file says what it says on a page."""
    assert _read(text) == _read(TEXT) != []


def test_offsets_point_into_the_text_as_it_came() -> None:
    """Whoever marks a claim or a name marks its words, however the text is spaced."""
    text = "The  road  was  closed.  Sgt.  Ali  Noor  and  Pte.  Jan  Roe  were\u00a0\u00a0 kil\u00adled."
    plain = "The road was closed. Sgt. Ali Noor and Pte. Jan Roe were killed."
    found, wanted = detect(text, vocabulary=ENGLISH).claims, detect(plain, vocabulary=ENGLISH).claims
    words = [plain[claim.start : claim.end] for claim in wanted]
    names = [plain[one.start : one.end] for claim in wanted for one in claim.people]
    assert [evened(text[claim.start : claim.end]).text for claim in found] == words
    assert [evened(text[one.start : one.end]).text for claim in found for one in claim.people] == names != []


def test_columns_keep_their_distance() -> None:
    """Three blanks and more part the cells of a table; a tab does too."""
    table = "Village   Killed\nOrsa   3\nTamin\t4"
    assert evened(table).text == table


def test_ends_of_lines_are_ends_of_lines() -> None:
    """A file from another system has two signs where its lines end."""
    assert evened("Two died.\r\n\r\nFour were hurt.").text == "Two died.\n\nFour were hurt."
