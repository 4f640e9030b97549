"""Many alerts merged into one: grouped, ordered by urgency, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from watcher.alerts.digests import digest_alert, is_merged
from watcher.model.alert import HeldAlert

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def held(number: int, publisher: str, **fields: Any) -> HeldAlert:
    total = {"harm": "killed", "victim": "civilian", "stance": "assessed", "count_min": number, "count_max": number}
    message = {
        "publisher": {"code": publisher, "name": publisher.title()},
        "rules": [{"name": f"rule-{number}", "claims": [0]}],
        "totals": [total],
        "release": {"url": f"https://{publisher}.example/{number}", "title": "Strike", "published_at": None},
    }
    said: dict[str, Any] = {"event": "new", "priority": "low", "title": f"[{publisher.upper()}] {number} killed"}
    every: dict[str, Any] = (
        {"delivery_id": number, "uid": f"a{number}", "message": message, "release_id": number} | said | fields
    )
    return HeldAlert(**every)


def digest(*members: HeldAlert, unread_count: int = 0) -> Any:
    return digest_alert(
        members, channel="desk", span="daily", since=None, now=NOW, unread_count=unread_count, installation="one"
    )


def test_grouped_by_publisher_with_a_line_for_each_release() -> None:
    """What a reader of one publisher looks for stands together: totals, stance and link of each."""
    made = digest(held(1, "navy"), held(2, "army"), held(3, "navy", priority="urgent"))
    groups = made.message["digest"]["groups"]
    assert [(group["publisher"]["code"], [line["alert"] for line in group["lines"]]) for group in groups] == [
        ("army", ["a2"]),
        ("navy", ["a3", "a1"]),
    ]
    assert groups[0]["lines"][0] == {
        "alert": "a2",
        "event": "new",
        "priority": "low",
        "title": "[ARMY] 2 killed",
        "totals": "assessed as likely: 2 civilians killed",
        "stance": "assessed",
        "release_title": "Strike",
        "url": "https://army.example/2",
        "release_id": 2,
        "published_at": None,
    }


def test_a_digest_of_thousands_shows_the_most_urgent() -> None:
    """A message that no mail client opens helps nobody: the rest is counted (check 30)."""
    many = [held(number, "army") for number in range(2000)] + [held(5000, "navy", priority="urgent")]
    made = digest(*many)
    army, navy = made.message["digest"]["groups"]
    assert (len(army["lines"]), army["more_count"]) == (299, 1701)
    assert (len(navy["lines"]), navy["more_count"]) == (1, 0)
    assert made.message["digest"]["count"] == 2001


def test_title_counts_and_the_priority_is_the_highest() -> None:
    """The subject says how much there is, and how much nobody could read."""
    made = digest(held(1, "navy"), held(2, "army", priority="normal"), unread_count=4)
    assert (made.title, made.priority, made.event) == ("Daily digest: 2 alerts, 4 texts unread", "normal", "digest")
    assert made.message["digest"]["count"] == 2
    assert made.rules == ("rule-1", "rule-2")
    assert digest(held(1, "navy")).title == "Daily digest: 1 alert"


def test_alert_without_publisher_stands_under_the_installation() -> None:
    """A dead delivery is of no publisher, and must not break the digest."""
    own = held(1, "x", message={"publisher": None, "rules": []}, event="delivery_dead", release_id=None)
    (group,) = digest(own).message["digest"]["groups"]
    assert group["publisher"] == {"code": "", "name": "This installation"}
    assert group["lines"][0]["url"] is None


def test_few_alerts_go_one_by_one_and_a_storm_as_one() -> None:
    """Three mails in the morning are read as mails; five hundred are not read at all (check 30)."""
    assert [is_merged("quiet_hours", count) for count in (1, 3, 4)] == [False, False, True]
    assert [is_merged("first_round", count) for count in (3, 4)] == [False, True]
    assert [is_merged("daily", count) for count in (1, 4)] == [True, True]
