"""Metrics in the text format of Prometheus: feeds, deliveries, the daemon's signs. The only user of prometheus-client.

A label is a feed's, channel's or sign's name or an outcome, never a title or an address: their number is bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from watcher import __version__
from watcher.jobs.counts import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prometheus_client.core import Metric

    from watcher.jobs.counts import Counts, Delays
    from watcher.model.health import Health
    from watcher.store.status import StoredStatus


def metrics_text(counts: Counts, stored: StoredStatus, health: Health | None, now: datetime) -> str:
    """All metrics as they are now, in the text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families((*_counted(counts), *_stored(stored, now), *_signs(health, now))))
    return generate_latest(registry).decode()


class _Families(Collector):
    """Families that were made already, as the library wants to be given them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = tuple(families)

    def collect(self) -> Iterable[Metric]:
        """All of them."""
        return self.families


def _counted(counts: Counts) -> Iterator[Metric]:
    polls = CounterMetricFamily("watcher_polls", "Polls since the start, by outcome.", labels=("feed", "outcome"))
    for (feed, outcome), count in sorted(counts.polls.items()):
        polls.add_metric((feed, outcome), count)
    attempts = CounterMetricFamily(
        "watcher_attempts", "Attempts to deliver an alert since the start.", labels=("channel", "outcome")
    )
    for (channel, outcome), count in sorted(counts.attempts.items()):
        attempts.add_metric((channel, outcome), count)
    yield from (polls, attempts, _histogram(counts.delays))


def _histogram(delays: Delays) -> Metric:
    """A bucket holds all delays up to its bound, those of the buckets before among them."""
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    sums = [sum(delays.counts[: place + 1]) for place in range(len(bounds))]
    said = "From the moment a release was seen to the one its alert was taken."
    return HistogramMetricFamily(
        "watcher_detect_to_alert_seconds",
        said,
        buckets=list(zip(bounds, map(float, sums), strict=True)),
        sum_value=delays.sum,
    )


def _stored(stored: StoredStatus, now: datetime) -> Iterator[Metric]:
    success = _gauge("feed_last_success_timestamp_seconds", "When the feed was last read.", "feed")
    newest = _gauge("feed_last_new_release_timestamp_seconds", "When a release of it was first seen last.", "feed")
    failures = _gauge("feed_failures", "Polls that failed in a row.", "feed")
    for feed in stored.feeds:
        failures.add_metric((feed.name,), feed.failure_count)
        for family, at in ((success, feed.succeeded_at), (newest, feed.released_at)):
            if at is not None:
                family.add_metric((feed.name,), at.timestamp())
    pending = _gauge("alerts_pending", "Deliveries that wait to be sent.", "channel")
    dead = _gauge("alerts_dead", "Deliveries that were given up and are kept.", "channel")
    for channel, (waiting, given_up) in stored.deliveries.items():
        pending.add_metric((channel,), waiting)
        dead.add_metric((channel,), given_up)
    age = (now - stored.oldest_pending_at).total_seconds() if stored.oldest_pending_at else 0.0
    yield from (success, newest, failures, pending, dead)
    yield GaugeMetricFamily(
        "watcher_alert_oldest_pending_age_seconds", "How long the oldest of them waits.", max(0.0, age)
    )
    yield GaugeMetricFamily("watcher_anchors_pending", "Anchors not yet verified.", stored.anchors_pending)
    yield GaugeMetricFamily("watcher_database_bytes", "Size of the database's file.", stored.database_bytes)


def _gauge(name: str, said: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"watcher_{name}", said, labels=(label,))


def _signs(health: Health | None, now: datetime) -> Iterator[Metric]:
    signs = _gauge("sign_well", "1 where the sign is well, as `watcher health` shows it.", "sign")
    for sign in health.signs if health else ():
        signs.add_metric((sign.name,), float(sign.is_well))
    age = (now - health.at).total_seconds() if health else float("inf")
    yield signs
    yield GaugeMetricFamily("watcher_signs_age_seconds", "How long ago the signs were taken.", age)
    build = GaugeMetricFamily("watcher_build_info", "The version that runs.", labels=("version",))
    build.add_metric((__version__,), 1)
    yield build
