"""Which release an entry belongs to: one identity for one official statement, whatever feed it stands in."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from watcher.models import Entry, PageText

# AFPIMS (the U.S. military's shared site software) serves one release under many paths; only the number is stable.
_AFPIMS_PATH = re.compile(r"/Article/(\d+)(?:/|$)", re.IGNORECASE)
_AFPIMS_PRINT = re.compile(r"(?:^|&)Article=(\d+)(?:&|$)", re.IGNORECASE)
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|mc_cid$|mc_eid$|cmpid$", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """One spelling of a web address: host in lower case, no default port, no fragment, no tracking parameters.

    Raises ValueError where it is none.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    try:
        port = parts.port
    except ValueError:
        port = None
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in {None, default} else f"{host}:{port}"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", query, ""))


def of_entry(entry: Entry, publisher: str) -> str:
    """The identity of an entry's release: host and article number on AFPIMS, else its guid, else its URL.

    A guid that is no web address is unique only within its publisher. An entry with neither is known by what it says.
    """
    for address in (entry.url, entry.key):
        if address and (afpims := _afpims(address)):
            return afpims
    if _is_web_address(entry.key):
        return _without_scheme(entry.key)
    if entry.key:
        return f"{publisher}:{entry.key}"
    if entry.url:
        return _without_scheme(entry.url)
    said = f"{entry.title}\n{entry.html}".encode(errors="replace")
    return f"{publisher}:{hashlib.sha256(said).hexdigest()}"


def _is_web_address(key: str) -> bool:
    try:
        parts = urlsplit(key.strip())
    except ValueError:
        return False  # a guid that only looks like one, such as http://[x
    return parts.scheme.lower() in {"http", "https"} and parts.hostname is not None


def _afpims(url: str) -> str | None:
    if not _is_web_address(url):
        return None
    parts = urlsplit(canonical_url(url))
    found = _AFPIMS_PATH.search(parts.path) or _AFPIMS_PRINT.search(parts.query)
    return f"{parts.netloc}/Article/{found[1]}" if found and parts.netloc else None


def _without_scheme(url: str) -> str:
    return canonical_url(url).split("://", 1)[-1]


def entry_sha256(entry: Entry) -> str:
    """The hash of everything an entry says; a change of it is an edit. Recorded oddities do not count."""
    said = asdict(replace(entry, problems=()))
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode(errors="replace")).hexdigest()


def text_sha256(page: PageText) -> str:
    """The hash of a release's title and text, white space folded: what must differ for a new revision."""
    said = " ".join(f"{page.title}\n{page.text}".split())
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()
