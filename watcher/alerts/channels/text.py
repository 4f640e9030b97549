"""A notification as plain text: the first part of a mail, and what services get that know no mark-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.alerts.channels.notification import Line, Notification, Quote
    from watcher.content.word_diff import Passage


def plain_text(notification: Notification) -> str:
    """The release, who says it and when, each claim's sentence, what changed, and why it was sent."""
    blocks = [[notification.subject], list(notification.notices), _release(notification)]
    blocks += [_quote(number, quote) for number, quote in enumerate(notification.quotes, start=1)]
    blocks.append(_changes(notification))
    blocks += [[section.heading, *_lines(section.lines)] for section in notification.sections]
    blocks.append(["-- ", *notification.reasons])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _release(notification: Notification) -> list[str]:
    lines = [notification.title, notification.url, *(f"{name}: {words}" for name, words in notification.facts)]
    lines.append(f"In the reading room: {notification.permalink}" if notification.permalink else "")
    return [line for line in lines if line]


def _quote(number: int, quote: Quote) -> list[str]:
    return [f"{number}. {quote.heading} – {quote.stance}", f"   “{quote.before}»{quote.words}«{quote.after}”"]


def _changes(notification: Notification) -> list[str]:
    lines = [f"- {words}" for words in notification.changed] + [_change(one) for one in notification.changes]
    return ["What changed", *lines] if lines else []


def _change(change: Passage) -> str:
    deleted = f"[-{change.deleted}-]" if change.deleted else ""
    inserted = f"{{+{change.inserted}+}}" if change.inserted else ""
    words = " ".join(part for part in (deleted, inserted) if part)
    return "  " + " ".join(f"{change.before}{words}{change.after}".split())


def _lines(lines: Iterable[Line]) -> list[str]:
    found = []
    for line in lines:
        found.append(f"- {line.words}" + (f" ({line.remark})" if line.remark else ""))
        found += [f"  {url}" for url in (line.url, line.permalink) if url]
    return found
