"""Rules against claims, releases and feeds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.detection import found
from watcher.alerts.rules import (
    DEFAULT_RULES,
    asks_for_unread,
    effective_rules,
    match_claims,
    matches_before,
    matching_claims,
    rules_for_event,
)
from watcher.config.checks import check
from watcher.config.rules import Rule
from watcher.config.settings import Settings
from watcher.model.claim import Claim, Detection
from watcher.model.release import Problem

TEXT = "Two civilians were killed near Raqqa."


def names(*rules: Rule) -> set[str]:
    settings = check(Settings, {"rule": list(rules)})
    return {rule.name for rule in effective_rules(settings)}


def numbers(rule: dict[str, Any], **where: Any) -> tuple[int, ...]:
    said: dict[str, Any] = {"publisher": "army", "feed": "army/news", "languages": {"en"}} | where
    return matching_claims(Rule(name="r", **rule), found(TEXT), **said)


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        ({"places": ("raqqa",)}, True),
        ({"places": ("Mosul", "Raqqa")}, True),
        ({"places": ("Mosul",)}, False),
        ({"feeds": ("army/news",)}, True),
        ({"feeds": ("army/photos",)}, False),
        ({"feeds": ("army/news",), "publishers": ("navy",)}, False),
    ],
)
def test_places_and_feeds_narrow_a_rule(rule: dict[str, Any], matches: bool) -> None:  # noqa: FBT001 - expectation
    """A desk that watches one place or one feed is not woken by the rest."""
    assert bool(numbers(rule)) is matches


def test_a_rule_about_claims_leaves_the_watch_over_the_feeds() -> None:
    """Who writes one rule about claims must still be notified that a feed died or a release was taken away."""
    assert names(Rule(name="mine")) == {"mine", "withdrawn-or-removed", "feed-unhealthy", "feed-recovered"}
    assert names(Rule(name="mine", events=("gap",))) == {rule.name for rule in DEFAULT_RULES[:4]} | {"mine"}
    assert names(Rule(name="mine", events=("removed",))) == {
        "civilian-harm",
        "harm",
        "alleged-or-denied",
        "mine",
        "feed-unhealthy",
        "feed-recovered",
    }
    assert names() == {rule.name for rule in DEFAULT_RULES}


def test_defaults_never_match_exercises_and_history() -> None:
    """Drills and commemorations speak of the dead every day: nobody is notified of them."""
    texts = ("A mass casualty exercise killed nobody.", "He was killed in World War II.", "Troops rehearsed a drill.")
    where: dict[str, Any] = {"publisher": "army", "feed": "army/news", "languages": {"en"}}
    for text in texts:
        names_found = [rule.name for rule in DEFAULT_RULES if matching_claims(rule, found(text), **where)]
        assert names_found == [], text


def test_withdrawn_claims_are_matched_by_their_numbers() -> None:
    """A withdrawn claim goes to those who asked for such claims, and only to them."""
    before = (Claim("killed", 3, 3, "civilian", "asserted", 0, 1, ""),)
    assert matches_before(Rule(name="r", minimum=3, victims=("civilian",)), before)
    assert not matches_before(Rule(name="r", minimum=4), before)
    assert not matches_before(Rule(name="r", stances=("denied",)), before)


def test_several_classes_by_one_number_match_each_class() -> None:
    """Twelve soldiers and farmers were killed: whoever asks for civilians must not miss the farmers."""
    mixed = (Claim("killed", 12, 12, "mixed", "asserted", 0, 1, ""),)
    assert matches_before(Rule(name="r", victims=("civilian",)), mixed)
    assert matches_before(Rule(name="r", victims=("military", "police")), mixed)
    of_no_class = (Claim("killed", 12, 12, "unknown", "asserted", 0, 1, ""),)
    assert not matches_before(Rule(name="r", victims=("civilian",)), of_no_class)


def test_unread_is_asked_for_by_its_event() -> None:
    """A text in a language without words looks like one without casualties unless somebody asks for it."""
    unread = Detection((), problems=(Problem("unread", "no vocabulary for fa"),))
    where: dict[str, Any] = {"publisher": "army", "feed": "army/news", "languages": {"fa"}}
    assert asks_for_unread(Rule(name="r", events=("unread",)), unread, **where)
    assert not asks_for_unread(Rule(name="r", events=("unread",), languages=("fr",)), unread, **where)
    assert not asks_for_unread(Rule(name="r"), unread, **where)
    assert not asks_for_unread(Rule(name="r", events=("unread",)), Detection(()), **where)


def test_feed_events_look_at_the_feed_alone() -> None:
    """A gap has no victims: only publisher and feed narrow it."""
    rule = Rule(name="r", events=("gap",), feeds=("army/news",), victims=("civilian",))
    assert [one.rule.name for one in rules_for_event([rule], "gap", "army", "army/news")] == ["r"]
    assert rules_for_event([rule], "gap", "army", "army/photos") == ()
    assert rules_for_event([rule], "stopped", "army", "army/news") == ()


@pytest.mark.parametrize(
    ("confidence", "asked", "is_unsure"), [(0.9, 0.8, False), (0.7, 0.8, True), (0.4, 0.5, True), (0.01, 0.0, False)]
)
def test_what_is_unsure_waits_for_the_digest_and_never_vanishes(
    confidence: float, asked: float, *, is_unsure: bool
) -> None:
    """An urgent rule that asks for more confidence than the claim has still matches, low and daily."""
    detection = found(TEXT)
    claims = tuple(replace(claim, confidence=confidence) for claim in detection.claims)
    rule = Rule(name="r", priority="urgent", confidence=asked)
    match = match_claims(rule, replace(detection, claims=claims), publisher="army", feed="army/news", languages={"en"})
    assert match is not None
    assert match.is_unsure == is_unsure
    assert (match.rule.priority, match.rule.sending) == (("low", "daily") if is_unsure else ("urgent", "once"))


def test_one_sure_claim_makes_the_alert_sure() -> None:
    """The others stand beside it."""
    detection = found(TEXT)
    sure, unsure = (replace(detection.claims[0], confidence=value) for value in (0.9, 0.2))
    rule = Rule(name="r", priority="urgent")
    match = match_claims(rule, replace(detection, claims=(unsure, sure)), publisher="a", feed="a/b", languages={"en"})
    assert match is not None
    assert (match.claims, match.is_unsure) == ((0, 1), False)
