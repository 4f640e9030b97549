"""Fetch one URL, politely and safely; knows HTTP and nothing of parsing.

`conditional`: ask (the host's turn, validators) ─► Response ─► judge ─► Fetched | NotModified, or an error.
Below it: `client` one request with its redirects, `answer` its limits, `wire` what aiohttp leaves out, `guard` which
addresses may be dialled. For it: `hosts` and `back_off`, `validators` (validators, freshness), `robots`, `request` (a
request with its feed's headers and proxy). Apart: `server`, a small listener.
"""
