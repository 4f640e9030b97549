"""The search: releases with the words in a text or document of any revision, the newest first, with what they share.

A common word is in tens of thousands of texts: only the newest of them are looked at, and the page says so.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.store.rows import COUNTS_FROM
from watcher.store.search_beginnings import INDEXES, as_words_of, is_read_through, looked_up, read_through
from watcher.store.search_terms import fts_query, terms_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.store.search_terms import Term


PAGE_SIZE = 20
# So many of the newest texts with the words are looked at; more where only some of them are wanted.
MOST_HITS, MOST_FILTERED_HITS = 1000, 3000
MOST_READ = 3000
_HITS = "SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY 1 DESC LIMIT ?"
_OF_DOCUMENTS = (
    "SELECT revision_id, id FROM attachment_texts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
)
_RELEASES_OF = """
SELECT release_id FROM revisions WHERE id IN (SELECT value FROM json_each(?1)) OR id IN (SELECT revision_id
  FROM attachment_texts WHERE id IN (SELECT value FROM json_each(?2))) GROUP BY release_id
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


@dataclass(frozen=True, slots=True)
class WithWords:
    """The releases with what was typed, by number; where `is_cut` only those of the newest texts.

    `query` is what the index is asked for, empty where a beginning had to be looked for by reading.
    """

    release_ids: tuple[int, ...]
    is_cut: bool
    query: str


def releases_with(db: Database, typed: str, *, most: int) -> WithWords:
    """The releases with these words in a text or document of any revision, looked for in the `most` newest texts."""
    terms = tuple(looked_up(db, term) for term in terms_of(typed))
    query = fts_query(terms)
    if not query:
        return WithWords((), is_cut=False, query="")
    (texts, is_cut), (documents, is_short) = (_hits(db, index, terms, most) for index in INDEXES)
    rows = db.conn.execute(_RELEASES_OF, [json.dumps(texts), json.dumps(documents)])
    is_read = any(map(is_read_through, terms))
    return WithWords(tuple(row[0] for row in rows), is_cut or is_short, "" if is_read else query)


def find(connection: sqlite3.Connection, search: Search, *, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """One page of the releases that fit, the newest first."""
    db = Database(connection)
    terms = tuple(looked_up(db, term) for term in terms_of(search.q))
    if search.q and not fts_query(terms):
        return Found((), 0, {name: Counter() for name in FACETS}, is_cut=False)
    most = MOST_FILTERED_HITS if terms and len(search.given) > 1 else MOST_HITS
    rows, is_cut = _of_words(db, terms, most, search) if terms else _newest(db, most, search)
    fitting = [row for row in rows if _fits(row, search)]
    fitting.sort(key=lambda row: (row["at"], row["release_id"]), reverse=True)
    shown = fitting[(page - 1) * size : page * size]
    names = {row["publisher"]: row["publisher_name"] for row in fitting}
    return Found(tuple(_with_snippets(db, terms, shown)), len(fitting), _facets(fitting), is_cut, names)


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


def _of_words(db: Database, terms: tuple[Term, ...], most: int, search: Search) -> tuple[list[dict[str, Any]], bool]:
    """Each release once, by its newest text that has the words; by a document where only that has them."""
    (texts, is_cut), (documents, is_short) = (_hits(db, index, terms, most) for index in INDEXES)
    of_documents = db.conn.execute(_OF_DOCUMENTS, [json.dumps(documents)]).fetchall()
    by_revision: dict[int, int | None] = dict(reversed(of_documents)) | dict.fromkeys(texts)
    found: dict[int, dict[str, Any]] = {}
    for row in db.query(_fitting(_OF_REVISIONS, search), search.given | {"revisions": json.dumps(list(by_revision))}):
        if row["release_id"] not in found:
            found[row["release_id"]] = _known(row, by_revision[row["revision_id"]])
    return list(found.values()), is_cut or is_short


def _hits(db: Database, index: str, terms: tuple[Term, ...], most: int) -> tuple[list[int], bool]:
    """The newest rows of an index with these terms, and whether there may be older ones.

    Beginnings that stand in nearly every text are looked for by reading: in those with the other words, or in all.
    """
    others = tuple(term for term in terms if not is_read_through(term))
    wide = tuple(term for term in terms if is_read_through(term))
    query = fts_query(others)
    if not wide or (others and not query):
        found = [row[0] for row in db.conn.execute(_HITS.format(index=index), [fts_query(terms), most])]
        return found, len(found) == most
    ids = [row[0] for row in db.conn.execute(_HITS.format(index=index), [query, MOST_READ])] if query else None
    found, is_cut = read_through(db, index, wide, None if ids is None else json.dumps(ids), most)
    return found, is_cut or len(ids or ()) == MOST_READ


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


def _facets(rows: Sequence[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many releases have each value."""
    said = [{(name, total[name]) for total in row["totals"] for name in _OF_TOTALS} for row in rows]
    of_totals = Counter(chain.from_iterable(said))
    return {
        facet: Counter({value: count for (name, value), count in of_totals.items() if name == facet})
        if facet in _OF_TOTALS
        else Counter(row[facet] for row in rows)
        for facet in FACETS
    }


def _with_snippets(db: Database, terms: tuple[Term, ...], rows: list[dict[str, Any]]) -> Iterator[Hit]:
    texts = [row["revision_id"] for row in rows if row["document"] is None]
    documents = [row["document"] for row in rows if row["document"] is not None]
    of_texts, of_documents = (_snippets(db, *pair, terms) for pair in zip(INDEXES, (texts, documents), strict=True))
    for row in rows:
        document = row["document"]
        said = of_texts.get(row["revision_id"], "") if document is None else of_documents.get(document, "")
        yield Hit(row, document, tuple(_parts(said)))


def _snippets(db: Database, index: str, rows: list[int], terms: tuple[Term, ...]) -> dict[int, str]:
    """The words found with their surroundings, by the number of the text."""
    if not terms or not rows:
        return {}
    ids = json.dumps(rows)
    query = fts_query(tuple(as_words_of(db, index, term, ids) if is_read_through(term) else term for term in terms))
    return dict(db.conn.execute(_SNIPPETS.format(index=index), [query, min(rows), max(rows), ids]).fetchall())


def _parts(snippet: str) -> Iterator[tuple[str, bool]]:
    """A snippet cut at its marks."""
    for number, piece in enumerate(snippet.split("\x02")):
        match, mark, rest = piece.partition("\x03")
        if number and mark:
            yield match, True
            yield rest, False
        else:
            yield piece, False
