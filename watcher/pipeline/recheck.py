"""Pages are looked at again after publication, also when their entry has left the feed (check 81).

due looks ─► the host's turn ─► observe (conditional) ─► store, one transaction a look

Polls know nothing of it, so a poll that brings nothing costs what it did.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import clock
from watcher.fetch.hosts import host_of
from watcher.pipeline.release import observe
from watcher.store.releases import due_looks, is_due, save_look

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container

    from watcher.model.poll import Observation
    from watcher.model.revision import DueLook
    from watcher.pipeline.runtime import Runtime


# So many are taken up at a time; hosts answer one a second anyway.
TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what it found, None where a poll was quicker, or the error that kept it from being written."""

    due: DueLook
    seen: Observation | None
    error: Exception | None = None


async def look_again(runtime: Runtime, due: DueLook) -> Observation | None:
    """Look at one release again, in turn with the polls of its feed. Raises StoreError where nothing can be written."""
    async with runtime.lane(due.feed.url):
        if not await runtime.store.read(is_due, due.release_id, clock.now()):
            return None
        seen = await observe(runtime, due.feed, due.parsed, due.release_id, is_again=True)
        await runtime.store.write(save_look, due.feed, seen, runtime.hosts.take_unsaved())
        return seen


async def due_now(runtime: Runtime) -> tuple[DueLook, ...]:
    """The looks that may be taken now: due, and at no host that asked for peace."""
    found = await runtime.store.read(due_looks, clock.now(), limit=TOGETHER)
    return tuple(
        due for due in found if runtime.hosts.held_until(host_of(due.parsed.entry.url or due.feed.url)) is None
    )


async def look_at_due(runtime: Runtime, names: Container[str] = ()) -> AsyncIterator[Look]:
    """Every look that is due, some at a time, each as it is done; only of these feeds where some are named."""
    done: set[int] = set()
    while True:
        wanted = [due for due in await due_now(runtime) if due.release_id not in done and _is_named(due, names)]
        if not wanted:
            return
        done |= {due.release_id for due in wanted}
        for look in await asyncio.gather(*(_one(runtime, due) for due in wanted)):
            yield look


def _is_named(due: DueLook, names: Container[str]) -> bool:
    return not names or due.feed.name in names or due.feed.publisher in names


async def _one(runtime: Runtime, due: DueLook) -> Look:
    try:
        return Look(due, await look_again(runtime, due))
    except Exception as error:  # noqa: BLE001 - one look's failure must not end the others; the caller tells of it
        return Look(due, None, error)
