"""How many of the judged claims are right: by publisher, stance, rule of the detector, and confidence."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from watcher.model.wording import STANCE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.model.claim import Claim


T = TypeVar("T")
_JUDGED = """
SELECT publishers.code, claims.stance, claims.rules, claims.confidence, claim_verdicts.verdict
FROM claim_verdicts JOIN claims ON claims.id = claim_id JOIN revisions ON revisions.id = claims.revision_id
JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = publisher_id
"""
_BANDS = ((0.9, "0.9 to 1"), (0.7, "0.7 to 0.9"), (0.5, "0.5 to 0.7"), (0.0, "below 0.5"))


@dataclass(frozen=True, slots=True)
class Precision:
    """How many claims were judged right and wrong; those on which reviewers disagree are in neither."""

    right: int = 0
    wrong: int = 0
    disputed: int = 0

    @property
    def share(self) -> float | None:
        """The part of the claims that is right, None where none was judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None

    @property
    def words(self) -> str:
        """As a page says it."""
        if self.share is None:
            return "not reviewed yet"
        disputed = f", {self.disputed} disputed" if self.disputed else ""
        return f"{self.right} of {self.right + self.wrong} reviewed claims are right ({self.share:.0%}){disputed}"


PrecisionBy = dict[str, dict[str, Precision]]


# Counting twenty thousand judgements takes half a second: once for each new one is enough. By the database's file.
_counted: dict[str, tuple[int, PrecisionBy]] = {}


def precision_by(connection: sqlite3.Connection) -> PrecisionBy:
    """The precision of all judged claims (`all`), by `publisher`, `stance`, `rule` and `confidence`."""
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM reviews").fetchone()
    if file not in _counted or _counted[file][0] != newest:
        _counted[file] = (newest, _count(connection))
    return _counted[file][1]


def _count(connection: sqlite3.Connection) -> PrecisionBy:
    counts: dict[str, dict[str, dict[str, int]]] = {
        key: defaultdict(lambda: {"right": 0, "wrong": 0, "disputed": 0})
        for key in ("all", "publisher", "stance", "rule", "confidence")
    }
    for publisher, stance, rules, confidence, verdict in connection.execute(_JUDGED):
        for key, value in _groups(publisher, stance, rules, confidence):
            counts[key][value][verdict] += 1
    return {key: {value: Precision(**found) for value, found in values.items()} for key, values in counts.items()}


def _groups(publisher: str, stance: str, rules: str, confidence: float) -> Iterator[tuple[str, str]]:
    yield "all", "all"
    yield "publisher", publisher
    yield "stance", stance
    yield "confidence", band_of(confidence)
    for rule in dict.fromkeys(json.loads(rules)):
        yield "rule", rule


def band_of(confidence: float) -> str:
    """The band of a confidence, by name."""
    return next(name for least, name in _BANDS if confidence >= least)


def precision_of_claims(
    connection: sqlite3.Connection, publisher: str, claims: Sequence[Claim]
) -> dict[str, Precision]:
    """What reviews say of claims like these of a publisher, in words: of the publisher, and of each stance, band, rule.

    Only where something was reviewed without dispute.
    """
    found = precision_by(connection)
    named = {f"claims of {publisher}": found["publisher"].get(publisher)}
    named |= {STANCE[stance]: found["stance"].get(stance) for stance in _each(one.stance for one in claims)}
    bands = _each(band_of(one.confidence) for one in claims)
    named |= {f"confidence {band}": found["confidence"].get(band) for band in bands}
    rules = _each(rule for one in claims for rule in one.rules)
    named |= {f"rule {rule}": found["rule"].get(rule) for rule in rules}
    return {words: one for words, one in named.items() if one is not None and one.share is not None}


def _each(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
