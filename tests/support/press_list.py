"""A publisher whose feed is the folder of a mailbox, on a server on loopback."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.support.scenario import LOCAL, configure
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import state_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from tests.support.imap import ImapServer
    from watcher.config.load import Configuration


# Nobody answers there.
NO_NAMES = "127.0.0.1:9"


def press_list(
    folder: Path,
    server: ImapServer,
    *,
    names: str = NO_NAMES,
    http: str = "",
    senders: Sequence[str] = ("press@army.example",),
    **mail: Any,
) -> Configuration:
    """One feed `army/list`; `names` is the name server that keys are asked of, `mail` more of the feed's table."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text(server.password)
    said = {"from": list(senders), "list_id": "press.army.example"} | mail
    words = "\n".join(f"{name} = {json.dumps(value)}" for name, value in said.items())
    table = (
        f'[[feed]]\ncode = "list"\nkind = "mail"\nurl = "{server.url}"\n[feed.mail]\nuser = "{server.user}"\n'
        f'password = {{ file = "{folder / "password"}" }}\n{words}\n'
    )
    return configure(folder, {}, settings=f'{LOCAL}{http}\n[dkim]\nname_servers = ["{names}"]\n', publisher=table)


@asynccontextmanager
async def polling(configuration: Configuration) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """A function that polls the list once and gives the outcome."""
    async with open_runtime(configuration) as runtime:

        async def poll() -> str:
            return (await poll_feed(runtime, await runtime.store.read(state_of, "army/list"))).outcome

        yield poll
