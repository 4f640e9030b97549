"""A time-stamp authority (RFC 3161) on this machine: certificates made here, answers by `openssl ts`."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.servers import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import ReceivedRequest

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed: no local time-stamp authority")
_CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
"""


@dataclass(frozen=True)
class Authority:
    """The folder of its keys; `certificate` is the PEM file of its root."""

    folder: Path
    certificate: Path

    async def route(self, seen: ReceivedRequest) -> Answer:
        """Answer a request for a stamp."""
        query, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        query.write_bytes(seen.body)
        process = await asyncio.create_subprocess_exec(
            str(OPENSSL), "ts", "-reply", "-config", str(self.folder / "tsa.conf"), "-section", "one",
            "-queryfile", str(query), "-signer", str(self.folder / "tsa.pem"), "-inkey", str(self.folder / "tsa.key"),
            "-out", str(reply), stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await process.wait() == 0
        return Answer(reply.read_bytes(), content_type="application/timestamp-reply")


def authority(folder: Path) -> Authority:
    """Make a root, and a signer whose certificate is good for time-stamps and nothing else."""
    folder.mkdir(parents=True)
    root_key, signer_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]) for said in ("Root", "Stamps"))
    root = _builder(root_name, root_name, root_key).add_extension(x509.BasicConstraints(True, None), critical=True)  # noqa: FBT003 - it is an authority
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    signer = _builder(name, root_name, signer_key).add_extension(usage, critical=True)
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(pem))
    (folder / "tsa.pem").write_bytes(signer.sign(root_key, hashes.SHA256()).public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        signer_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "tsa.conf").write_text(_CONFIG.format(folder=folder))
    return Authority(folder, folder / "root.pem")


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
