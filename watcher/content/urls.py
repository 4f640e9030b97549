"""Web addresses: what a link means, one spelling of an address, and one key for all addresses of one text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from watcher.model.feed import Entry


_PORTS = {"http": 80, "https": 443}
# Links that lead nowhere: sites write them where an address is still missing.
_EMPTY = frozenset({"", "//", "///", "?", "http:", "http:/", "http://", "https:", "https:/", "https://"})
# AFPIMS (the U.S. military's shared site software) serves one release under many paths; only the number is stable.
_AFPIMS_PATH = re.compile(r"/Article/(\d+)(?:/|$)", re.IGNORECASE)
_AFPIMS_PRINT = re.compile(r"(?:^|&)Article=(\d+)(?:&|$)", re.IGNORECASE)
# What any of those has, or may have once its escapes are undone.
_MAY_BE_AFPIMS = re.compile(r"article|[%\t\r\n]", re.IGNORECASE)
_SAME_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.", re.IGNORECASE)
_VIEW_PATH = re.compile(
    r"(?:/(?:index|default|home)\.(?:html?|php|aspx?|jsp))$|(?:/amp|\.amp|/print|/printable|/print-view|\.print)/?$"
    r"|(?<=.)\.amp(?=\.html?$)|^/(?:amp|print)(?=/.)",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"(?:amp|print|printable|printer|printview|print_view|pf|output|outputtype|format|view|tmpl|layout)="
    r"(?:1|true|yes|y|amp|print|printable|printer|component|)|(?:ref|referrer|source|src|from|via|share|cmp|smid|_ga|igshid"
    r"|msclkid|yclid|dclid|spm|trk|feature|rss|xtor|at_\w+|ns_\w+|wt\.\w+|hss_\w+|_hs\w+|mkt_tok|pk_\w+|piwik_\w+)=.*",
    re.IGNORECASE,
)
# Addresses that need no taking apart: plain signs, no port of their own scheme, no query, nothing that may be AFPIMS's.
_PLAIN = re.compile(
    r"https?://([A-Za-z0-9.-]+(?::(?!80(?!\d)|443(?!\d))(?:[1-5]\d{4}|[1-9]\d{0,3}))?)((?:/[A-Za-z0-9._~/-]*)?)"
)
# An entry's address is asked for its names one after the other: no more of them are remembered.
_AT_ONCE = 16
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|mc_cid$|mc_eid$|cmpid$", re.IGNORECASE)


def web_address(stated: str, base: str) -> str | None:
    """An absolute http(s) address, resolved against `base`; None for anything else, and for a link to `base` itself.

    An empty link (`#`, `//`) or one to a place on the same page names no other document, as `urljoin` would have it.
    """
    words = stated.strip()
    if words in _EMPTY or words.startswith("#"):
        return None
    try:
        resolved = urljoin(base, words)
        parts = urlsplit(resolved)
    except ValueError:
        return None
    return resolved if parts.scheme in ("http", "https") and parts.hostname else None


@lru_cache(maxsize=_AT_ONCE)
def canonical_url(url: str) -> str:
    """One spelling of a web address: host in lower case, no default port, no fragment, no tracking parameters.

    Raises ValueError where it is none.
    """
    parts = urlsplit(url.partition("#")[0].strip())
    host = (parts.hostname or "").lower()
    default = _PORTS.get(parts.scheme.lower())
    try:
        port = parts.port
    except ValueError:
        port = None
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in {None, default} else f"{host}:{port}"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    # Without its query an address may end in a space.
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", query, "")).strip()


def is_same_port(old: SplitResult, new: SplitResult) -> bool:
    """Whether two addresses have one port, or the one of http and the one of https."""
    ports = [parts.port or _PORTS.get(parts.scheme) for parts in (old, new)]
    return ports[0] == ports[1] or ports == [80, 443]


def url_key(url: str) -> str:
    """One key for all addresses that lead to one text, empty where it is no web address.

    Scheme, `www.` and `m.`, case, closing slashes and names of index files, tracking parameters, and what asks for the
    print or AMP view of a page make no other key. For comparing only: it is no address that could be fetched.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is None or _MAY_BE_AFPIMS.search(url):
        return _key_of_any(url)
    host, path = plain.groups()
    return f"{_SAME_HOST.sub('', host)}{_VIEW_PATH.sub('', path).rstrip('/')}".lower()


def _key_of_any(url: str) -> str:
    """The same for an address of any kind: taken apart, which takes five times as long."""
    if not is_web_address(url):
        return ""
    if afpims := afpims_address(url):
        return _SAME_HOST.sub("", afpims).lower()
    parts = urlsplit(canonical_url(url))
    path = _VIEW_PATH.sub("", unquote(parts.path)).rstrip("/")
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_view(k, v))
    return f"{_SAME_HOST.sub('', parts.netloc)}{path}{'?' if query else ''}{urlencode(query)}".lower()


def url_key_of_entry(entry: Entry) -> str:
    """The key of an entry's address, or of its guid where that is an address."""
    return url_key(entry.url or "") or url_key(entry.key)


@lru_cache(maxsize=_AT_ONCE)
def is_web_address(key: str) -> bool:
    """Whether a link or a guid is an http(s) address with a host."""
    try:
        parts = urlsplit(key.strip())
    except ValueError:
        return False  # a guid that only looks like one, such as http://[x
    return parts.scheme.lower() in {"http", "https"} and parts.hostname is not None


@lru_cache(maxsize=_AT_ONCE)
def afpims_address(url: str) -> str | None:
    """Host and article number of a release on AFPIMS, None for any other address."""
    if not _MAY_BE_AFPIMS.search(url) or not is_web_address(url):
        return None
    parts = urlsplit(canonical_url(url))
    found = _AFPIMS_PATH.search(parts.path) or _AFPIMS_PRINT.search(parts.query)
    return f"{parts.netloc}/Article/{found[1]}" if found and parts.netloc else None


def without_scheme(url: str) -> str:
    """The canonical URL without `http://` or `https://`."""
    return canonical_url(url).split("://", 1)[-1]


def _is_view(name: str, value: str) -> bool:
    """Whether a parameter only says how a page is to be shown, or whence somebody came."""
    return bool(_VIEW.fullmatch(f"{name}={value}"))
