"""A round of polls and deliveries, to be run in a process of its own, which gets SIGKILL at a chosen point."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.scenario import one_round
from watcher.config.load import load
from watcher.feeds import changes
from watcher.jobs import outbox
from watcher.pipeline import ask, feed, feed_document, poll, release, revision_alert
from watcher.store import polls, releases, syndication, writing_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where a step begins or ends: (the module that calls, the name that it calls).
POINTS: dict[str, tuple[Any, str]] = {
    "before the feed is asked": (feed, "ask_for"),
    "before the answer is judged": (ask, "judge of a feed"),
    "before the entries are looked up": (feed_document, "known_entries"),
    "before the entries are compared": (changes, "compare_entries"),
    "before a page is asked for": (release, "ask_for"),
    "before a page is judged": (ask, "judge of a page"),
    "before the rules are evaluated": (revision_alert, "decide_alert"),
    "before the record is made": (poll, "_record"),
    "inside the transaction, before a release": (releases, "_new_release"),
    "inside the transaction, before the claims": (releases, "_add_claims"),
    "inside the transaction, before the alert": (syndication, "save_alert"),
    "inside the transaction, before the feed's state": (polls, "feed_row"),
    "before an attempt is written": (outbox, "start_attempt"),
    "before a message is sent": (outbox, "send"),
    "before an attempt's end is written": (outbox, "finish_attempt"),
    "before a commit": (writing_thread.Store, "_submit"),
}


def kill_at(points: Mapping[str, tuple[Any, str]], point: str, number: int) -> None:
    """Kill this process at the `number`-th call of one of these points.

    " of a page" and " of a feed" after a name count only the calls with a release's page, or those without.
    """
    module, place = points[point]
    name, _, kind = place.partition(" of a ")
    real, calls = getattr(module, name), 0

    def at_the_point(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += not kind or ("/releases/" in args[0].url) == (kind == "page")
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(module, name, at_the_point)


def main(folder: str, point: str, number: str) -> None:
    """One round over a configuration's folder; at the `number`-th call of the point this process dies."""
    kill_at(POINTS, point, int(number))
    asyncio.run(one_round(load(Path(folder)), sends=True))
