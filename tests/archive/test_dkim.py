"""DKIM signatures: what each check finds, and that its proof can be checked again from what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from tests.support.imap import message
from tests.support.signing import KEY_NAME, key_record, signed
from watcher.archive.dkim import MOST_SIGNATURES, check_signatures, key_names

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_signed_message_passes_with_all_that_proves_it() -> None:
    """Domains take their keys away after months: the record is kept with the result."""
    raw = signed(message())
    assert key_names(raw) == (KEY_NAME,)
    (one,) = check_signatures(raw, {KEY_NAME: key_record()}, NOW)
    assert (one.result, one.domain, one.selector, one.detail) == ("pass", "army.example", "press", "")
    assert (one.key_name, one.key_record, one.checked_at) == (KEY_NAME, key_record(), NOW)
    assert "d=army.example" in one.header
    assert "\n" not in one.header


@pytest.mark.parametrize(
    ("old", "new"), [(b"Two", b"Six"), (b"Subject: Statement", b"Subject: Report"), (b"press@army", b"pass@army")]
)
def test_a_changed_message_fails(old: bytes, new: bytes) -> None:
    """A number, the subject or the sender: what was signed is not what came."""
    (one,) = check_signatures(signed(message()).replace(old, new), {KEY_NAME: key_record()}, NOW)
    assert one.result == "fail"


@pytest.mark.parametrize(
    ("record", "result"),
    [("", "no_key"), (None, "not_checked"), ("v=DKIM1; k=rsa; p=", "no_key"), ("garbage", "malformed")],
)
def test_without_a_key_nothing_is_claimed(record: str | None, result: str) -> None:
    """No network is not a forgery, and a key that was taken away is neither."""
    (one,) = check_signatures(signed(message()), {KEY_NAME: record}, NOW)
    assert one.result == result


def test_words_after_the_signed_length_are_named() -> None:
    """A signature of a part of the text (l=) passes whatever is added behind it."""
    (one,) = check_signatures(signed(message(), length=True) + b"Forty more.\r\n", {KEY_NAME: key_record()}, NOW)
    assert one.result == "pass"
    assert one.detail.startswith("only the first")


HOSTILE = {
    "no tags": b"DKIM-Signature: x\r\n",
    "empty": b"DKIM-Signature:\r\n",
    "another host as selector": b"DKIM-Signature: v=1; d=../../x; s=a b; h=from; bh=; b=\r\n",
    "a domain of a megabyte": b"DKIM-Signature: v=1; s=a; d=" + b"a" * 1_000_000 + b"; h=from; bh=a; b=a\r\n",
    "no base64": b"DKIM-Signature: v=1; a=rsa-sha256; d=army.example; s=press; h=from; bh=!; b=!\r\n",
    "an algorithm that is none": b"DKIM-Signature: v=1; a=none; d=army.example; s=press; h=from; bh=YQ==; b=YQ==\r\n",
    "From is not signed": b"DKIM-Signature: v=1; a=rsa-sha256; d=army.example; s=press; h=to; bh=YQ==; b=YQ==\r\n",
    "expired": b"DKIM-Signature: v=1; a=rsa-sha256; d=army.example; s=press; t=1; x=2; h=from; bh=YQ==; b=YQ==\r\n",
    "no ASCII": "DKIM-Signature: v=1; d=армія.example; s=ключ; h=from; bh=YQ==; b=YQ==\r\n".encode(),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_signature_stops_a_message(case: str) -> None:
    """Whatever stands there, it is one signature that does not pass."""
    raw = HOSTILE[case] + message().replace(b"\n", b"\r\n")
    begun = process_time()
    (one,) = check_signatures(raw, dict.fromkeys(key_names(raw), key_record()), NOW)
    assert one.result in {"fail", "malformed"}
    assert process_time() - begun < 2


def test_a_thousand_signatures_ask_for_few_keys() -> None:
    """Each would be a question to a name server of the sender's choice."""
    many = b"".join(b"DKIM-Signature: v=1; d=d%d.example; s=s\r\n" % number for number in range(1_000))
    assert len(key_names(many + message())) == MOST_SIGNATURES
    assert key_names(message()) == ()
