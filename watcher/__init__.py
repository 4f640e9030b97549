"""watcher: official releases, their revisions, and what they say of people killed, injured or missing."""

from importlib.metadata import version

__version__ = version("release-watcher")
