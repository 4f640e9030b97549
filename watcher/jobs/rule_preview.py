"""Other rules on what is stored, before they go live: which releases would raise an alert, and which no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.alerts.message import context_of
from watcher.alerts.releases import decide_revision
from watcher.alerts.routing import Routing
from watcher.store.alerts import newest_alert_of
from watcher.store.revisions import newest_revisions, stored_detection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from watcher.config.rules import Rule
    from watcher.model.alert import AlertRecord
    from watcher.model.claim import Detection
    from watcher.model.revision import StoredRevision


_NO_CHANNELS = Routing(())


@dataclass(frozen=True, slots=True)
class PreviewedRelease:
    """One release that raises an alert before or after: how urgent and by which rules; empty where it raises none."""

    release: StoredRevision
    before: str
    after: str
    title: str

    @property
    def change(self) -> str:
        """`added`, `lost`, `changed` (other rules or another priority) or `same`."""
        if not self.before or not self.after:
            return "added" if self.after else "lost"
        return "same" if self.before == self.after else "changed"


def preview(
    db: Database, rules: Sequence[Rule], *, since: str, against: Sequence[Rule] | None = None
) -> Iterator[PreviewedRelease]:
    """Every release since an instant that raises an alert by these rules, or without them.

    They are compared with other rules, or else with the alerts that were raised. Each release is judged by its
    newest text and claims as if it were new; how old it was when it was first seen counts for nothing here.
    """
    for release in newest_revisions(db, since=since):
        detection = stored_detection(db, release)
        alert = _judged(release, detection, rules)
        if against is None:
            before, title = newest_alert_of(db, release.release_id)
        else:
            other = _judged(release, detection, against)
            before, title = _said(other), other.title if other else ""
        after = _said(alert)
        if before or after:
            yield PreviewedRelease(release, before, after, alert.title if alert else title)


def _said(alert: AlertRecord | None) -> str:
    return f"{alert.priority}: {', '.join(alert.rules)}" if alert else ""


def _judged(release: StoredRevision, detection: Detection, rules: Sequence[Rule]) -> AlertRecord | None:
    context = context_of(release, release.release.first_seen_at)
    return decide_revision(release.page, detection, context, rules=rules, routing=_NO_CHANNELS)
