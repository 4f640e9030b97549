"""The language of a text, with the publisher's as a hint."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.language import detect_language

# A sentence in each language.
TEXTS = json.loads((TESTS / "data" / "content" / "languages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("hint", ["", "en", "ru"])
def test_a_sentence_is_enough(language: str, hint: str) -> None:
    """Whatever the publisher's language is said to be."""
    assert detect_language(TEXTS[language], hint) == language


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [("", "uk-UA", "uk"), ("Stand 2024", "de_DE", "de"), ("12 345", "", ""), ("Загинули 3", "uk", "uk")],
)
def test_too_little_text_takes_the_publishers_word(text: str, hint: str, language: str) -> None:
    """A title of two words proves nothing."""
    assert detect_language(text, hint) == language


def test_near_relatives_go_by_the_publisher() -> None:
    """Danish and Norwegian share their small words."""
    text = (
        "Forsvaret melder at tre soldater er blevet hårdt såret i en ulykke på vej til depotet, og det er ikke "
        "kjent om flere er skadet."
    )
    assert detect_language(text, "da") == "da"
    assert detect_language(text, "no") == "no"


def test_a_foreign_word_in_a_page_changes_nothing() -> None:
    """English pages of Ukrainian offices hold Ukrainian words."""
    assert detect_language(f"{TEXTS['en']} осіб", "uk") == "en"


@given(st.text(max_size=300), st.text(max_size=8))
def test_any_text_has_a_language_or_none(text: str, hint: str) -> None:
    """Any text has a language or none."""
    assert isinstance(detect_language(text, hint), str)
