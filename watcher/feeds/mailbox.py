"""A message of a press list as an entry, and whether it is the publisher's at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from watcher.content.dates import parse_date
from watcher.model.feed import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.date_order import DateLocale
    from watcher.content.mail import MailHead
    from watcher.model.release import StatedDate


def stranger(head: MailHead, senders: Sequence[str], list_id: str) -> str:
    """Why a message is not the publisher's, or nothing.

    `senders` are addresses, or domains that begin with @; `list_id` is what the list calls itself (RFC 2919), empty
    where that is not asked for. Every address of From has to be one of them.
    """
    wanted = [one.lower() for one in senders]
    if not head.senders:
        return "no single sender can be read"
    others = [one for one in head.senders if one not in wanted and f"@{one.rpartition('@')[2]}" not in wanted]
    if others:
        return f"from {', '.join(others)[:200]}"
    if list_id and set(head.lists) != {list_id.lower().strip("<> ")}:
        return f"of the list {', '.join(head.lists)[:200]}" if head.lists else "of no list"
    return ""


def message_entry(head: MailHead, raw: bytes, locale: DateLocale) -> Entry:
    """The entry of a message: its id, its subject, its date, or the one by our server where it states none.

    Its text is that of its page, which is the message itself; so it has none here.
    """
    key = head.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return Entry(
        key=key,
        url=None,
        title=head.subject,
        html="",
        author=head.sender_name,
        published=_date(head.date, locale) or _date(head.received, locale),
        language=head.language,
    )


def _date(words: str, locale: DateLocale) -> StatedDate | None:
    stated = parse_date(words, source="feed", locale=locale)
    return stated if stated is not None and stated.at is not None else None
