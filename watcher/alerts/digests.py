"""Many alerts merged into one: grouped by publisher, one line for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.model.alert import PRIORITY_RANK, AlertRecord, Dispatch
from watcher.model.claim import Total
from watcher.model.wording import totals_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import Hold, Priority


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


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One alert of a digest, as it stands in the table."""

    uid: str
    event: str
    priority: Priority
    title: str
    message: Mapping[str, Any]
    release_id: int | None


def digest_alert(
    entries: Sequence[DigestEntry],
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
    count = len(entries)
    number = f"{count:,} alert{'' if count == 1 else 's'}"
    unread = f", {unread_count:,} texts unread" if unread_count else ""
    priority = max((entry.priority for entry in entries), key=PRIORITY_RANK.__getitem__)
    return AlertRecord(
        event="digest",
        priority=priority,
        rules=tuple(dict.fromkeys(str(rule["name"]) for entry in entries for rule in entry.message["rules"])),
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
                "groups": _groups(entries),
                "unread_count": unread_count,
            },
        },
        dispatches=(Dispatch(channel),),
    )


def _groups(entries: Sequence[DigestEntry]) -> list[dict[str, object]]:
    groups: dict[str, list[DigestEntry]] = {}
    ordered = sorted(entries, key=_urgency)
    for entry in ordered:
        groups.setdefault(_publisher(entry)["code"], []).append(entry)
    shown = {entry.uid for entry in ordered[:_MOST_LINES]}
    return [_group(members, shown) for _, members in sorted(groups.items())]


def _group(members: Sequence[DigestEntry], shown: Collection[str]) -> dict[str, object]:
    lines = [_line(entry) for entry in members if entry.uid in shown]
    return {"publisher": _publisher(members[0]), "lines": lines, "more_count": len(members) - len(lines)}


def _urgency(entry: DigestEntry) -> int:
    return -PRIORITY_RANK[entry.priority]


def _publisher(entry: DigestEntry) -> Mapping[str, str]:
    return entry.message.get("publisher") or _INSTALLATION


def _line(entry: DigestEntry) -> dict[str, object]:
    totals = [Total(**total) for total in entry.message.get("totals") or ()]
    stances = {total.stance for total in totals}
    release: Mapping[str, Any] = entry.message.get("release") or {}
    return {
        "alert": entry.uid,
        "event": entry.event,
        "priority": entry.priority,
        "title": entry.title,
        "totals": totals_in_words(totals),
        "stance": totals[0].stance if len(stances) == 1 else "",
        "url": release.get("url"),
        "release_id": entry.release_id,
        "published_at": release.get("published_at"),
    }
