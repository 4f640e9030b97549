"""`watcher demo`: the daemon over made-up publishers on this machine, from their first release to a mail about an edit.

publishers BEFORE ─► first round ─► an hour later ─► daemon ─► TODAY: new releases ─► AFTERWARDS: edited, taken down
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from watcher import clock
from watcher.config.load import load
from watcher.html import render
from watcher.jobs import daemon
from watcher.jobs.demo_publishers import AFTERWARDS, DEMO_FILES, TODAY, open_publishers
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.runtime import open_runtime
from watcher.store.connection import connect
from watcher.store.database_file import only_instance
from watcher.store.due_times import shift
from watcher.store.feeds import select
from watcher.store.reports import releases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.jobs.demo_publishers import Publishers

    Say = Callable[[str], None]


# Longer than any feed waits for its second poll.
_LATER = timedelta(hours=7)
# On a machine that is busy with other things the story goes on without what was not seen by then.
_PATIENCE = 60
_LOOK = 0.25
# New harm, a denial, an allegation, the edit, the removal.
_MAILS = 7


async def show(folder: Path, *, port: int, say: Say) -> None:
    """Tell the story in an empty folder, and serve it on a port until Ctrl-C; `say` is given one line at a time."""
    address = f"http://127.0.0.1:{port}/"
    async with open_publishers(clock.now()) as publishers, open_mailbox(folder / "mail") as mail_port:
        configuration = write_configuration(folder, publishers, reading_room=address, mail_port=mail_port)
        say(f"{len(publishers.sites)} made-up publishers are on this machine; their first releases are read.")
        with only_instance(configuration.database):
            await _first_round(configuration)
            publishers.chapter = TODAY
            say(f"{len(_releases(configuration))} are stored. Now they publish today’s news, and the daemon starts.")
            async with asyncio.TaskGroup() as group:
                story = group.create_task(_tell(configuration, publishers, address, say))
                await daemon.run(configuration, datasette=_datasette(configuration, port, folder / "mail"))
                story.cancel()


def write_configuration(folder: Path, publishers: Publishers, *, reading_room: str, mail_port: int) -> Configuration:
    """The configuration of the demo in `folder`; the vocabularies are the shipped ones."""
    (folder / "publishers").mkdir(parents=True)
    for code, site in publishers.sites.items():
        told = render("demo/publisher.toml", site=site, address=site.address)
        (folder / "publishers" / f"{code}.toml").write_text(told, encoding="utf-8")
    given = {"reading_room": reading_room, "mail_port": mail_port, "reviewer_hash": DEMO_FILES / "reviewer.hash"}
    told = render("demo/watcher.toml", **given)
    (folder / "watcher.toml").write_text(told, encoding="utf-8")
    return load(folder)


@asynccontextmanager
async def open_mailbox(folder: Path) -> AsyncIterator[int]:
    """A mail server on a free port of loopback, which puts every mail into a Maildir, until the block ends."""
    mailbox = Mailbox(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _datasette(configuration: Configuration, port: int, mail: Path) -> tuple[str, ...]:
    command = (sys.executable, "-m", "watcher", "--config", str(configuration.folder), "serve", "--until-eof")
    return (*command, "--port", str(port), "--mailbox", str(mail))


async def _first_round(configuration: Configuration) -> None:
    """Poll every feed once, and let so much time pass that each is due again."""
    async with open_runtime(configuration) as runtime:
        async for _, record in poll_feeds(runtime, await runtime.store.read(select)):
            if isinstance(record, Exception):
                raise record
        await runtime.store.write(shift, -_LATER)


async def _tell(configuration: Configuration, publishers: Publishers, address: str, say: Say) -> None:
    """Go on with the story as soon as the daemon has seen what was published, and say what is worth opening."""
    # The daemon would read its configuration again; here whoever closes the terminal has seen enough.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, signal.raise_signal, signal.SIGTERM)
    count = publishers.count
    await _until(lambda: len(_releases(configuration)) >= count)
    say(f"{count} are stored. The ministry edits “two” to “eight”, and its rival takes a release down.")
    publishers.chapter = AFTERWARDS
    await _until(lambda: _is_noticed(configuration, publishers))
    mails = configuration.folder / "mail" / "new"
    await _until(lambda: len(list(mails.iterdir())) >= _MAILS)
    edited = _releases(configuration)[publishers.edited.title]["release"]
    say(f"Both were noticed, and {len(list(mails.iterdir()))} mails have arrived. Worth opening:")
    say(f"  {address}  what was reported, in sentences")
    say(f"  {address}release/{edited}  two became eight: both texts, and what was changed")
    say(f"  {address}demo/mail  the mails that were sent")
    say(f"Claims are reviewed at {address}review by demo, with the password demo.")
    say("Ctrl-C ends it and deletes everything.")


async def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(int(_PATIENCE / _LOOK)):
        if await asyncio.to_thread(is_so):
            return
        await asyncio.sleep(_LOOK)


def _releases(configuration: Configuration) -> dict[str, dict[str, Any]]:
    """What is stored of each release, by its title."""
    database = connect(configuration.database, is_read_only=True)
    try:
        return {row["title"]: row for row in releases(database, limit=1000)}
    finally:
        database.close()


def _is_noticed(configuration: Configuration, publishers: Publishers) -> bool:
    found = _releases(configuration)
    return found[publishers.edited.title]["revisions"] > 1 and bool(found[publishers.taken_down.title]["is_removed"])
