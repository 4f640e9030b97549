"""Manners per host, conditional GET, robots.txt: knows HTTP caching, nothing of parsing.

ask (turn of the host, validators) ─► Response ─► judge (pure) ─► Fetched | NotModified, or the error that tells why
"""

from __future__ import annotations

from watcher.fetch.caching import Validators, freshness, renewed
from watcher.fetch.conditional import Fetched, NotModified, ask, fetch, judge
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.robots import Robots, Verdict
from watcher.fetch.walls import find_wall
from watcher.net import retry_after

__all__ = [
    "Fetched",
    "Hosts",
    "NotModified",
    "Robots",
    "Validators",
    "Verdict",
    "ask",
    "fetch",
    "find_wall",
    "freshness",
    "host_of",
    "judge",
    "renewed",
    "retry_after",
]
