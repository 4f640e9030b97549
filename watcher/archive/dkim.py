"""DKIM (RFC 6376): by which keys a message says that its domain signed it, and whether that is so. Pure.

A signature that passes proves what no web page can: that the domain which published the key sent these words. The key's
record is kept with it, since domains take old keys away, and anybody can verify the message by it later.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import dkim

from watcher.model.mail import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.model.mail import SignatureResult


# Signatures of one message that are looked at; more are made to cost name servers something.
MOST_SIGNATURES = 5
_LONGEST_HEADER = 8_000
_TAG = re.compile(r"(?:^|;)\s*([a-z]{1,2})\s*=\s*([^;]*)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,250}[a-z0-9])?", re.IGNORECASE)
_HEADER = re.compile(rb"(?:\A|\n)dkim-signature:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE)
_REVOKED = re.compile(r"\bp\s*=\s*(?:;|\Z)")
# What dkimpy says of a whole signature that does not hold: of the text, or of its own last day.
_OTHERWISE = re.compile(r"body hash mismatch|value is past")


def key_names(raw: bytes) -> tuple[str, ...]:
    """The names under which the keys of a message's signatures are kept, each once."""
    found = (_key_name(*_signer(header)) for header in _headers(raw))
    return tuple(dict.fromkeys(name for name in found if name))


def _headers(raw: bytes) -> tuple[str, ...]:
    """The signatures in the head of a message, each in one line."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    found = (match[1][:_LONGEST_HEADER].decode("utf-8", "replace") for match in _HEADER.finditer(head))
    return tuple(" ".join(words.split()) for words in found)[:MOST_SIGNATURES]


def _signer(header: str) -> tuple[str, str]:
    """Domain and selector, empty where they cannot be the name of anything."""
    tags = {name.lower(): "".join(value.split()) for name, value in _TAG.findall(header)}
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    return tuple(part if _NAME.fullmatch(part) else "" for part in (domain, selector))  # type: ignore[return-value] # two in, two out


def _key_name(domain: str, selector: str) -> str:
    return f"{selector}._domainkey.{domain}" if domain and selector else ""


def check_signatures(raw: bytes, records: Mapping[str, str | None], now: datetime) -> tuple[Signature, ...]:
    """Every signature of a message with what its check found.

    `records` are the keys' records by name: empty where the domain has none, None where nobody could be asked.
    """
    return tuple(_check(raw, number, header, records, now) for number, header in enumerate(_headers(raw)))


def _check(raw: bytes, number: int, header: str, records: Mapping[str, str | None], now: datetime) -> Signature:
    domain, selector = _signer(header)
    name = _key_name(domain, selector)
    record = records.get(name) if name else ""
    result, detail = _result(raw, number, name, record)
    return Signature(number, domain, selector, header, name, result, now, record or "", detail)


def _result(raw: bytes, number: int, name: str, record: str | None) -> tuple[SignatureResult, str]:
    if not name:
        return "malformed", "the signature names no domain and selector"
    if record is None:
        return "not_checked", "no name server answered"
    if not record or _REVOKED.search(record):
        return "no_key", "the domain has revoked the key" if record else "the domain has no such key"
    try:
        return _verified(raw, number, name, record)
    except dkim.ValidationError as error:
        return ("fail" if _OTHERWISE.search(str(error)) else "malformed"), str(error)[:200]
    except (dkim.DKIMException, ValueError, LookupError, TypeError, ArithmeticError) as error:
        return "malformed", str(error)[:200] or type(error).__name__


def _verified(raw: bytes, number: int, name: str, record: str) -> tuple[SignatureResult, str]:
    dkim.evaluate_pk(name.encode(), record)
    message = dkim.DKIM(raw)
    passes = message.verify(idx=number, dnsfunc=lambda _name, timeout=5: record.encode())  # noqa: ARG005 - its shape
    return ("pass", _bounds(message)) if passes else ("fail", "the message is not what was signed")


def _bounds(message: dkim.DKIM) -> str:
    """What the signature leaves open: words after a stated length may be anybody's (RFC 6376, 8.2)."""
    length = (message.signature_fields or {}).get(b"l")
    return f"only the first {int(length):,} bytes of the text are signed" if length and length.isdigit() else ""
