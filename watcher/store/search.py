"""The search: releases with the words in a text or document of any revision, the newest first, with what they share.

A common word is in tens of thousands of texts: only the newest of them are looked at, and the page says so.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.store.rows import COUNTS_FROM
from watcher.store.search_terms import fts_query, terms_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.store.search_terms import Term


PAGE_SIZE = 20
# So many of the newest texts with the words are looked at; more where only some of them are wanted.
MOST_HITS, MOST_FILTERED_HITS = 1000, 3000
_INDEXES = ("revisions_fts", "revisions_fts_documents")
_HITS = "SELECT rowid AS id, rowid AS revision FROM revisions_fts WHERE revisions_fts MATCH ? ORDER BY 1 DESC LIMIT ?"
_DOCUMENTS = """
SELECT rowid AS id, (SELECT revision_id FROM attachment_texts WHERE id = revisions_fts_documents.rowid) AS revision
FROM revisions_fts_documents WHERE revisions_fts_documents MATCH ? ORDER BY 1 DESC LIMIT ?
"""
_COLUMNS = f"""
SELECT revisions.id AS revision_id, revisions.number AS revision, revisions.language, releases.id AS release_id,
  releases.title, releases.url, revision_count, is_removed, totals,
  {COUNTS_FROM} AS at, publishers.code AS publisher, publishers.name AS publisher_name, country
"""
# Put in where it is asked for; with + no index is begun with, and the newest of all are walked through.
_FITS = {
    "publisher": "releases.publisher_id = (SELECT id FROM publishers WHERE code = :publisher)",
    "country": "+releases.publisher_id IN (SELECT id FROM publishers WHERE country = :country)",
    "language": "revisions.language = :language",
}
_OF_REVISIONS = f"""
{_COLUMNS} FROM revisions CROSS JOIN releases ON releases.id = revisions.release_id
CROSS JOIN publishers ON publishers.id = publisher_id
WHERE revisions.id IN (SELECT value FROM json_each(:revisions)) AND {{fits}} ORDER BY revisions.id DESC
"""
# CROSS JOIN keeps the order: the newest first, of all or of one publisher, as the index has them.
_NEWEST = f"""
{_COLUMNS} FROM releases CROSS JOIN publishers ON publishers.id = publisher_id
CROSS JOIN revisions ON revisions.release_id = releases.id AND revisions.number = revision_count
WHERE {{fits}} ORDER BY {COUNTS_FROM} DESC, releases.id DESC LIMIT :most
"""
# One walk over the texts with the words, between the first and the last that are shown: with a plain IN the index would
# be asked anew for each of them. Only of those that are shown a snippet is made.
_SNIPPETS = """
SELECT rowid, snippet({index}, -1, char(2), char(3), ' … ', 40) FROM {index}
WHERE {index} MATCH ?1 AND rowid BETWEEN ?2 AND ?3 AND +rowid IN (SELECT value FROM json_each(?4))
"""
# The words of the index, one row for each place where one stands: the next word is found without reading the rows.
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_words USING fts5vocab ('main', '{index}', 'instance')"
_NEXT_WORD = "SELECT term FROM temp.{index}_words WHERE term >= ? ORDER BY term LIMIT 1"
_MOST_WORDS = 3000
# Of so many publishers of a country each one's newest are looked up; of more, the newest of all are walked through.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; an empty field asks for anything. `year` is that of the publication, `q` what was typed."""

    q: str = ""
    publisher: str = ""
    country: str = ""
    language: str = ""
    harm: str = ""
    victim: str = ""
    stance: str = ""
    year: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The fields that ask for something."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


FACETS = ("publisher", "country", "language", "harm", "victim", "stance", "year")
_OF_TOTALS = ("harm", "victim", "stance")


@dataclass(frozen=True, slots=True)
class Hit:
    """One release that was found: `row` of what is known of it, and the words found, in parts (text, is a match)."""

    row: Mapping[str, Any]
    document: int | None = None
    snippet: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, how many there are, what they share by facet, and whether older texts were not looked at.

    `publisher_names` are by the codes of publishers.
    """

    hits: tuple[Hit, ...]
    count: int
    facets: Mapping[str, Counter[str]]
    is_cut: bool
    publisher_names: Mapping[str, str] = field(default_factory=dict)


def find(connection: sqlite3.Connection, search: Search, *, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """One page of the releases that fit, the newest first."""
    db = Database(connection)
    terms = terms_of(search.q)
    query = fts_query(tuple(_whole(db, term) for term in terms))
    if search.q and not query:
        return Found((), 0, {name: Counter() for name in FACETS}, is_cut=False)
    most = MOST_FILTERED_HITS if query and len(search.given) > 1 else MOST_HITS
    rows, is_cut = _of_words(db, query, most, search) if query else _newest(db, most, search)
    fitting = [row for row in rows if _fits(row, search)]
    fitting.sort(key=lambda row: (row["at"], row["release_id"]), reverse=True)
    shown = fitting[(page - 1) * size : page * size]
    names = {row["publisher"]: row["publisher_name"] for row in fitting}
    return Found(tuple(_with_snippets(db, query, shown)), len(fitting), _facets(fitting), is_cut, names)


def _whole(db: Database, term: Term) -> Term:
    """A beginning as the words that begin so: the index looks whole words up and ends after the newest texts.

    For a beginning it would read all texts with any of them first. Of more than three thousand it does.
    """
    if not term.is_prefix:
        return term
    ((*before, beginning),) = term.spellings
    words = {word for index in _INDEXES for word in _words(db, index, beginning)}
    if not 0 < len(words) <= _MOST_WORDS:
        return term
    return replace(term, spellings=tuple((*before, word) for word in sorted(words)), is_prefix=False)


def _words(db: Database, index: str, beginning: str) -> Iterator[str]:
    """The words of an index with a beginning, at most one more than can be looked for."""
    db.conn.execute(_VOCABULARY.format(index=index))
    plain = "".join(sign for sign in unicodedata.normalize("NFD", beginning) if not unicodedata.combining(sign))
    after, count = plain, 0
    while count <= _MOST_WORDS:
        found = db.conn.execute(_NEXT_WORD.format(index=index), [after]).fetchone()
        if found is None or not found[0].startswith(plain):
            return
        yield found[0]
        after, count = f"{found[0]}\x00", count + 1


def publishers_of(connection: sqlite3.Connection, search: Search) -> tuple[str, ...]:
    """The codes of the publishers that a search is about; none where it is about all."""
    if search.publisher or not search.country:
        return (search.publisher,) if search.publisher else ()
    found = connection.execute("SELECT code FROM publishers WHERE country = ? ORDER BY code", [search.country])
    return tuple(code for (code,) in found)


def _newest(db: Database, most: int, search: Search) -> tuple[list[dict[str, Any]], bool]:
    of = publishers_of(db.conn, search)
    each = [replace(search, publisher=code, country="") for code in of] if 0 < len(of) <= _FEW else [search]
    rows = [row for one in each for row in db.query(_fitting(_NEWEST, one), one.given | {"most": most})]
    rows.sort(key=lambda row: (row["at"], row["release_id"]), reverse=True)
    return [_known(row, None) for row in rows[:most]], len(rows) >= most


def _of_words(db: Database, query: str, most: int, search: Search) -> tuple[list[dict[str, Any]], bool]:
    """Each release once, by its newest text that has the words; by a document where only that has them."""
    texts = [(row["revision"], None) for row in db.query(_HITS, [query, most])]
    documents = [(row["revision"], row["id"]) for row in db.query(_DOCUMENTS, [query, most])]
    by_revision: dict[int, int | None] = dict(reversed(documents)) | dict(texts)
    found: dict[int, dict[str, Any]] = {}
    for row in db.query(_fitting(_OF_REVISIONS, search), search.given | {"revisions": json.dumps(list(by_revision))}):
        if row["release_id"] not in found:
            found[row["release_id"]] = _known(row, by_revision[row["revision_id"]])
    return list(found.values()), most in {len(texts), len(documents)}


def _fitting(sql: str, search: Search) -> str:
    """The query with the conditions that are asked for."""
    fits = " AND ".join(["1", *(sql for name, sql in _FITS.items() if getattr(search, name))])
    return sql.format(fits=fits)


def _known(row: dict[str, Any], document: int | None) -> dict[str, Any]:
    totals = json.loads(row["totals"]) if row["totals"] != "[]" else []
    return row | {"totals": totals, "document": document, "year": row["at"][:4]}


def _fits(row: Mapping[str, Any], search: Search) -> bool:
    """Whether a row fits what its query could not ask for."""
    of_totals = {name: value for name in _OF_TOTALS if (value := getattr(search, name))}
    return search.year in {"", row["year"]} and (
        not of_totals or any(all(total[name] == value for name, value in of_totals.items()) for total in row["totals"])
    )


def _facets(rows: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many releases have each value."""
    facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for row in rows:
        for name in FACETS:
            facets[name].update({total[name] for total in row["totals"]} if name in _OF_TOTALS else [row[name]])
    return facets


def _with_snippets(db: Database, query: str, rows: list[dict[str, Any]]) -> Iterator[Hit]:
    texts = [row["revision_id"] for row in rows if row["document"] is None]
    documents = [row["document"] for row in rows if row["document"] is not None]
    of_texts, of_documents = (_snippets(db, *pair, query) for pair in zip(_INDEXES, (texts, documents), strict=True))
    for row in rows:
        document = row["document"]
        said = of_texts.get(row["revision_id"], "") if document is None else of_documents.get(document, "")
        yield Hit(row, document, tuple(_parts(said)))


def _snippets(db: Database, index: str, rows: list[int], query: str) -> dict[int, str]:
    """The words found with their surroundings, by the number of the text."""
    if not query or not rows:
        return {}
    values = [query, min(rows), max(rows), json.dumps(rows)]
    return dict(db.conn.execute(_SNIPPETS.format(index=index), values).fetchall())


def _parts(snippet: str) -> Iterator[tuple[str, bool]]:
    """A snippet cut at its marks."""
    for number, piece in enumerate(snippet.split("\x02")):
        match, mark, rest = piece.partition("\x03")
        if number and mark:
            yield match, True
            yield rest, False
        else:
            yield piece, False
