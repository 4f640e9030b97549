"""The outbox: sends what is due, records every try, tries again later, and in the end gives up but keeps.

An alert was a row before it became a message, so a crash at any point costs at most a repeat with the same id.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.deliver import send
from watcher.errors import DeliveryError
from watcher.store.outbox import due_deliveries, finish_attempt, start_attempt

if TYPE_CHECKING:
    from watcher.records import DueDelivery
    from watcher.shell import Shell

# Seconds between a failed try and the next one (the schedule that Standard Webhooks recommends, a day and a bit more).
SCHEDULE = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER = 0.1


@dataclass(slots=True)
class Sending:
    """Which channels are being sent to right now: a slow one delays no other."""

    tasks: dict[str, asyncio.Task[int]] = field(default_factory=dict)

    def busy(self) -> tuple[str, ...]:
        """The channels whose task is not done."""
        return tuple(name for name, task in self.tasks.items() if not task.done())


async def send_due(shell: Shell, sending: Sending) -> None:
    """Start sending what is due now, each channel in a task of its own, and return at once."""
    due = await shell.store.read(due_deliveries, clock.now(), busy=sending.busy())
    for channel in dict.fromkeys(delivery.channel for delivery in due):
        waiting = [delivery for delivery in due if delivery.channel == channel]
        sending.tasks[channel] = asyncio.create_task(_send_all(shell, waiting))


async def settle(shell: Shell, sending: Sending) -> None:
    """Send all that is due now and wait until it is done; what failed is due later and not waited for."""
    while True:
        await send_due(shell, sending)
        if not sending.busy():
            return
        await asyncio.gather(*sending.tasks.values(), return_exceptions=True)


async def _send_all(shell: Shell, deliveries: list[DueDelivery]) -> int:
    """Send one after the other; the number that arrived."""
    return sum([await deliver(shell, delivery) for delivery in deliveries])


async def deliver(shell: Shell, delivery: DueDelivery) -> bool:
    """One try of one delivery, recorded before and after. Raises StoreError, and nothing else."""
    await shell.store.write(start_attempt, delivery, clock.now(), retry_at=_next(delivery.number))
    try:
        detail = await send(shell.client, shell.configuration, delivery)
    except DeliveryError as error:
        await _failed(shell, delivery, error)
        return False
    except Exception as error:  # noqa: BLE001 - a message that cannot be made must not stop the others
        await _failed(shell, delivery, DeliveryError(delivery.channel, f"{type(error).__name__}: {error}"))
        return False
    await shell.store.write(finish_attempt, delivery, clock.now(), is_sent=True, detail=detail)
    return True


async def _failed(shell: Shell, delivery: DueDelivery, error: DeliveryError) -> None:
    retry_at = None if error.is_permanent else _next(delivery.number)
    if retry_at is not None and error.retry_after:
        retry_at = max(retry_at, clock.now() + timedelta(seconds=error.retry_after))
    await shell.store.write(
        finish_attempt, delivery, clock.now(), is_sent=False, detail=error.detail, retry_at=retry_at
    )


def _next(number: int) -> datetime | None:
    """When the try after the one of this number (from 1) is due; None after the last."""
    if number > len(SCHEDULE):
        return None
    wait = SCHEDULE[number - 1] * (1 + _JITTER * random.random())  # noqa: S311 - spreads requests, guards nothing
    return clock.now() + timedelta(seconds=wait)
