"""Other names of releases: guids and addresses under which one was seen, so that a changed one is no new release."""

from __future__ import annotations

NAME = "0013_identities"
SCRIPT = """
CREATE TABLE identities (
  name TEXT PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_release ON identities (release_id);
CREATE INDEX revisions_by_text ON revisions (text_sha256);
"""
