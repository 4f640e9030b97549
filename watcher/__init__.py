"""watcher: official releases, their revisions, and what they say of people killed, injured or missing."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("release-watcher")
