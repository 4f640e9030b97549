"""The outbox: sends what is due, records every attempt, retries, and after the last attempt marks it dead and keeps it.

An alert is a row before it is a message, so a crash at any point costs at most a repeat with the same id. Each
channel is sent to in a task of its own. After a failure a channel backs off before its next delivery is attempted, so
that a server that is down is not asked by every message that waits for it. Where nothing can be written (the disk is
full) what is stored is sent all the same: its attempts are kept in memory, and written when there is room.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts import operations
from watcher.alerts.channels.delivery import send
from watcher.config.redaction import from_outside
from watcher.errors import ChannelGone, DeliveryError, Unwritable, WatcherError
from watcher.fetch.back_off import growing_pause
from watcher.jobs.counts import Counts
from watcher.model.alert import AttemptResult
from watcher.model.trace import follow_trace
from watcher.pipeline.alerting import raise_alerts
from watcher.store.deliveries import due_deliveries, finish_attempt, start_attempt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlite_utils import Database

    from watcher.model.alert import AlertRecord, DueDelivery, Receipt
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
# Seconds between a failed attempt and the next one (the schedule that Standard Webhooks recommends, extended).
SCHEDULE = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER = 0.1
# The back-off of a channel after its first failure in a row, doubled by each further one, and at most.
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = timedelta(seconds=5), timedelta(seconds=120)
# What a receiver may ask for with Retry-After: longer than that is a mistake that would lose the alert.
_LONGEST_WAIT = 86_400
# A channel whose attempts cannot be written is paused for this long: the disk may be full.
_PAUSE_SECONDS = 30


@dataclass(slots=True)
class KeptAttempt:
    """What of an attempt could not be written yet, in order; `retry_at` is when its delivery is due again, if ever."""

    delivery: DueDelivery
    writes: list[Callable[[Database], None]]
    retry_at: datetime | None = None


@dataclass(slots=True)
class Sending:
    """Which channels are being sent to right now: a slow one delays no other. `paused`: until when (monotonic).

    `kept` are the attempts that wait to be written; `report` is told of what nobody foresaw.
    """

    tasks: dict[str, asyncio.Task[int]] = field(default_factory=dict)
    paused: dict[str, float] = field(default_factory=dict)
    kept: list[KeptAttempt] = field(default_factory=list)
    report: Callable[[str, Exception], Awaitable[str]] | None = None
    counts: Counts = field(default_factory=Counts)

    def busy(self) -> tuple[str, ...]:
        """The channels whose task is not done, and those that are paused."""
        now = clock.monotonic()
        running = [name for name, task in self.tasks.items() if not task.done()]
        return (*running, *(name for name, until in self.paused.items() if until > now and name not in running))

    def running(self) -> list[asyncio.Task[int]]:
        """The tasks that are not done."""
        return [task for task in self.tasks.values() if not task.done()]

    def waiting(self, now: datetime) -> dict[int, bool]:
        """The deliveries with a kept attempt, each with whether it is due again; in the tables all of them are due."""
        return {one.delivery.id: one.retry_at is not None and one.retry_at <= now for one in self.kept}

    def renumbered(self, delivery: DueDelivery) -> DueDelivery:
        """The delivery with the number that its next attempt has, kept ones counted."""
        count = sum(one.delivery.id == delivery.id for one in self.kept)
        return replace(delivery, number=delivery.number + count) if count else delivery

    async def write_kept(self, runtime: Runtime) -> None:
        """Write the kept attempts in their order, as far as that is possible. Raises StoreError but for Unwritable."""
        while self.kept:
            try:
                await runtime.store.write(_write_in_order, self.kept[0].writes)
            except Unwritable:
                return
            del self.kept[0]


def _write_in_order(db: Database, writes: Sequence[Callable[[Database], None]]) -> None:
    for write in writes:
        write(db)


async def send_due(runtime: Runtime, sending: Sending) -> None:
    """Start sending what is due now, each channel in a task of its own, and return at once."""
    await sending.write_kept(runtime)
    now = clock.now()
    waiting = sending.waiting(now)
    asleep = tuple(delivery for delivery, is_due in waiting.items() if not is_due)
    due = await runtime.store.read(due_deliveries, now, busy=sending.busy(), asleep=asleep)
    for channel in dict.fromkeys(delivery.channel for delivery in due):
        ready = [sending.renumbered(delivery) for delivery in due if delivery.channel == channel]
        sending.tasks[channel] = asyncio.create_task(_send_all(runtime, sending, channel, ready))


async def settle(runtime: Runtime, sending: Sending) -> None:
    """Send all that is due now and wait until it is done; what failed is due later and not waited for.

    For the end of a round: no more feeds are asked, so what their first round brought waits no longer.
    """
    await raise_alerts(runtime, is_round_over=True)
    while True:
        await send_due(runtime, sending)
        if not sending.running():
            return
        await asyncio.gather(*sending.running(), return_exceptions=True)


async def _send_all(runtime: Runtime, sending: Sending, channel: str, deliveries: list[DueDelivery]) -> int:
    """Send one after the other until the channel has to pause; the number of attempts."""
    for number, delivery in enumerate(deliveries, start=1):
        try:
            if not await deliver(runtime, delivery, sending):
                return number
        except WatcherError as error:
            sending.paused[channel] = clock.monotonic() + _PAUSE_SECONDS
            log.error("%s: an attempt could not be stored: %s; again in %d s", channel, error, _PAUSE_SECONDS)  # noqa: TRY400 - the sentence says it all
            return number
        except Exception as error:
            sending.paused[channel] = clock.monotonic() + _PAUSE_SECONDS
            if sending.report is None:
                raise
            await sending.report("outbox", error)
            return number
    return len(deliveries)


async def deliver(runtime: Runtime, delivery: DueDelivery, sending: Sending | None = None) -> bool:
    """One attempt of one delivery, recorded before and after. Whether the channel may be sent to again at once.

    Raises StoreError, and nothing else; with `sending` what cannot be written is kept there.
    """
    follow_trace(delivery.trace)
    begin = partial(start_attempt, delivery=delivery, now=clock.now(), retry_at=_next(delivery.step))
    kept = KeptAttempt(delivery, [])
    await _write_or_keep(runtime, begin, kept if sending else None)
    try:
        end = _answered(delivery, await send(runtime.client, runtime.configuration, delivery))
    except DeliveryError as error:
        end = _refused(delivery, error)
    except Exception as error:
        log.exception("%s: the message of alert %s cannot be made", delivery.channel, delivery.alert_uid)
        detail = from_outside(f"{type(error).__name__}: {error}")
        end = AttemptResult(is_sent=False, detail=detail, retry_at=_next(delivery.step))
    finish = partial(
        finish_attempt, delivery=delivery, now=clock.now(), end=end, notices=_notices(runtime, delivery, end)
    )
    await _write_or_keep(runtime, finish, kept if sending else None)
    if sending is not None:
        sending.counts.attempt(delivery.channel, is_sent=end.is_sent, seen_at=_seen_at(delivery), now=clock.now())
        if kept.writes:
            _keep(sending, kept, end)
    _log_attempt(delivery, end)
    return end.back_off_until is None and not end.is_gone


def _seen_at(delivery: DueDelivery) -> datetime | None:
    """When the release was seen that an alert is about; None where it is about no release."""
    seen_at = delivery.message.get("observed_at")
    return clock.from_text(str(seen_at)) if seen_at and delivery.message.get("release_id") is not None else None


async def _write_or_keep(runtime: Runtime, write: Callable[[Database], None], kept: KeptAttempt | None) -> None:
    """Write, or keep it where nothing can be written, and after what is kept already."""
    if kept is not None and kept.writes:
        kept.writes.append(write)
        return
    try:
        await runtime.store.write(write)
    except Unwritable:
        if kept is None:
            raise
        kept.writes.append(write)


def _keep(sending: Sending, kept: KeptAttempt, end: AttemptResult) -> None:
    """Keep an attempt in memory, and the channel's back-off with it."""
    channel, now = kept.delivery.channel, clock.now()
    kept.retry_at = None if end.is_sent else end.retry_at
    sending.kept.append(kept)
    if end.is_gone:
        sending.paused[channel] = clock.monotonic() + _LONGEST_WAIT
    elif end.back_off_until is not None:
        sending.paused[channel] = clock.monotonic() + max(0.0, (end.back_off_until - now).total_seconds())
    log.warning("%s: the attempt of alert %s is written when there is room", channel, kept.delivery.alert_uid)


def _answered(delivery: DueDelivery, receipt: Receipt) -> AttemptResult:
    """An attempt that reached the receiver: sent, unless some recipients are retried or all were refused."""
    said = "; ".join(f"{one.address}: {one.answer}" for one in receipt.recipients if one.state != "sent")
    detail = f"{receipt.detail}; {said}" if said else receipt.detail
    if receipt.of("waiting"):
        # Where the server took it for no recipient it is the server that is busy; else it is some recipients.
        until = None if receipt.of("sent") or receipt.of("dead") else _back_off_until(delivery, None)
        return AttemptResult(False, detail, _next(delivery.step), receipt.recipients, until)  # noqa: FBT003 - a plain value
    arrived = not receipt.recipients or bool(receipt.of("sent")) or bool(delivery.done)
    return AttemptResult(arrived, detail, None, receipt.recipients)


def _refused(delivery: DueDelivery, error: DeliveryError) -> AttemptResult:
    """An attempt that failed as a whole. `Retry-After` wins over the schedule where it asks for more time."""
    if isinstance(error, ChannelGone):
        return AttemptResult(is_sent=False, detail=error.detail, retry_at=clock.now(), is_gone=True)
    if error.is_permanent:
        return AttemptResult(is_sent=False, detail=error.detail)
    retry_at, asked = _next(delivery.step), _asked(error)
    if retry_at is not None and asked is not None:
        retry_at = max(retry_at, asked)
    return AttemptResult(
        is_sent=False, detail=error.detail, retry_at=retry_at, back_off_until=_back_off_until(delivery, asked)
    )


def _asked(error: DeliveryError) -> datetime | None:
    if not error.retry_after:
        return None
    return clock.now() + timedelta(seconds=min(error.retry_after, _LONGEST_WAIT))


def _back_off_until(delivery: DueDelivery, asked: datetime | None) -> datetime:
    """The end of the channel's back-off: later with each failure in a row, and not before the receiver asked for."""
    until = clock.now() + growing_pause(_FIRST_BACK_OFF, _LONGEST_BACK_OFF, delivery.failures)
    return max(until, asked) if asked is not None else until


def _next(step: int) -> datetime | None:
    """When the attempt after the one at this place of the schedule (from 1) is due; None after the last."""
    if step > len(SCHEDULE):
        return None
    wait = SCHEDULE[step - 1] * (1 + _JITTER * random.random())  # noqa: S311 - spreads requests, guards nothing
    return clock.now() + timedelta(seconds=wait)


def _notices(runtime: Runtime, delivery: DueDelivery, end: AttemptResult) -> list[tuple[str, AlertRecord]]:
    """What the other channels are notified of, each with its key: of the same key there is one notice."""
    settings, now = runtime.configuration.settings, clock.now()
    if end.is_gone:
        return [("", operations.channel_disabled(settings, delivery, end.detail, now))]
    if not end.is_sent and end.retry_at is None:
        return [("", operations.delivery_dead(settings, delivery, end.detail, now))]
    dead = [one for one in end.recipients if one.state == "dead"]
    return [(f"{one.address} {now:%Y-%m-%d}", operations.recipient_dead(settings, delivery, one, now)) for one in dead]


def _log_attempt(delivery: DueDelivery, end: AttemptResult) -> None:
    """Log one line for each attempt."""
    if end.is_sent:
        log.info("%s: alert %s sent: %s", delivery.channel, delivery.alert_uid, end.detail)
    elif end.is_gone:
        log.error("%s: disabled, the receiver %s", delivery.channel, end.detail)
    elif end.retry_at is None:
        log.error("%s: alert %s given up: %s", delivery.channel, delivery.alert_uid, end.detail)
    else:
        again = f"{end.retry_at:%Y-%m-%d %H:%M:%S} UTC"
        log.warning("%s: alert %s not sent: %s; again at %s", delivery.channel, delivery.alert_uid, end.detail, again)
