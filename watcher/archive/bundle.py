"""A bundle: everything that proves what one release said, in files that need neither database nor configuration.

manifest.json          every file with its SHA-256; who made the bundle, when, why; its own hash is in manifest.sha256
report.html            for people
release.json           what the release is called, and in which feeds it was found
evidence.warc          the HTTP exchanges as a web archive
raw/<sha256>           bodies as they came, before and after content-decoding
revisions/ claims/ documents/ alerts/ diffs/      text, record, claims, attached documents, alerts, word diffs
signatures/            what the checks of a message's signatures (DKIM) found, with the keys' records
chain/rows/<kind>-<id>.json               each row as it was hashed
chain/proof.json       the links from the first row to the head
chain/anchors.json, chain/stamps/<seq>.tsr, chain/stamps/authority.pem
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.canonical_form import digest
from watcher.archive.release_evidence import differences, exchanges, readable_files, revision_texts
from watcher.archive.report import report
from watcher.archive.warc_writer import WarcWriter, metadata_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.archive.release_evidence import ReleaseEvidence, StoredAnchor


FORMAT = "release-watcher evidence 1"
MANIFEST = "manifest.json"
CHECKSUM = "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Export:
    """Who makes a bundle, when, why, and with which version of the program."""

    at: str
    who: str
    why: str
    version: str


def bundle(evidence: ReleaseEvidence, export: Export, *, authority: bytes | None = None) -> dict[str, bytes]:
    """Every file of the bundle by its path; `authority` is the certificate that time-stamps lead to."""
    revisions = revision_texts(evidence.rows)
    texts = {
        "report.html": report(evidence, revisions, made_at=export.at, version=export.version),
        "release.json": _json(dict(evidence.release)),
        **readable_files(evidence.rows),
        **differences(revisions),
        "chain/proof.json": _json(_proof(evidence)),
        "chain/anchors.json": _json([_anchor(anchor) for anchor in evidence.anchors]),
    }
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    files |= {f"raw/{sha256}": body for sha256, body in evidence.snapshots.items()}
    files |= {f"chain/rows/{row.link.kind}-{row.link.row_id}.json": row.content for row in evidence.rows}
    files |= {f"chain/stamps/{one.seq}.tsr": one.token for one in evidence.anchors if one.token is not None}
    if authority is not None:
        files["chain/stamps/authority.pem"] = authority
    files["evidence.warc"] = _warc(evidence, export)
    manifest = _manifest(files, evidence, export)
    return files | {MANIFEST: manifest, CHECKSUM: manifest_checksum(manifest)}


def manifest_checksum(manifest: bytes) -> bytes:
    """The manifest's own hash, as sha256sum writes it: what the custody log of the database records too."""
    return f"{digest(manifest)}  {MANIFEST}\n".encode()


def _proof(evidence: ReleaseEvidence) -> dict[str, Any]:
    """The chain from the first row to the head: whole links of these rows, of the others only what is needed."""
    own = {row.link.seq: row.link for row in evidence.rows}
    first = evidence.before.seq + 1
    links: list[dict[str, Any]] = []
    for seq, body in enumerate(evidence.bodies, start=first):
        links.append(asdict(own[seq]) if seq in own else {"seq": seq, "body": body})
    return {"before": asdict(evidence.before), "links": links, "head": asdict(evidence.head)}


def _anchor(anchor: StoredAnchor) -> dict[str, Any]:
    return {name: getattr(anchor, name) for name in ("kind", "place", "seq", "hash", "at", "state")}


def _warc(evidence: ReleaseEvidence, export: Export) -> bytes:
    out = io.BytesIO()
    info = {"software": f"release-watcher {export.version}", "format": "WARC File Format 1.1"}
    info |= {"operator": export.who, "description": f"evidence of {evidence.release['identity']}"}
    warc = WarcWriter(out, info, name="evidence.warc", is_gzip=False, made_at=export.at)
    for exchange, row in exchanges(evidence.rows, evidence.snapshots):
        warc.add(exchange, metadata_fields(row.row, {"chain": f"{row.link.seq} {row.link.hash}"}))
    return out.getvalue()


def _manifest(files: Mapping[str, bytes], evidence: ReleaseEvidence, export: Export) -> bytes:
    manifest = {
        "format": FORMAT,
        **asdict(export),
        "release": evidence.release["identity"],
        "head": asdict(evidence.head),
        "files": [
            {"path": name, "bytes": len(content), "sha256": digest(content)} for name, content in sorted(files.items())
        ],
    }
    return _json(manifest).encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
