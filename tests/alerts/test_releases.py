"""A revision and the rules: which alert it raises, how urgent, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.alerts import CONTEXT, NOW
from tests.support.detection import found
from watcher.alerts.releases import decide_revision
from watcher.alerts.routing import ChannelSchedule, Routing
from watcher.alerts.rules import DEFAULT_RULES
from watcher.config.rules import Rule
from watcher.model.claim import Claim
from watcher.model.release import PageText, StatedDate
from watcher.model.revision import PageState, ReleaseState, StoredRevision

if TYPE_CHECKING:
    from watcher.model.alert import AlertRecord


ROUTING = Routing((ChannelSchedule("a"), ChannelSchedule("b")))


def alert(
    text: str, *, rules: tuple[Rule, ...] = DEFAULT_RULES, age: timedelta | None = timedelta(), **fields: Any
) -> AlertRecord | None:
    published = StatedDate(NOW - age, "said", "feed") if age is not None else None
    page = PageText("Title", text, published=published, language="en")
    previous = fields.pop("previous", None)
    return decide_revision(
        page, found(text), replace(CONTEXT, **fields), rules=rules, routing=ROUTING, previous=previous
    )


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
    """Somebody who writes no rule is notified of what matters, in the order in which it matters."""
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
def test_first_poll_alerts_only_on_young_releases(age: timedelta | None, is_raised: bool) -> None:  # noqa: FBT001 - expectation
    """A new feed brings its archive with it: what is old, or of no known day, is stored and raises no alert."""
    assert (alert("Two civilians were killed.", age=age, is_first_poll=True) is not None) is is_raised
    assert alert("Two civilians were killed.", age=age) is not None


def test_revision_alerts_only_when_its_claims_changed() -> None:
    """An edit of a comma wakes nobody; two that became eight does."""
    before = stored(TWO_KILLED)
    assert alert("Two civilians were killed.", previous=before) is None
    raised = alert("Eight civilians were killed.", previous=before)
    assert raised is not None
    assert raised.event == "changed"


def test_message_holds_all_that_a_channel_shows() -> None:
    """Words, their place in the sentence, and why: fixed at this moment, whatever happens to the rows later."""
    raised = alert("It rained. Two civilians were killed near Raqqa. It rained.")
    assert raised is not None
    message: Any = raised.message
    claim = message["claims"][0]
    start, end = claim["marked"]
    assert claim["sentence"][start:end] == claim["words"]
    assert message["rules"][0] == {"name": "civilian-harm", "claims": [0]}
    assert raised.title == "[ARMY] 2 civilians killed – Raqqa"


def stored(*claims: tuple[Any, ...], has_alert: bool = True) -> StoredRevision:
    """A revision that made these claims: harm, low, high, victim, stance."""
    state = ReleaseState(NOW, "ok", 0, PageState(None), has_page=True, is_vanished=False, has_alert=has_alert)
    names = ("harm", "count_min", "count_max", "victim", "stance")
    made = [Claim(**dict(zip(names, claim, strict=True)), start=0, end=1, sentence="") for claim in claims]
    known = ("id", "release_id", "number", "identity", "publisher", "publisher_name", "feed", "text_sha256")
    every: Any = dict.fromkeys(known) | {"url": None, "text_from": "page", "page_outcome": "ok", "observed_at": ""}
    return StoredRevision(
        **every, is_newest=True, page=PageText("", ""), claims_by_text={None: tuple(made)}, release=state
    )


TWO_KILLED = ("killed", 2, 2, "civilian", "asserted")


@pytest.mark.parametrize(
    ("text", "previous", "event"),
    [
        ("Two civilians were killed.", None, "new"),
        ("Reports that two civilians died are not credible.", None, "denial"),
        ("Eight civilians were killed.", stored(TWO_KILLED), "changed"),
        ("Eight civilians were killed.", stored(TWO_KILLED, has_alert=False), "new"),
        ("Reports that two civilians died are not credible.", stored(TWO_KILLED), "denial"),
        ("The band played in the park.", stored(TWO_KILLED), "withdrawn"),
        ("The band played in the park.", stored(), None),
        ("The band played in the park.", stored(("killed", 2, 2, "civilian", "historical")), None),
    ],
)
def test_event_is_named_after_what_happened(text: str, previous: StoredRevision | None, event: str | None) -> None:
    """A new statement, a change, a denial, a withdrawal: each is an event that a rule can ask for (check 31)."""
    raised = alert(text, previous=previous)
    assert (raised.event if raised else None) == event


def test_title_repeats_withdrawn_claims() -> None:
    """What is gone can only be described in the words of before."""
    raised = alert(
        "The band played in the park.", previous=stored(TWO_KILLED, ("injured", 4, 4, "civilian", "asserted"))
    )
    assert raised is not None
    assert raised.title == "[ARMY] withdrawn: 2 civilians killed, 4 civilians injured"
    assert (raised.priority, raised.rules) == ("normal", ("withdrawn-or-removed",))
    message: Any = raised.message
    assert "2 civilians killed" in message["notice"]["said"]


@pytest.mark.parametrize(("events", "is_raised"), [(("revision",), True), (("new", "changed"), False)])
def test_edit_without_other_claims_alerts_only_who_asks(events: tuple[Any, ...], is_raised: bool) -> None:  # noqa: FBT001 - expectation
    """Most want to sleep through a corrected comma; an archive may want each."""
    rule = Rule(name="r", events=events)
    assert (alert("Two civilians were killed.", rules=(rule,), previous=stored(TWO_KILLED)) is not None) is is_raised


def test_a_rule_is_asked_only_for_its_events() -> None:
    """Who asks for denials alone gets no news of deaths, and the other way round."""
    denials = (Rule(name="r", events=("denial",), stances=("denied",)),)
    assert alert("Reports that two civilians died are not credible.", rules=denials) is not None
    assert alert("Two civilians were killed.", rules=denials) is None
    news = (Rule(name="r", events=("new",), stances=("asserted", "denied")),)
    raised = alert("Reports that two civilians died are not credible.", rules=news)
    assert raised is not None
    assert raised.event == "denial", "a denial that is new is both"


def test_first_round_waits_for_its_end() -> None:
    """What a first poll finds is held, so that a seed is one message and not five hundred (check 30)."""
    raised = alert("Two civilians were killed.", is_first_poll=True)
    assert raised is not None
    assert {dispatch.hold for dispatch in raised.dispatches} == {"first_round"}


def test_an_unsure_alert_says_that_it_is_to_be_checked() -> None:
    """It waits for the daily digest on every channel, and its title and message say why."""
    rules = (Rule(name="r", priority="urgent", confidence=1.0),)
    raised = alert("Two civilians were killed in the strike.", rules=rules)
    assert raised is not None
    assert raised.title == "[ARMY] to be checked: 2 civilians killed"
    assert raised.message["to_be_checked"] is True
    assert raised.priority == "low"
    assert {dispatch.hold for dispatch in raised.dispatches} == {"daily"}
    sure = alert("Two civilians were killed in the strike.", rules=(Rule(name="r", confidence=0.0),))
    assert sure is not None
    assert "to_be_checked" not in sure.message
