"""Fetch one URL, politely and safely; knows HTTP and nothing of parsing.

`conditional`: ask (host slot, validators) ─► Response ─► judge ─► Fetched | NotModified, or an error.
Below it: `client` one request with its redirects, `answer` its limits, `wire` what aiohttp leaves out, `guard` which
addresses may be connected to. For it: `hosts` and `back_off`, `validators` (with freshness), `robots`, `request` (with
a feed's headers and proxy). Apart: `server`, a small HTTP server.
"""
