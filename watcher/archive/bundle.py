"""A bundle: everything that proves what one release said, in files that need neither database nor configuration. Pure.

manifest.json          every file with its SHA-256; who made the bundle, when, why; its own hash is in manifest.sha256
report.html            for people
release.json           what the release is called, and where it stood
evidence.warc          the exchanges as a web archive
raw/<sha256>           bodies as they came, before and after content-decoding
revisions/ claims/ documents/ diffs/      text, record, claims, word diffs
chain/rows/<kind>-<id>.json               each row as it was hashed
chain/proof.json       the links from the first row to the head
chain/anchors.json, chain/stamps/<seq>.tsr, chain/stamps/authority.pem
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.forms import digest
from watcher.archive.release import differences, exchanges, readable, revision_texts
from watcher.archive.report import report
from watcher.archive.warc import Warc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.archive.release import ReleaseEvidence


FORMAT = "release-watcher evidence 1"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Making:
    """Who makes a bundle, when, why, and with which version of the program."""

    at: str
    who: str
    why: str
    version: str


def bundle(evidence: ReleaseEvidence, making: Making, *, authority: bytes | None = None) -> dict[str, bytes]:
    """Every file of the bundle by its path; `authority` is the certificate that time-stamps lead to."""
    revisions = revision_texts(evidence.rows)
    texts = {
        "report.html": report(evidence, revisions, made_at=making.at, version=making.version),
        "release.json": _json(dict(evidence.release)),
        **readable(evidence.rows),
        **differences(revisions),
        "chain/proof.json": _json(_proof(evidence)),
        "chain/anchors.json": _json([_anchor(one) for one in evidence.anchors]),
    }
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    files |= {f"raw/{sha256}": blob for sha256, blob in evidence.blobs.items()}
    files |= {f"chain/rows/{one.link.kind}-{one.link.row_id}.json": one.content for one in evidence.rows}
    files |= {f"chain/stamps/{one.seq}.tsr": one.token for one in evidence.anchors if one.token is not None}
    if authority is not None:
        files["chain/stamps/authority.pem"] = authority
    files["evidence.warc"] = _warc(evidence, making)
    manifest = _manifest(files, evidence, making)
    return files | {MANIFEST: manifest, SEAL: seal(manifest)}


def seal(manifest: bytes) -> bytes:
    """The manifest's own hash, as sha256sum writes it: what the custody log of the database remembers too."""
    return f"{digest(manifest)}  {MANIFEST}\n".encode()


def _proof(evidence: ReleaseEvidence) -> dict[str, Any]:
    """The chain from the first row to the head: whole links of these rows, of the others only what is needed."""
    own = {one.link.seq: one.link for one in evidence.rows}
    first = evidence.before.seq + 1
    links: list[dict[str, Any]] = []
    for seq, said in enumerate(evidence.bodies, start=first):
        links.append(asdict(own[seq]) if seq in own else {"seq": seq, "body": said})
    return {"before": asdict(evidence.before), "links": links, "head": asdict(evidence.head)}


def _anchor(one: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "token"}


def _warc(evidence: ReleaseEvidence, making: Making) -> bytes:
    out = io.BytesIO()
    info = {"software": f"release-watcher {making.version}", "format": "WARC File Format 1.1"}
    info |= {"operator": making.who, "description": f"evidence of {evidence.release['identity']}"}
    warc = Warc(out, info, name="evidence.warc", is_gzip=False, made_at=making.at)
    for exchange, one in exchanges(evidence.rows, evidence.blobs):
        warc.add(exchange, facts_of(one.row, {"chain": f"{one.link.seq} {one.link.hash}"}))
    return out.getvalue()


def facts_of(row: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, str]:
    """What HTTP itself does not say of an exchange, for the archive's metadata record."""
    return {
        "requestedUrl": row["requested_url"],
        "redirects": row["hops"] if row["hops"] != "[]" else "",
        "endedAt": row["ended_at"],
        "outcome": row["outcome"],
        "bodySha256": row["body_sha256"] or "",
        "wireSha256": row["wire_sha256"] or "",
        "tlsFingerprint": row["tls_fingerprint"] or "",
        "tlsChain": row["tls_chain"] if row["tls_chain"] != "[]" else "",
        "programVersion": row["program_version"],
        "importedFrom": row["imported_from"] or "",
        **more,
    }


def _manifest(files: Mapping[str, bytes], evidence: ReleaseEvidence, making: Making) -> bytes:
    said = {
        "format": FORMAT,
        **asdict(making),
        "release": evidence.release["identity"],
        "head": asdict(evidence.head),
        "files": [
            {"path": name, "bytes": len(content), "sha256": digest(content)} for name, content in sorted(files.items())
        ],
    }
    return _json(said).encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
