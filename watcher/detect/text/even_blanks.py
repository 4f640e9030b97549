"""A text as its rules read it: one plain blank between words, no invisible signs; and where that stands in the text.

Pages are read so already. A text from elsewhere (a file, a mail, another archive) may have blanks that do not break,
two of them after each word, or hyphens that only show where a line ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from watcher.model.claim import Mention, Person

if TYPE_CHECKING:
    from watcher.model.claim import Claim


_ODD = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\v\f"
_PLAIN = str.maketrans(dict.fromkeys(_ODD, " ") | dict.fromkeys("\u2010\u2011", "-") | {"\r": "\n"})
# Soft hyphens, signs without a width, marks of direction; half of an end of line.
_INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+|\r(?=\n)"
# A second blank between two words. Three plain ones and more part the columns of a table.
_FURTHER = rf"(?<=[{_ODD} ])[{_ODD}]+[ ]*|(?<=[{_ODD}])[ ]+|(?<=\S )[ ](?=\S)"
_Placed = TypeVar("_Placed", Mention, Person)
_REMOVED = re.compile(f"{_INVISIBLE}|{_FURTHER}")


@dataclass(frozen=True, slots=True)
class EvenText:
    """The text to be read, the text as it came, and of each sign taken out the offset of what follows it."""

    text: str
    source: str
    removed: tuple[int, ...] = ()

    def led_back(self, claims: tuple[Claim, ...], read: str) -> tuple[Claim, ...]:
        """The claims of the text as it was `read` with the offsets and sentences of the text as it came."""
        return claims if read == self.source else tuple(self._led_back(claim, read) for claim in claims)

    def _led_back(self, claim: Claim, read: str) -> Claim:
        start, end = self._span(claim.start, claim.end)
        people, also = tuple(map(self._moved, claim.people)), tuple(map(self._moved, claim.also))
        begin = read.find(claim.sentence, max(0, claim.start - len(claim.sentence)))
        first, last = self._span(begin, begin + len(claim.sentence))
        sentence = self.source[first:last] if begin >= 0 else claim.sentence
        return replace(claim, start=start, end=end, people=people, also=also, sentence=sentence)

    def _moved(self, one: _Placed) -> _Placed:
        if isinstance(one, Mention) and one.part != "text":
            return one
        start, end = self._span(one.start, one.end)
        return replace(one, start=start, end=end)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        last = max(start, end - 1)
        return start + bisect_right(self.removed, start), last + bisect_right(self.removed, last) + end - last


def evened(text: str) -> EvenText:
    """The text without what no reader sees; most texts are as they should be, and cost one look."""
    if text.isascii() and "  " not in text and "\r" not in text:
        return EvenText(text, text)
    plain = text.translate(_PLAIN)
    parts: list[str] = []
    removed: list[int] = []
    done = length = 0
    for match in _REMOVED.finditer(text):
        first, end = match.span()
        parts.append(plain[done:first])
        length += first - done
        removed += [length] * (end - first)
        done = end
    parts.append(plain[done:])
    return EvenText("".join(parts), text, tuple(removed))
