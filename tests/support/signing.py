"""Messages signed by DKIM, and a name server on loopback that knows the keys."""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import dkim
import dns.message
import dns.rcode
import dns.rrset
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

KEY_NAME = "press._domainkey.army.example"


@lru_cache(maxsize=1)
def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def key_record() -> str:
    """The key of `press._domainkey.army.example` as its domain publishes it."""
    public = _key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(raw: bytes, *, length: bool = False) -> bytes:
    """The message with a signature of army.example."""
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    pem = _key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    header: bytes = dkim.sign(raw, b"press", b"army.example", pem, length=length)
    return header + raw


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Answers TXT by UDP: what `records` hold; None is no answer at all."""

    records: dict[str, str | None]
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        self._transport = transport
        host, port = transport.get_extra_info("sockname")
        self.address = f"{host}:{port}"

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".").lower()
        self.asked.append(name)
        record = self.records.get(name, "")
        if record is None:
            return
        answer = dns.message.make_response(query)
        if record:
            parts = [record[at : at + 200] for at in range(0, len(record), 200)]
            words = " ".join(f'"{part}"' for part in parts)
            answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", words))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        cast("asyncio.DatagramTransport", self._transport).sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server(records: Mapping[str, str | None]) -> AsyncIterator[NameServer]:
    """A name server until the block ends."""
    server = NameServer(dict(records))
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()
