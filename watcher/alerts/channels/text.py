"""A letter as plain text: what a mail's first part says, and services that know no mark-up. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.alerts.channels.letter import Change, Letter, Line, Quote


def plain_text(letter: Letter) -> str:
    """What, who says it and when, each claim's sentence, what changed, and why it was sent."""
    blocks = [[letter.subject], list(letter.notices), _release(letter)]
    blocks += [_quote(number, quote) for number, quote in enumerate(letter.quotes, start=1)]
    blocks += [_changes(letter), *([section.heading, *_lines(section.lines)] for section in letter.sections)]
    return "\n\n".join("\n".join(block) for block in [*blocks, ["-- ", *letter.reasons]] if block) + "\n"


def _release(letter: Letter) -> list[str]:
    lines = [letter.title, letter.url, *(f"{name}: {words}" for name, words in letter.facts)]
    lines.append(f"In the database: {letter.database_url}" if letter.database_url else "")
    return [line for line in lines if line]


def _quote(number: int, quote: Quote) -> list[str]:
    return [f"{number}. {quote.heading} – {quote.stance}", f"   “{quote.before}»{quote.words}«{quote.after}”"]


def _changes(letter: Letter) -> list[str]:
    if not letter.changed and not letter.changes:
        return []
    return ["What changed", *(f"- {words}" for words in letter.changed), *(_change(one) for one in letter.changes)]


def _change(change: Change) -> str:
    deleted = f"[-{change.deleted}-]" if change.deleted else ""
    inserted = f"{{+{change.inserted}+}}" if change.inserted else ""
    said = " ".join(part for part in (deleted, inserted) if part)
    return "  " + " ".join(f"{change.before}{said}{change.after}".split())


def _lines(lines: Iterable[Line]) -> list[str]:
    said = []
    for line in lines:
        said.append(f"- {line.words}" + (f" ({line.remark})" if line.remark else ""))
        said += [f"  {line.url}"] if line.url else []
    return said
