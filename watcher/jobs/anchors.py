"""Each day the chain's head is written down outside the database: into a file, and by a time-stamp authority.

Whoever changes the database afterwards, its chain included, cannot change those. What fails stays pending and is
retried; it is never called done.
"""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import __version__, clock
from watcher.archive.timestamp import CONTENT_TYPE, TimestampError, timestamp_request, verified_time
from watcher.config.redaction import from_outside
from watcher.errors import FetchError
from watcher.fetch.back_off import growing_pause
from watcher.fetch.client import post
from watcher.fetch.request import Request
from watcher.store.chain import FILE, TIMESTAMP, anchor_done, anchor_failed, due_anchors, last_anchor_at, plan_anchors

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.pipeline.runtime import Runtime
    from watcher.store.chain import DueAnchor


log = logging.getLogger("watcher")
EVERY = timedelta(days=1)
_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(hours=12)
_OK = 200


async def anchor(runtime: Runtime, *, is_forced: bool = False) -> None:
    """Once a day plan an anchor at each place; then attempt all that are pending and due. Raises StoreError."""
    now = clock.now()
    last = await runtime.store.read(last_anchor_at)
    if is_forced or last is None or now - last >= EVERY:
        await runtime.store.write(plan_anchors, _places(runtime.configuration), now)
    for due in await runtime.store.read(due_anchors, now):
        await _make(runtime, due)


def _places(configuration: Configuration) -> dict[str, str]:
    url = configuration.settings.timestamp.url
    places = {FILE: configuration.anchor_file.name}
    return places | {TIMESTAMP: url} if url is not None else places


async def _make(runtime: Runtime, due: DueAnchor) -> None:
    try:
        token = None
        if due.kind == FILE:
            await asyncio.to_thread(append, runtime.configuration.anchor_file, due, runtime.configuration.database.name)
        else:
            token = await _stamp(runtime, due)
    except (OSError, FetchError, TimestampError) as error:
        reason = from_outside(error.reason if isinstance(error, FetchError) else str(error))
        retry_at = clock.now() + growing_pause(_FIRST_RETRY, _LAST_RETRY, due.attempt_count)
        log.warning("the chain's head could not be anchored (%s %s): %s", due.kind, due.place, reason)
        await runtime.store.write(anchor_failed, due, retry_at, reason)
    else:
        await runtime.store.write(anchor_done, due, clock.now(), token=token)


def append(path: Path, due: DueAnchor, database: str) -> None:
    """Add one line to the file of anchors and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{clock.to_text(due.at)} {due.head.seq} {due.head.hash} {database}\n")
        file.flush()
        os.fsync(file.fileno())


async def _stamp(runtime: Runtime, due: DueAnchor) -> bytes:
    """Ask the authority and verify its answer. Raises FetchError, TimestampError, and OSError for the certificate."""
    certificate = runtime.configuration.certificate_file
    if certificate is None or due.place != runtime.configuration.settings.timestamp.url:
        raise TimestampError("the configuration has no certificate for this authority any more")
    asked = timestamp_request(due.head)
    headers = {"Content-Type": CONTENT_TYPE, "Accept": "application/timestamp-reply"}
    headers["User-Agent"] = f"release-watcher/{__version__}"
    response = await post(runtime.client, Request(url=due.place, headers=headers), asked.der)
    if response.status != _OK:
        raise TimestampError(f"answered {response.status} {response.reason}".strip())
    verified_time(response.body, due.head, certificate.read_bytes(), nonce=asked.nonce)
    return response.body
