"""Texts without secrets: the one function for whatever comes from outside before it is kept or shown.

A receiver that echoes a request sends its secret address, token or password back, in whatever form: as it was,
percent-encoded, as JSON or HTML writes it, in base64, in pieces. Every secret is read by `Secret.read`, which notes it
here, so none can be sent that is not known here, also one that was changed since.
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote_plus, unquote

from watcher.control_signs import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MARK = "[secret]"
# Shorter pieces of a secret are words like any other; a whole secret of one to three characters protects nothing.
_SHORTEST_PIECE, _SHORTEST = 6, 4
# A text that was cut within a secret ends with so many of its characters at least.
_SHORTEST_START = 8
# Escapes within escapes: JSON in JSON in a query.
_DEEPEST = 4
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://(?:([^/?#]*)@)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"(?:basic|bearer|token|digest|apikey|low)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_SIGNS = re.compile(r"[^\w-]+")
# A piece of an address that looks like a key: long, or of letters and digits.
_KEY = re.compile(r"[\w-]{16,}|(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{8,}")
# What the paths of well-known receivers have in common.
_PUBLIC = frozenset(
    {"automations", "callback", "channels", "events", "incoming", "invoke", "manual", "message", "messages", "notify"}
    | {"powerautomate", "services", "submit", "triggers", "version", "webhook", "webhooks", "workflow", "workflows"}
)
# In longer texts (a page's body) nobody has broken lines within a secret.
_LONG_TEXT = 20_000
_ESCAPE = re.compile(
    r"%([0-9a-f]{2})|=([0-9A-F]{2})|\\+u([0-9a-f]{4})|\\+x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});"
    r"|&([a-z]{2,8};)|\\+([^\w\s])",
    re.IGNORECASE,
)
_BLANK = re.compile(r"=?\s+|[\u00ad\u200b-\u200d\u2060\ufeff]")
_LOWER = {sign: sign + 32 for sign in range(ord("A"), ord("Z") + 1)}
_known: dict[str, None] = {}


def remember(secret: str) -> None:
    """Note a secret that this process has read."""
    if len(secret) >= _SHORTEST:
        _known[secret] = None


def remember_address(url: str) -> None:
    """Note an address that stands in the configuration itself: a secret where it holds what looks like a key."""
    target = _ADDRESS.match(url)
    if target is not None and any(_KEY.fullmatch(part) for part in _SIGNS.split(target[4])):
        remember(url)


def from_outside(text: str, longest: int = 500) -> str:
    """Words that somebody else sent, on one line: without secrets, control and direction signs, cut at the end."""
    return one_line(redacted(text), longest)


def redacted(text: str) -> str:
    """The text with every secret of this process replaced by `[secret]`, in whichever form it stands there."""
    if not _known or not text:
        return text
    parts, end = [], 0
    for first, last in _merged(_spans(text, _signatures(tuple(_known)))):
        parts += [text[end:first], MARK]
        end = last
    return "".join((*parts, text[end:]))


def redacted_bytes(body: bytes) -> bytes:
    """The same for a body, whatever its encoding; all other bytes stay as they are."""
    text = body.decode("latin-1")
    clean = redacted(text)
    return body if clean is text or clean == text else clean.encode("latin-1")


@dataclass(frozen=True, slots=True)
class _Signatures:
    """What is looked for, in lower case: `forms` anywhere, `starts` of at least eight characters at a text's end."""

    forms: tuple[str, ...]
    starts: tuple[str, ...]


@lru_cache(maxsize=4)
def _signatures(secrets: tuple[str, ...]) -> _Signatures:
    whole = dict.fromkeys(chain(secrets, map(unquote, secrets)))
    pieces = dict.fromkeys(piece for secret in whole for piece in _pieces(secret))
    forms = {_lower(form) for text in (*whole, *pieces) for form in _forms(text)}
    # The start of an address is its host's, which many words end with.
    starts = {_lower(text) for text in (*whole, *pieces) if "://" not in text[:20]}
    return _Signatures(
        tuple(form for form in forms if len(form) >= _SHORTEST),
        tuple(one for one in starts if len(one) > _SHORTEST_START),
    )


def _pieces(secret: str) -> Iterator[str]:
    """The parts of a secret that are secrets themselves: of an address, of an Authorization header, of a key file."""
    if address := _ADDRESS.match(secret):
        scheme, login, host, target = address.groups()
        # Elsewhere than on the web the host may be a key: discord://id/token, slack://A/B/C.
        host = "" if scheme.lower() in {"http", "https"} or "." in host else host
        values = [value for _, value in parse_qsl(target.partition("?")[2])]
        whole = (target, login or "", *(login or "").split(":"), *values)
        yield from (one for one in whole if len(one) >= _SHORTEST_PIECE)
        found = _SIGNS.split(" ".join((login or "", host, target)))
        yield from (one for one in found if len(one) >= _SHORTEST_PIECE and one.lower() not in _PUBLIC)
        return
    if scheme_and_key := _SCHEME.match(secret):
        yield scheme_and_key[1]
        yield from _login(scheme_and_key[1])
    lines = [line.strip() for line in secret.splitlines()] if "\n" in secret else []
    for piece in (secret.partition("whsec_")[2], *re.split(r"[;=:,]\s*", secret), *lines):
        if len(piece) > _SHORTEST_START and not piece.startswith("-----"):
            yield piece


def _login(encoded: str) -> Iterator[str]:
    """Name and password of HTTP's Basic authentication (RFC 7617), where this is one."""
    try:
        login = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield from (one for one in (login, *login.split(":", 1)) if len(one) >= _SHORTEST_PIECE)


def _forms(text: str) -> Iterator[str]:
    """The text itself, and as forms, hexadecimal digits and base64 write it, also within something longer."""
    raw = text.encode("utf-8", errors="surrogateescape")
    yield text
    yield quote_plus(raw)
    yield raw.decode("latin-1")  # the bytes of another encoding, read one by one
    if len(text) < _SHORTEST_PIECE:
        return
    yield raw.hex()
    yield "".join(text.split())  # as it stands in a reading without blanks
    yield text.replace("\\", "")  # a backslash is what most escapes begin with
    for before in range(3):
        # Which digits of base64 depend on this text alone follows from its place among three bytes.
        digits = base64.b64encode(bytes(before) + raw).decode()
        start, after = (0, 2, 3)[before], (len(raw) + before) % 3
        inner = digits[start : len(digits) - (0, 3, 2)[after]]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text as it reads once escapes are undone, or blanks left out, and where each character stood before.

    `marks` are (offset here, offset there, width there): of an escape its width, 0 where a run of plain text begins.
    """

    text: str
    marks: tuple[tuple[int, int, int], ...] = ((0, 0, 0),)
    source: _Reading | None = None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where in the original text the characters from `first` up to `last` stood."""
        start, end = self._place(first)[0], self._place(last - 1)[1]
        return self.source.span(start, end) if self.source else (start, end)

    def _place(self, offset: int) -> tuple[int, int]:
        here, there, width = self.marks[bisect_right(self.marks, (offset, 1 << 60, 0)) - 1]
        return (there, there + width) if width else (there + offset - here, there + offset - here + 1)


def _readings(text: str) -> Iterator[_Reading]:
    """The text, and the text with one layer of escapes after the other undone; each also without its blanks."""
    reading = _Reading(text)
    for _ in range(_DEEPEST):
        yield reading
        if len(text) < _LONG_TEXT and _BLANK.search(reading.text):
            yield _replaced(reading, _BLANK)
        if not _ESCAPE.search(reading.text):
            return
        reading = _replaced(reading, _ESCAPE)


def _replaced(source: _Reading, pattern: re.Pattern[str]) -> _Reading:
    parts, marks, length, end = [], [(0, 0, 0)], 0, 0
    for match in pattern.finditer(source.text):
        sign = "" if pattern is _BLANK else _unescaped(match)
        parts += [source.text[end : match.start()], sign]
        length += match.start() - end
        if sign:
            marks.append((length, match.start(), match.end() - match.start()))
        length, end = length + len(sign), match.end()
        marks.append((length, end, 0))
    return _Reading("".join((*parts, source.text[end:])), tuple(marks), source)


def _unescaped(match: re.Match[str]) -> str:
    """The character that an escape stands for; itself where it stands for none."""
    percent, quoted, json_digits, short, hexadecimal, decimal, named, sign = match.groups()
    if named:
        found = html5.get(named, "")
        return found if len(found) == 1 else match[0]
    if sign:
        return sign
    digits = percent or quoted or json_digits or short or hexadecimal
    code = int(digits, 16) if digits else int(decimal)
    return chr(code) if code <= sys.maxunicode else match[0]


def _spans(text: str, wanted: _Signatures) -> Iterator[tuple[int, int]]:
    for reading in _readings(text):
        lower = _lower(reading.text)
        for form in wanted.forms:
            first = lower.find(form)
            while first >= 0:
                yield reading.span(first, first + len(form))
                first = lower.find(form, first + 1)
        yield from _cut_at_end(reading, lower.rstrip(" .…\"'"), wanted.starts)


def _cut_at_end(reading: _Reading, lower: str, starts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """A secret of which only the beginning is left, because somebody cut the text."""
    for secret in starts:
        for length in range(min(len(secret) - 1, len(lower)), _SHORTEST_START - 1, -1):
            if lower.endswith(secret[:length]):
                yield reading.span(len(lower) - length, len(lower))
                break


def _lower(text: str) -> str:
    """In lower case, with every character at its place (of İ `str.lower` makes two)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_LOWER)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
