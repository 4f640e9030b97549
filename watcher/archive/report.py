"""A bundle's report: what was published and when, what became of it, and how that is proved. Pure.

Escaped text and inline styles only: no script, nothing that a reader's machine would fetch.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from watcher.content.diff_html import html_part
from watcher.content.revision_diff import diff_revisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.archive.release_evidence import EvidenceRow, ReleaseEvidence
    from watcher.content.revision_diff import RevisionText


_HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<title>{title}</title><style>"
    "body{{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:48em;margin:0 auto;padding:1em}}"
    "table{{border-collapse:collapse;font-size:.85em;margin:0 0 1em}}"
    "th,td{{text-align:left;vertical-align:top;padding:.2em 1em .2em 0;border-bottom:1px solid #ccc}}"
    "code{{font-family:ui-monospace,monospace;overflow-wrap:anywhere}}"
    "blockquote{{border-left:3px solid #888;margin-left:0;padding-left:1em}}"
    "pre{{white-space:pre-wrap;background:#f5f5f5;padding:1em}}"
    "</style></head><body>\n"
)
_AS_STATED = "Every value is as stated by the publisher; nothing here says what is true."
_HOW = (
    "Every file of this bundle stands with its SHA-256 in <code>manifest.json</code>. Each row of evidence lies in"
    " <code>chain/rows/</code> as it was hashed; <code>chain/proof.json</code> holds the links from the first of these"
    " rows to the end of the chain. <code>watcher evidence --check</code> recomputes all of it without the database."
    " By hand: the SHA-256 of a row's file stands in its link; a link's body is the SHA-256 of"
    " <code>[seq,kind,row_id,form,url,sha256,at]</code> as JSON without white space; its hash is the SHA-256 of the"
    " previous hash and the body, as 128 hex digits. The last hash must be the one that was written down elsewhere."
)


def report(evidence: ReleaseEvidence, revisions: Sequence[RevisionText], *, made_at: str, version: str) -> str:
    """The whole document."""
    release = evidence.release
    title = escape(_clean(release["title"]))
    parts = [
        _HEAD.format(title=title),
        f"<h1>{title}</h1>",
        _facts(_release_facts(evidence)),
        f"<h2>Citation</h2><blockquote>{escape(citation(evidence, revisions))}</blockquote>",
        "<h2>Revisions</h2>",
        *(_revision(evidence, one) for one in evidence.of("revision")),
        *_differences(revisions),
        "<h2>What was asked and answered</h2>",
        _captures(evidence.of("capture")),
        _events(evidence.of("event")),
        f"<h2>How this is proved</h2><p>{_HOW}</p>",
        _facts({"links of the chain": str(evidence.head.seq), "head": evidence.head.hash}),
        _anchors(evidence),
        _witnesses(evidence),
        f"<p>Made on {escape(made_at)} by release-watcher {escape(version)}. {_AS_STATED}</p></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def citation(evidence: ReleaseEvidence, revisions: Sequence[RevisionText]) -> str:
    """How to cite the release: who, what, where, as observed when, under which hashes."""
    release = evidence.release
    said = [f"{release['publisher_name']}, “{_clean(release['title'])}”"]
    if release["published_at"]:
        said.append(f"published {release['published_at']}")
    said.append(f"{release['url'] or release['identity']}")
    said += [
        f"revision {one.number} observed {one.observed_at} (text SHA-256 {one.text_sha256},"
        f" bytes SHA-256 {one.body_sha256 or 'not kept'})"
        for one in revisions
    ]
    return "; ".join(said) + f"; chain head {evidence.head.seq} {evidence.head.hash}."


def _release_facts(evidence: ReleaseEvidence) -> dict[str, str]:
    release = evidence.release
    return {
        "publisher": f"{release['publisher_name']} ({release['publisher']})",
        "address": release["url"] or "",
        "identity": release["identity"],
        "published, as stated": release["published_at"] or "not stated",
        "seen here": f"{release['first_seen_at']} to {release['last_seen_at']}",
        "revisions": str(release["revision_count"]),
    }


def _revision(evidence: ReleaseEvidence, one: EvidenceRow) -> str:
    row = one.row
    facts = {
        "observed": row["observed_at"],
        "published, as stated": f"{row['published_at'] or 'not known'} ({row['published_raw'] or 'not stated'})",
        "SHA-256 of the text": row["text_sha256"],
        "text from": f"the {row['text_from']} (page: {row['page_outcome']})",
        "link of the chain": f"{one.link.seq}, {one.link.at}",
    }
    claims = [proven.row for proven in evidence.of("claims") if proven.row["revision_id"] == one.link.row_id]
    return (
        f"<h3>Revision {row['number']}</h3>{_facts(facts)}<pre>{escape(_clean(row['title']))}\n\n"
        f"{escape(_clean(row['text']))}</pre>{''.join(_claims(said) for said in claims)}"
    )


def _claims(said: Mapping[str, Any]) -> str:
    head = ("harm", "count", "victim", "stance", "at", "sentence")
    rows = [
        (
            claim["harm"],
            _count(claim),
            claim["victim"],
            claim["stance"],
            f"{claim['start']}–{claim['end']}",
            claim["sentence"],
        )
        for claim in said["claims"]
    ]
    return f"<p>Claims found by detector {escape(said['detector_version'])}:</p>{_table(head, rows)}"


def _count(claim: Mapping[str, Any]) -> str:
    low, high = claim["count_min"], claim["count_max"]
    if low == high:
        return "not counted" if low is None else str(low)
    return f"{'' if low is None else low}–{'' if high is None else high}"


def _differences(revisions: Sequence[RevisionText]) -> Iterable[str]:
    for number, new in enumerate(revisions[1:]):
        old = revisions[number]
        yield f"<h2>From revision {old.number} to {new.number}</h2>{html_part(diff_revisions(old, new))}"


def _captures(captures: Sequence[EvidenceRow]) -> str:
    head = ("asked", "address", "answer", "from", "SHA-256 of the body", "link")
    rows = [
        (
            row["started_at"],
            row["url"],
            f"{row['status'] or ''} {row['reason']} {row['outcome']}",
            row["address"] or "",
            row["body_sha256"] or "no body",
            str(one.link.seq),
        )
        for one in captures
        for row in (one.row,)
    ]
    return _table(head, rows)


def _events(events: Sequence[EvidenceRow]) -> str:
    rows = [(row["at"], row["kind"], row["detail"], str(one.link.seq)) for one in events for row in (one.row,)]
    return f"<h2>Events</h2>{_table(('at', 'what', 'detail', 'link'), rows)}" if rows else ""


def _anchors(evidence: ReleaseEvidence) -> str:
    rows = [(one.at, one.kind, one.place, one.state, f"{one.seq} {one.hash}") for one in evidence.anchors]
    if not rows:
        return "<p>The head of the chain was not written down elsewhere yet.</p>"
    return f"<h3>Written down elsewhere</h3>{_table(('at', 'how', 'where', 'state', 'link and hash'), rows)}"


def _witnesses(evidence: ReleaseEvidence) -> str:
    rows = [
        (one["revision"], one["service"], one["state"], one["done_at"] or one["queued_at"], one["result_url"] or "")
        for one in evidence.release["witnesses"]
    ]
    head = ("revision", "archive", "state", "at", "address of the copy")
    return f"<h3>Second witnesses</h3>{_table(head, rows)}" if rows else ""


def _facts(facts: Mapping[str, str]) -> str:
    return _table((), [(name, value) for name, value in facts.items() if value])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>" if head else ""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(_clean(str(cell)))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{heads}{lines}</table>"


def _clean(words: str) -> str:
    """Words without control and direction signs, which could make a text look like another one."""
    return "".join(sign if sign == "\n" or (sign.isprintable() and sign not in _TURNING) else " " for sign in words)


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
