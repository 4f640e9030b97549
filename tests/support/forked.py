"""A function as a process of its own that is forked from the workers' fork server, with all that one has loaded.

It starts in a few hundredths of a second, where a new interpreter takes two seconds of a processor until it has loaded
the program and a fork server of its own. It is killed and ends as any other process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from watcher.pipeline import pool

if TYPE_CHECKING:
    from collections.abc import Callable


async def ended(main: Callable[..., None], *arguments: str) -> int:
    """The exit code of a process that calls `main` with these arguments; what it writes goes nowhere."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(pool._PRELOADED)
    process = context.Process(target=_run, args=(main, arguments))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode is not None
    return process.exitcode


def _run(main: Callable[..., None], arguments: tuple[str, ...]) -> None:
    # The fork server that this process was forked from serves it too; by itself it would start another one.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stdout.flush()
    for output in (1, 2):
        os.dup2(nowhere, output)
    main(*arguments)
