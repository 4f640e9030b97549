"""Indexes for what is asked of every feed again and again: its events, its releases' problems, a channel's digests."""

from __future__ import annotations

NAME = "0010_lookups"
SCRIPT = """
CREATE INDEX events_by_feed ON events (feed_id);
CREATE INDEX problems_by_release ON problems (release_id);
CREATE INDEX alerts_digests ON alerts (created_at) WHERE event = 'digest';
"""
