"""`recipes/<name>.toml`: a known API as a feed table, with what a publisher's file has to fill in.

A recipe is expanded before the publisher's file is checked, so that every mistake has its place in that file; what the
file says itself goes before what the recipe says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import ValidationError

from watcher.config.checks import check
from watcher.config.publishers import Feed
from watcher.config.tables import Table
from watcher.config.values import mistake_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_NAME = re.compile(r"\{([a-z_]+)\}")
# What an address may hold as it is; everything else of a parameter is percent-encoded (RFC 3986).
_SAFE = ":/?&=%[]@!$'()*+,;~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Table):
    """What a recipe asks for: `about` it in words, and its `default`, empty where it must be given."""

    about: str
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Table):
    """A known API: its `title`, where it is `documented_at`, its `parameters`, and the `[feed]` that it makes."""

    title: str
    documented_at: str
    parameters: dict[str, Parameter]
    feed: dict[str, Any]


def recipe_at(url: str, recipes: Mapping[str, Recipe]) -> tuple[str, dict[str, str]] | None:
    """The recipe that an address belongs to, and those of its parameters that the address states; None for any other.

    An address is an API's own, or one of its documentation.
    """
    for name, recipe in recipes.items():
        stated = _stated(url, str(recipe.feed.get("url", "")))
        if stated is not None:
            return name, {key: value for key, value in stated.items() if key in recipe.parameters}
    found = (name for name, recipe in recipes.items() if _is_about(url, recipe.documented_at))
    documented = next(found, None)
    return None if documented is None else (documented, {})


def _stated(url: str, template: str) -> dict[str, str] | None:
    """The parameters that an address states, where it is one that a recipe's could be; else None."""
    if template.startswith("{site}"):
        return _stated_by_site(url, template.removeprefix("{site}"))
    given, wanted = urlsplit(url), urlsplit(template)
    fixed = wanted.path.partition("{")[0]
    if given.netloc.lower() != wanted.netloc or not given.path.startswith(fixed):
        return None
    values = dict(parse_qsl(given.query))
    stated = {
        _NAME.sub(r"\1", value): values.get(key, "") for key, value in parse_qsl(wanted.query) if _NAME.fullmatch(value)
    }
    if fixed != wanted.path:
        stated |= {_NAME.findall(wanted.path)[0]: given.path.removeprefix(fixed)}
    return {name: value for name, value in stated.items() if value}


def _stated_by_site(url: str, path: str) -> dict[str, str] | None:
    """The same for an API that stands on many sites, below a path of its own: `/wp-json/`, `/?rest_route=`."""
    marker = re.match(r"/(?:\?[a-z_]+=|[a-z-]+)", path)
    found = re.search(rf"{re.escape(marker[0])}(?![\w-])|{re.escape(marker[0])}(?<==)", url) if marker else None
    if found is None:
        return None
    pattern = _NAME.sub(r"(?P<\1>[^/?&#]+)", re.escape(path.partition("?")[0]).replace(r"\{", "{").replace(r"\}", "}"))
    more = re.match(pattern, url[found.start() :])
    return {"site": url[: found.start()]} | (more.groupdict() if more else {})


def _is_about(url: str, documented_at: str) -> bool:
    """Whether an address is of this documentation: on its host, at the top or below its first folder."""
    given, known = urlsplit(url), urlsplit(documented_at)
    first = given.path.strip("/").partition("/")[0]
    return given.netloc.lower() == known.netloc and first in {"", known.path.strip("/").partition("/")[0]}


def feed_of(said: Mapping[str, Any], recipes: Mapping[str, Recipe]) -> Feed:
    """The feed that a table without a code makes. Raises ValueError, in a sentence, where it is none."""
    table = {"code": "feed", **said}
    try:
        return check(Feed, expanded(table, recipes) if "recipe" in said else table)
    except ValidationError as error:
        raise ValueError(mistake_in_words(error.errors()[0]["msg"])) from error


def with_recipes(
    publisher: dict[str, Any], recipes: Callable[[], Mapping[str, Recipe]]
) -> tuple[dict[str, Any], list[str]]:
    """A publisher's table with what the recipes of its feeds say, and the mistakes in how it uses them."""
    feeds = publisher.get("feed")
    if not isinstance(feeds, list) or not any("recipe" in feed for feed in feeds if isinstance(feed, dict)):
        return publisher, []
    made, mistakes = [], []
    for number, feed in enumerate(feeds, start=1):
        try:
            is_plain = not isinstance(feed, dict) or "recipe" not in feed
            made.append(feed if is_plain else expanded(feed, recipes()))
        except ValueError as error:
            mistakes.append(f"feed.{number}.{error}")
    return publisher | {"feed": made}, mistakes


def expanded(feed: Mapping[str, Any], recipes: Mapping[str, Recipe]) -> dict[str, Any]:
    """The table of a feed with what its recipe says. Raises ValueError, in a sentence, for what does not fit it."""
    name = feed["recipe"]
    recipe = recipes.get(name) if isinstance(name, str) else None
    if recipe is None:
        raise ValueError(f"recipe: there is none named {name}; there are {', '.join(sorted(recipes))}")
    given = feed.get("parameters", {})
    values = {key: one.default for key, one in recipe.parameters.items()} | (given if isinstance(given, dict) else {})
    unknown = sorted(set(values) - set(recipe.parameters))
    missing = sorted(key for key, value in values.items() if not isinstance(value, str))
    if unknown:
        raise ValueError(f"parameters.{unknown[0]}: the recipe {name} has no such parameter")
    if missing:
        raise ValueError(f"parameters.{missing[0]} is missing: {recipe.parameters[missing[0]].about}")
    return _filled(recipe.feed, values) | dict(feed)


def _filled(table: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe's table with the parameters in its address."""
    url = _NAME.sub(lambda match: quote(str(values[match[1]]).strip(), safe=_SAFE), str(table.get("url", "")))
    return dict(table) | {"url": url}
