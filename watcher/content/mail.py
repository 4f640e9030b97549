"""A message (RFC 5322, MIME) to its headers, its text and its files.

The text is what a reader is shown: of alternatives the HTML where it says something, else the plain part. A message
that is attached to another is a file: somebody else's words. Any bytes are read; nothing here raises on what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from html import escape
from typing import TYPE_CHECKING, cast

from watcher.content.characters import squeeze
from watcher.content.encoding import decode
from watcher.content.page import extract_fragment
from watcher.errors import Unreadable
from watcher.model.release import Attachment, PageText

if TYPE_CHECKING:
    from collections.abc import Iterator


# A message with more parts, or parts in parts, is made to stall a reader.
_MOST_PARTS = 200
_DEEPEST = 20
_LONGEST_HEADER = 2_000
_HEAD_BYTES = 256 * 1024
_HARD_WRAPPED = 50
_BULLET = re.compile(r"\s*(?:[-*•–—]|\(?\d{1,3}[.)])\s")
_LIST_ID = re.compile(r"<([^<>\s]+)>\s*\Z")
_BOUNDARY = re.compile(rb"\bboundary\s*=", re.IGNORECASE)
_DASHES = re.compile(r"^-- ?$")


@dataclass(frozen=True, slots=True)
class MailHead:
    """The headers that say who sent what when; addresses and lists in small letters.

    `senders` are the addresses of From; empty where there are several such headers, or none that can be read: two
    senders are none. `received` is the time by our own server, in its words.
    """

    senders: tuple[str, ...]
    sender_name: str
    lists: tuple[str, ...]
    message_id: str
    subject: str
    date: str
    received: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file of a message; `section` is its number as IMAP counts parts."""

    section: str
    media_type: str
    name: str
    body: bytes


def read_head(raw: bytes) -> MailHead:
    """The headers of a message, from all of it or from them alone."""
    values: dict[str, list[str]] = {}
    # Python's email leaves what is no ASCII as surrogates; servers send UTF-8 there (RFC 6532).
    for name, value in BytesHeaderParser().parsebytes(raw[:_HEAD_BYTES]).raw_items():
        plain = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        values.setdefault(name.lower(), []).append(" ".join(plain[:_LONGEST_HEADER].split()))
    named = _addresses(values.get("from", []))
    lists = [found[1].lower() if (found := _LIST_ID.search(words)) else "" for words in values.get("list-id", [])]
    return MailHead(
        senders=tuple(address for _, address in named),
        sender_name=named[0][0] if named else "",
        lists=tuple(lists),
        message_id=_first(values, "message-id").strip("<> "),
        subject=squeeze(_decoded(_first(values, "subject"))),
        date=_first(values, "date"),
        received=_first(values, "received").rpartition(";")[2].strip(),
        language=_first(values, "content-language").partition(",")[0].strip().lower(),
    )


def _first(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _addresses(stated: list[str]) -> list[tuple[str, str]]:
    """Names and addresses of one From header; none where what it says can be read in two ways."""
    if len(stated) != 1:
        return []
    found = getaddresses(stated)
    # Python before 3.11.10 reads `a@x.example)b@y.example` as one address of two.
    is_plain = all(address.count("@") == 1 and address == address.strip() for _, address in found)
    is_whole = is_plain and sum(address.count("@") for _, address in found) == _marks(stated[0])
    return [(squeeze(_decoded(name)), address.lower()) for name, address in found] if is_whole else []


def _marks(header: str) -> int:
    """How many @ stand outside of quotes: in a name somebody else's address is no sender."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", header).count("@")


def _decoded(words: str) -> str:
    """Encoded words (RFC 2047) as they read; as they stand where they cannot be decoded."""
    try:
        return str(make_header(decode_header(words)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return words


def extract_message(raw: bytes, *, url: str, language_hint: str = "") -> PageText:
    """The record of a message: its subject, its text, its links, its files. Raises Unreadable for one made to stall."""
    message, head = _parsed(raw), read_head(raw)
    markup = "\n".join(_texts(message))
    page = extract_fragment(markup, url=url, language_hint=head.language or language_hint)
    files = tuple(Attachment(section_url(url, one.section), one.media_type, one.name) for one in files_of(raw))
    return replace(page, title=head.subject, byline=head.sender_name, attachments=files, text_from="page")


def section_url(url: str, section: str) -> str:
    """The address of a part of a message (RFC 5092)."""
    return f"{url}/;SECTION={section}"


def files_of(raw: bytes) -> tuple[MailFile, ...]:
    """The files of a message: all parts that have a name, are attached, or are no text. Raises Unreadable."""
    return tuple(_file(part, section) for part, section in _leaves(_parsed(raw)) if _is_file(part))


def _parsed(raw: bytes) -> Message:
    # Python's parser takes seconds for thousands of parts in each other.
    if (count := len(_BOUNDARY.findall(raw))) > _MOST_PARTS:
        raise Unreadable(f"a message of parts within {count:,} parts")
    try:
        message = message_from_bytes(raw)
        count = sum(1 for _ in message.walk())
    except (RecursionError, MessageError) as error:
        raise Unreadable(f"no message that can be read: {type(error).__name__}") from error
    if count > _MOST_PARTS:
        raise Unreadable(f"a message of {count:,} parts")
    return message


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _leaves(message: Message, prefix: str = "", depth: int = 0) -> Iterator[tuple[Message, str]]:
    """Every part that holds no other part of this message, with its section."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message, prefix or "1"
        return
    if depth >= _DEEPEST:
        raise Unreadable(f"parts in parts, {_DEEPEST} deep")
    for number, child in enumerate(_children(message), start=1):
        yield from _leaves(child, f"{prefix}.{number}" if prefix else str(number), depth + 1)


def _is_file(part: Message) -> bool:
    is_text = part.get_content_type() in {"text/plain", "text/html"}
    return not is_text or part.get_content_disposition() == "attachment" or _name(part) != ""


def _name(part: Message) -> str:
    try:
        return squeeze(_decoded(part.get_filename() or ""))[:_LONGEST_HEADER]
    except (LookupError, UnicodeError, ValueError):
        return ""


def _file(part: Message, section: str) -> MailFile:
    if part.get_content_maintype() == "message":
        body = b"".join(child.as_bytes() for child in _children(part))
    else:
        body = _body(part)
    return MailFile(section, part.get_content_type(), _name(part), body)


def _body(part: Message) -> bytes:
    return cast("bytes | None", part.get_payload(decode=True)) or b""


def _texts(part: Message, depth: int = 0) -> list[str]:
    """The markup of what a reader is shown, in its order."""
    if depth >= _DEEPEST:
        raise Unreadable(f"parts in parts, {_DEEPEST} deep")
    if part.get_content_maintype() != "multipart":
        return [] if part.is_multipart() or _is_file(part) else [_markup(part)]
    shown = [texts for child in _children(part) if (texts := _texts(child, depth + 1))]
    if part.get_content_type() == "multipart/alternative":
        # The last is the richest (RFC 2046, 5.1.4), unless it is empty or only shows pictures.
        return next((texts for texts in reversed(shown) if _says_something(texts)), [])
    return [text for texts in shown for text in texts]


def _says_something(texts: list[str]) -> bool:
    return any(extract_fragment(text, url="").text for text in texts)


def _markup(part: Message) -> str:
    charset = str(part.get_param("charset") or "")
    text = decode(_body(part), charset)
    if part.get_content_type() == "text/html":
        return text
    return _plain_to_markup(text, is_flowed=str(part.get_param("format") or "").lower() == "flowed")


def _plain_to_markup(text: str, *, is_flowed: bool) -> str:
    """Plain text with its paragraphs, quotations and lists as markup; a signature (after "-- ") is left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if _DASHES.match(line)), len(lines))
    blocks: list[str] = []
    was_quoted, is_open = False, False
    for line in lines[:end]:
        is_quoted = line.startswith(">")
        words = line.lstrip("> ") if is_quoted else line
        if not words.strip():
            is_open = False
            continue
        if is_open and is_quoted == was_quoted and not _BULLET.match(words):
            blocks[-1] += " " + words.strip()
        else:
            blocks.append((">" if is_quoted else "") + words.strip())
        was_quoted = is_quoted
        is_open = words.endswith(" ") if is_flowed else len(line) >= _HARD_WRAPPED
    return "\n".join(
        f"<blockquote>{escape(block[1:])}</blockquote>" if block.startswith(">") else f"<p>{escape(block)}</p>"
        for block in blocks
    )
