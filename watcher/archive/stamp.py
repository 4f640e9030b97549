"""Time-stamps (RFC 3161): what is asked of an authority, and whether its answer is one. Pure, the only rfc3161-client.

What is stamped is the SHA-256 of the text `<seq> <hash>` of a chain's head.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.errors import WatcherError

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.archive.chain import Head


CONTENT_TYPE = "application/timestamp-query"


class StampError(WatcherError):
    """A time-stamp authority's answer that proves nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request to an authority (DER), and the number that its answer has to repeat."""

    request: bytes
    nonce: int


def stamped(head: Head) -> bytes:
    """The text whose hash is stamped."""
    return f"{head.seq} {head.hash}".encode()


def question(head: Head) -> Question:
    """The request for a stamp over a head, with a nonce and for the certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - seldom needed, slow to load

    made = TimestampRequestBuilder().data(stamped(head)).hash_algorithm(HashAlgorithm.SHA256).build()
    if made.nonce is None:
        raise StampError("the request has no nonce")
    return Question(made.as_bytes(), made.nonce)


def verified(answer: bytes, head: Head, authority: bytes, *, nonce: int | None = None) -> datetime:
    """The time that an authority states for a head, verified up to the PEM certificates of `authority`.

    Raises StampError: refused, not of this head ("imprint mismatch"), or not signed by that authority.
    """
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - seldom needed, slow to load
    from rfc3161_client import VerifierBuilder, decode_timestamp_response  # noqa: PLC0415 - as above
    from rfc3161_client.errors import VerificationError  # noqa: PLC0415 - as above

    try:
        response = decode_timestamp_response(answer)
        if response.status != 0:
            raise StampError(f"refused with status {response.status} {' '.join(response.status_string or ())}".strip())
        info = response.tst_info
        if info.message_imprint.message != hashlib.sha256(stamped(head)).digest():
            raise StampError(f"imprint mismatch: the stamp is not of link {head.seq} {head.hash}")
        builder = VerifierBuilder(nonce=nonce)
        for certificate in load_pem_x509_certificates(authority):
            is_root = certificate.issuer == certificate.subject
            add = builder.add_root_certificate if is_root else builder.add_intermediate_certificate
            builder = add(certificate)
        builder.build().verify_message(response, stamped(head))
    except (VerificationError, ValueError) as error:
        raise StampError(f"not a stamp of this authority: {' '.join(str(error).split())[:200]}") from error
    return info.gen_time
