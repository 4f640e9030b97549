"""A text is read with the vocabulary of its language, part by part; what nobody can read is said to be unread."""

from __future__ import annotations

import pytest

from tests.support.scenario import HARM, WORDS
from watcher.model.release import LanguagePart
from watcher.pipeline.text_claims import detect_text


@pytest.mark.parametrize("language", ["", "en", "EN", "en-US"])
def test_language_is_known_in_its_spellings(language: str) -> None:
    """Tags of RFC 5646 carry a region and know no case; nothing stated is English."""
    assert len(detect_text(WORDS, HARM, language=language).claims) == 2


def test_text_that_nobody_can_read_is_unread_and_not_harmless() -> None:
    """Without a vocabulary the answer must not be "no casualties"."""
    found = detect_text(WORDS, "Dwóch cywilów zginęło.", language="pl")
    assert [problem.kind for problem in found.problems] == ["unread"]


def test_each_part_of_a_text_is_read_in_its_own_language() -> None:
    """A page in Ukrainian with an English part is no unread page: the dead of the part are found where they stand."""
    foreign = "Поранених евакуювали до військового шпиталю в столиці, двоє з них у критичному стані."
    text = f"{foreign}\n{HARM}\n{foreign}"
    for language, kinds in (("uk", ["unread"]), ("en", ["part_unread"])):
        found = detect_text(WORDS, text, language=language)
        assert [text[one.start : one.end] for one in found.claims] == [
            HARM[one.start : one.end] for one in detect_text(WORDS, HARM, language="en").claims
        ]
        assert [problem.kind for problem in found.problems] == kinds
    wrong = (LanguagePart(0, len(foreign), "uk"), LanguagePart(len(foreign) + 1, len(text), "fr"))
    assert len(detect_text(WORDS, text, language="en", parts=wrong).claims) == 2
    only_foreign = detect_text(
        WORDS, f"{foreign}\n{'Раненых эвакуировали в госпиталь. Мы были там. ' * 6}", language="uk"
    )
    assert (only_foreign.claims, only_foreign.problems[0].kind) == ((), "unread")
