"""Page rules that cannot be read: named one by one, and as if they matched nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.content.page import extract_page
from watcher.content.page_rules import rule_mistakes, sound_rules
from watcher.model.selectors import NO_RULES, PageRules

BROKEN = PageRules(body=("..text",), remove=("nav", "p::before"), date_formats=("%d %B %Y", "%Q"), since="1999")
PAGE = b"""<html lang=en><head><title>Strike</title></head><body><nav>Home</nav><article><h1>Strike</h1>
<p>Two civilians were killed near the river on Monday, the command said in a statement.</p></article></body></html>"""


def test_every_part_that_cannot_be_read_is_named() -> None:
    """Selectors, patterns of dates and days, each with its words; what is sound stays."""
    found = [(one.rule, one.value) for one in rule_mistakes(BROKEN)]
    assert found == [("body", "..text"), ("remove", "p::before"), ("date_formats", "%Q"), ("since", "1999")]
    sound, problems = sound_rules(BROKEN)
    assert sound == PageRules(remove=("nav",), date_formats=("%d %B %Y",))
    assert {problem.kind for problem in problems} == {"site_changed"}
    assert len(problems) == 4
    assert sound_rules(NO_RULES) == (NO_RULES, ())


def test_page_is_read_although_its_rules_cannot_be() -> None:
    """A typing error in one selector left every page of its publisher unread, and raised no alert of what they say."""
    page = extract_page(PAGE, url="https://a.example/1", rules=BROKEN, fetched_at=datetime(2026, 11, 30, tzinfo=UTC))
    assert "Two civilians were killed near the river" in page.text
    assert [problem.kind for problem in page.problems] == ["site_changed"] * 4
