"""Bytes of a feed, listing or sitemap to entries: pure, no I/O, no clock."""

from watcher.sources.feed import Source, parse_feed

__all__ = ["Source", "parse_feed"]
