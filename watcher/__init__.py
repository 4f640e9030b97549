"""watcher: official releases, their revisions, and what they say of people killed, injured or missing."""

from __future__ import annotations

__version__ = "0.1.0"
