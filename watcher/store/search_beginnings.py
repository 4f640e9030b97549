"""The beginning of a word in the search: looked up as the words that begin so, or found by reading the newest texts.

For a beginning FTS5 puts the lists of all its words together before it gives the first text; an index of beginnings
(`prefix=`) takes nearly as much room as that of the words. So a beginning is asked for as its words, which end after
the newest texts. One with more words than that is quick for ("ba") stands in nearly every text: the newest are read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.store.search_terms import SEPARATORS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from watcher.store.search_terms import Term


INDEXES = ("revisions_fts", "revisions_fts_documents")
# The words of the index, one row for each place where one stands: the next word is found without reading the rows.
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_words USING fts5vocab ('main', '{index}', 'instance')"
_NEXT_WORD = "SELECT term FROM temp.{index}_words WHERE term >= ? ORDER BY term LIMIT 1"
_MOST_WORDS = 150
# A beginning that so many of the newest texts have is not looked up at all.
_NEWEST_TEXTS, _MANY = 50, 20
# The newest texts and documents, of all or of some, until so many characters are read.
_NEWEST = {
    "revisions_fts": "SELECT id, title || char(10) || text FROM revisions WHERE {those} ORDER BY id DESC",
    "revisions_fts_documents": "SELECT id, text FROM attachment_texts WHERE {those} ORDER BY id DESC",
}
_MOST_CHARACTERS = 8_000_000
_SHOWN_WORDS = 2
_MARKS = re.compile(rf"[{SEPARATORS}]")


def looked_up(db: Database, term: Term) -> Term:
    """A beginning as the words that begin so, where they are few; else, and any other term, as it is."""
    if not term.is_prefix or (not term.is_not and _is_common(db, term)):
        return term
    ((*before, beginning),) = term.spellings
    words = {word for index in INDEXES for word in _words(db, index, beginning)}
    if not 0 < len(words) <= _MOST_WORDS:
        return term
    return replace(term, spellings=tuple((*before, word) for word in sorted(words)), is_prefix=False)


def _is_common(db: Database, term: Term) -> bool:
    newest = _newest(db, "revisions_fts", None).fetchmany(_NEWEST_TEXTS)
    pattern = _pattern(term)
    return sum(pattern.search(_plain(text)) is not None for _, text in newest) >= _MANY


def is_read_through(term: Term) -> bool:
    """Whether a term is still a beginning after that, and is looked for by reading."""
    return term.is_prefix and not term.is_not


def _words(db: Database, index: str, beginning: str) -> Iterator[str]:
    """The words of an index with a beginning, at most one more than can be looked for."""
    db.conn.execute(_VOCABULARY.format(index=index))
    plain = _plain(beginning)
    after, count = plain, 0
    while count <= _MOST_WORDS:
        found = db.conn.execute(_NEXT_WORD.format(index=index), [after]).fetchone()
        if found is None or not found[0].startswith(plain):
            return
        yield found[0]
        after, count = f"{found[0]}\x00", count + 1


def read_through(db: Database, index: str, terms: Iterable[Term], ids: str | None, most: int) -> tuple[list[int], bool]:
    """The newest texts of an index with all these beginnings, of those numbers as JSON, or of all.

    Also whether the reading ended before the last of them.
    """
    patterns = [_pattern(term) for term in terms]
    found, characters = [], 0
    for row_id, text in _newest(db, index, ids):
        characters += len(text)
        plain = _plain(text)
        if all(pattern.search(plain) for pattern in patterns):
            found.append(row_id)
        if len(found) >= most or characters > _MOST_CHARACTERS:
            return found, True
    return found, False


def as_words_of(db: Database, index: str, term: Term, ids: str) -> Term:
    """A beginning as some words of the texts that are shown, by which the index finds what to mark in them."""
    pattern, spellings = _pattern(term), set()
    for _, text in _newest(db, index, ids):
        words = (match[0] for match in pattern.finditer(_plain(text)))
        spellings |= {word for word, _ in zip(words, range(_SHOWN_WORDS), strict=False)}
    phrases = tuple(tuple(re.findall(r"[^\W_]+", words)) for words in sorted(spellings))
    return replace(term, spellings=phrases or term.spellings, is_prefix=not phrases)


def _newest(db: Database, index: str, ids: str | None) -> sqlite3.Cursor:
    """The texts of an index, the newest first: of those numbers as JSON, or all."""
    those = "id IN (SELECT value FROM json_each(?))" if ids is not None else "? IS NULL"
    return db.conn.execute(_NEWEST[index].format(those=those), [ids])


def _pattern(term: Term) -> re.Pattern[str]:
    """What a text without diacritics is searched for: the words of a term, the last of them with any ending."""
    (words,) = term.spellings
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(re.escape(_plain(word)) for word in words) + r"[^\W_]*")


def _plain(text: str) -> str:
    """A text as the index folds it: small letters without diacritics, signs that part words as white space."""
    if text.isascii():
        return text.lower()
    parted = _MARKS.sub(" ", unicodedata.normalize("NFD", text.lower()))
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
