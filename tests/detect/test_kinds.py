"""Sentences by kind of difficulty: each states its claims and what it says in all.

The files of tests/data/detect/kinds hold three lines for each text: the text, its claims, its totals. A claim is its
harm, number ("3", "20-" at least, "-15" at most, "?" unsaid), victim and stance.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from tests.support.detection import found

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.model.claim import Bounds, Claim

_BEFORE = "The office put the notice up on its website in the afternoon. "
_AFTER = " The road is open to all traffic again."
_CUTS = 3  # of so many words one is where a text breaks off; its neighbours break off at the others
_EACH = 7  # of so many texts one is read in another layout
# What may stand around a sentence and ask, answer, count again or judge it.
_COMPANY = (
    "Q: {}\nA: Nine, the mayor says.",
    "Killed: 4\n{}\nIt now has 12.",
    "{}\nKilled: 4\nGEN. ROE: It now has 12.",
    "{} So did two guards. Their driver did not.",
    "{} Nobody knows. The ministry rejects that claim.",
    "Q: How many people died?\nA: Nine.\n{}",
    "• {}\n• Two have been found. The rest are missing.",
)
KINDS = sorted((ROOT / "tests" / "data" / "detect" / "kinds").glob("*.txt"))


def bounds(people: Bounds) -> str:
    """A number as the files write it."""
    low, high = people
    if people == (0, 0):
        return "nobody"
    if low == high:
        return "?" if low is None else str(low)
    return f"{'' if low is None else low}-{'' if high is None else high}"


def described(claim: Claim) -> str:
    """A claim as the files write it."""
    marks = [
        mark for mark, is_set in (("background", claim.is_background), ("part", claim.part_of is not None)) if is_set
    ]
    return " ".join([claim.harm, bounds(claim.bounds), claim.victim, claim.stance, *marks])


def cases(path: Path) -> list[tuple[str, str, str]]:
    """The texts of a file, each with its claims and its totals."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"]
    return list(zip(lines[::3], lines[1::3], lines[2::3], strict=True))


@pytest.mark.parametrize("path", KINDS, ids=[path.stem for path in KINDS])
def test_each_kind_of_sentence_is_read_as_labelled(path: Path) -> None:
    """A rule that helps one sentence of a kind must not cost another one of its kind."""
    wrong = []
    for text, claims, totals in cases(path):
        detection = found(text.replace("\\n", "\n"))
        said = "; ".join(described(claim) for claim in detection.claims) or "none"
        total = ", ".join(f"{harm} {bounds(people)}" for harm, people in sorted(detection.totals.items())) or "none"
        if (said, f"total: {total}") != (claims, totals):
            wrong.append(f"{text}\n    is      {said}; {total}\n    wanted  {claims}; {totals}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", KINDS, ids=[path.stem for path in KINDS])
def test_a_text_that_breaks_off_is_still_read(path: Path) -> None:
    """A headline has no full stop: a rule that looks one word too far would cost its whole release an alert."""
    for number, (text, _, _) in enumerate(cases(path)):
        words = text.replace("\\n", "\n").split(" ")
        for last in range(1 + number % _CUTS, len(words), _CUTS):
            found(" ".join(words[:last]))
            found(" ".join(words[last:]).rstrip(".!?"))


@pytest.mark.parametrize("path", KINDS, ids=[path.stem for path in KINDS])
def test_layout_changes_nothing_of_what_is_read(path: Path) -> None:
    """Typed releases are wrapped by hand, some with two blanks: "No" above "U.S. casualties" denies them."""
    for text in [text for text, _, _ in cases(path) if "\\n" not in text][::_EACH]:
        whole = f"{_BEFORE}{text}{_AFTER}"
        wrapped = fill(whole, 72, break_on_hyphens=False, break_long_words=False)
        assert said_in(whole.replace(" ", "  ")) == said_in(wrapped) == said_in(whole), text


def said_in(text: str) -> list[str]:
    """The claims of a text, in no order."""
    return sorted(map(described, found(text).claims))


@pytest.mark.parametrize("path", KINDS, ids=[path.stem for path in KINDS])
def test_every_sentence_is_read_to_the_end_in_any_company(path: Path) -> None:
    """An answer, a table or a second count beside a claim once made it a part of itself, and its reading endless."""
    for number, (text, _, _) in enumerate(cases(path)):
        if number % _EACH == 0:
            found(_COMPANY[number // _EACH % len(_COMPANY)].format(text.replace("\\n", "\n")))
