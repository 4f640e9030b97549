"""`/search`: full text with snippets, the newest first, with facets; each search is also a feed and an alert rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from watcher.model.wording import HARM, STANCE, VICTIM_LISTED, totals_in_words
from watcher.store.search import FACETS, PAGE_SIZE, Search, find, publishers_of
from watcher.web.feeds import answered
from watcher.web.page import number_of, page, read, with_errors_in_words
from watcher.web.saved_search import PATH, address_of, feed_of, rule_toml, search_of, totals_of, with_facet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from datasette import Response

    from watcher.store.search import Found


_FEED_SIZE = 50
_MOST_VALUES = 12
_LAST_PAGE = 200
_NAMES = {
    "publisher": "Publisher",
    "country": "Country",
    "language": "Language",
    "harm": "What happened",
    "victim": "To whom",
    "stance": "How it is said",
    "year": "Year",
}
_VALUES: Mapping[str, Mapping[Any, str]] = {"harm": HARM, "victim": VICTIM_LISTED, "stance": STANCE}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value by which the results can be narrowed, or widened again where it is given already."""

    words: str
    count: int
    address: str
    is_given: bool


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """The page, and its results as a feed."""
    return [(rf"^{PATH}$", answer), (rf"^{PATH}\.(?P<form>atom|json)$", feed)]


@with_errors_in_words
async def answer(datasette: Any, request: Any) -> Response:
    """The page of a search; without words the newest releases."""
    search, number = search_of(_args(request)), _page_number(request.args.get("page"))

    def query(connection: sqlite3.Connection) -> tuple[Found, tuple[str, ...]]:
        return find(connection, search, page=number), publishers_of(connection, search)

    found, publishers = await read(datasette, query)
    last = min(_LAST_PAGE, -(-found.count // PAGE_SIZE))
    return page(
        datasette,
        "search.html",
        title=f"{search.q} – search" if search.q else "Search",
        path=PATH,
        search=search,
        found=found,
        facets=list(_facets(datasette, search, found)),
        totals={hit.row["release_id"]: totals_in_words(totals_of(hit.row)) for hit in found.hits},
        days={hit.row["release_id"]: datetime.fromisoformat(hit.row["at"]) for hit in found.hits},
        previous=address_of(search, page=number - 1) if number > 1 else "",
        following=address_of(search, page=number + 1) if number < last else "",
        feeds=[(name, address_of(search, form)) for name, form in (("Atom", ".atom"), ("JSON Feed", ".json"))],
        rule=rule_toml(search, publishers),
        number=number,
    )


@with_errors_in_words
async def feed(datasette: Any, request: Any) -> Response:
    """The newest results as Atom or JSON Feed."""
    search = search_of(_args(request))
    found = await read(datasette, partial(find, search=search, size=_FEED_SIZE))
    base = datasette.absolute_url(request, datasette.urls.path("/")).rstrip("/")
    own = datasette.absolute_url(request, request.full_path)
    published = feed_of(search, found.hits, base=base, home=f"{base}{address_of(search)}", own=own)
    return answered(published, request.url_vars["form"])


def _args(request: Any) -> dict[str, str]:
    return {name: request.args[name] for name in request.args}


def _page_number(text: str | None) -> int:
    """The number of a page of results, from 1; no search has a thousand of them."""
    return max(1, min(_LAST_PAGE, number_of(text, digits=3) or 1))


def _facets(datasette: Any, search: Search, found: Found) -> Iterator[tuple[str, list[FacetValue]]]:
    """Each facet with its commonest values; one that is given is listed alone, with the way back."""
    words: Mapping[str, Mapping[Any, str]] = {**_VALUES, "publisher": found.publisher_names}
    for name in FACETS:
        given = getattr(search, name)
        counts = found.facets[name].most_common(_MOST_VALUES) if not given else [(given, found.count)]
        values = [
            FacetValue(
                words.get(name, {}).get(value, value),
                count,
                datasette.urls.path(address_of(with_facet(search, name, "" if given else value))),
                bool(given),
            )
            for value, count in counts
            if value
        ]
        if given or len(values) > 1:
            yield _NAMES[name], values
