"""Signatures of a webhook as Standard Webhooks describes them: `v1` by a shared secret, `v1a` by a key of our own.

With `v1a` (ed25519) a receiver verifies by the public key and holds nothing that it could forge a message with. A
secret that begins with `whsk_`, or is a private key in PEM, signs so; any other is shared with the receiver.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from standardwebhooks import Webhook

from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.settings import Channel
    from watcher.config.tables import Secret


_SHARED, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_SEED_BYTES = 32  # RFC 8032 section 5.1.5; other programs keep the public key of 32 bytes behind it


def signed_headers(channel: Channel, uid: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp` and `webhook-signature` with one signature for each secret of the channel.

    Raises DeliveryError where a secret is not set or cannot be one.
    """
    headers = {"webhook-id": uid, "webhook-timestamp": str(int(now.timestamp()))}
    if not channel.secret:
        return headers
    signatures = []
    for place in channel.secret:
        secret = _read(channel, place)
        try:
            signatures.append(sign(secret, uid, now, body))
        except ValueError as error:
            raise DeliveryError(channel.name, f"its secret cannot sign ({place}): {error}") from error
    return headers | {"webhook-signature": " ".join(signatures)}


def _read(channel: Channel, place: Secret) -> str:
    secret = place.read()
    if secret is None:
        raise DeliveryError(channel.name, f"its secret is not set ({place})")
    return secret


def sign(secret: str, uid: str, at: datetime, body: bytes) -> str:
    """`v1,` or `v1a,` and the base64 of the signature of id.time.body. Raises ValueError where the secret is none."""
    if is_private_key(secret):
        message = f"{uid}.{int(at.timestamp())}.".encode() + body
        return f"v1a,{base64.b64encode(_private_key(secret).sign(message)).decode()}"
    # The library would take whatever base64 it finds in a mistyped secret, so the key is decoded here.
    key = _decoded(secret, _SHARED) if secret.startswith(_SHARED) else secret.encode()
    if not key:
        raise ValueError("an empty key signs nothing")
    return Webhook(key).sign(uid, at.astimezone(UTC), body.decode())


def is_private_key(secret: str) -> bool:
    """Whether a secret is a key of our own, whose public key receivers verify by."""
    return secret.startswith((_PRIVATE, "-----BEGIN"))


def public_keys(channel: Channel) -> tuple[str, ...]:
    """The public key of each private key of a channel, as `whpk_` and base64. Raises DeliveryError."""
    secrets = [_read(channel, place) for place in channel.secret]
    try:
        return tuple(_public_key(_private_key(secret)) for secret in secrets if is_private_key(secret))
    except ValueError as error:
        raise DeliveryError(channel.name, f"its key cannot be read: {error}") from error


def new_key() -> tuple[str, str]:
    """A new private key, `whsk_` and base64, and its public key, `whpk_` and base64."""
    key = Ed25519PrivateKey.generate()
    return f"{_PRIVATE}{base64.b64encode(key.private_bytes_raw()).decode()}", _public_key(key)


def _public_key(key: Ed25519PrivateKey) -> str:
    return f"{_PUBLIC}{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"


def _private_key(secret: str) -> Ed25519PrivateKey:
    if secret.startswith(_PRIVATE):
        return Ed25519PrivateKey.from_private_bytes(_decoded(secret, _PRIVATE)[:_SEED_BYTES])
    try:
        key = load_pem_private_key(secret.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("a key with a password, or of an unknown kind") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("a private key of another kind than ed25519")  # noqa: TRY004 - a wrong value, not a wrong type
    return key


def _decoded(secret: str, prefix: str) -> bytes:
    """The bytes behind a prefix, as the Standard Webhooks libraries take them: white space and padding do not count.

    Raises ValueError for any other sign that is not base64's.
    """
    encoded = "".join(secret.removeprefix(prefix).split()).rstrip("=")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=_alphabet(encoded), validate=True)
    except ValueError as error:
        raise ValueError(f"it begins with {prefix} but is not base64 after that") from error


def _alphabet(encoded: str) -> bytes:
    return b"-_" if "-" in encoded or "_" in encoded else b"+/"
