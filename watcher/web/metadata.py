"""What the tables are and which questions are asked of them, as Datasette shows it."""

from __future__ import annotations

from typing import Any

_TABLES: dict[str, dict[str, Any]] = {
    "releases": {
        "description": "One row per official statement, in whichever feeds it stands.",
        "sort_desc": "first_seen_at",
        "facets": ["publisher_id", "is_reported", "page_outcome", "is_removed"],
        "columns": {
            "look_due_at": "When the page is looked at again",
            "missing_since_at": "Since when it was missing; it counts as removed after several looks",
            "is_removed": "1 where the publisher took it away; the text stays",
            "page_etag": "What the page is asked for with, so that an unchanged one is not sent again",
        },
        "label_column": "title",
    },
    "revisions": {
        "description": "Every text of a release that was ever seen, numbered and never changed.",
        "sort_desc": "observed_at",
        "fts_table": "revisions_fts",
        "fts_pk": "id",
        "label_column": "title",
    },
    "claims": {
        "description": (
            "One stated count of one harm to one group: as stated by the publisher, with the words' offsets in the"
            " revision's text, or in that of the attached document which attachment_text_id names."
        ),
        "sort_desc": "id",
        "facets": ["harm", "victim", "stance"],
        "columns": {
            "count_min": "People at least; empty where the text sets no such bound",
            "count_max": "People at most; empty where the text sets no such bound",
            "stance": "Whether it is asserted, assessed, alleged, under review, denied, hypothetical or historical",
            "is_background": "1 where it is of another event than the release's own",
            "is_explicit": "0 for a euphemism",
            "rules": "The vocabulary entries and cues that made the claim",
            "attachment_text_id": "The document's text that the claim stands in; empty for the release's own text",
            "page": "The page of that document",
        },
    },
    "publishers": {"description": "Who speaks.", "label_column": "name"},
    "feeds": {"description": "What is polled, and how it went last time.", "label_column": "name"},
    "polls": {"description": "One row for every poll, whatever came of it.", "sort_desc": "started_at"},
    "captures": {"description": "Every HTTP exchange: what was asked and what was answered.", "sort_desc": "id"},
    "snapshots": {"description": "The bytes of answers, once per SHA-256, compressed with zlib."},
    "sightings": {"description": "Which release stands in which feed, in its latest words there."},
    "attachments": {"description": "Files that belong to releases; PDFs among them are fetched and read."},
    "attachment_texts": {"description": "Every text that an attached PDF had, with the revision it came with."},
    "people": {"description": "People named among the dead, injured or missing, as stated."},
    "events": {"description": "What happened to releases and feeds.", "sort_desc": "id"},
    "problems": {"description": "Oddities that stopped nothing.", "sort_desc": "id"},
    "alerts": {
        "description": "One event of a release, a feed or the installation, with every rule that matched.",
        "sort_desc": "id",
        "columns": {
            "thread": "What belongs together: the release's identity, feed:<name>, channel:<name>",
            "event_id": "The row of events that it tells of; empty for a new or revised text",
            "message": "Everything that a message may show, fixed when the alert was raised",
            "muted": "Why nobody was told; empty where somebody was",
        },
    },
    "alert_releases": {
        "description": "Other releases that carry an alert's statement: the same words relayed elsewhere.",
        "columns": {"is_named": "1 where the alert's message could still name it"},
    },
    "mutes": {"description": "Feeds and rules that are silent until an instant.", "sort_desc": "id"},
    "deliveries": {
        "description": "One alert to one channel.",
        "sort_desc": "id",
        "columns": {
            "state": "pending, held (for a digest or the end of quiet hours), sent, dead, or merged into a digest",
            "hold": "What it waits or waited for",
            "merged_into": "The delivery of the digest that told of it",
        },
    },
    "attempts": {"description": "Every try of a delivery.", "sort_desc": "id"},
    "identities": {"description": "Guids and addresses under which releases were seen.", "hidden": True},
    "relays": {
        "description": "The same statement on two publishers' sites, or nearly: linked, never merged.",
        "sort_desc": "id",
        "columns": {"similarity": "The part of all runs of four words of both texts that both have"},
    },
    "likenesses": {
        "description": "Signatures of the texts of the last two weeks, by which relays are found.",
        "hidden": True,
    },
    "chain": {
        "description": "The hash chain over all evidence; `watcher verify` checks it.",
        "sort_desc": "seq",
        "columns": {
            "kind": "What the link speaks of",
            "row_id": "The row's id in its table; for claims the first of the set",
            "form": "Which columns are hashed, see watcher/archive/canonical_form.py",
            "url": "Where it was published",
            "sha256": "Of the row's canonical form",
            "prev": "The hash of the link before, 64 zeros for the first",
            "hash": "Of prev and of all that this link says",
        },
    },
    "anchors": {
        "description": "The chain's head as it was written down outside the database, or time-stamped (RFC 3161).",
        "sort_desc": "id",
        "columns": {"state": "pending until it is verified to be there", "token": "The time-stamp's answer, DER"},
    },
    "custody": {
        "description": "Every export, re-reading, correction and pruning: who, when, why, with which version.",
        "sort_desc": "id",
    },
    "witnesses": {
        "description": "Revisions that another archive was asked to save, and where it says they are.",
        "sort_desc": "id",
    },
    "imports": {
        "description": "Records of web archives that were imported, so that none is imported twice.",
        "hidden": True,
    },
    "channels": {"description": "Channels: failures in a row, until when one rests, whether it is disabled."},
    "recipients": {"description": "What became of a mail for each of its recipients."},
    "hosts": {"description": "Hosts that asked to be left alone for a while.", "hidden": True},
    "subscriptions": {"description": "What became of subscribing at the hubs that feeds announce (WebSub)."},
}
# Of no use to a reader, and none of ours.
_FOREIGN = {"_sqlite_migrations": {"hidden": True}}
_QUERIES: dict[str, dict[str, Any]] = {
    "casualties": {
        "title": "What was reported, newest first",
        "hide_sql": True,
        "sql": """
select releases.published_at, publishers.code as publisher, claims.harm, claims.count_min, claims.count_max,
  claims.victim, claims.stance, claims.place_raw as place, claims.sentence, releases.title, releases.url
from claims
join revisions on revisions.id = claims.revision_id
join releases on releases.id = revisions.release_id and revisions.number = releases.revision_count
join publishers on publishers.id = releases.publisher_id
where claims.is_current = 1 and claims.stance in ('asserted', 'assessed', 'alleged')
  and claims.harm in ('killed', 'injured', 'missing', 'casualty')
  and (:publisher = '' or publishers.code = :publisher)
order by coalesce(releases.published_at, releases.first_seen_at) desc, releases.id desc, claims.number limit 500""",
    },
    "denials": {
        "title": "What was denied, newest first",
        "hide_sql": True,
        "sql": """
select releases.published_at, publishers.code as publisher, claims.harm, claims.count_min, claims.count_max,
  claims.victim, claims.sentence, releases.title, releases.url
from claims
join revisions on revisions.id = claims.revision_id
join releases on releases.id = revisions.release_id and revisions.number = releases.revision_count
join publishers on publishers.id = releases.publisher_id
where claims.is_current = 1 and claims.stance = 'denied'
order by coalesce(releases.published_at, releases.first_seen_at) desc, releases.id desc, claims.number limit 500""",
    },
    "search": {
        "title": "Releases with these words, in any revision",
        "hide_sql": True,
        "sql": """
select releases.published_at, publishers.code as publisher, revisions.title,
  snippet(revisions_fts, 1, '', '', ' … ', 30) as words, releases.url
from revisions_fts
join revisions on revisions.id = revisions_fts.rowid
join releases on releases.id = revisions.release_id
join publishers on publishers.id = releases.publisher_id
where revisions_fts match '"' || replace(:words, '"', ' ') || '"'
order by revisions_fts.rowid desc limit 200""",
    },
    "feed_health": {
        "title": "How the feeds are doing",
        "hide_sql": True,
        "sql": """
select name, outcome, error, polled_at, succeeded_at, due_at, failure_count, stopped_at from feeds
where is_enabled = 1 order by failure_count desc, name""",
    },
}


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for a database of this name."""
    return {
        "title": "Official releases and what they say of casualties",
        "description": "Every value is as stated by the publisher; nothing here says what is true.",
        "databases": {database: {"tables": _TABLES | _FOREIGN, "queries": _QUERIES}},
    }
