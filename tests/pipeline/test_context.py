"""A feed's context: what is configured for it, resolved once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.scenario import (
    LISTING_TABLE,
    WORDS,
    configure,
)
from watcher.cli.main import cli
from watcher.config.checks import check
from watcher.config.load import load
from watcher.config.publishers import Publisher
from watcher.config.settings import Settings
from watcher.errors import ConfigError
from watcher.pipeline.reading import reading_context

if TYPE_CHECKING:
    from pathlib import Path


def test_listing_without_rule_is_a_mistake(tmp_path: Path) -> None:
    """Kind and rule belong together, and `watcher check` names a selector that is none."""
    with pytest.raises(ConfigError, match="belong together"):
        configure(tmp_path, {}, publisher='[[feed]]\ncode="a"\nkind="listing"\nurl="https://a.example/"\n')
    configure(
        tmp_path, {}, publisher=LISTING_TABLE.format(url="https://a.example/").replace("li.release", "li..release")
    )
    assert load(tmp_path).publishers[0].feeds[0].listing is not None
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "check"])
    assert done.exception is not None
    assert "listing.entry" in str(done.exception)


def test_page_rules_carry_the_publishers_zone_and_language() -> None:
    """A date on a page is read in the zone of who wrote it, though there are no rules."""
    named = {"code": "a", "name": "A", "language": "uk", "time_zone": "Europe/Kyiv"}
    context = reading_context(WORDS, check(Publisher, named | {"page": {"body": "article"}}), Settings())
    assert (context.rules.body, context.locale.zone, context.language) == (("article",), "Europe/Kyiv", "uk")
    bare = reading_context(WORDS, check(Publisher, named), Settings(), "en")
    assert (bare.rules.body, bare.locale.zone, bare.language) == ((), "Europe/Kyiv", "en")
