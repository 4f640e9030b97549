"""Look names up and open sockets, only towards addresses that may be dialled.

Two gates, because one is not enough: the resolver refuses an answer that holds any address that is not allowed (an
attacker who mixes public and private addresses gets nothing), and the socket factory looks at the very address that
is about to be dialled, with no look-up in between, so that a name that changes its mind does not help either.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from aiohttp.abc import AbstractResolver, ResolveResult

from watcher.net.addresses import Networks, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]


class Refused(Exception):
    """The address is not one that may be dialled. Not an OSError, so that no second address is tried."""


class GuardedResolver(AbstractResolver):
    """The system's resolver with the answers checked.

    A look-up runs in a thread of its own that nobody waits for at the end of the program: a dead name server holds
    neither the other look-ups nor the shutdown.
    """

    def __init__(self, allowed: Networks) -> None:
        """Remember which networks besides the public internet may be dialled."""
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of the host. Raises OSError when there is none, Refused when one of them may not be dialled.

        Where all are private, those that the operator allows are enough: `localhost` is two addresses on most
        machines, and seldom both are listed.
        """
        infos = await _in_thread(lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
        usable = [info for info in infos if _is_allowed(info, self._allowed)]
        if not usable or (len(usable) < len(infos) and any(_is_allowed(info) for info in infos)):
            raise Refused(f"{host} has an address that is not public")
        return [_result(host, port, info) for info in usable]

    async def close(self) -> None:
        """Nothing to close."""


def guarded_sockets(allowed: Networks) -> Callable[[AddressInfo], socket.socket]:
    """Makes a socket factory that refuses to make a socket for an address that may not be dialled."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not _is_allowed(info, allowed):
            raise Refused(f"the address {address[0]} is not public")
        return socket.socket(family, kind, protocol)

    return make


def _is_allowed(info: AddressInfo, allowed: Networks = ()) -> bool:
    return is_allowed(ip_address(str(info[4][0]).partition("%")[0]), allowed)


def _result(host: str, port: int, info: tuple[Any, ...]) -> ResolveResult:
    return {
        "hostname": host,
        "host": str(info[4][0]),
        "port": port,
        "family": info[0],
        "proto": info[2],
        "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    }


async def _in_thread(look_up: Callable[[], list[Any]]) -> list[Any]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def settle(infos: list[Any], error: OSError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(infos)
        else:
            answer.set_exception(error)

    def run() -> None:
        infos: list[Any] = []
        failure: OSError | None = None
        try:
            infos = look_up()
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else OSError(f"not a host name: {error}")
        with contextlib.suppress(RuntimeError):  # the loop is closed already: nobody waits for the answer
            loop.call_soon_threadsafe(settle, infos, failure)

    threading.Thread(target=run, name="look-up", daemon=True).start()
    return await answer
