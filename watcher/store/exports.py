"""Claims as they are given out: all of a claim with its release, in portions that need little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from watcher.model.table import Column, ExportTable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# Rows of a portion, and how many claims are looked at for them: a rare publisher must not take longer.
PORTION, WINDOW = 500, 20_000
_FROM = """
FROM claims
JOIN revisions ON revisions.id = claims.revision_id
JOIN releases ON releases.id = revisions.release_id AND revisions.number = releases.revision_count
JOIN publishers ON publishers.id = releases.publisher_id
LEFT JOIN attachment_texts ON attachment_texts.id = claims.attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_texts.attachment_id
WHERE claims.is_current = 1 AND claims.id > :after AND claims.id <= :after + :window
  AND (:publisher = '' OR publishers.code = :publisher)
  AND (:since = '' OR coalesce(releases.published_at, releases.first_seen_at) >= :since)
"""
_RULES = "(SELECT group_concat(value, ' ') FROM json_each(claims.rules))"
_HASH = "coalesce((SELECT body_sha256 FROM captures WHERE captures.id = revisions.page_capture_id), '')"

CLAIMS: Final = ExportTable(
    name="claims",
    title="Claims",
    note="Every claim of the newest text of each release, as stated, whatever its stance.",
    columns=(
        Column(
            "claim_id",
            "integer",
            "The claim's id in the database; a text that is read again gets new ones",
            "claims.id",
        ),
        Column("release", "integer", "The release's number", "releases.id"),
        Column("revision", "integer", "The number of the release's text that says so, from 1", "revisions.number"),
        Column("claim", "integer", "The claim's number within that text, from 1", "claims.number"),
        Column("publisher", "string", "The publisher's code", "publishers.code"),
        Column("publisher_name", "string", "Who published it", "publishers.name"),
        Column(
            "publisher_country",
            "string",
            "The publisher's country, ISO 3166-1, not the place of the event",
            "publishers.country",
        ),
        Column(
            "published_at",
            "datetime",
            "When it was published, in UTC, as the release states it",
            "releases.published_at",
        ),
        Column("first_seen_at", "datetime", "When it was first seen, in UTC", "releases.first_seen_at"),
        Column("title", "string", "The release's title", "revisions.title"),
        Column("url", "string", "The release's address", "releases.url"),
        Column(
            "harm",
            "string",
            "killed, injured, missing, captured, or casualty: killed or injured, unsaid which",
            "claims.harm",
        ),
        Column(
            "count_min",
            "integer",
            "At least this many people; empty where the text sets no such bound",
            "claims.count_min",
        ),
        Column(
            "count_max",
            "integer",
            "At most this many people; empty where the text sets no such bound",
            "claims.count_max",
        ),
        Column(
            "count_kind", "string", "exact, at_least, at_most, range, approximate, vague or none", "claims.count_kind"
        ),
        Column("count_raw", "string", "The count in the text's own words", "claims.count_raw"),
        Column(
            "victim", "string", "civilian, military, police, official, combatant, mixed or unknown", "claims.victim"
        ),
        Column("victim_raw", "string", "The group in the text's own words", "claims.victim_raw"),
        Column("children", "integer", "How many of them are said to be children", "claims.children"),
        Column("women", "integer", "How many of them are said to be women", "claims.women"),
        Column(
            "stance",
            "string",
            "asserted, assessed, alleged, under_review, denied, hypothetical or historical",
            "claims.stance",
        ),
        Column(
            "speaker", "string", "To whom the release attributes it; empty for the publisher itself", "claims.speaker"
        ),
        Column(
            "is_background",
            "boolean",
            "1 where it is about another event than the release's own",
            "claims.is_background",
        ),
        Column("is_explicit", "boolean", "0 for a euphemism", "claims.is_explicit"),
        Column("confidence", "number", "Of the claims with 0.9, nine in ten are right", "claims.confidence"),
        Column("place", "string", "The place, as it is stored", "claims.place"),
        Column("place_raw", "string", "The place in the text's own words", "claims.place_raw"),
        Column("date_raw", "string", "The date in the text's own words", "claims.date_raw"),
        Column("event_from", "string", "The first day that it can mean", "claims.event_from"),
        Column("event_to", "string", "The last day that it can mean", "claims.event_to"),
        Column("incident", "integer", "Numbers the separate events of one release", "claims.incident"),
        Column(
            "part_of",
            "integer",
            "The claim of the same text, from 0, that already counts these people",
            "claims.part_of",
        ),
        Column("sentence", "string", "The sentence", "claims.sentence"),
        Column(
            "document",
            "string",
            "The attached document that says it; empty for the release's own text",
            "attachments.url",
        ),
        Column("page", "integer", "The page of that document", "claims.page"),
        Column("start", "integer", "Where its words begin in the text, in characters", "claims.start"),
        Column("end", "integer", "Where they end", 'claims."end"'),
        Column("is_removed", "boolean", "1 where the publisher has removed the release", "releases.is_removed"),
        Column("text_sha256", "string", "SHA-256 of the text that says it", "revisions.text_sha256"),
        Column("page_sha256", "string", "SHA-256 of the page's bytes; empty where only a feed gave the text", _HASH),
        Column("rules", "string", "The vocabulary entries and cues that made the claim", _RULES),
        Column("detector_version", "string", "The version of the rules", "claims.detector_version"),
    ),
    only="1",
)


def portion(
    connection: sqlite3.Connection, table: ExportTable, *, after: int = 0, publisher: str = "", since: str = ""
) -> tuple[list[tuple[Any, ...]], int | None]:
    """The next rows of a table after a claim's id, and the id to go on with: None where these are the last."""
    columns = ", ".join(column.sql or "NULL" for column in table.columns)
    sql = f"SELECT claims.id, {columns} {_FROM} AND {table.only} ORDER BY claims.id LIMIT {PORTION}"
    values = {"after": after, "window": WINDOW, "publisher": publisher, "since": since}
    found = connection.execute(sql, values).fetchall()
    rows = [tuple(row)[1:] for row in found]
    seen: int = found[-1][0] if len(found) == PORTION else after + WINDOW
    newest: int = connection.execute("SELECT coalesce(max(id), 0) FROM claims").fetchone()[0]
    return rows, seen if seen < newest else None


def portions(
    connection: sqlite3.Connection, table: ExportTable, *, publisher: str = "", since: str = ""
) -> Iterator[list[tuple[Any, ...]]]:
    """All rows of a table, some at a time."""
    after: int | None = 0
    while after is not None:
        rows, after = portion(connection, table, after=after, publisher=publisher, since=since)
        yield rows
