"""The APIs of the recipes on loopback: each answers, refuses and pages as its documentation says.

All of them hold the same releases, newest first; what a test takes away or withdraws is answered in each one's form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.support.scenario import HARM, page
from tests.support.servers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.servers import HttpServer, ReceivedRequest, Route

    Query = Mapping[str, list[str]]

KEY = "key-5f2a9c77d1"
_START = datetime(2026, 11, 24, tzinfo=UTC)
# What each API allows: of one page, and parameters where others are refused.
_SEARCH_PARAMETERS = {"filter_organisations", "order", "count", "start", "fields", "filter_content_store_document_type"}


@dataclass
class Release:
    """A release as all of these APIs hold it."""

    number: int
    title: str
    text: str = HARM
    withdrawn: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    gone: str | None = None

    @property
    def at(self) -> datetime:
        """An hour after the one before."""
        return _START + timedelta(hours=self.number)

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/government/news/{self.number}"


@dataclass
class Apis:
    """The releases, oldest first, and the routes that give them."""

    server: HttpServer
    releases: list[Release] = field(default_factory=list)

    def add(self, count: int) -> None:
        """That many further releases, with pages on the same host."""
        for _ in range(count):
            number = len(self.releases) + 1
            self.releases.append(Release(number, f"Release {number} of the day"))
            self.server.routes[f"/government/news/{number}"] = self._page(number)

    def _page(self, number: int) -> Callable[[ReceivedRequest], Answer]:
        def answer(_: ReceivedRequest) -> Answer:
            one = self.releases[number - 1]
            return Answer(page(one.title, one.text), content_type="text/html")

        return answer

    @property
    def newest(self) -> list[Release]:
        """Those that are still there, newest first."""
        return [one for one in reversed(self.releases) if one.gone is None]

    def routes(self) -> dict[str, Route]:
        """Every API's."""
        return {
            "/api/search.json": self._asked(self._search),
            **{f"/api/content/government/news/{number}": self._document(number) for number in range(1, 20)},
            "/search": self._asked(self._dvids),
            "/wp-json/wp/v2/posts": self._asked(self._wordpress),
            "/": self._asked(self._wordpress),
            "/v2/reports": self._asked(self._reliefweb),
            "/jsonapi/node/article": self._asked(self._drupal),
        }

    def _asked(self, api: Callable[[str, Query], Answer]) -> Callable[[ReceivedRequest], Answer]:
        def answer(seen: ReceivedRequest) -> Answer:
            return api(seen.path, parse_qs(urlsplit(seen.path).query, keep_blank_values=True))

        return answer

    def _page_of(self, first: int, count: int) -> list[Release]:
        return self.newest[first : first + count]

    def _search(self, _: str, query: Query) -> Answer:
        """GOV.UK search: an unknown parameter, or a wrong value, is a 422; `start` counts results."""
        if set(query) - _SEARCH_PARAMETERS or int(query["count"][0]) > 1500:
            return _json({"error": "Unexpected parameters"}, status=422)
        start, count = int(query.get("start", ["0"])[0]), int(query["count"][0])
        found = [
            {
                "title": one.title,
                "link": one.path,
                "description": "What the release is about.",
                "public_timestamp": one.at.isoformat(),
                "content_store_document_type": "press_release",
                "index": "govuk",
                "es_score": None,
                "_id": one.path,
                "elasticsearch_type": "edition",
                "document_type": "edition",
            }
            for one in self._page_of(start, count)
        ]
        return _json(
            {"results": found, "total": len(self.newest), "start": start, "aggregates": {}, "suggested_queries": []}
        )

    def _document(self, number: int) -> Callable[[ReceivedRequest], Answer]:
        """GOV.UK Content API: the document, or 410 with the schema "gone"."""

        def answer(_: ReceivedRequest) -> Answer:
            one = self.releases[number - 1]
            if one.gone is not None:
                details = {"explanation": one.gone, "alternative_path": ""}
                return _json({"base_path": one.path, "schema_name": "gone", "details": details}, status=410)
            notice = {"explanation": one.withdrawn, "withdrawn_at": "2026-11-25T10:00:00Z"} if one.withdrawn else {}
            return _json(
                {
                    "base_path": one.path,
                    "content_id": f"0000-{number}",
                    "title": one.title,
                    "description": "What the release is about.",
                    "document_type": "press_release",
                    "schema_name": "news_article",
                    "locale": "en",
                    "first_published_at": one.at.isoformat(),
                    "public_updated_at": one.at.isoformat(),
                    "withdrawn_notice": notice,
                    "details": {
                        "body": f'<div class="govspeak"><p>{one.text}</p></div>',
                        "attachments": [],
                        "change_history": [{"public_timestamp": at, "note": note} for at, note in one.changes],
                    },
                    "links": {},
                }
            )

        return answer

    def _dvids(self, _: str, query: Query) -> Answer:
        """DVIDS: 403 without a key, at most 50 results a page."""
        if query.get("api_key") != [KEY]:
            return _json({"errors": ["api_key is invalid"]}, status=403)
        size, number = int(query["max_results"][0]), int(query.get("page", ["1"])[0])
        if size > 50:
            return _json({"errors": ["max_results: at most 50"]}, status=400)
        found = [
            {
                "id": f"news:{one.number}",
                "type": "news",
                "title": one.title,
                "short_description": one.text,
                "publishdate": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "date_published": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "date": "2026-11-19T05:00:00Z",
                "timestamp": one.at.strftime("%Y-%m-%dT%H:%M:%S.487Z"),
                "credit": "Press office",
                "branch": "Army",
                "unit_name": "1st Brigade",
                "url": self.server.url(one.path),
            }
            for one in self._page_of((number - 1) * size, size)
        ]
        return _json({"page_info": {"total_results": len(self.newest), "results_per_page": size}, "results": found})

    def _wordpress(self, _: str, query: Query) -> Answer:
        """WordPress: at most 100 posts a page, 400 past the last page, the next one in the Link header too."""
        if query.get("rest_route", ["/wp/v2/posts"]) != ["/wp/v2/posts"]:
            return _json({"code": "rest_no_route"}, status=404)
        size, number = int(query.get("per_page", ["10"])[0]), int(query.get("page", ["1"])[0])
        last = max(1, -(-len(self.newest) // size))
        if size > 100 or number > last:
            return _json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, status=400)
        found = [
            {
                "id": one.number,
                "date": one.at.strftime("%Y-%m-%dT%H:%M:%S"),
                "date_gmt": one.at.strftime("%Y-%m-%dT%H:%M:%S"),
                "modified_gmt": one.at.strftime("%Y-%m-%dT%H:%M:%S"),
                "guid": {"rendered": self.server.url(f"/?p={one.number}")},
                "link": self.server.url(one.path),
                "title": {"rendered": one.title},
                "content": {"rendered": f"<p>{one.text}</p>", "protected": False},
                "excerpt": {"rendered": "<p>…</p>", "protected": False},
                "status": "publish",
            }
            for one in self._page_of((number - 1) * size, size)
        ]
        return _json(found, headers={"X-WP-Total": str(len(self.newest)), "X-WP-TotalPages": str(last)})

    def _reliefweb(self, path: str, query: Query) -> Answer:
        """ReliefWeb, version 2: 403 without an approved name, at most 1,000 entries, the next page as a link."""
        if not query.get("appname", [""])[0]:
            return _json({"status": 403, "error": {"type": "AccessDeniedHttpException"}}, status=403)
        offset, limit = int(query.get("offset", ["0"])[0]), int(query["limit"][0])
        if limit > 1000:
            return _json({"status": 400, "error": {"message": "limit: at most 1000"}}, status=400)
        found = [
            {
                "id": str(4_000_000 + one.number),
                "score": 1,
                "href": self.server.url(f"/v2/reports/{4_000_000 + one.number}"),
                "fields": {
                    "title": one.title,
                    "body-html": f"<p>{one.text}</p>",
                    "url_alias": self.server.url(one.path),
                    "date": {name: one.at.isoformat() for name in ("original", "changed", "created")},
                    "language": [{"code": "en"}],
                    "source": [{"name": "The Army"}],
                },
            }
            for one in self._page_of(offset, limit)
        ]
        links = {"self": {"href": self.server.url(path)}}
        if offset + limit < len(self.newest):
            links["next"] = {"href": self._with(path, offset=offset + limit)}
        counts = {"took": 3, "totalCount": len(self.newest), "count": len(found)}
        return _json({"time": 1, "href": self.server.url(path), "links": links, "data": found} | counts)

    def _drupal(self, path: str, query: Query) -> Answer:
        """Drupal: never more than 50 a page whatever is asked for; the next page as a link."""
        offset, limit = int(query.get("page[offset]", ["0"])[0]), min(50, int(query.get("page[limit]", ["50"])[0]))
        found = [
            {
                "type": "node--article",
                "id": f"00000000-0000-0000-0000-{one.number:012}",
                "attributes": {
                    "drupal_internal__nid": one.number,
                    "langcode": "en",
                    "status": True,
                    "title": one.title,
                    "created": one.at.isoformat(),
                    "changed": one.at.isoformat(),
                    "path": {"alias": one.path, "pid": one.number, "langcode": "en"},
                    "body": {"value": one.text, "format": "basic_html", "processed": f"<p>{one.text}</p>"},
                },
            }
            for one in self._page_of(offset, limit)
        ]
        links = {"self": {"href": self.server.url(path)}}
        if offset + limit < len(self.newest):
            links["next"] = {"href": self._with(path, **{"page[offset]": offset + limit})}
        return _json({"jsonapi": {"version": "1.1"}, "data": found, "links": links}, kind="application/vnd.api+json")

    def _with(self, path: str, **parameters: int) -> str:
        parts = urlsplit(path)
        query = [pair for pair in parse_qsl(parts.query) if pair[0] not in parameters]
        return self.server.url(f"{parts.path}?{urlencode([*query, *parameters.items()])}")


def _json(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None, kind: str = "application/json"
) -> Answer:
    return Answer(
        json.dumps(value).encode(), status=status, headers=headers or {}, content_type=f"{kind}; charset=utf-8"
    )
