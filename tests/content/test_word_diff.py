"""Which words of two texts are the same, and what is shown of those that are not."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watcher.content.word_diff import Passage, Run, diff_words, match_words, passages

OLD = "Two soldiers were killed on Monday in the valley. The army said nothing more. An inquiry began."
NEW = "Eight soldiers were killed on Monday in the valley. An inquiry began at once."
TEXTS = st.lists(
    st.sampled_from(["two", "eight", "were", "killed", ".", ",", "\n", "  ", "é", "死", "者"]), max_size=30
)
WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


def joined(runs: tuple[Run, ...], *kinds: str) -> str:
    return "".join(run.text for run in runs if run.kind in kinds)


def changed(old: str, new: str) -> list[tuple[str, str]]:
    return [(run.kind, run.text.strip()) for run in diff_words(old, new) if run.kind != "same"]


def test_changed_words_a_withdrawn_sentence_and_an_addition_are_found() -> None:
    """The three things that an edit does, each by itself, in the order of the text."""
    assert changed(OLD, NEW) == [
        ("deleted", "Two"),
        ("inserted", "Eight"),
        ("deleted", "The army said nothing more."),
        ("inserted", "at once"),
    ]


@given(TEXTS.map("".join) | st.text(max_size=60), TEXTS.map("".join) | st.text(max_size=60))
def test_no_word_is_lost_or_made_up(old: str, new: str) -> None:
    """The runs give both texts back: the newer one exactly, the older one apart from white space."""
    runs = diff_words(old, new)
    assert joined(runs, "same", "inserted") == new or not new.strip()
    assert "".join(joined(runs, "same", "deleted").split()) == "".join(old.split())
    assert all(run.text for run in runs)


@given(st.text(max_size=60))
def test_text_against_itself_has_no_change(text: str) -> None:
    """No word of an unchanged text is marked."""
    assert all(run.kind == "same" for run in diff_words(text, text))


def test_sentence_takes_its_own_full_stop_along() -> None:
    """Both readings have as many words; only one of them is how people edit."""
    first, last = "One was hurt.", "Two were hurt there."
    assert changed(f"{first} {last}", first) == [("deleted", last)]
    assert changed(first, f"{first} {last}") == [("inserted", last)]


def test_white_space_and_line_breaks_are_no_change() -> None:
    """Paragraphs that were set otherwise say the same."""
    assert changed("Two were killed.\nFour were hurt.", "Two  were killed.\n\nFour were\thurt. ") == []


def test_signs_and_joined_words_are_told_apart() -> None:
    """A comma that became a semicolon is one sign, a number with its separators one word."""
    assert changed("1,200 troops came home, all safe", "1,300 troops came home; all safe") == [
        ("deleted", "1,200"),
        ("inserted", "1,300"),
        ("deleted", ","),
        ("inserted", ";"),
    ]


def test_rewritten_sentence_is_one_change() -> None:
    """Small words that happen to stay do not chop a rewritten sentence into crumbs."""
    old = "First words here. Nobody saw the convoy leave. Last words here."
    new = "First words here. Witnesses watched the trucks burn. Last words here."
    assert changed(old, new) == [
        ("deleted", "Nobody saw the convoy leave"),
        ("inserted", "Witnesses watched the trucks burn"),
    ]


def test_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    """A Chinese sentence is one word to a splitter at spaces: one changed number must not mark all of it."""
    assert changed("2名士兵死亡", "8名士兵死亡") == [("deleted", "2"), ("inserted", "8")]


def test_passages_carry_words_around_each_change() -> None:
    """A message shows the change and where it stands, cut between words."""
    found = passages(diff_words(OLD, NEW), context=30)
    assert found[0] == Passage("", "Two", "Eight", "soldiers were killed on…")
    assert found[1] == Passage("…on Monday in the valley.", "The army said nothing more.", "", "An inquiry began")
    assert len(found) == 3


def test_first_and_last_text_may_be_empty() -> None:
    """A text that appears or disappears as a whole is one run."""
    assert diff_words("", "New words.") == (Run("inserted", "New words."),)
    assert diff_words("Old words.", "") == (Run("deleted", "Old words."),)
    assert diff_words("", "") == ()


@given(WORDS, WORDS)
def test_pairs_are_equal_words_in_rising_order(old: list[str], new: list[str]) -> None:
    """Whatever the texts: only equal words are paired, each once, and no pair crosses another."""
    pairs = match_words(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(pairs))


@given(WORDS, st.sets(st.integers(0, 39)))
def test_taking_words_out_leaves_all_others_paired(old: list[str], taken: set[int]) -> None:
    """Where words were only taken out, everything that stayed is found: nothing else is called changed."""
    new = [word for place, word in enumerate(old) if place not in taken]
    assert len(match_words(old, new)) == len(new)


def test_shortest_script_is_found_between_anchors() -> None:
    """Repeated words without an anchor among them are still matched one by one."""
    assert len(match_words(list("abcabba"), list("cbabac"))) == 4


def test_moved_sentence_keeps_the_longer_part() -> None:
    """What was moved is shown as taken out and put in; the rest stays the same."""
    old, new = list("abcdef"), list("efabcd")
    assert "".join(old[place] for place, _ in match_words(old, new)) == "abcd"


def test_long_tables_of_repeated_words_are_compared() -> None:
    """A table of 40,000 zeros and ones, the worst case of difflib, is compared, and its one changed cell found."""
    old = ["0", "1", "1"] * 13_000
    new = [*old[:20_000], "7", *old[20_001:]]
    assert len(match_words(old, new)) == len(old) - 1


def test_past_the_bound_a_stretch_counts_as_replaced() -> None:
    """Two unlike texts of repeated words give few pairs rather than minutes of work; the edges are found."""
    old, new = ["start", *["0", "1"] * 5_000, "end"], ["start", *["1", "1", "0", "0"] * 900, "end"]
    pairs = match_words(old, new)
    assert pairs[0] == (0, 0)
    assert pairs[-1] == (len(old) - 1, len(new) - 1)
