"""Time-stamps (RFC 3161): the request to an authority, and the verification of its answer.

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


class TimestampError(WatcherError):
    """A time-stamp authority's answer that proves nothing."""


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A request to an authority (DER), and the nonce that its answer has to repeat."""

    der: bytes
    nonce: int


def _stamped_text(head: Head) -> bytes:
    """The text whose hash is stamped."""
    return f"{head.seq} {head.hash}".encode()


def timestamp_request(head: Head) -> TimestampRequest:
    """The request for a stamp over a head, with a nonce and for the certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - seldom needed, slow to load

    made = TimestampRequestBuilder().data(_stamped_text(head)).hash_algorithm(HashAlgorithm.SHA256).build()
    if made.nonce is None:
        raise TimestampError("the request has no nonce")
    return TimestampRequest(made.as_bytes(), made.nonce)


def verified_time(answer: bytes, head: Head, authority: bytes, *, nonce: int | None = None) -> datetime:
    """The time that an authority states for a head, verified up to the PEM certificates of `authority`.

    Raises TimestampError: refused, not of this head ("imprint mismatch"), or not signed by that authority.
    """
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - seldom needed, slow to load
    from rfc3161_client import VerifierBuilder, decode_timestamp_response  # noqa: PLC0415 - as above
    from rfc3161_client.errors import VerificationError  # noqa: PLC0415 - as above

    try:
        response = decode_timestamp_response(answer)
        if response.status != 0:
            raise TimestampError(
                f"refused with status {response.status} {' '.join(response.status_string or ())}".strip()
            )
        info = response.tst_info
        if info.message_imprint.message != hashlib.sha256(_stamped_text(head)).digest():
            raise TimestampError(f"imprint mismatch: the stamp is not of link {head.seq} {head.hash}")
        builder = VerifierBuilder(nonce=nonce)
        for certificate in load_pem_x509_certificates(authority):
            is_root = certificate.issuer == certificate.subject
            add = builder.add_root_certificate if is_root else builder.add_intermediate_certificate
            builder = add(certificate)
        builder.build().verify_message(response, _stamped_text(head))
    except (VerificationError, ValueError) as error:
        raise TimestampError(f"not a stamp of this authority: {' '.join(str(error).split())[:200]}") from error
    return info.gen_time
