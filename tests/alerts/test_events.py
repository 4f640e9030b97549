"""Events of feeds and releases: which of them raise an alert, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.alerts import CONTEXT, NOW
from tests.support.detection import found
from watcher.alerts.events import EVENT_OF, FeedEvent, ReleaseEvent, decide_feed_event, decide_release_event
from watcher.alerts.routing import ChannelSchedule, Routing
from watcher.alerts.rules import DEFAULT_RULES
from watcher.model.release import PageText

ROUTING = Routing((ChannelSchedule("desk"),))
EVENT = FeedEvent("failing", "no answer since noon", NOW, "army", "The Army", "army/news", "desk one")
FEED_KINDS = sorted(set(EVENT_OF) - {"removed", "restored"})


@pytest.mark.parametrize("kind", FEED_KINDS)
def test_default_rules_alert_on_every_event_of_a_feed(kind: str) -> None:
    """A feed that went quiet is the one failure that nobody notices by reading alerts."""
    raised = decide_feed_event(replace(EVENT, kind=kind), rules=DEFAULT_RULES, routing=ROUTING)
    assert raised is not None
    message: Any = raised.message
    assert raised.title.startswith("[ARMY] army/news ")
    assert message["notice"]["subject"] == "feed:army/news"
    assert message["notice"]["detail"] == "no answer since noon"
    assert raised.priority == ("low" if kind in {"recovered", "moved", "proof_found"} else "normal")


def test_event_that_no_rule_asks_for_raises_no_alert() -> None:
    """What a kind means for readers is decided here: an unknown or uninteresting kind raises nothing."""
    assert decide_feed_event(replace(EVENT, kind="vanished"), rules=DEFAULT_RULES, routing=ROUTING) is None
    assert decide_feed_event(EVENT, rules=DEFAULT_RULES[:3], routing=ROUTING) is None


@pytest.mark.parametrize(("kind", "word"), [("removed", "removed"), ("restored", "back")])
def test_a_release_with_casualties_that_is_taken_away_is_news(kind: str, word: str) -> None:
    """A report that disappears is reported with what it said; one without casualties is not."""
    at = datetime(2026, 11, 24, 13, tzinfo=UTC)
    text = "Two civilians were killed near Raqqa."
    taken = ReleaseEvent(kind, "404 three times", at, PageText("T", text, language="en"), found(text), CONTEXT)
    raised = decide_release_event(taken, rules=DEFAULT_RULES, routing=ROUTING)
    assert raised is not None
    message: Any = raised.message
    assert raised.title == f"[ARMY] {word}: 2 civilians killed – Raqqa"
    assert message["claims"][0]["words"]
    assert message["notice"]["detail"] == "404 three times"
    quiet = replace(taken, page=PageText("T", "The band played."), detection=found("The band played."))
    assert decide_release_event(quiet, rules=DEFAULT_RULES, routing=ROUTING) is None
