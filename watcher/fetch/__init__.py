"""Manners per host, conditional GET, robots.txt: knows HTTP caching, nothing of parsing.

ask (turn of the host, validators) ─► Response ─► judge (pure) ─► Fetched | NotModified, or the error that tells why
"""
