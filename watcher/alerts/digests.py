"""Many alerts merged into one: grouped by publisher, one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.model.alert import PRIORITY_RANK, AlertRecord, Dispatch
from watcher.model.claim import Total
from watcher.model.wording import totals_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import HeldAlert, Hold


# Up to so many go one by one at the end of quiet hours or of a first round: a storm is one message.
_MOST_SINGLE = 3
_NAMES: Mapping[Hold, str] = {
    "hourly": "hourly digest",
    "daily": "daily digest",
    "quiet_hours": "alerts of the quiet hours",
    "first_round": "many at once",  # the first round of a feed, or what a redetection found in the archive
}
# A message that people read: of a seed with thousands of releases the most urgent ones, and how many more there are.
_MOST_LINES = 300
# The group of alerts that have no publisher: they are about the installation itself.
_INSTALLATION = {"code": "", "name": "This installation"}


def is_merged(hold: Hold, count: int) -> bool:
    """Whether so many alerts that were held go out as one digest, and not one by one."""
    return hold not in {"quiet_hours", "first_round"} or count > _MOST_SINGLE


def digest_alert(
    alerts: Sequence[HeldAlert],
    *,
    channel: str,
    span: Hold,
    since: datetime | None,
    now: datetime,
    unread_count: int,
    installation: str,
) -> AlertRecord:
    """The digest of some alerts for one channel; the most urgent first within each publisher.

    `since` is when the digest before it was made, None for the first; `unread_count` the number of texts since then
    that could not be read, of which nobody knows what they say.
    """
    count = len(alerts)
    number = f"{count:,} alert{'' if count == 1 else 's'}"
    unread = f", {unread_count:,} texts unread" if unread_count else ""
    priority = max((alert.priority for alert in alerts), key=PRIORITY_RANK.__getitem__)
    return AlertRecord(
        event="digest",
        priority=priority,
        rules=tuple(dict.fromkeys(str(rule["name"]) for alert in alerts for rule in alert.message["rules"])),
        title=f"{_NAMES[span].capitalize()}: {number}{unread}",
        message={
            "priority": priority,
            "publisher": None,
            "feed": None,
            "installation": installation,
            "observed_at": clock.to_text(now),
            "rules": [],
            "digest": {
                "span": span,
                "since": clock.to_text(since) if since else None,
                "until": clock.to_text(now),
                "count": count,
                "groups": _groups(alerts),
                "unread_count": unread_count,
            },
        },
        dispatches=(Dispatch(channel),),
    )


def _groups(alerts: Sequence[HeldAlert]) -> list[dict[str, object]]:
    groups: dict[str, list[HeldAlert]] = {}
    ordered = sorted(alerts, key=lambda alert: -PRIORITY_RANK[alert.priority])
    for alert in ordered:
        groups.setdefault(_publisher(alert)["code"], []).append(alert)
    shown = {alert.uid for alert in ordered[:_MOST_LINES]}
    return [_group(members, shown) for _, members in sorted(groups.items())]


def _group(members: Sequence[HeldAlert], shown: Collection[str]) -> dict[str, object]:
    lines = [_line(alert) for alert in members if alert.uid in shown]
    return {"publisher": _publisher(members[0]), "lines": lines, "more_count": len(members) - len(lines)}


def _publisher(alert: HeldAlert) -> Mapping[str, str]:
    return alert.message.get("publisher") or _INSTALLATION


def _line(alert: HeldAlert) -> dict[str, object]:
    totals = [Total(**total) for total in alert.message.get("totals") or ()]
    stances = {total.stance for total in totals}
    release: Mapping[str, Any] = alert.message.get("release") or {}
    return {
        "alert": alert.uid,
        "event": alert.event,
        "priority": alert.priority,
        "title": alert.title,
        "totals": totals_in_words(totals),
        "stance": totals[0].stance if len(stances) == 1 else "",
        "release_title": release.get("title"),
        "url": release.get("url"),
        "release_id": alert.release_id,
        "published_at": release.get("published_at"),
    }
