"""Syndicated copies: releases of other publishers that say the same, found within a window of days.

They are linked and never merged; an alert about a copy joins the one that was raised about the first of them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.content.similarity import SAME_STATEMENT, may_be_alike, similarities
from watcher.model.alert import AlertSubject, SyndicatedCopy, is_higher
from watcher.store.alerts import save_alert
from watcher.store.rows import as_json, at, insert, query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import AlertRecord
    from watcher.model.poll import MinHash, Observation


# A statement is passed on within days. Older signatures are dropped, so the lookup stays as quick as it was.
WINDOW = timedelta(days=14)
_MOST_CANDIDATES = 20
_CANDIDATES = """
SELECT releases.id, minima, count(DISTINCT band) AS shared FROM json_each(?) AS weeks CROSS JOIN json_each(?) AS bands
CROSS JOIN similarity_bands ON seen_week = weeks.value AND band = bands.value
CROSS JOIN releases ON releases.id = similarity_bands.release_id
WHERE seen_day BETWEEN ? AND ? AND publisher_id <> ?
GROUP BY releases.id ORDER BY shared DESC, releases.id LIMIT ?
"""
_SIGNED = """
INSERT INTO similarity_bands (seen_week, band, release_id, seen_day)
  SELECT ?1, value, ?2, ?3 FROM json_each(?4) WHERE true
  ON CONFLICT DO UPDATE SET seen_day = max(seen_day, excluded.seen_day)
"""
_TEXTS = """
SELECT releases.id AS release_id, publishers.code AS publisher, publishers.name AS publisher_name, releases.title,
  releases.url, text
FROM json_each(?) AS found CROSS JOIN releases ON releases.id = found.value
CROSS JOIN revisions ON revisions.release_id = releases.id AND number = revision_count
JOIN publishers ON publishers.id = publisher_id
"""
_LINKED = """
SELECT releases.id AS release_id, publishers.code AS publisher, publishers.name AS publisher_name, releases.title,
  releases.url, similarity
FROM (SELECT other_release_id AS linked, similarity FROM syndicated_copies WHERE release_id = :id
  UNION ALL SELECT release_id, similarity FROM syndicated_copies WHERE other_release_id = :id)
JOIN releases ON releases.id = linked JOIN publishers ON publishers.id = publisher_id
ORDER BY similarity DESC, releases.id
"""


_EARLIER_ALERT = """
SELECT id, priority, message FROM alerts
WHERE event IN ('new', 'denial') AND muted = '' AND created_at >= :since AND (release_id = :release
  OR id IN (SELECT alert_id FROM alert_releases WHERE release_id = :release))
ORDER BY id LIMIT 1
"""
_IS_UNSENT = """
SELECT NOT EXISTS (SELECT 1 FROM deliveries LEFT JOIN attempts ON delivery_id = deliveries.id
  WHERE alert_id = ? AND (attempts.id IS NOT NULL OR state = 'merged'))
"""


def find_copies(
    db: Database, min_hash: MinHash, text: str, *, publisher_id: int, now: datetime
) -> tuple[SyndicatedCopy, ...]:
    """Releases of other publishers of the last days whose newest text is this one or nearly; the most similar first.

    `min_hash` is the text's. Of at most 20 candidates, found by their index, those are read whose minima say that they
    may be alike, and those of earlier versions, which have none.
    """
    candidates = _candidates(db, min_hash, publisher_id, now) if min_hash.bands else []
    rows = query(db, _TEXTS, [str(candidates)]) if candidates else []
    measured = zip(similarities(text, (row.pop("text") for row in rows)), rows, strict=True) if rows else ()
    alike = sorted(
        (pair for pair in measured if pair[0] >= SAME_STATEMENT), key=lambda pair: (-pair[0], pair[1]["release_id"])
    )
    return tuple(SyndicatedCopy(**row, similarity=round(part, 3)) for part, row in alike)


def _candidates(db: Database, min_hash: MinHash, publisher_id: int, now: datetime) -> list[int]:
    first, last = _last_old_day(now) + 1, _day(now) + 1
    weeks = str(list(range(_week(first), _week(last) + 1)))
    values = [weeks, str(_stored(min_hash.bands)), first, last, publisher_id, _MOST_CANDIDATES]
    found = db.conn.execute(_CANDIDATES, values).fetchall()
    return [one for one, minima, _ in found if minima is None or may_be_alike(minima, min_hash.minima)]


def _day(moment: datetime) -> int:
    """Days since 1970."""
    return int(moment.timestamp() // 86_400)


def _week(day: int) -> int:
    """Weeks since 1970: of these the index begins, so that a look-up is one for each of a few."""
    return day // 7


def _last_old_day(now: datetime) -> int:
    """The day whose signatures are of before the window, at least some of them."""
    return _day(now - WINDOW)


def _stored(bands: Sequence[int]) -> list[int]:
    """32 bits of each: texts that share one by chance are compared and found to be different."""
    return [band - (1 << 31) for band in bands]


def save_copies(
    db: Database, release_id: int, min_hash: MinHash, text: str, *, publisher_id: int, now: datetime
) -> None:
    """Link a release's new text with those that say the same, and keep its signature for the ones to come.

    Looked up within the writing transaction: another publisher's poll may have stored its release a moment ago. A
    link that was found once stays, whatever either of them becomes.
    """
    for copy in find_copies(db, min_hash, text, publisher_id=publisher_id, now=now):
        db.conn.execute(
            "INSERT INTO syndicated_copies (release_id, other_release_id, similarity, found_at) SELECT ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM syndicated_copies WHERE release_id = ? AND other_release_id = ?)"
            " ON CONFLICT DO NOTHING",
            [release_id, copy.release_id, copy.similarity, at(now), copy.release_id, release_id],
        )
    today = _day(now)
    # The signature of an earlier text of the release stays until its week is over: it finds what is then compared.
    db.conn.execute(_SIGNED, [_week(today), release_id, today, json.dumps(_stored(min_hash.bands))])


def drop_old_signatures(db: Database, now: datetime) -> None:
    """Drop the signatures of the weeks that are wholly before the window."""
    db.conn.execute("DELETE FROM similarity_bands WHERE seen_week < ?", [_week(_last_old_day(now) + 1)])


def copies_of(db: Database, release_id: int) -> tuple[SyndicatedCopy, ...]:
    """What a release is linked with, from either side, the most similar first."""
    return tuple(SyndicatedCopy(**row) for row in query(db, _LINKED, {"id": release_id}))


def save_alert_once(
    db: Database, seen: Observation, release_id: int, revision_id: int, feed_id: int
) -> AlertRecord | None:
    """Save the alert of a revision, if it has one and no copy raised it before; what was saved.

    To be called in the revision's transaction.
    """
    if seen.alert is None:
        return None
    alert = join_alert(db, seen.alert, release_id, seen.observed_at, is_new_release=seen.release_id is None)
    if alert is not None:
        identity, about = seen.parsed.identity, AlertSubject(release_id, revision_id, feed_id)
        save_alert(db, alert, about, key=(identity, seen.read.text_sha256), thread=identity, now=seen.observed_at)
    return alert


def join_alert(
    db: Database, alert: AlertRecord, release_id: int, now: datetime, *, is_new_release: bool = True
) -> AlertRecord | None:
    """The alert that is still to be raised for a new release whose statement others made before, or None.

    A copy of a release with an alert within the window joins that alert, if it says the same numbers and is no
    more urgent; it is named in the message as long as that was not sent. Only channels that did not get the
    first get the second. `is_new_release`: it was not known when the alert was decided; then its own
    alert is such a one too, for another feed may have brought it a moment ago, in other words. To be called in the
    transaction that stores the release, after `save_copies`.
    """
    if alert.event not in {"new", "denial"} or alert.muted:
        return alert
    own = (release_id,) if is_new_release else ()
    for other_id in (*own, *(copy.release_id for copy in copies_of(db, release_id))):
        values = {"since": at(now - WINDOW), "release": other_id}
        earlier = next(iter(query(db, _EARLIER_ALERT, values)), None)
        if earlier is not None and _says_the_same(earlier, alert):
            if other_id != release_id:
                _add(db, earlier["id"], release_id, now)
            reached = {
                row[0] for row in db.execute("SELECT channel FROM deliveries WHERE alert_id = ?", [earlier["id"]])
            }
            rest = tuple(dispatch for dispatch in alert.dispatches if dispatch.channel not in reached)
            return replace(alert, dispatches=rest) if rest else None
    return alert


def _says_the_same(earlier: Mapping[str, Any], alert: AlertRecord) -> bool:
    totals = json.loads(earlier["message"]).get("totals")
    return totals == json.loads(as_json(alert.message.get("totals"))) and not is_higher(
        alert.priority, earlier["priority"]
    )


def _add(db: Database, alert_id: int, release_id: int, now: datetime) -> None:
    """Note the copy with the alert; the outbox names it with the others where the message was sent to nobody yet."""
    (is_named,) = db.execute(_IS_UNSENT, [alert_id]).fetchone()
    row = {"alert_id": alert_id, "release_id": release_id, "is_named": is_named, "added_at": at(now)}
    insert(db, "alert_releases", row)
