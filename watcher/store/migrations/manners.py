"""What a feed said of being asked, kept for the answers that do not repeat it: a 304 often says nothing."""

from __future__ import annotations

NAME = "0004_manners"
SCRIPT = """
ALTER TABLE feeds ADD COLUMN fresh_seconds INTEGER CHECK (fresh_seconds >= 0);
ALTER TABLE feeds ADD COLUMN hint_seconds INTEGER CHECK (hint_seconds >= 0);
ALTER TABLE feeds ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_hours));
ALTER TABLE feeds ADD COLUMN skip_days TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_days));
"""
