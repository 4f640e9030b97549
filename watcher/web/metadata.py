"""Descriptions of the tables, and the saved queries, as Datasette shows them."""

from __future__ import annotations

from typing import Any

_TABLES: dict[str, dict[str, Any]] = {
    "releases": {
        "description": "One row per official statement, however many feeds list it.",
        "sort_desc": "first_seen_at",
        "facets": ["publisher_id", "is_reported", "page_outcome", "is_removed"],
        "columns": {
            "recheck_due_at": "When the page is rechecked",
            "missing_since_at": "Since when it is missing; it counts as removed after several rechecks",
            "is_removed": "1 where the publisher removed it; the text is kept",
            "page_etag": "The page's ETag, for a conditional request",
            "minima": "What its words have in common with texts that are alike, 24 numbers of a byte each",
        },
        "label_column": "title",
    },
    "revisions": {
        "description": "Every text of a release that was ever seen, numbered and never changed.",
        "sort_desc": "id",
        "fts_table": "revisions_fts",
        "fts_pk": "id",
        "label_column": "title",
        "columns": {
            "lines": "Which lines of the text are headings, entries of lists, rows of tables, quotations",
            "text_from": (
                "What gave the text: page, parts of it that are folded up (details), noscript, json_ld, script_data, or"
                " the feed"
            ),
            "copied_from": "Whose copy of the page gave the text (wayback, dvids); empty where the page itself did",
            "copied_at": "When that copy was made, by its keeper's own time",
            "frame_id": "The frame without which its page was read; empty where the whole page was read",
            "languages": "Of a text in several languages the parts, with offsets; empty for one language",
            "published_readings": "Each day that a doubtful date may be; empty where it is certain",
            "updated_readings": "The same of the update",
            "published_at": "Empty where nothing states a day that can be true, or the problem date_doubtful has two",
            "published_raw": "The words that it was read from",
            "published_from": (
                "What said so: feed, page_rule, json_ld, meta, time, release_number, url, text, title or as_of, the day"
                " as of which a page without another date is true"
            ),
        },
    },
    "claims": {
        "description": (
            "One stated count of one harm to one group: as stated by the publisher, with offsets into the revision's"
            " text, or into that of the attached document that attachment_text_id names."
        ),
        "sort_desc": "id",
        "facets": ["harm", "victim", "stance"],
        "columns": {
            "count_min": "At least this many people; empty where the text sets no such bound",
            "count_max": "At most this many people; empty where the text sets no such bound",
            "stance": "Whether it is asserted, assessed, alleged, under review, denied, hypothetical or historical",
            "is_background": "1 where it is about another event than the release's own",
            "is_explicit": "0 for a euphemism",
            "rules": "The vocabulary entries and cues that made the claim",
            "also": "Where else the release says the same: text, title, caption or document, with offsets",
            "confidence": "Of the claims with 0.9, nine in ten are right",
            "attachment_text_id": "The document's text that contains the claim; empty for the release's own text",
            "page": "The page of that document",
        },
    },
    "claim_totals": {
        "description": "What one version of the detector adds up for a revision; it proves the totals of releases.",
        "columns": {"totals": "As in the table releases", "is_reported": "As in the table releases"},
    },
    "site_frames": {
        "description": "What the pages of a site have in common around their releases, left out before a page is read.",
        "columns": {
            "site": "Host and first folder of its pages",
            "pieces": "Whole elements as the pages have them, zlib over pieces joined by the byte FF",
            "usual_places": "Where the other texts of its pages stand: + in a release, - beside it; lines: = and ~",
            "shortest_text": "Characters of the shortest text that it was learned from",
            "saved_byte_count": "How many bytes it saves of a page, at least",
            "page_count": "Pages that were read without it",
            "forgotten_at": "Since when it is not used any more",
            "forgotten_why": "Which page proved it wrong, and how; empty where another took its place",
        },
    },
    "site_trials": {
        "description": "When a site's stored pages were last looked at for a frame, and gave none; once in three days.",
        "columns": {"site": "As in the table site_frames", "tried_at": "When that was"},
    },
    "release_totals": {
        "description": "What releases say in all, in the order of time; made from the column totals of releases.",
        "sort_desc": "at",
        "facets": ["harm", "victim", "stance", "language"],
        "columns": {
            "at": "When it was published, or first seen where that was before or is not known",
            "count_min": "At least this many people",
            "count_max": "At most this many people",
            "language": "Of the newest text",
        },
    },
    "publishers": {"description": "Who publishes: ministries, commands, services.", "label_column": "name"},
    "feeds": {
        "description": "What is polled, with the state after the last poll.",
        "label_column": "name",
        "columns": {
            "release_count": "How many releases it has listed so far",
            "uid_validity": "Of a mailbox: the UIDVALIDITY of its folder",
            "last_uid": "Of a mailbox: the UID of the last message that was read",
            "undated_sha256": "The last body's hash without the dates of the feed itself; empty where that is not told",
            "wanted_sha256": "Of a mailbox: a hash of whose messages are looked for",
        },
    },
    "polls": {
        "description": "One row for every poll, whatever its outcome; after some days quiet ones are in quiet_polls.",
        "sort_desc": "started_at",
        "columns": {"trace": "The id that its log lines have, and the deliveries of what it found"},
    },
    "quiet_polls": {
        "description": "Polls that found nothing new and have no row of their own any more, counted by day.",
        "sort_desc": "day",
        "columns": {
            "day": "In UTC",
            "poll_count": "How many polls with this outcome",
            "milliseconds": "How long they took together",
            "first_at": "When the first of them began",
            "last_at": "When the last of them began",
        },
    },
    "database_sizes": {
        "description": "The size of the database at the end of each day's retention.",
        "sort_desc": "day",
        "columns": {"day": "In UTC", "byte_count": "Without free pages"},
    },
    "captures": {
        "description": "Every HTTP exchange: request and response; and every message of a mailbox.",
        "sort_desc": "id",
    },
    "snapshots": {
        "description": "The bytes of responses, once per SHA-256, packed.",
        "columns": {
            "sha256": "Of the plain bytes, as byte_count",
            "compression": "How they were packed when the row was written: what its link in the chain says",
            "packing": "zstd where they are packed with Zstandard now; empty where the column compression still holds",
            "dictionary_id": "The dictionary that they are packed with",
        },
    },
    "dictionaries": {
        "description": "Pages of one site, with which others of its pages are packed.",
        "columns": {"scope": "Kind of the answers and host", "sha256": "Of the plain bytes, as byte_count"},
    },
    "packing_scopes": {
        "description": "Which dictionary is in use for a site.",
        "columns": {"snapshot_ids": "The last snapshots that it did not help: of three a new one is tried"},
    },
    "sightings": {"description": "Which feed lists which release, with its latest entry there."},
    "attachments": {"description": "Files that belong to releases; PDFs among them are fetched and parsed."},
    "attachment_texts": {
        "description": "Every text that an attached PDF had, with the revision it came with.",
        "columns": {"lines": "Which lines are headings, entries of lists, rows of tables, or were read from a picture"},
    },
    "people": {"description": "People named among the dead, injured or missing, as stated."},
    "events": {"description": "What happened to releases and feeds.", "sort_desc": "id"},
    "problems": {"description": "Recorded oddities that stopped nothing.", "sort_desc": "id"},
    "alerts": {
        "description": "One event of a release, a feed or the installation, with every rule that matched.",
        "sort_desc": "id",
        "columns": {
            "thread": "What alerts have in common: the release's identity, feed:<name>, channel:<name>",
            "event_id": "The row of events that it is about; empty for a new or revised text",
            "message": "All that a message may show, fixed when it was raised; an `id` is that of a row of claims",
            "muted": "Why nobody was notified; empty where somebody was",
        },
    },
    "alert_releases": {
        "description": "Other releases with an alert's statement: syndicated copies on other sites.",
        "columns": {"is_named": "1 where the alert's message was not sent yet and names it"},
    },
    "mutes": {"description": "Feeds and rules whose alerts are not sent until a given time.", "sort_desc": "id"},
    "deliveries": {
        "description": "One alert to one channel.",
        "sort_desc": "id",
        "columns": {
            "state": "pending, held (for a digest or the end of quiet hours), sent, dead, or merged into a digest",
            "hold": "What it is or was waiting for",
            "merged_into": "The delivery of the digest that includes it",
            "trace": "The id of the poll that it came from, which all log lines about it have",
        },
    },
    "attempts": {"description": "Every attempt of a delivery.", "sort_desc": "id"},
    "identities": {"description": "Guids and addresses under which releases were seen.", "hidden": True},
    "syndicated_copies": {
        "description": "The same statement on two publishers' sites; linked, never merged.",
        "sort_desc": "id",
        "columns": {"similarity": "The share of all runs of four words that both texts have"},
    },
    "similarity_bands": {
        "description": "Signatures of the texts of the last two or three weeks, by which syndicated copies are found.",
        "hidden": True,
        "columns": {
            "seen_week": "Weeks since 1970",
            "seen_day": "Days since 1970, the last on which the text was seen",
            "band": "One of twelve numbers; texts that are alike share some",
        },
    },
    "chain_links": {
        "description": "The rows of the view `chain`, with hashes as bytes.",
        "hidden": True,
        "columns": {
            "kind": "As in `chain`",
            "row_id": "As in `chain`",
            "form": "As in `chain`",
            "url": "As in `chain`",
            "sha256": "Of the row, 32 bytes",
            "hash": "Of the link, 32 bytes",
        },
    },
    "chain": {
        "description": "The hash chain over all evidence; `watcher verify` checks it.",
        "sort_desc": "seq",
        "columns": {
            "kind": "The table of the row that the link covers",
            "row_id": "The row's id in its table; for claims the first of the set",
            "form": "Which columns are hashed, see watcher/archive/canonical_form.py",
            "url": "Where it was published",
            "sha256": "SHA-256 of the row's canonical form",
            "prev": "The hash of the link before, 64 zeros for the first",
            "hash": "SHA-256 of prev and of the other columns of this link",
        },
    },
    "anchors": {
        "description": "The chain's head as written outside the database, or time-stamped (RFC 3161).",
        "sort_desc": "id",
        "columns": {"state": "pending until it was verified", "token": "The authority's response, DER"},
    },
    "custody": {
        "description": "Every export, re-parse, restore and pruning: who, when, why, with which version.",
        "sort_desc": "id",
    },
    "reviews": {
        "description": "What people say of claims: who and when; rows are never changed, an undo is another row.",
        "sort_desc": "id",
        "columns": {
            "claim_id": "Empty where a text as a whole is meant",
            "verdict": "What was said; undo takes back the review that undoes names",
            "harm": "Of what was missed",
            "count_min": "What would be right, where the reviewer says so",
            "count_max": "What would be right, where the reviewer says so",
            "victim": "What would be right, where the reviewer says so",
            "stance": "What would be right, where the reviewer says so",
            "words": "The words of the text that the detector missed",
            "duplicate_of": "The claim that says the same",
            "undoes": "The review that this row takes back",
            "reviewer": "Who was logged in",
        },
    },
    "mail_signatures": {
        "description": "Signatures of messages (DKIM), a row for each check; the last one of a signature counts.",
        "sort_desc": "id",
        "columns": {
            "capture_id": "The message as it was received",
            "number": "Which signature of the message, from 0",
            "domain": "The domain that signed",
            "selector": "Which of its keys",
            "header": "The signature as it stands in the message",
            "key_name": "The name under which the domain keeps its key",
            "key_record": "What its name server answered, empty where there was no key or no answer",
            "result": "pass, fail, no_key, not_checked or malformed",
        },
    },
    "archive_copies": {
        "description": "Revisions that another archive was asked to save, and the addresses of its copies.",
        "sort_desc": "id",
    },
    "imports": {
        "description": "Records of web archives that were imported, so that none is imported twice.",
        "hidden": True,
    },
    "channels": {"description": "Channels: failures in a row, until when one pauses, whether it is disabled."},
    "recipients": {"description": "The outcome of a mail for each of its recipients."},
    "hosts": {"description": "Hosts in back-off, and until when.", "hidden": True},
    "proofs": {
        "description": "The official page that must link a channel, as it was last looked at.",
        "columns": {
            "url": "The page",
            "is_linked": "Whether it linked the channel; empty where it was never read",
            "outcome": "How the last look at it ended",
        },
    },
    "subscriptions": {"description": "Subscriptions at the hubs that feeds announce (WebSub), with their state."},
    "checked": {"description": "What is not done again while it is as it was, by its hash.", "hidden": True},
    "indexed_later": {"description": "From where on texts wait for the search; empty after a commit.", "hidden": True},
}
# Not ours, and of no use to a reader.
_FOREIGN = {"_sqlite_migrations": {"hidden": True}}
_QUERIES: dict[str, dict[str, Any]] = {
    "casualties": {
        "title": "What was reported, newest first",
        "hide_sql": True,
        "sql": """
select releases.published_at, publishers.code as publisher, claims.harm, claims.count_min, claims.count_max,
  claims.victim, claims.stance, claims.place_raw as place, claims.sentence, releases.title, releases.url
from releases
cross join publishers on publishers.id = releases.publisher_id
cross join revisions on revisions.release_id = releases.id and revisions.number = releases.revision_count
cross join claims on claims.revision_id = revisions.id
where claims.is_current = 1 and claims.stance in ('asserted', 'assessed', 'alleged')
  and claims.harm in ('killed', 'injured', 'missing', 'casualty')
  and (:publisher = '' or publishers.code = :publisher)
order by min(coalesce(releases.published_at, releases.first_seen_at), releases.first_seen_at) desc,
  releases.id desc, claims.number limit 500""",
    },
    "denials": {
        "title": "What was denied, newest first",
        "hide_sql": True,
        "sql": """
select releases.published_at, publishers.code as publisher, claims.harm, claims.count_min, claims.count_max,
  claims.victim, claims.sentence, releases.title, releases.url
from (select * from claims where is_current = 1 and stance = 'denied' order by revision_id desc limit 5000) as claims
cross join revisions on revisions.id = claims.revision_id
join releases on releases.id = revisions.release_id and revisions.number = releases.revision_count
join publishers on publishers.id = releases.publisher_id
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
        "title": "The state of the feeds",
        "hide_sql": True,
        "sql": """
select name, outcome, error, polled_at, succeeded_at, due_at, failure_count, stopped_at from feeds
where is_enabled = 1 order by failure_count desc, name""",
    },
}


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for a database of this name."""
    return {
        "title": "Official releases and the casualties that they report",
        "description": "Every value is as stated by the publisher; nothing here says what is true.",
        "databases": {database: {"tables": _TABLES | _FOREIGN, "queries": _QUERIES}},
    }
