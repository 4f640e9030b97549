"""The tasks of the worker processes for mailboxes: a message to its entry, its documents, its signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.archive.canonical_form import digest
from watcher.archive.dkim import check_signatures, key_names
from watcher.content.mail import files_of, read_head, section_url
from watcher.content.urls import url_key_of_entry
from watcher.feeds.identity import identity_of
from watcher.feeds.mailbox import message_entry, stranger
from watcher.model.feed import ParsedEntry
from watcher.pipeline.feed_tasks import without_false_dates
from watcher.pipeline.task_values import is_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.feeds.source import Source
    from watcher.model.mail import RawMessage, Signature


@dataclass(frozen=True, slots=True)
class WantedMail:
    """Whose messages are read: `senders` and the list, for the publisher of this code."""

    publisher: str
    senders: tuple[str, ...]
    list_id: str


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message as it was read: its entry, or, where it is not the publisher's, `stranger` says why."""

    parsed: ParsedEntry | None
    stranger: str = ""
    key_names: tuple[str, ...] = ()


def read_message(message: RawMessage, source: Source, wanted: WantedMail) -> ReadMessage:
    """Whose message it is, and its entry. The hash is that of all its bytes, so that a corrected one is an edit."""
    head = read_head(message.raw)
    if why := stranger(head, wanted.senders, wanted.list_id):
        return ReadMessage(None, f"{why}: {head.subject[:200]}")
    entry = without_false_dates(message_entry(head, message.raw, source.locale), source)
    identity = identity_of(entry, wanted.publisher)
    parsed = ParsedEntry(entry, identity, digest(message.raw), message.uid, url_key_of_entry(entry), (identity,))
    return ReadMessage(parsed, key_names=key_names(message.raw) if message.is_whole else ())


def message_documents(raw: bytes, url: str) -> tuple[tuple[str, bytes], ...]:
    """The PDFs in a message by their addresses. Raises Unreadable for a message made to stall a reader."""
    return tuple((section_url(url, one.section), one.body) for one in files_of(raw) if is_pdf(one.body, one.media_type))


def signed_with(raw: bytes) -> tuple[str, ...]:
    """The names of the keys that a message says it is signed with."""
    return key_names(raw)


def verify_message(raw: bytes, records: Mapping[str, str | None], now: datetime) -> tuple[Signature, ...]:
    """What the signatures of a message are worth by these keys."""
    return check_signatures(raw, records, now)
