"""Alarms that every channel gets at once, past the outbox: for what makes the database itself unfit to send from."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts import operations
from watcher.alerts.channels.delivery import send
from watcher.errors import DeliveryError, StoreError
from watcher.fetch.client import open_client
from watcher.model.alert import AlertSubject
from watcher.store.alerts import save_alert

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.fetch.client import Client
    from watcher.jobs.schedule import Fault
    from watcher.model.alert import AlertEvent, DueDelivery
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
# A supervisor that starts the daemon again and again must not send the same alarm each time.
_AGAIN = timedelta(hours=24)


async def raise_alarm(
    configuration: Configuration, event: AlertEvent, words: tuple[str, str], *, again: timedelta = _AGAIN
) -> bool:
    """Send one sentence and its detail to every channel; whether that was done. Failures are logged.

    The same words are sent again only after a time: a supervisor may start the daemon again and again. With a client
    of its own, since it is also sent when the program could not start.
    """
    if _is_raised(marker_file(configuration.database), "\n".join((event, *words)), again):
        return False
    settings, now = configuration.settings, clock.now()
    record = operations.alarm(settings, event, words, now)
    async with open_client(allow_addresses=settings.http.allow_addresses) as client:
        sent = (_send(client, configuration, operations.unstored(record, name, now)) for name in record.channels)
        await asyncio.gather(*sent)
    return True


async def tell_of_fault(runtime: Runtime, fault: Fault) -> None:
    """Alert every channel of a failure that nobody foresaw, once a day for each job and kind.

    Past the outbox where the alert cannot be written.
    """
    settings, now = runtime.configuration.settings, clock.now()
    words = (
        f"The job {fault.job} failed; it is tried again.",
        f"{fault.error} (reference {fault.reference} in the log)",
    )
    record = operations.alarm(settings, "job_failed", words, now)
    key = (fault.job, fault.error.partition(":")[0], f"{now:%Y-%m-%d}")
    try:
        await runtime.store.write(save_alert, record, AlertSubject(), key=key, thread=f"job:{fault.job}", now=now)
    except StoreError:
        await raise_alarm(runtime.configuration, "job_failed", words)


async def _send(client: Client, configuration: Configuration, delivery: DueDelivery) -> None:
    try:
        await send(client, configuration, delivery)
    except DeliveryError as error:
        log.error("the alarm did not arrive: %s", error)  # noqa: TRY400 - the sentence says it all
    except Exception:
        log.exception("the alarm could not be sent to %s", delivery.channel)


def _is_raised(marker: Path, said: str, again: timedelta) -> bool:
    """Whether the same alarm was raised within that time; otherwise it is noted that it is raised now."""
    digest, now = hashlib.sha256(said.encode()).hexdigest(), clock.now()
    try:
        raised_at, before = marker.read_text(encoding="utf-8").split()
        if before == digest and timedelta(0) <= now - clock.from_text(raised_at) < again:
            return True
    except (OSError, ValueError):
        pass  # no alarm was raised yet
    _note(marker, f"{clock.to_text(now)} {digest}\n")
    return False


def marker_file(database: Path) -> Path:
    """Where it is noted which alarm was raised last."""
    return database.with_name(f"{database.name}.alarm")


def make_room_for_marker(database: Path) -> None:
    """Write the file as long as it will ever be, so that an alarm can be noted in it when the disk is full."""
    marker = marker_file(database)
    if not marker.exists() or marker.stat().st_size == 0:
        _note(marker, f"{clock.to_text(clock.now())} {'0' * 64}\n")


def _note(marker: Path, line: str) -> None:
    """Write over what is there: all lines have one length, and need no more room than the one before."""
    try:
        with marker.open("r+" if marker.exists() else "w", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        log.warning("%s: %s", marker, error)
