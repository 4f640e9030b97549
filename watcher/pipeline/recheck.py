"""Pages are checked again after publication, also when their entry has left the feed.

due rechecks ─► host slot ─► read_release (conditional) ─► store, one transaction a recheck

Polls know nothing of rechecks, so they make no poll slower.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from watcher import clock
from watcher.fetch.hosts import host_of
from watcher.pipeline.context import feed_context
from watcher.pipeline.release import read_release
from watcher.store.releases import due_rechecks, is_due, save_recheck

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container

    from watcher.model.poll import Observation
    from watcher.model.revision import DueRecheck
    from watcher.pipeline.runtime import Runtime


# So many are taken up at a time; hosts answer one a second anyway.
TOGETHER = 50


async def recheck(runtime: Runtime, due: DueRecheck) -> Observation | None:
    """Check one release again, in turn with the polls of its feed. Raises StoreError where nothing can be written."""
    async with runtime.host_lock(due.feed.url):
        if not await runtime.store.read(is_due, due.release_id, clock.now()):
            return None
        context = feed_context(runtime.configuration, due.feed)
        found = await read_release(runtime, context, due.parsed, due.release_id, is_recheck=True)
        await runtime.store.write(save_recheck, due.feed, found, runtime.hosts.take_unsaved())
        return found


async def due_now(runtime: Runtime) -> tuple[DueRecheck, ...]:
    """The rechecks that may be made now: due, and at a host that is not in back-off."""
    found = await runtime.store.read(due_rechecks, clock.now(), limit=TOGETHER)
    return tuple(
        due for due in found if runtime.hosts.held_until(host_of(due.parsed.entry.url or due.feed.url)) is None
    )


async def recheck_due(
    runtime: Runtime, names: Container[str] = ()
) -> AsyncIterator[tuple[DueRecheck, Observation | Exception | None]]:
    """Every recheck that is due, some at a time, each as it is done; only of these feeds where some are named.

    With each comes what it found, None where a poll was quicker, or the error that kept it from being written.
    """
    done: set[int] = set()
    while True:
        wanted = [due for due in await due_now(runtime) if due.release_id not in done and _is_named(due, names)]
        if not wanted:
            return
        done |= {due.release_id for due in wanted}
        found = await asyncio.gather(*(recheck(runtime, due) for due in wanted), return_exceptions=True)
        for due, one in zip(wanted, found, strict=True):
            if isinstance(one, BaseException) and not isinstance(one, Exception):
                raise one
            yield due, one


def _is_named(due: DueRecheck, names: Container[str]) -> bool:
    return not names or due.feed.name in names or due.feed.publisher in names
