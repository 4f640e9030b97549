"""Mutes: feeds and rules that tell nobody until an instant, ended by time alone or before it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from watcher.alerts import Mutes
from watcher.store.rows import at, insert, moment

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

_ACTIVE = "SELECT * FROM mutes WHERE until_at > ? AND ended_at IS NULL ORDER BY until_at, id"


def mute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime, until: datetime) -> None:
    """Silence a feed or a rule until an instant; a mute of it that is standing ends."""
    unmute(db, kind, name, now)
    insert(db, "mutes", {"kind": kind, "name": name, "created_at": at(now), "until_at": at(until)})


def unmute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime) -> int:
    """End what silences a feed or a rule now; the number of mutes that ended."""
    found = db.conn.execute(
        "UPDATE mutes SET ended_at = ? WHERE kind = ? AND name = ? AND until_at > ? AND ended_at IS NULL",
        [at(now), kind, name, at(now)],
    )
    return int(found.rowcount)


def active_mutes(db: Database, now: datetime) -> Mutes:
    """What is silent at an instant."""
    silent: dict[str, dict[str, datetime]] = {"feed": {}, "rule": {}}
    for row in db.query(_ACTIVE, [at(now)]):
        if (until := moment(row["until_at"])) is not None:
            silent[row["kind"]][row["name"]] = until
    return Mutes(silent["feed"], silent["rule"])


def list_mutes(db: Database, now: datetime) -> list[dict[str, Any]]:
    """What is silent at an instant, as rows: kind, name, since when and until when."""
    names = ("kind", "name", "created_at", "until_at")
    return [{name: row[name] for name in names} for row in db.query(_ACTIVE, [at(now)])]
