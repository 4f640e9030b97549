"""Indexes by which evidence of one release is gathered, and by which old headers are pruned."""

from __future__ import annotations

NAME = "0011_upkeep"
SCRIPT = """
CREATE INDEX captures_by_request ON captures (requested_url) WHERE kind <> 'feed';
CREATE INDEX revisions_by_feed_capture ON revisions (feed_capture_id) WHERE feed_capture_id IS NOT NULL;
"""
