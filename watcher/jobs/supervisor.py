"""What the daemon tells systemd (sd_notify(3)): that it is ready, how it is, that it makes progress, that it ends.

The watchdog is fed only by the daemon's own progress: if a job of it hangs, or its loop does, systemd starts it anew.
A job that fails and is tried again is progress; what is wrong is in its status and in `watcher health`.
"""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

from watcher import clock
from watcher.control_signs import one_line
from watcher.model.health import ill_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.jobs.schedule import Job
    from watcher.model.health import Health


log = logging.getLogger("watcher")


class Supervisor:
    """The supervisor's socket, where there is one; without it nothing is told to anybody."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Take the socket that the environment names; a process that was started by the daemon is not meant."""
        own = str(os.getpid())
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.is_watched = environment.get("WATCHDOG_USEC", "0") != "0" and environment.get("WATCHDOG_PID", own) == own

    def ready(self) -> None:
        """The database is open and locked, the jobs run."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The configuration is read again; `ready` ends it."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={int(clock.monotonic() * 1_000_000)}")

    def stopping(self) -> None:
        """The daemon ends."""
        self._tell("STOPPING=1\nSTATUS=stopping")

    def progress(self, health: Health, jobs: Iterable[Job]) -> None:
        """Say how the daemon is, and feed the watchdog where no job hangs."""
        hanging = sorted(job.name for job in jobs if job.is_hanging())
        ill = ill_names(health.signs)
        said = f"hanging: {', '.join(hanging)}" if hanging else f"not well: {ill}" if ill else "well"
        is_fed = self.is_watched and not hanging
        self._tell(f"STATUS={one_line(said)}" + ("\nWATCHDOG=1" if is_fed else ""))

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        # An address that begins with @ is in the abstract namespace of Linux.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notify:
                notify.setblocking(False)  # noqa: FBT003 - the only argument
                notify.sendto(message.encode(), address)
        except OSError as error:
            log.warning("the supervisor cannot be told: %s", error)
