"""What a saved search is: an address, a feed (Atom, JSON Feed), and an alert rule to paste into `watcher.toml`."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode

from watcher.control_signs import without_controls
from watcher.model.claim import Harm, Stance, Total, Victim
from watcher.model.wording import totals_in_words
from watcher.store.search import FACETS, Search
from watcher.store.search_terms import rule_words, terms_of
from watcher.web.feed_format import PublishedFeed, row_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.store.search import Hit


PATH = "/search"
_LONGEST = 200
_KNOWN = {"harm": get_args(Harm), "victim": get_args(Victim), "stance": get_args(Stance)}
# What somebody who watches for words wants to hear of; the possible and the past is left to those who ask for it.
_STANCES = ("asserted", "assessed", "alleged", "under_review", "denied")


def search_of(given: Mapping[str, str]) -> Search:
    """The search of an address; a harm, victim or stance that there is not asks for nothing."""
    said = {name: without_controls(given[name]).strip()[:_LONGEST] for name in ("q", *FACETS) if given.get(name)}
    return Search(**{name: value for name, value in said.items() if name not in _KNOWN or value in _KNOWN[name]})


def address_of(search: Search, form: str = "", **more: Any) -> str:
    """The address of a search, or of its feed (`.atom`, `.json`)."""
    query = urlencode(search.given | {name: str(value) for name, value in more.items()})
    return f"{PATH}{form}?{query}" if query else f"{PATH}{form}"


def with_facet(search: Search, name: str, value: str) -> Search:
    """The search with another value of one facet, or with none."""
    return replace(search, **{name: value})


def name_of(search: Search) -> str:
    """A search in words, as the title of its feed."""
    others = ", ".join(value.replace("_", " ") for name, value in search.given.items() if name != "q")
    return " – ".join(part for part in (f"“{search.q}”" if search.q else "all releases", others) if part)


def feed_of(search: Search, hits: Iterable[Hit], *, base: str, home: str, own: str) -> PublishedFeed:
    """The newest hits as a feed; an edited text that is found is an entry of its own. `base` is this site's address."""
    rows = [_entry(hit, base) for hit in hits]
    return PublishedFeed(f"search {urlencode(search.given)}", name_of(search), home, own, row_entries("search", rows))


def _entry(hit: Hit, base: str) -> dict[str, Any]:
    row = hit.row
    return {
        "title": row["title"],
        "publisher": row["publisher_name"],
        "casualties": totals_in_words(totals_of(row)),
        "words": "".join(text for text, _ in hit.snippet),
        "published_at": row["at"],
        "revision": row["revision"],
        "original": row["url"],
        "url": f"{base}/release/{row['release_id']}",
    }


def totals_of(row: Mapping[str, Any]) -> tuple[Total, ...]:
    """The totals of a row that was found."""
    return tuple(Total(**total) for total in row["totals"])


def rule_toml(search: Search, publishers: Sequence[str]) -> str:
    """A rule that alerts of what the search finds, as TOML; `publishers` are the codes that it is about, or none.

    A rule looks for its words in the sentence of each claim, and for any of them.
    """
    lists: dict[str, Sequence[str]] = {
        "publishers": publishers,
        "harms": [search.harm] if search.harm else [],
        "victims": [search.victim] if search.victim else [],
        "stances": [search.stance] if search.stance else _STANCES,
        "languages": [search.language] if search.language else [],
        "words": rule_words(terms_of(search.q)),
    }
    lines = [f"{key} = [{', '.join(_toml(value) for value in values)}]" for key, values in lists.items() if values]
    background = ["background = true"] if search.stance in {"historical", "hypothetical"} else []
    return "\n".join(["[[rule]]", f"name = {_toml(_rule_name(search))}", *lines, *background, ""])


def _rule_name(search: Search) -> str:
    """A code made of the words and values of a search."""
    plain = unicodedata.normalize("NFKD", " ".join(search.given.values())).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:40].strip("-") or "saved-search"


def _toml(text: str) -> str:
    """A basic string: that of JSON, but for one sign that TOML does not take as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
