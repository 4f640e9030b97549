"""Which words of two texts are the same words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watcher.content.word_diff import matching

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@given(WORDS, WORDS)
def test_pairs_are_equal_words_in_rising_order(old: list[str], new: list[str]) -> None:
    """Whatever the texts: only equal words are paired, each once, and no pair crosses another."""
    pairs = matching(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(pairs))


@given(WORDS, st.sets(st.integers(0, 39)))
def test_taking_words_out_leaves_all_others_paired(old: list[str], taken: set[int]) -> None:
    """Where words were only taken out, everything that stayed is found: nothing else is called changed."""
    new = [word for place, word in enumerate(old) if place not in taken]
    assert len(matching(old, new)) == len(new)


def test_shortest_script_is_found_between_anchors() -> None:
    """Repeated words without an anchor among them are still matched one by one."""
    assert len(matching(list("abcabba"), list("cbabac"))) == 4


def test_moved_sentence_keeps_the_longer_part() -> None:
    """What was moved is shown as taken out and put in; the rest stays the same."""
    old, new = list("abcdef"), list("efabcd")
    assert "".join(old[place] for place, _ in matching(old, new)) == "abcd"


def test_long_tables_of_repeated_words_are_compared() -> None:
    """A table of 40,000 zeros and ones, the worst case of difflib, is compared, and its one changed cell found."""
    old = ["0", "1", "1"] * 13_000
    new = [*old[:20_000], "7", *old[20_001:]]
    assert len(matching(old, new)) == len(old) - 1


def test_past_the_bound_a_stretch_counts_as_replaced() -> None:
    """Two unlike texts of repeated words give few pairs rather than minutes of work; the edges are found."""
    old, new = ["start", *["0", "1"] * 5_000, "end"], ["start", *["1", "1", "0", "0"] * 900, "end"]
    pairs = matching(old, new)
    assert pairs[0] == (0, 0)
    assert pairs[-1] == (len(old) - 1, len(new) - 1)
