"""Names are found in whatever spelling somebody types them, in a real index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.store.schema import SCRIPTS
from watcher.store.search_terms import fts_query, rule_words, terms_of


@cache
def index() -> sqlite3.Connection:
    """An index with the tokenizer of the migration."""
    line = next(line for line in SCRIPTS["0009_search"].splitlines() if "tokenize" in line)
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE texts USING fts5 (text, {line.strip()})")
    return db


def finds(typed: str, text: str) -> bool:
    """Whether the search for what was typed finds a text."""
    query = fts_query(terms_of(typed))
    db = index()
    with closing(db.cursor()) as cursor:
        cursor.execute("DELETE FROM texts")
        cursor.execute("INSERT INTO texts VALUES (?)", [text])
        return bool(query) and bool(cursor.execute("SELECT 1 FROM texts WHERE texts MATCH ?", [query]).fetchone())


GROUPS = (
    (
        "Al-Hudaydah",
        "al Hudaydah",
        "El-Hudaydah",
        "Al-Ḥudaydah",
        "Alhudaydah",
        "el hudaydah",
        "AL HUDAYDAH",
        "al–Hudaydah",
    ),
    ("Sana'a", "Sana’a", "Sanʿa", "Ṣanʿāʾ", "Sana‘a", "Sana`a"),
    ("Deir ez-Zor", "Deir al-Zor", "Deir ez Zor", "Deir el-Zor", "Deir Ezzor", "Deir-ez-Zor", "Deir Al Zor"),
    ("Tel-Hamis", "Tel Hamis", "tel hamis", "Tel–Hamis"),
    ("ar-Raqqah", "al-Raqqah", "Ar Raqqah", "Arraqqah", "Raqqah"),
    ("O'Neill", "O’Neill", "ONeill", "o'neill"),
    ("Ba'ath", "Baath", "Baʿath", "Ba’ath"),
    ("Al-Qa'im", "al-Qaim", "Al Qa’im", "el-Qaʾim", "alqaim"),
    ("São José", "Sao Jose", "SAO JOSÉ"),
    ("الحديدة", "حديدة"),
)
# The article as part of a word is not guessed where it may be none: "arrest" must not find "rest".
TOO_FAR = {("Arraqqah", "Raqqah"), ("Raqqah", "Arraqqah")}


@pytest.mark.parametrize("group", GROUPS, ids=[group[0] for group in GROUPS])
def test_every_spelling_finds_every_other(group: tuple[str, ...]) -> None:
    """Who counts the dead of a town does not know how the ministry transcribes it today."""
    pairs = [(one, other) for one in group for other in group if (one, other) not in TOO_FAR]
    assert [pair for pair in pairs if not finds(pair[0], f"A strike near {pair[1]} on Monday.")] == []


def test_terms_are_all_wanted_and_signs_mean_little() -> None:
    """All words must be there; a phrase is one, a word can be left out, a beginning can be asked for."""
    text = "Two civilians were killed near Tel Hamis, the ministry's spokesman said."
    for typed in (
        "killed civilians",
        '"civilians were killed"',
        "civil* tel-hamis",
        "ministry",
        "ministry's",
        "-soldiers two",
    ):
        assert finds(typed, text), typed
    for typed in (
        "killed soldiers",
        '"killed civilians"',
        "killed -civilians",
        "-killed",
        "civi",
        "*",
        '"',
        "' OR 1",
        "",
    ):
        assert not finds(typed, text), typed


def test_article_is_no_word_of_its_own_and_english_is_left_alone() -> None:
    """English words stay as they are typed: who looks for "lied" does not find "allied"."""
    assert finds("el Fasher", "in Al-Fasher")
    assert not finds("at Fasher", "in Al-Fasher")
    assert not finds("lied", "allied forces")
    assert not finds("arrest", "the rest")
    assert finds("الحُديدة", "غارة قرب الحديدة")
    assert not finds("fred", "Alfred")


@given(st.text(max_size=40))
@settings(max_examples=150)
def test_whatever_is_typed_is_no_error_of_the_index(typed: str) -> None:
    """No sign of a reader's is an operator that the index trips over, and what is found in itself is found."""
    is_found = finds(typed, typed)
    assert (
        is_found
        or not any(sign.isalnum() for sign in typed)
        or any(sign in typed for sign in '-"“”„*')
        or any(term.is_prefix for term in terms_of(typed))
        or not typed.isascii()
    )


def test_words_of_a_rule_are_spelled_as_texts_may_spell_them() -> None:
    """A rule compares letters, so it is given the spellings."""
    assert rule_words(terms_of("Sana'a")) == ("Sana'a", "Sana’a", "Sana-a", "Sana a", "Sanaa")
    assert "Hudaydah" in rule_words(terms_of("al-Hudaydah -exercise"))
    assert "exercise" not in rule_words(terms_of("al-Hudaydah -exercise"))
    assert rule_words(terms_of('"were killed" …')) == (
        "were killed",
        "were'killed",
        "were’killed",
        "were-killed",
        "werekilled",
    )
