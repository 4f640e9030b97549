"""A real publisher on loopback: 47 feeds and 254 pages of one site, as stored in the shared folder."""

from __future__ import annotations

import hashlib
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support import SHARED
from tests.support.servers import Answer, HttpServer, http_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = SHARED / "data" / "official" / "afmil"
LAST_MODIFIED = "Sun, 17 Jan 2016 09:41:19 GMT"
needs_real_publisher = pytest.mark.skipif(not ROOT.is_dir(), reason="../shared/data/official/afmil is not here")


@asynccontextmanager
async def real_publisher() -> AsyncIterator[HttpServer]:
    """Feeds with both validators; for each link the page of its article's number, 404 where there is none."""
    async with http_server() as server:
        for path in sorted((ROOT / "feeds").glob("*.xml")):
            body = path.read_bytes().replace(b"http://www.af.mil/", server.url("/").encode())
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            server.routes[f"/feeds/{path.name}"] = Answer(body=body, etag=etag, last_modified=LAST_MODIFIED)
            for link in re.findall(rb"<link>([^<]+/Article/\d+/[^<]*)</link>", body):
                _serve_page(server, urlsplit(link.decode()).path)
        yield server


def _serve_page(server: HttpServer, path: str) -> None:
    found = re.search(r"/Article/(\d+)/", path)
    page = ROOT / "pages" / f"{found[1] if found else ''}.html"
    if page.is_file():
        server.routes[path] = Answer(body=page.read_bytes(), content_type="text/html; charset=utf-8")


def feed_urls(server: HttpServer) -> list[str]:
    """The addresses of all its feeds."""
    return [server.url(path) for path in server.routes if path.startswith("/feeds/")]
