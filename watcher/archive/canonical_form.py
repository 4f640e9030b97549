"""What of each row goes into the hash chain, and its canonical form: the bytes that are hashed.

Each link has the number of its form. Columns that a later migration adds to an evidence table go into a new
form at the end of FORMS; a form that exists is never changed, because databases and bundles hold links of it.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


# The table that a kind of link speaks of; `claims` is the whole set that one detector version found in a revision.
TABLES = {
    "snapshot": "snapshots",
    "capture": "captures",
    "revision": "revisions",
    "claims": "claims",
    "totals": "claim_totals",
    "document": "attachment_texts",
    "event": "events",
    "alert": "alerts",
    "custody": "custody",
    "review": "reviews",
    "signature": "mail_signatures",
    "dictionary": "dictionaries",
}
# Per form the columns that it adds, by kind; `claim` and `person` are parts of `claims`.
FORMS: tuple[Mapping[str, str], ...] = (
    {
        "snapshot": "sha256 byte_count compression created_at",
        "capture": (
            "feed_id kind requested_url url status reason http_version outcome error request_headers response_headers"
            " hops address tls_fingerprint tls_chain is_tls_verified started_at ended_at body_sha256 body_byte_count"
            " wire_sha256 wire_byte_count snapshot_id wire_snapshot_id program_version imported_from"
        ),
        "revision": (
            "release_id number title text text_from text_sha256 summary author dateline release_number contact"
            " language published_at published_raw published_from updated_at updated_raw updated_from tags links"
            " captions page_starts page_outcome feed_capture_id page_capture_id observed_at"
        ),
        "claims": "revision_id detector_version",
        "claim": (
            "id number harm count_min count_max count_kind count_raw victim victim_raw stance is_background is_explicit"
            " children women place place_raw date_raw event_from event_to speaker sentence start end part_of incident"
            " rules attachment_text_id page"
        ),
        "person": "id number name harm rank age unit home_town start end",
        "document": (
            "attachment_id revision_id snapshot_id text page_starts dateline language file_created_at file_modified_at"
            " extracted_at"
        ),
        "event": "kind feed_id release_id revision_id at detail",
        "alert": (
            "uid event thread release_id revision_id feed_id event_id priority rules title message muted created_at"
        ),
        "custody": "at action who why detail program_version prunes_before_at",
    },
    {"revision": "lines", "claim": "also confidence"},
    {"document": "lines"},
    {"totals": "revision_id detector_version is_reported totals"},
    {
        "review": (
            "revision_id claim_id verdict harm count_min count_max victim stance words duplicate_of note undoes"
            " reviewer at"
        )
    },
    {"revision": "languages published_readings updated_readings"},
    {"revision": "frame_id"},
    {
        "signature": (
            "release_id capture_id number domain selector header key_name key_record result detail"
            " checked_at program_version"
        )
    },
    # How a snapshot's bytes are packed is hashed nowhere: its hash is that of the plain bytes.
    {"dictionary": "scope sha256 byte_count created_at"},
    {"revision": "copied_from copied_url copied_at"},
)
NEWEST = len(FORMS)
# Made once: `json.dumps` with these options makes one for each call.
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=512)
def columns_of(kind: str, form: int = NEWEST) -> tuple[str, ...]:
    """The columns of a kind that a form hashes. Raises LookupError for a form or kind that this version lacks."""
    if not 1 <= form <= NEWEST:
        raise LookupError(f"form {form}")
    found = tuple(name for part in FORMS[:form] for name in part.get(kind, "").split())
    if not found:
        raise LookupError(f"kind {kind}")
    return found


def canonical(kind: str, form: int, row: Mapping[str, Any]) -> bytes:
    """A row as it is hashed."""
    return packed({"form": form, "kind": kind, "row": row})


def packed(value: object) -> bytes:
    """What is hashed, as bytes: JSON in UTF-8, keys sorted, no white space between them (as RFC 8785 sorts it)."""
    return _JSON.encode(value).encode("utf-8", "surrogatepass")


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()
