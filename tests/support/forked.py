"""A function as a process of its own that is forked from the workers' fork server, with all that one has loaded.

It starts in a few hundredths of a second, where a new interpreter takes two seconds of a processor until it has loaded
the program and a fork server of its own. It is killed and ends as any other process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from watcher.cli.main import main as command
from watcher.pipeline import pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess


@dataclass(frozen=True)
class Forked:
    """A process as asyncio shows one: what it writes comes out of `stderr`, whichever of its two outputs it took."""

    process: ForkServerProcess
    stderr: asyncio.StreamReader

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self.process.exitcode

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        while (code := self.returncode) is None:
            await asyncio.sleep(0.02)
        return code

    async def communicate(self) -> tuple[bytes, bytes]:
        """Nothing, and all that it wrote and nobody has read, once it has ended."""
        said = await self.stderr.read()
        await self.wait()
        return b"", said

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it hard."""
        self.process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.terminate()


async def forked(main: Callable[..., None], *arguments: str) -> Forked:
    """Start `main` with these arguments, in this process's environment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(pool._PRELOADED)
    reader, output = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(main, arguments, output, dict(os.environ)))
    process.start()
    output.close()
    stderr = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stderr)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(os.dup(reader.fileno()), "rb", 0))
    reader.close()
    return Forked(process, stderr)


async def ended(main: Callable[..., None], *arguments: str) -> int:
    """The exit code of a process that calls `main` with these arguments."""
    process = await forked(main, *arguments)
    await process.communicate()
    return await process.wait()


def _run(
    main: Callable[..., None], arguments: tuple[str, ...], output: Connection, environment: dict[str, str]
) -> None:
    # The fork server that this process was forked from serves it too; by itself it would start another one.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    os.environ.clear()
    os.environ.update(environment)
    sys.stdout.flush()
    for number in (1, 2):
        os.dup2(output.fileno(), number)
    output.close()
    main(*arguments)


def watcher(*arguments: str) -> None:
    """The command `watcher` with these arguments."""
    sys.argv = ["watcher", *arguments]
    command()
