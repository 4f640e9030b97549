"""The compiled vocabulary and the reading of one sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.detection import ENGLISH, read
from watcher.config.spellings import spelled
from watcher.detect.detector import detect
from watcher.detect.words.finder import Finder
from watcher.detect.words.lexicon import compiled, either

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary


def with_word(word: str) -> Vocabulary:
    """The English vocabulary with one more word for being killed."""
    first, *rest = ENGLISH.harms
    grown = replace(first, words=(*first.words, word))
    return ENGLISH.with_changes(harms=(grown, *rest), digest=f"test-{word}")


def test_a_user_s_word_counts_at_once() -> None:
    """A word added to the file is found, with its people, without any code."""
    text = "Two soldiers were zapped near Gao."
    assert detect(text, vocabulary=ENGLISH).claims == ()
    (claim,) = detect(text, vocabulary=with_word("zapped")).claims
    assert (claim.harm, claim.count_min, claim.victim) == ("killed", 2, "military")


def test_a_user_s_phrase_counts_too() -> None:
    """A phrase is one word for the rules."""
    (claim,) = detect("Two soldiers were sent to valhalla.", vocabulary=with_word("sent to valhalla")).claims
    assert claim.count_min == 2


def test_phrases_are_one_token() -> None:
    """So that no rule sees their pieces."""
    sentence = read("There was loss of life near the Dead Sea.")
    assert "loss of life" in sentence.low
    assert "the dead sea" in sentence.low


def test_the_longest_phrase_wins() -> None:
    """Casualty collection point, not casualty collection."""
    assert "casualty collection point" in read("A casualty collection point was set up.").low


def test_a_phrase_has_all_that_its_lists_say_of_it() -> None:
    """It becomes a word with the first text that holds it, a cue of one list and a noun of another at once."""
    lexicon = compiled(ENGLISH.with_changes(digest="test-of-phrases"))
    word = lexicon.words["loss"].phrases["of"].by_words["of", "life"]
    assert (word.text, word.harm is not None, word.phrases) == ("loss of life", True, {})
    assert lexicon.words["loss"].phrases["of"].by_words["of", "life"] is word


def test_a_phrase_may_end_the_text() -> None:
    """Where a longer one has no room left, the shorter one counts; a word without its tail stays alone."""
    assert read("They set up a casualty collection").low[-1] == "casualty collection"
    assert read("There was loss of life").low[-1] == "loss of life"
    assert read("They mourned the loss").low[-1] == "loss"


def test_a_longer_phrase_takes_the_meaning_of_a_word() -> None:
    """A finder asked for "memorial" finds none in a text that only names the hospital."""
    finder = Finder(["memorial", "wreath"], but=["memorial hospital"])
    assert finder.starts("treated at the memorial hospital") == []
    assert finder.starts("a wreath at the memorial hospital; the memorial") == [2, 39]
    assert finder.starts("immemorial custom") == []


def test_singular_and_plural() -> None:
    """One entry gives both."""
    assert spelled(["man/men", "police"]) == ["man", "men", "police"]
    words = compiled(ENGLISH).words
    assert (words["soldier"].is_plural, words["soldiers"].is_plural, words["police"].is_plural) == (False, True, True)


def test_possessives_and_hyphens() -> None:
    """The ending stands apart, a hyphenated word stays whole."""
    sentence = read("The sailor’s non-combat death, al-Masri said.")
    assert sentence.low[:4] == ["the", "sailor", "'s", "non-combat"]
    assert "al-masri" in sentence.low


@pytest.mark.parametrize(
    "small", ["“the u.s.-led raid’s 1\u202f200 dead” – co‑pilots… 3’500", "a café’s dead", "3 أشخاص, ٣ dead"]
)
def test_each_pattern_parts_its_sentences_as_the_widest_does(small: str) -> None:
    """Signs of print and letters beyond ASCII each have a pattern, which parts a sentence as the one for all does."""
    tokens = compiled(ENGLISH).tokens
    assert tokens.of(small).split(small) == tokens.any.split(small)
    assert tokens.of(small) is (tokens.printed if "“" in small else tokens.any)


def test_offsets_of_tokens() -> None:
    """Each token's offsets give its own words."""
    text = "Two — “soldiers” — died; İzmir, 3-5."
    sentence = read(text)
    assert [text[start:stop].lower() for start, stop in zip(sentence.starts, sentence.stops, strict=True)][:4] == [
        "two",
        "—",
        "“",
        "soldiers",
    ]


def test_a_vocabulary_without_a_digest_is_compiled_each_time() -> None:
    """Two of them can differ: only a digest tells that they are one file."""
    bare = ENGLISH.with_changes(digest="")
    assert compiled(bare) is not compiled(bare)


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [(["may", "mayor"], "mayor", "mayor"), (["last week"], "last\nweek", "last week"), ([], "", None)],
)
def test_a_pattern_takes_the_longest_word(words: list[str], text: str, found: str | None) -> None:
    """A shorter word must not hide a longer one; a line can break inside a phrase; no words match nothing."""
    match = re.match(either(words), text)
    assert (" ".join(match.group().split()) if match else None) == found


def test_the_vocabulary_says_what_makes_an_owner() -> None:
    """What stands after the apostrophe is data: in another language it is no token of its own."""
    other = replace(ENGLISH.rule_words, possessive_marks=("'z",))
    tokens = compiled(ENGLISH.with_changes(rule_words=other, digest="test-owner")).tokens
    assert tokens.any.findall("the guard's wife, Ann'z son") == ["the", "guard's", "wife", ",", "Ann", "'z", "son"]
