"""Bytes of a feed, listing or sitemap to entries: pure, no I/O, no clock."""
