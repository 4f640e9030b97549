"""Recipes: a known API as a feed, with what a publisher's file fills in."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from tests.support.scenario import configure
from watcher.config.load import load
from watcher.errors import ConfigError
from watcher.pipeline.reading import rule_mistakes

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.publishers import Feed

# What is no address.
_GIVEN = {"channel": "example"}
RECIPES = sorted((ROOT / "config" / "recipes").glob("*.toml"))


def feed_of(folder: Path, table: str) -> Feed:
    """The one feed of a publisher with this table."""
    return configure(folder, {}, publisher=f'[[feed]]\ncode = "api"\n{table}').publishers[0].feeds[0]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_makes_a_sound_feed(path: Path, tmp_path: Path) -> None:
    """With its parameters filled in it is a feed whose expressions can all be read."""
    asked = tomllib.loads(path.read_text())["parameters"]
    given = ", ".join(f'{name} = "{_GIVEN.get(name, "https://army.example")}"' for name in asked if name != "query")
    feed = feed_of(tmp_path, f'recipe = "{path.stem}"\nparameters = {{ {given} }}\n')
    assert rule_mistakes(feed) == ()
    assert "{" not in feed.url


def test_what_the_file_says_goes_before_what_the_recipe_says(tmp_path: Path) -> None:
    """An operator with a key of another name, or a proxy of the API, need not write the recipe anew."""
    own = 'api_key = { file = "key", header = "X-Key" }\nlimits = { per_hour = 5 }\n'
    feed = feed_of(tmp_path, f'recipe = "dvids"\n{own}')
    assert feed.api_key is not None
    assert (feed.api_key.header, feed.limits.per_hour) == ("X-Key", 5)
    assert feed.url.endswith("max_results=50")


def test_parameter_is_percent_encoded(tmp_path: Path) -> None:
    """A name with blanks and letters of another alphabet is one value of the query."""
    table = 'recipe = "reliefweb"\nparameters = { appname = "a", source = "Ministère de la Défense" }\n'
    assert "filter[value]=Minist%C3%A8re%20de%20la%20D%C3%A9fense&" in feed_of(tmp_path, table).url


@pytest.mark.parametrize(
    ("table", "mistake"),
    [
        ('recipe = "gov"\n', "feed.1.recipe: there is none named gov; there are drupal, dvids"),
        ('recipe = "wordpress"\n', "feed.1.parameters.site is missing: the address of the site"),
        ('recipe = "dvids"\nparameters = { brnch = "x" }\n', "feed.1.parameters.brnch: the recipe dvids has no such"),
        ("recipe = 7\n", "feed.1.recipe: there is none named 7"),
        ('recipe = "wordpress"\nparameters = { site = "army" }\n', "feed.1.url: must be a web address"),
        ('recipe = "wordpress"\nparameters = { site = "https://a.example" }\nkind = "feed"\n', 'kind = "json" and the'),
        ('kind = "json"\nurl = "https://a.example/"\n', 'kind = "json" and the table [feed.api] belong together'),
        (
            'url = "https://a.example/"\napi_key = { env = "X", query = "k" }\n',
            'api_key is for feeds of the kind "json"',
        ),
        ('recipe = "dvids"\napi_key = { env = "X" }\n', "needs either query or header"),
        ('recipe = "dvids"\napi_key = "key-1234"\n', "must not be written here"),
    ],
)
def test_mistakes_are_named_at_their_place(tmp_path: Path, table: str, mistake: str) -> None:
    """Whoever writes a publisher's file sees what to mend there, and never the key that was typed."""
    with pytest.raises(ConfigError) as found:
        feed_of(tmp_path, table)
    assert mistake in str(found.value)
    assert "key-1234" not in str(found.value)


def test_own_recipe_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """A site's API that differs in one thing is a file in the operator's own folder; a broken one is named."""
    configure(tmp_path, {}, publisher='[[feed]]\ncode = "api"\nrecipe = "dvids"\n')
    (tmp_path / "recipes").mkdir()
    shipped = (ROOT / "config" / "recipes" / "dvids.toml").read_text()
    (tmp_path / "recipes" / "dvids.toml").write_text(
        shipped.replace("api.dvidshub.net/search", "mirror.example/search")
    )
    assert load(tmp_path).publishers[0].feeds[0].url.startswith("https://mirror.example/search")
    (tmp_path / "recipes" / "dvids.toml").write_text("title = 1\n")
    with pytest.raises(ConfigError, match=r"dvids\.toml: title: Input should be a valid string"):
        load(tmp_path)


def test_expression_that_cannot_be_read_is_found_by_the_check(tmp_path: Path) -> None:
    """A slip in JMESPath would else look like an API without items."""
    table = (
        'kind = "json"\nurl = "https://a.example/"\n[feed.api]\nitems = "results["\n[feed.api.parts]\ntitle = "a..b"\n'
    )
    found = rule_mistakes(feed_of(tmp_path, table))
    assert [one.partition(":")[0] for one in found] == ["api.items", "api.parts.title"]
