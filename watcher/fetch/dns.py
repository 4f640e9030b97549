"""TXT records of the domain name system, such as the keys of DKIM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.exception
import dns.resolver

from watcher.fetch.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence


_SECONDS = 5.0
_LONGEST = 8_000


async def txt_record(name: str, servers: Sequence[str] = ()) -> str | None:
    """The first TXT record of a name, its strings joined; empty where it has none, None where nobody could be asked.

    `servers` are addresses of name servers, with a port where it is another than 53; without them the system's are
    asked.
    """
    return await in_thread(lambda: _look_up(name, servers), "name server")


def _look_up(name: str, servers: Sequence[str]) -> str | None:
    try:
        answer = _resolver(servers).resolve(name, "TXT", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError, UnicodeError):
        return ""
    except (dns.exception.DNSException, OSError):
        return None
    first = next(iter(answer), None)
    strings: tuple[bytes, ...] = getattr(first, "strings", ())
    return b"".join(strings)[:_LONGEST].decode("utf-8", "replace")


def _resolver(servers: Sequence[str]) -> dns.resolver.Resolver:
    if not servers:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [server.rpartition(":")[0] if _has_port(server) else server for server in servers]
    resolver.nameserver_ports = {
        server.rpartition(":")[0]: int(server.rpartition(":")[2]) for server in servers if _has_port(server)
    }
    return resolver


def _has_port(server: str) -> bool:
    return server.count(":") == 1
