"""How much two texts have in common."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.similarity import SAME_STATEMENT, may_be_alike, min_hash, similarity

STATEMENT = (
    "The coalition confirms that two of its members were killed on Tuesday when their vehicle left the road near the"
    " northern crossing. Their names are withheld until the families have been told. An inquiry into the cause of the"
    " accident has begun, and its findings will be made public. The commander expressed his sympathy to the families,"
    " friends and comrades of the fallen, and thanked the local authorities for their quick help at the scene."
)
OTHER = (
    "Engineers of the fourth battalion finished the bridge over the river a week ahead of the plan. Farmers who had"
    " waited two years for it drove their herds across on the first morning. The mayor cut the ribbon, a school band"
    " played, and the engineers left for their next place of work, a washed-out road in the eastern hills."
)


def test_same_statement_under_another_letterhead_is_a_copy() -> None:
    """Mirrors add a line before and after; that makes no other statement of it."""
    copied = f"Via the press desk of the mission. {STATEMENT} For questions call the duty officer."
    assert similarity(STATEMENT, copied) > SAME_STATEMENT
    assert set(min_hash(STATEMENT).bands) & set(min_hash(copied).bands)
    assert may_be_alike(min_hash(STATEMENT).minima, min_hash(copied).minima)


def test_another_statement_is_none() -> None:
    """Two releases of one day share their small words and nothing else."""
    assert similarity(STATEMENT, OTHER) < 0.02
    assert not set(min_hash(STATEMENT).bands) & set(min_hash(OTHER).bands)
    assert not may_be_alike(min_hash(STATEMENT).minima, min_hash(OTHER).minima)


def test_case_signs_and_white_space_make_no_difference() -> None:
    """Sites set the same words in other letters."""
    assert similarity(STATEMENT, STATEMENT.upper().replace(". ", " –\n")) == 1
    assert min_hash(STATEMENT).bands == min_hash(STATEMENT.upper().replace(". ", "\n")).bands


def test_signature_of_a_text_never_changes() -> None:
    """It must be the same in every process and version: by others, the copies of the last days are not found."""
    first, *_, last = min_hash(STATEMENT).bands
    assert (first, last) == (40942341, 3740880873)
    assert min_hash(STATEMENT).minima.hex() == "c6411762a1c4ba0cbffb9f5aa9afe7e6003ad15d7743f68f"


def test_words_beyond_ascii_change_nothing_about_the_others() -> None:
    """Texts in ASCII alone are read in a shorter way, and must be found with those that are not."""
    lines = STATEMENT.split(". ")
    other = ". ".join(["Überall – ſo", *lines, "naïve"])
    assert similarity(STATEMENT, other) > SAME_STATEMENT
    assert may_be_alike(min_hash(STATEMENT).minima, min_hash(other).minima)
    assert set(min_hash(STATEMENT.replace("e", "é")).bands).isdisjoint(min_hash(STATEMENT).bands)
    assert min_hash(f"\ud800{STATEMENT}") == min_hash(STATEMENT)


@pytest.mark.parametrize("rows", [24, 200])
def test_texts_alike_are_found_and_others_are_not_read(rows: int) -> None:
    """Of pairs that have six in ten rows in common hardly one may be lost, of those with one in ten few are read."""
    chance = Random(rows)
    shares = {
        part: sum(_is_found(*_pair(chance, rows, part)) for _ in range(150)) / 150 for part in (SAME_STATEMENT, 0.1)
    }
    assert shares[SAME_STATEMENT] > 0.97
    assert shares[0.1] < 0.04


def _pair(chance: Random, rows: int, part: float) -> tuple[str, str]:
    """Two texts of so many rows of four words, this part of all of which both have."""
    common = round(2 * rows * part / (1 + part))
    words = [[f"word{chance.getrandbits(40)}" for _ in range(n)] for n in (common + 3, rows - common, rows - common)]
    return " ".join(words[0] + words[1]), " ".join(words[0] + words[2])


def _is_found(one: str, other: str) -> bool:
    first, second = min_hash(one), min_hash(other)
    return not set(first.bands).isdisjoint(second.bands) and may_be_alike(first.minima, second.minima)


def test_short_text_has_no_signature() -> None:
    """What is said in a line is nobody's statement in particular."""
    assert min_hash("Statement by the minister on recent events").bands == ()
    assert min_hash("").bands == ()
    assert similarity("", "") == 1
    assert similarity("two words", "two words") == 1


@given(st.text(max_size=300))
def test_signature_fits_the_database_and_never_changes(text: str) -> None:
    """Every number is one of 32 bits, and the same text has the same ones in every run."""
    assert min_hash(text).bands == min_hash(text).bands
    assert all(0 <= band < 2**32 for band in min_hash(text).bands)
    assert similarity(text, text) == 1


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30),
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30),
)
def test_similarity_is_the_share_of_the_words_themselves_however_often_asked(one: list[str], other: list[str]) -> None:
    """What is kept of a text that was compared before must give what reading it anew gives."""
    sets = [
        {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))} if words else set()
        for words in (one, other)
    ]
    every = len(sets[0] | sets[1])
    wanted = len(sets[0] & sets[1]) / every if every else 1.0
    assert [similarity(" ".join(one), " ".join(other)) for _ in range(2)] == [wanted, wanted]
