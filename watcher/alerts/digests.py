"""Many alerts to one message: grouped by publisher, one line each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.model.alert import AlertRecord, Dispatch
from watcher.model.claim import Total
from watcher.model.wording import totals_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import Hold, Priority


_NAMES: Mapping[Hold, str] = {
    "hourly": "hourly digest",
    "daily": "daily digest",
    "quiet_hours": "what came in quiet hours",
    "first_round": "many at once",
}
# A message that people read: of a seed with thousands of releases the most urgent ones, and how many more there are.
_MOST_LINES = 300
# A group without a publisher: the installation itself.
_OWN = {"code": "", "name": "This installation"}
_RANK: Mapping[str, int] = {"urgent": 0, "normal": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Told:
    """One alert that a digest tells of, as it stands in the table."""

    uid: str
    event: str
    priority: Priority
    title: str
    message: Mapping[str, Any]
    release_id: int | None


def digest_alert(
    told: Sequence[Told],
    *,
    channel: str,
    span: Hold,
    since: datetime | None,
    now: datetime,
    unread_count: int,
    installation: str,
) -> AlertRecord:
    """The digest of some alerts for one channel; the most urgent first within each publisher.

    `since` is when the digest before it was made, None for the first; `unread_count` the texts since then that could
    not be read, of which nobody knows what they say.
    """
    count = len(told)
    number = f"{count:,} alert{'' if count == 1 else 's'}"
    unread = f", {unread_count:,} texts unread" if unread_count else ""
    priority: Priority = min((one.priority for one in told), key=_RANK.__getitem__)
    return AlertRecord(
        event="digest",
        priority=priority,
        rules=tuple(dict.fromkeys(str(rule["name"]) for one in told for rule in one.message["rules"])),
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
                "groups": _groups(told),
                "unread_count": unread_count,
            },
        },
        dispatches=(Dispatch(channel),),
    )


def _groups(told: Sequence[Told]) -> list[dict[str, object]]:
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(_publisher(one)["code"], []).append(one)
    shown = {one.uid for one in sorted(told, key=lambda one: _RANK[one.priority])[:_MOST_LINES]}
    return [_group(members, shown) for _, members in sorted(groups.items())]


def _group(members: Sequence[Told], shown: Collection[str]) -> dict[str, object]:
    ordered = sorted(members, key=lambda one: _RANK[one.priority])
    lines = [_line(one) for one in ordered if one.uid in shown]
    return {"publisher": _publisher(members[0]), "lines": lines, "more_count": len(members) - len(lines)}


def _publisher(one: Told) -> Mapping[str, str]:
    return one.message.get("publisher") or _OWN


def _line(one: Told) -> dict[str, object]:
    totals = [Total(**total) for total in one.message.get("totals") or ()]
    stances = {total.stance for total in totals}
    release: Mapping[str, Any] = one.message.get("release") or {}
    return {
        "alert": one.uid,
        "event": one.event,
        "priority": one.priority,
        "title": one.title,
        "totals": totals_in_words(totals),
        "stance": totals[0].stance if len(stances) == 1 else "",
        "url": release.get("url"),
        "release_id": one.release_id,
        "published_at": release.get("published_at"),
    }
