"""Whether a text is in the vocabulary's language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import ENGLISH
from watcher.detect.text import language
from watcher.detect.text.language import is_readable
from watcher.detect.words.lexicon import compiled

PIECES = "the|of|was|killed|x-y|o'dell|u.s.|a|,|.|12|zzz|qqq|wwww|’|é"
OTHERS = [
    "Les forces ont mené plusieurs opérations dans la région et deux soldats ont été blessés par une mine artisanale.",
    "De krijgsmacht heeft deze week operaties uitgevoerd waarbij twee militairen gewond raakten door een bermbom.",
    "Die Streitkräfte haben in dieser Woche Einsätze durchgeführt, bei denen zwei Soldaten verletzt wurden.",
    "Las fuerzas armadas llevaron a cabo varias operaciones y dos soldados resultaron heridos por una mina.",
    "За неделю подразделения провели несколько операций, двое военнослужащих получили ранения.",
    "خلال الأسبوع نفذت القوات عدة عمليات وأصيب جنديان بجروح.",
]


@pytest.mark.parametrize("text", OTHERS, ids=["fr", "nl", "de", "es", "ru", "ar"])
def test_other_languages_are_not_read(text: str) -> None:
    """A text in another language must be unread rather than without claims."""
    assert not is_readable(text, ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "The force carried out operations this week and two of its soldiers were wounded by a mine near the road.",
        "TWO SOLDIERS WERE KILLED.",
        "Near Tolba, three strikes destroyed two vehicles, a fighting position, an oil tank and a headquarters.",
        "Airman killed",
        "",
        "12345",
    ],
)
def test_english_is_read(text: str) -> None:
    """Headlines, capitals and lists of things are English too; a short text gets the benefit of the doubt."""
    assert is_readable(text, ENGLISH)


def test_a_known_word_by_itself_is_one_token() -> None:
    """What is known between blanks is then a known token, so that counting by blanks never counts too many."""
    pattern = compiled(ENGLISH).tokens.ascii
    known = [word for word in language._known_words(ENGLISH) if word.isascii()]
    assert known
    assert [word for word in known if pattern.findall(word) != [word]] == []


@given(
    st.lists(
        st.sampled_from(
            ["the", "of", "was", "killed", "x-y", "o'dell", "u.s.", "a", ",", ".", "12", "zzz", "qqq", "wwww", "’", "é"]
        )
    ).map(" ".join)
)
def test_what_is_plainly_read_is_read_by_its_tokens(text: str) -> None:
    """The quick answer is the same as the one by all tokens."""
    assert not language._is_plainly_readable(text, ENGLISH) or language._is_readable_by_tokens(text, ENGLISH)


def test_letters_of_another_script_are_never_plainly_read() -> None:
    """Latin names in a language of other letters say nothing."""
    other = replace(ENGLISH, digest="", harms=(replace(ENGLISH.harms[0], words=("вбито",)), *ENGLISH.harms[1:]))
    assert not language._is_plainly_readable("the force of the army", other)
