"""Check a bundle without database and configuration: every file, row, link, body and time-stamp."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.archive.bundle import CHECKSUM, FORMAT, MANIFEST, manifest_checksum
from watcher.archive.canonical_form import digest
from watcher.archive.chain import ChainLink, Finding, Head, check_anchors, link_body, link_hash
from watcher.archive.dkim import check_signatures
from watcher.archive.release_evidence import EvidenceRow, readable_files
from watcher.archive.timestamp import TimestampError, verified_time
from watcher.archive.warc_reader import responses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.archive.chain import Anchor


_BROKEN = (KeyError, TypeError, ValueError, UnicodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """What a check found: `head` is the end of the proof, `stamps` a line for each anchor on what it proves."""

    head: Head
    files: int
    rows: int
    findings: tuple[Finding, ...]
    stamps: tuple[str, ...] = ()


def check_bundle(
    files: Mapping[str, bytes], *, authority: bytes | None = None, anchors: Sequence[Anchor] = ()
) -> BundleCheck:
    """Check every file of a bundle, against `anchors` that were kept elsewhere where there are any.

    `authority` replaces the certificate in the bundle by one from a source of your own.
    """
    try:
        return _check(files, authority, anchors)
    except _BROKEN as error:
        damaged = Finding("damaged", "bundle", f"{type(error).__name__}: {error}")
        return BundleCheck(Head(0, ""), len(files), 0, (damaged,))


def _check(files: Mapping[str, bytes], authority: bytes | None, anchors: Sequence[Anchor]) -> BundleCheck:
    manifest = json.loads(files[MANIFEST])
    if manifest["format"] != FORMAT:
        raise ValueError(f"the format is {manifest['format']}, not {FORMAT}")
    findings = list(_check_files(files, manifest))
    proof = json.loads(files["chain/proof.json"])
    head, hashes, links = _walk(proof, findings)
    rows = list(_rows(files, links, findings))
    findings += _check_readable(files, rows)
    findings += _check_bytes(files, rows)
    findings += _check_warc(files, rows)
    findings += _check_signatures(files, rows)
    stamps = tuple(_stamps(files, hashes, head, authority, findings))
    within = [one for one in anchors if proof["before"]["seq"] < one.seq <= head.seq]
    findings += check_anchors(within, head, hashes)
    if anchors and not within:
        findings.append(Finding("unproved", "anchors", "none of them lies within this part of the chain"))
    if manifest["head"] != {"seq": head.seq, "hash": head.hash}:
        findings.append(Finding("changed", MANIFEST, "it names another head of the chain than the proof"))
    return BundleCheck(head, len(files), len(rows), tuple(findings), stamps)


def _check_files(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    named = {one["path"]: one["sha256"] for one in manifest["files"]}
    for name, sha256 in named.items():
        if name not in files:
            yield Finding("missing", name, "the manifest lists it, but it is missing")
        elif digest(files[name]) != sha256:
            yield Finding("changed", name, "its SHA-256 is not that of the manifest")
    if files.get(CHECKSUM) != manifest_checksum(files[MANIFEST]):
        yield Finding("changed", MANIFEST, f"its SHA-256 is not that of {CHECKSUM}")
    for name in files.keys() - named.keys() - {MANIFEST, CHECKSUM}:
        yield Finding("added", name, "the manifest does not list it")


def _walk(proof: Mapping[str, Any], findings: list[Finding]) -> tuple[Head, dict[int, str], list[ChainLink]]:
    """Recompute the chain from its first link to the head; the hash after each link, and the whole links."""
    before = Head(proof["before"]["seq"], proof["before"]["hash"])
    hashes: dict[int, str] = {}
    own: list[ChainLink] = []
    for link_or_body in proof["links"]:
        seq = link_or_body["seq"]
        if seq != before.seq + 1:
            findings.append(Finding("gap", f"link {seq}", f"it follows link {before.seq}"))
        body = link_or_body.get("body")
        if body is None:
            link = ChainLink(**{field.name: link_or_body[field.name] for field in fields(ChainLink)})
            body = link_body(link)
            if link.prev != before.hash or link.hash != link_hash(before.hash, body):
                findings.append(Finding("changed", f"link {seq}", "its hash does not match its contents"))
            own.append(link)
        before = Head(seq, link_hash(before.hash, body))
        hashes[seq] = before.hash
    if proof["head"] != {"seq": before.seq, "hash": before.hash}:
        findings.append(Finding("changed", "chain/proof.json", "the chain does not end in the head that it names"))
    return before, hashes, own


def _rows(files: Mapping[str, bytes], links: list[ChainLink], findings: list[Finding]) -> Iterator[EvidenceRow]:
    """The rows whose files have the hash in their link; another file in their folder is a finding."""
    names = {f"chain/rows/{link.kind}-{link.row_id}.json": link for link in links}
    added = sorted(name for name in files if name.startswith("chain/rows/") and name not in names)
    findings += [Finding("added", name, "no link of the proof covers it") for name in added]
    for name, link in names.items():
        content = files.get(name)
        if content is None:
            findings.append(Finding("missing", name, f"link {link.seq} covers it"))
        elif digest(content) != link.sha256 or json.loads(content)["kind"] != link.kind:
            findings.append(Finding("changed", name, f"it is not what was written on {link.at} (link {link.seq})"))
        else:
            yield EvidenceRow(link, content)


def _check_readable(files: Mapping[str, bytes], rows: list[EvidenceRow]) -> Iterator[Finding]:
    """Whether texts, records and claims for people say what the hashed rows say."""
    made = {name: text.encode("utf-8", "replace") for name, text in readable_files(tuple(rows)).items()}
    folders = {name.partition("/")[0] for name in ("revisions/", "claims/", "documents/", "alerts/", "signatures/")}
    there = {name for name in files if name.partition("/")[0] in folders}
    for name in sorted(made.keys() | there):
        if files.get(name) != made.get(name):
            yield Finding("changed", name, "it differs from the hashed rows")


def _check_bytes(files: Mapping[str, bytes], rows: list[EvidenceRow]) -> Iterator[Finding]:
    """Whether each body has the hash of its name, and none is missing of what was kept."""
    for name in sorted(name for name in files if name.startswith("raw/")):
        if digest(files[name]) != name.removeprefix("raw/"):
            yield Finding("changed", name, "its bytes have another SHA-256 than its name")
    for one in rows:
        if one.link.kind == "snapshot" and f"raw/{one.row['sha256']}" not in files:
            yield Finding("missing", f"raw/{one.row['sha256']}", "a row refers to these bytes")


def _check_warc(files: Mapping[str, bytes], rows: list[EvidenceRow]) -> Iterator[Finding]:
    """Whether the web archive holds the bytes of the rows, each with the digest that it names."""
    kept = {one.row["wire_sha256"] or one.row["body_sha256"] for one in rows if one.link.kind == "capture"}
    try:
        found = list(responses(files["evidence.warc"]))
    except ValueError as error:
        yield Finding("changed", "evidence.warc", str(error))
        return
    for one in found:
        if digest(one.wire) not in kept:
            found_at = f"{one.url} of {clock.to_text(one.started_at)}"
            yield Finding("changed", "evidence.warc", f"{found_at}: no row refers to these bytes")


def _check_signatures(files: Mapping[str, bytes], rows: list[EvidenceRow]) -> Iterator[Finding]:
    """Whether each message is signed as its row says, by the key's record that was kept with it."""
    messages = {one.link.row_id: one.row["body_sha256"] for one in rows if one.link.kind == "capture"}
    for one in (one for one in rows if one.link.kind == "signature" and one.row["result"] == "pass"):
        raw = files.get(f"raw/{messages.get(one.row['capture_id'])}", b"")
        found = check_signatures(raw, {one.row["key_name"]: one.row["key_record"]}, clock.now())
        again = next((each for each in found if each.number == one.row["number"]), None)
        # A signature may have a last day (x=), which says nothing of the time when it was checked.
        if again is None or (again.result != "pass" and not again.is_expired):
            why = again.detail if again else "the message has no such signature"
            yield Finding("changed", f"signatures/{one.link.row_id}.json", f"the message is not signed so: {why}")


def _stamps(
    files: Mapping[str, bytes],
    hashes: Mapping[int, str],
    head: Head,
    authority: bytes | None,
    findings: list[Finding],
) -> Iterator[str]:
    """What anchors and time-stamps prove; one that contradicts the chain is a finding."""
    certificate = authority if authority is not None else files.get("chain/stamps/authority.pem")
    for anchor in json.loads(files["chain/anchors.json"]):
        place = f"anchor of {anchor['at']} in {anchor['place']}"
        if anchor["seq"] <= head.seq and hashes.get(anchor["seq"]) != anchor["hash"]:
            findings.append(Finding("rewritten", place, f"link {anchor['seq']} had another hash then"))
        token = files.get(f"chain/stamps/{anchor['seq']}.tsr")
        if anchor["kind"] != "timestamp" or token is None:
            yield f"{place}: {anchor['state']}, link {anchor['seq']}"
            continue
        if certificate is None:
            findings.append(Finding("unproved", place, "the bundle has no certificate of the time-stamp authority"))
            continue
        try:
            at = verified_time(token, Head(anchor["seq"], anchor["hash"]), certificate)
        except TimestampError as error:
            findings.append(Finding("stamp", place, str(error)))
        else:
            yield f"{place}: link {anchor['seq']} existed on {at:%Y-%m-%d %H:%M:%S} UTC, says the time-stamp authority"
