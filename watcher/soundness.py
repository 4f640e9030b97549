"""Whether the database may be written on: its end is checked at each start, all of it each night (check 42).

What is found is told in the log and to every channel, and the daemon ends with an error: evidence that is damaged is
not written on, and never deleted. Commands that read go on working.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.deliver import send
from watcher.errors import Damaged, DeliveryError, StoreError
from watcher.notices import alarm_of
from watcher.store import connect
from watcher.store.events import save_event
from watcher.verify import read_anchors, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from watcher.archive.chain import Finding, Link
    from watcher.config import Configuration
    from watcher.shell import Shell

log = logging.getLogger("watcher")

_SHOWN = 20
# A supervisor that starts the daemon again and again must not send the same alarm each time.
_AGAIN = timedelta(hours=24)


class Stopped(Exception):
    """The verification was broken off because the program ends."""


async def ensure_sound(shell: Shell, *, last: int | None, stop: threading.Event | None = None) -> None:
    """Verify; raise the alarm and then Damaged where anything is found. `stop` breaks a long verification off."""
    findings = await asyncio.to_thread(_verify, shell.configuration, last, stop or threading.Event())
    if not findings:
        return
    for finding in findings[:_SHOWN]:
        log.critical("%s", finding)
    await alarm(shell, findings)
    raise Damaged(
        f"{shell.configuration.database}: {len(findings)} findings, the first: {findings[0]}; nothing is written on it"
        " or deleted, `watcher verify` lists them all"
    )


def _verify(configuration: Configuration, last: int | None, stop: threading.Event) -> tuple[Finding, ...]:
    def go_on(_: Link) -> None:
        if stop.is_set():
            raise Stopped

    path = configuration.anchor_file
    anchors = read_anchors(path) if path.is_file() else ()
    db = connect(configuration.database, is_read_only=True)
    try:
        return verify(db, anchors=anchors, last=last, on_link=go_on).findings
    except Stopped:
        return ()
    finally:
        db.close()


async def alarm(shell: Shell, findings: Sequence[Finding]) -> None:
    """Tell every channel, past the outbox: it lies in the database. The event is written where the file is sound."""
    marker = shell.configuration.database.with_name(f"{shell.configuration.database.name}.alarm")
    if _is_told(marker, findings):
        return
    if not any(finding.kind == "damaged" for finding in findings):
        try:
            detail = f"{len(findings)} findings, the first: {findings[0]}"
            await shell.store.write(save_event, "damaged", clock.now(), detail=detail, is_decided=True)
        except StoreError as error:
            log.error("the event could not be written: %s", error)  # noqa: TRY400 - the sentence says it all
    settings = shell.configuration.settings
    for channel in (channel for channel in settings.channels if channel.enabled):
        delivery = alarm_of(settings, channel.name, [str(finding) for finding in findings[:_SHOWN]], clock.now())
        try:
            await send(shell.client, shell.configuration, delivery)
        except DeliveryError as error:
            log.error("the alarm did not arrive: %s", error)  # noqa: TRY400 - the sentence says it all


def _is_told(marker: Path, findings: Sequence[Finding]) -> bool:
    """Whether the same alarm was raised within a day; otherwise it is noted that it is raised now."""
    said = hashlib.sha256("\n".join(str(finding) for finding in findings).encode()).hexdigest()
    now = clock.now()
    try:
        told_at, told = marker.read_text(encoding="utf-8").split()
        if told == said and now - clock.from_text(told_at) < _AGAIN:
            return True
    except (OSError, ValueError):
        pass  # nothing was told yet
    try:
        marker.write_text(f"{clock.to_text(now)} {said}\n", encoding="utf-8")
    except OSError as error:
        log.warning("%s: %s", marker, error)
    return False
