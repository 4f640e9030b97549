"""An alarm to every channel at once, past the outbox: for what ends the daemon, or keeps it from using its database."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.channels.delivery import send
from watcher.alerts.operations import daemon_alarm
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from watcher.model.alert import AlertEvent
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")


async def raise_alarm(runtime: Runtime, event: AlertEvent, words: tuple[str, str], *, again: timedelta) -> bool:
    """Send one sentence and its detail to every channel; whether that was done.

    The same words are sent again only after a time: a supervisor may start the daemon again and again. What a channel
    does not accept is logged.
    """
    database, settings = runtime.configuration.database, runtime.configuration.settings
    if _is_raised(database.with_name(f"{database.name}.alarm"), f"{event}\n{words[0]}\n{words[1]}", again):
        return False
    for channel in (channel for channel in settings.channels if channel.enabled):
        try:
            await send(
                runtime.client, runtime.configuration, daemon_alarm(settings, channel.name, event, words, clock.now())
            )
        except DeliveryError as error:
            log.error("the alarm did not arrive: %s", error)  # noqa: TRY400 - the sentence says it all
    return True


def _is_raised(marker: Path, words: str, again: timedelta) -> bool:
    """Whether the same alarm was raised within that time; otherwise it is noted that it is raised now."""
    said, now = hashlib.sha256(words.encode()).hexdigest(), clock.now()
    try:
        raised_at, before = marker.read_text(encoding="utf-8").split()
        if before == said and now - clock.from_text(raised_at) < again:
            return True
    except (OSError, ValueError):
        pass  # no alarm was raised yet
    try:
        marker.write_text(f"{clock.to_text(now)} {said}\n", encoding="utf-8")
    except OSError as error:
        log.warning("%s: %s", marker, error)
    return False
