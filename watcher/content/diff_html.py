"""A difference as HTML for mail and web: escaped text and inline styles only, nothing remote, no script. Pure."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.revision_diff import RevisionDiff, RevisionText
    from watcher.content.word_diff import Run


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STYLE = {
    "ins": "background: #d2f4d9; color: #0b4a1b; text-decoration: underline",
    "del": "background: #fbdcd9; color: #7d130c; text-decoration: line-through",
    "table": "border-collapse: collapse; font-size: .85em; margin: 0 0 1em",
    "cell": "text-align: left; vertical-align: top; padding: .2em 1em .2em 0; border-bottom: 1px solid #ccc",
    "hash": "font-family: ui-monospace, monospace; overflow-wrap: anywhere",
    "body": "font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 46em; margin: 0 auto; padding: 1em",
}
_LABELS = ("observed", "SHA-256 of the text", "SHA-256 of the bytes", "text from")


def html_page(diff: RevisionDiff, *, heading: str) -> str:
    """A whole document; `heading` is what the release is called."""
    return html_document(heading, html_part(diff))


def html_document(heading: str, body: str) -> str:
    """A document around markup of ours; the heading is escaped."""
    title = escape(_clean(heading))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body style="{_STYLE["body"]}"><h1>{title}</h1>\n{body}</body></html>\n'
    )


def html_part(diff: RevisionDiff) -> str:
    """The difference as part of a document: both revisions, changed claims, title and text with what came and went."""
    deleted, inserted = diff.words
    said = f"<p>Words taken out: {deleted:,}, put in: {inserted:,}.</p>"
    changes = "".join(f"<li>{escape(_clean(change.words))}</li>" for change in diff.claims)
    claims = f"<h2>Claims</h2><ul>{changes}</ul>" if changes else "<p>The claims are the same.</p>"
    return (
        f"{_table(diff.old, diff.new)}\n{said}\n{claims}\n<h2>{_runs(diff.title)}</h2>\n<div>{_runs(diff.text)}</div>\n"
    )


def _table(old: RevisionText, new: RevisionText) -> str:
    heads = "".join(
        f'<th style="{_STYLE["cell"]}">{words}</th>'
        for words in ("", f"revision {old.number}", f"revision {new.number}")
    )
    rows = "".join(
        f'<tr><th style="{_STYLE["cell"]}">{label}</th>{_cell(before)}{_cell(after)}</tr>'
        for label, before, after in zip(_LABELS, _facts(old), _facts(new), strict=True)
    )
    return f'<table style="{_STYLE["table"]}"><tr>{heads}</tr>{rows}</table>'


def _facts(revision: RevisionText) -> tuple[str, str, str, str]:
    return (revision.observed_at, revision.text_sha256, revision.body_sha256 or "not kept", f"the {revision.text_from}")


def _cell(words: str) -> str:
    return f'<td style="{_STYLE["cell"]}; {_STYLE["hash"]}">{escape(words)}</td>'


def _runs(runs: Sequence[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    # `<br>` inside, since mail programs know no `white-space: pre-wrap`.
    words = escape(_clean(run.text)).replace("\n", "<br>\n")
    if run.kind == "inserted":
        return f'<ins style="{_STYLE["ins"]}">{words}</ins>'
    return f'<del style="{_STYLE["del"]}">{words}</del>' if run.kind == "deleted" else words


def _clean(words: str) -> str:
    """Words without control and direction signs, which could make a text look like another one."""
    return _CONTROL.sub(" ", words)
