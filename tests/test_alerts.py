"""Claims and rules: who is told, how urgently, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from samples import found

from watcher.alerts import DEFAULT_RULES, Occasion, Plan, Reader, decide
from watcher.config import Rule
from watcher.models import PageText, StatedDate
from watcher.records import AlertRecord, StoredRevision

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OCCASION = Occasion(
    publisher="army",
    publisher_name="The Army",
    feed="army/news",
    url="https://a.example/1",
    observed_at=NOW,
    text_from="page",
    page_outcome="ok",
    installation="desk",
    is_first_poll=False,
    alert_max_age=timedelta(hours=48),
)

PLAN = Plan((Reader("a"), Reader("b")))


def alert(
    text: str, *, rules: tuple[Rule, ...] = DEFAULT_RULES, age: timedelta | None = timedelta(), **fields: Any
) -> AlertRecord | None:
    published = StatedDate(NOW - age, "said", "feed") if age is not None else None
    page = PageText("Title", text, published=published, language="en")
    previous = fields.pop("previous", None)
    return decide(page, found(text), replace(OCCASION, **fields), rules=rules, plan=PLAN, previous=previous)


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("Two civilians were killed in the strike.", "urgent"),
        ("Two soldiers were killed in the crash.", "normal"),
        ("Reports that two civilians died are not credible.", "low"),
        ("The army takes every precaution to avoid civilian casualties.", None),
        ("The band played in the park.", None),
        ("A mass casualty exercise was held on Monday.", None),
    ],
)
def test_default_rules(text: str, priority: str | None) -> None:
    """Somebody who writes no rule is told what matters, in the order in which it matters."""
    raised = alert(text)
    assert (raised.priority if raised else None) == priority


def test_one_alert_lists_every_rule_and_takes_the_highest_priority() -> None:
    """One release is one message, however many rules match."""
    rules = (
        Rule(name="low", priority="low", channels=("a",)),
        Rule(name="high", priority="urgent", minimum=2, channels=("b",)),
    )
    raised = alert("Two civilians were killed.", rules=rules)
    assert raised is not None
    assert (raised.rules, raised.priority, raised.channels) == (("low", "high"), "urgent", ("a", "b"))


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        ({"minimum": 3}, False),
        ({"minimum": 2}, True),
        ({"victims": ("military",)}, False),
        ({"words": ("RAQQA",)}, True),
        ({"words": ("Mosul",)}, False),
        ({"publishers": ("navy",)}, False),
        ({"languages": ("fr",)}, False),
        ({"harms": ("injured",)}, False),
    ],
)
def test_claim_has_to_fit_every_line(rule: dict[str, Any], matches: bool) -> None:  # noqa: FBT001 - expectation
    """A rule with two lines means both."""
    assert (alert("Two civilians were killed near Raqqa.", rules=(Rule(name="r", **rule),)) is not None) is matches


@pytest.mark.parametrize(
    ("age", "is_raised"), [(timedelta(hours=1), True), (timedelta(hours=49), False), (None, False)]
)
def test_first_poll_tells_only_what_is_young(age: timedelta | None, is_raised: bool) -> None:  # noqa: FBT001 - expectation
    """A new feed brings its archive with it: what is old, or of no known day, is stored and not told."""
    assert (alert("Two civilians were killed.", age=age, is_first_poll=True) is not None) is is_raised
    assert alert("Two civilians were killed.", age=age) is not None


def test_revision_alerts_only_when_its_claims_changed() -> None:
    """An edit of a comma wakes nobody; two that became eight does."""
    before = StoredRevision(1, 1, "", "page", "ok", 0, frozenset({("killed", 2, 2, "civilian", "asserted")}), True)  # noqa: FBT003 - told before
    assert alert("Two civilians were killed.", previous=before) is None
    raised = alert("Eight civilians were killed.", previous=before)
    assert raised is not None
    assert raised.event == "changed"


def test_message_holds_all_that_a_reader_needs() -> None:
    """Words, their place in the sentence, and why: fixed at this moment, whatever happens to the rows later."""
    raised = alert("It rained. Two civilians were killed near Raqqa. It rained.")
    assert raised is not None
    message: Any = raised.message
    claim = message["claims"][0]
    start, end = claim["marked"]
    assert claim["sentence"][start:end] == claim["words"]
    assert message["rules"][0] == {"name": "civilian-harm", "claims": [0]}
    assert raised.title == "[ARMY] 2 civilians killed – Raqqa"
