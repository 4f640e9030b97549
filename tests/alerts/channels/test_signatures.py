"""Signatures of a webhook: with each shared secret, and by a key of our own that receivers verify."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import standardwebhooks
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.messages import channel, delivery
from watcher import clock
from watcher.alerts.channels.signatures import new_key, public_keys, sign, signed_headers
from watcher.alerts.channels.webhook import payload
from watcher.config.tables import Secret
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

NEW, OLD = (f"whsec_{base64.b64encode(word * 4).decode()}" for word in (b"new-key-", b"old-key-"))


def verify(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """What the reference library of Standard Webhooks says of a message."""
    return standardwebhooks.Webhook(secret).verify(body, headers)


def signed(secrets: tuple[Secret, ...], body: bytes, now: datetime | None = None) -> dict[str, str]:
    hooked = channel(kind="webhook", url="https://a.example/", secret=secrets)
    return dict(signed_headers(hooked, "msg_1", body, now or clock.now()))


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> tuple[Secret, ...]:
    """The new and the old secret, as while they are changed."""
    monkeypatch.setenv("NEW_SECRET", NEW)
    monkeypatch.setenv("OLD_SECRET", OLD)
    return (Secret(env="NEW_SECRET"), Secret(env="OLD_SECRET"))


def test_signature_is_that_of_standard_webhooks(both: tuple[Secret, ...]) -> None:
    """Check 63: the reference library takes it with the new and with the old secret, and with no other."""
    body = payload(delivery())
    headers = signed(both, body)
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert verify(NEW, headers, body)["type"] == "release.new"
    verify(OLD, headers, body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify("whsec_" + base64.b64encode(b"another").decode(), headers, body)
    verify(NEW, signed(both[:1], body), body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(OLD, signed(both[:1], body), body)


@pytest.mark.parametrize("what", ["body", "webhook-id", "webhook-timestamp"])
def test_what_was_altered_is_refused(both: tuple[Secret, ...], what: str) -> None:
    """Check 63: neither body nor id nor time can be changed on the way."""
    body = payload(delivery())
    headers = signed(both, body)
    if what != "body":
        headers[what] = headers[what][:-1] + ("1" if headers[what][-1] != "1" else "2")
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(NEW, headers, body + b" " if what == "body" else body)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_and_future_messages_are_refused(both: tuple[Secret, ...], minutes: int) -> None:
    """Check 63: a message that was recorded is of no use six minutes later."""
    body = payload(delivery())
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(NEW, signed(both, body, datetime.now(UTC) + timedelta(minutes=minutes)), body)


def test_secret_that_is_wrong_or_not_set_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsigned message must not go out where a signature was asked for."""
    monkeypatch.setenv("BAD_SECRET", "whsec_*")
    for place, said in (("NOT_SET", "is not set"), ("BAD_SECRET", "not base64")):
        with pytest.raises(DeliveryError, match=said):
            signed((Secret(env=place),), b"{}")


WHOLE = base64.b64encode(b"\xfb\xff-a-key-of-22-bytes").decode()


@pytest.mark.parametrize(
    "written",
    [
        f"whsec_{WHOLE}\n",
        f"  whsec_{WHOLE} \r\n",
        f"whsec_{WHOLE.rstrip('=')}",
        f"whsec_{WHOLE.rstrip('=')}\n",
        f"whsec_{WHOLE.replace('+', '-').replace('/', '_')}",
        f"whsec_{WHOLE[:12]}\n{WHOLE[12:]}\n",
    ],
    ids=["newline", "blanks", "no padding", "no padding, newline", "of addresses", "two lines"],
)
def test_secret_is_taken_as_editors_and_libraries_write_it(tmp_path: Path, written: str) -> None:
    """A file ends with a newline, and a provider's page leaves the padding out: the same key signs."""
    assert len(WHOLE.rstrip("=")) < len(WHOLE)
    file = tmp_path / "secret"
    file.write_text(written, encoding="ascii", newline="")
    body = payload(delivery())
    verify(f"whsec_{WHOLE}", signed((Secret(file=file),), body), body)


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_===", "whsec_a", "whsec_Zm9v!mFy", "whsk_", "whsk_Zm9v", "-----BEGIN"]
)
def test_secret_that_was_mistyped_signs_nothing(secret: str) -> None:
    """What is no key must be an error and not another key."""
    with pytest.raises(ValueError, match=r".+"):
        sign(secret, "msg_1", clock.now(), b"{}")


def check(public: str, headers: dict[str, str], body: bytes) -> None:
    """What a receiver does with a public key and the words of the specification; raises InvalidSignature."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_"), validate=True))
    (signature,) = [one for one in headers["webhook-signature"].split() if one.startswith("v1a,")]
    key.verify(base64.b64decode(signature.removeprefix("v1a,"), validate=True), content)


def test_receiver_verifies_by_the_public_key_alone(monkeypatch: pytest.MonkeyPatch, both: tuple[Secret, ...]) -> None:
    """Beside the shared secrets: who knows the public key can check a message and forge none."""
    private, public = new_key()
    monkeypatch.setenv("OWN_KEY", private)
    secrets, body = (*both, Secret(env="OWN_KEY")), payload(delivery())
    headers = signed(secrets, body)
    check(public, headers, body)
    verify(NEW, headers, body)
    assert public_keys(channel(kind="webhook", url="https://a.example/", secret=secrets)) == (public,)
    for altered in (headers | {"webhook-id": "msg_2"}, headers | {"webhook-timestamp": "1"}):
        with pytest.raises(InvalidSignature):
            check(public, altered, body)
    with pytest.raises(InvalidSignature):
        check(public, headers, body + b" ")


def test_key_of_another_program_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `openssl genpkey -algorithm ed25519` writes it, or with the public key behind the private one."""
    key = Ed25519PrivateKey.generate()
    both = key.private_bytes_raw() + key.public_key().public_bytes_raw()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = f"whpk_{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"
    for written in (pem, f"whsk_{base64.b64encode(both).decode()}"):
        monkeypatch.setenv("OWN_KEY", written)
        body = payload(delivery())
        check(public, signed((Secret(env="OWN_KEY"),), body), body)
