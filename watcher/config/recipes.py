"""`recipes/<name>.toml`: a known API as a feed table, with what a publisher's file has to fill in.

A recipe is expanded before the publisher's file is checked, so that every mistake has its place in that file; what the
file says itself goes before what the recipe says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from watcher.config.values import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_NAME = re.compile(r"\{([a-z_]+)\}")
# What an address may hold as it is; everything else of a parameter is percent-encoded (RFC 3986).
_SAFE = ":/?&=%[]@!$'()*+,;~-._"


class Parameter(Table):
    """What a recipe asks for: `about` it in words, and its `default`, empty where it must be given."""

    about: str
    default: str | None = None


class Recipe(Table):
    """A known API: its `title`, where it is `documented_at`, its `parameters`, and the `[feed]` that it makes."""

    title: str
    documented_at: str
    parameters: dict[str, Parameter]
    feed: dict[str, Any]


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
