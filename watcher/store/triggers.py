"""The triggers that keep evidence as it was written, also from a plain sqlite3: rows are added and never changed.

They are made anew after each migration, since a table that is rebuilt loses them; `watcher verify` names those that are
gone or say something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.archive.canonical_form import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database


# The hash, headers and times of an unchanged feed's answer; a poll's revision may still point to it.
_PRUNABLE = (
    "old.kind = 'feed' AND old.snapshot_id IS NULL"
    " AND old.ended_at < (SELECT max(prunes_before_at) FROM custody)"
    " AND NOT EXISTS (SELECT 1 FROM revisions WHERE feed_capture_id = old.id)"
)
# The same as the partial unique index alerts_by_revision.
_SAME_ALERT = (
    "EXISTS (SELECT 1 FROM alerts WHERE revision_id = new.revision_id AND event = new.event"
    " AND event IN ('new', 'changed', 'denial', 'revision', 'withdrawn'))"
)


# The same bytes packed in another way, once, and not before that is in the custody log.
_PACKED = ("packing", "dictionary_id", "body")
_REPACKED = (
    "old.dictionary_id IS NULL AND new.packing = 'zstd'"
    " AND EXISTS (SELECT 1 FROM custody WHERE action = 'repack snapshots')"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """How a table is guarded: its keys, the columns that may change (`only` names those that may not).

    SQL conditions: `may_go` is for rows that may be deleted, `also_taken` for keys that are no plain columns,
    `may_change` for when the columns of `mutable` may.
    """

    table: str
    keys: tuple[tuple[str, ...], ...]
    mutable: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    may_go: str = ""
    may_change: str = ""
    also_taken: str = ""


GUARDS = (
    Guard("snapshots", (("id",), ("sha256",)), mutable=frozenset(_PACKED), may_change=_REPACKED),
    Guard("dictionaries", (("id",),)),
    Guard("captures", (("id",),), may_go=_PRUNABLE),
    Guard("revisions", (("id",), ("release_id", "number"))),
    Guard("claims", (("id",), ("revision_id", "detector_version", "number")), mutable=frozenset({"is_current"})),
    Guard("claim_totals", (("id",), ("revision_id", "detector_version"))),
    Guard("people", (("id",), ("claim_id", "number"))),
    Guard("attachment_texts", (("id",),)),
    Guard("events", (("id",),), only=("id", *columns_of("event"))),
    Guard(
        "alerts",
        (("id",), ("uid",), ("event_id",)),
        only=("id", *columns_of("alert")),
        also_taken=_SAME_ALERT,
    ),
    Guard("chain", (("seq",), ("hash",), ("kind", "row_id"))),  # of earlier versions; it is a view now
    Guard("chain_links", (("seq",), ("kind", "row_id"))),
    Guard("anchors", (("id",), ("kind", "place", "seq")), only=("id", "kind", "place", "seq", "hash", "at")),
    Guard("custody", (("id",),)),
    Guard("reviews", (("id",), ("undoes",))),
    Guard("mail_signatures", (("id",),)),
    Guard("imports", (("record",),)),
)


def drop_triggers(db: Database) -> None:
    """Drop the triggers, within the transaction of a migration that has to touch the tables."""
    for (name,) in db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard|_%' ESCAPE '|'"
    ).fetchall():
        db.conn.execute(f'DROP TRIGGER "{name}"')


def make_triggers(db: Database) -> None:
    """Create the triggers of every guarded table."""
    for sql in _expected_triggers(db).values():
        db.conn.execute(sql)


def missing_triggers(db: Database) -> Iterator[str]:
    """The names of triggers that are not there or say something else than they should."""
    found = dict(db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    for name, sql in _expected_triggers(db).items():
        if found.get(name) != sql:
            yield name


def _expected_triggers(db: Database) -> dict[str, str]:
    """The statement of every trigger by its name, for the columns that the tables have now."""
    found: dict[str, str] = {}
    there = set(db.table_names())  # those of an earlier version, where the next start upgrades it
    for guard in (guard for guard in GUARDS if guard.table in there):
        name = f"guard_{guard.table}"
        changed = _changed(_guarded(db, guard))
        if guard.may_change:
            changed += f" OR (({_changed(sorted(guard.mutable))}) AND NOT coalesce({guard.may_change}, 0))"
        keys = [_is_taken(guard.table, key) for key in guard.keys]
        taken = " OR ".join([*keys, guard.also_taken] if guard.also_taken else keys)
        goes = f" WHEN NOT coalesce({guard.may_go}, 0)" if guard.may_go else ""
        for event, condition in (("UPDATE", f" WHEN {changed}"), ("DELETE", goes), ("INSERT", f" WHEN {taken}")):
            what = f"{guard.table} is evidence: its rows are added and never changed"
            found[f"{name}_{event.lower()}"] = (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {guard.table}{condition}"
                f" BEGIN SELECT RAISE(ABORT, '{what}'); END"
            )
    return found


def _changed(columns: Iterable[str]) -> str:
    return " OR ".join(f'old."{column}" IS NOT new."{column}"' for column in columns)


def _guarded(db: Database, guard: Guard) -> list[str]:
    columns = [row[1] for row in db.conn.execute(f"PRAGMA table_info({guard.table})")]
    return [name for name in columns if name not in guard.mutable and (not guard.only or name in guard.only)]


def _is_taken(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f'"{column}" = new."{column}"' for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
