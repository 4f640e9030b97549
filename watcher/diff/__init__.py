"""What was changed between two texts of one release: its words, and what it claims. Pure.

two revisions ─► words (anchors, least edits) ─► runs ─► passages
              └► claims (same meaning, else nearest sentence) ─► gained, lost, altered, in words
"""

from __future__ import annotations

from watcher.diff.claims import ClaimChange, diff_claims
from watcher.diff.page import html_document, html_page, html_part
from watcher.diff.revisions import RevisionDiff, RevisionText, as_message, diff_revisions
from watcher.diff.text import Passage, Run, diff_words, passages

__all__ = [
    "ClaimChange",
    "Passage",
    "RevisionDiff",
    "RevisionText",
    "Run",
    "as_message",
    "diff_claims",
    "diff_revisions",
    "diff_words",
    "html_document",
    "html_page",
    "html_part",
    "passages",
]
