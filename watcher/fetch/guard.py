"""Which addresses may be connected to: the public internet and nothing else, unless the operator lists more.

`check_url` checks a URL before it is fetched; the resolver and the sockets made here check the address connected to.

`ipaddress.is_global` is not enough: Python 3.11 calls NAT64, 6to4, multicast, `::127.0.0.1` and 192.0.0.8 global. The
list below follows the IANA special-purpose registries (RFC 6890) with everything that can carry or reach a private
address. For IPv6 only the space given out so far (2000::/3) counts as public at all, which leaves out loopback,
v4-mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local, link-local and multicast at once.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from watcher.fetch.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]

Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]
_REFUSED: Networks = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, DS-Lite
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "2001::/23",  # protocol assignments: Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")


def is_allowed(address: IPv4Address | IPv6Address, allowed: Networks = ()) -> bool:
    """Whether this address may be connected to: public, or inside one of the `allowed` networks."""
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _REFUSED)


@lru_cache(maxsize=4096)
def check_url(url: str, allowed: Networks = ()) -> str | None:
    """Why this URL may not be asked, as far as the URL alone tells, or None.

    Looks at the scheme, credentials in the URL, the port and hosts written as numbers. Short and numeric forms
    (`127.1`, `2130706433`, `0x7f.1`) are refused whatever they mean: the system's resolver reads them as addresses,
    the WHATWG URL standard calls a host whose last label is a number an IPv4 address.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "not a web address"
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        return "not a web address"
    if "@" in parts.netloc:
        return "credentials in the URL"
    try:
        address = ip_address(host)
    except ValueError:  # a name, which is judged when it resolves
        is_number = _NUMERIC.match(host.lower().rsplit(".", 1)[-1])
        return f"{host} is a number that is no plain address" if is_number else None
    return None if is_allowed(address, allowed) else f"the address {host} is not public"


def is_local_name(host: str) -> bool:
    """Whether the name belongs to this machine or its own network (RFC 6761, RFC 8375), wherever it resolves."""
    name = host.lower().rstrip(".")
    return any(name == suffix or name.endswith(f".{suffix}") for suffix in _LOCAL_NAMES)


def without_credentials(url: str) -> str:
    """The URL as it may be written into a log: user name and password left out."""
    head, slashes, rest = url.partition("//")
    authority, slash, path = rest.partition("/")
    return f"{head}{slashes}{authority.rpartition('@')[2]}{slash}{path}"


class Refused(Exception):
    """The address is not one that may be connected to. Not an OSError, so that no second address is tried."""


class GuardedResolver(AbstractResolver):
    """The system's resolver with the answers checked.

    A look-up runs in a thread of its own (`watcher.fetch.threads`).
    """

    def __init__(self, allowed: Networks) -> None:
        """Remember which networks besides the public internet may be connected to."""
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of the host. Raises OSError when there is none, Refused when one of them is not allowed.

        Where all are private, those that the operator allows are enough: `localhost` is two addresses on most
        machines, and seldom both are listed.
        """
        infos = await in_thread(lambda: look_up(host, port, family), "look-up")
        return [_result(host, port, info) for info in usable_addresses(host, infos, self._allowed)]

    async def close(self) -> None:
        """Nothing to close."""


def look_up(host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[Any]:
    """The addresses of the host; blocks. Raises OSError where there is none."""
    try:
        return list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
    except UnicodeError as error:
        raise OSError(f"not a host name: {error}") from error


def usable_addresses(host: str, infos: list[Any], allowed: Networks) -> list[Any]:
    """Those that may be connected to. Raises Refused where there is none, or only some of public and private ones."""
    usable = [info for info in infos if _is_allowed(info, allowed)]
    if not usable or (len(usable) < len(infos) and any(_is_allowed(info) for info in infos)):
        raise Refused(f"{host} has an address that is not public")
    return usable


def guarded_sockets(allowed: Networks) -> Callable[[AddressInfo], socket.socket]:
    """Makes a socket factory that makes no socket for an address that is not allowed."""

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
