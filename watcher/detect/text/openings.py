"""What stands before the first word of a sentence and is no part of it: the mark of a list, a dateline, "BREAKING:"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.detect.words.lexicon import Lexicon


_MARK = re.compile(r"[•*·▪►–—-]{1,2}[ \t]+(?=[\"'“‘(]?[^\W_])|(?:\d{1,2}[.)]|[a-h]\.|\(?[a-h]\))[ \t]+(?=[A-Z])")
_LEAD_IN = 16  # characters of "Breaking news:"
_LONG = 5  # words of a dateline's place
_HEAD = 120  # characters that hold a dateline and the first word after it
_DASHES = frozenset("-–—")
# The head of a line: a place in capitals, or any place with a date in brackets after it, up to a dash or a colon.
DATELINE = re.compile(
    r"(?m)[ \t]*(?:(?P<place>[A-Z][A-Z'’.-]{2,}(?:[ ][A-Z][A-Z'’.-]+){0,3}(?:,[ ][A-Z][\w.'’ -]{1,24}?)?)"
    r"(?:,?[ ]\(?(?P<date>[A-Z][a-z]{2,8}\.?[ ]\d{1,2}(?:,?[ ]\d{4})?|\d{1,2}[ ][A-Z][a-z]{2,8}(?:[ ]\d{4})?)\)?)?"
    r"(?:[ ]\([A-Z][\w ]{1,20}\))?[ ]?(?:[–—]|--?|:)[ ]"
    r"|(?P<place2>[A-Z][^\n()–—]{2,40}?)[ ]*\((?P<date2>[^)\n]{3,24})\)[ ]*(?:[-–—]{1,2}[ ]|\((?=[A-Z])|$))"
)
_DATE_AFTER_PLACE = re.compile(r",?\s*(?:\d|[A-Z][a-z]{2,8}\.? \d).*$")  # a day in its place: "LIMA, 3 MAR 88"


def opening_end(text: str, begin: int, end: int, lexicon: Lexicon) -> int:
    """The offset at which a sentence itself begins."""
    begin = _after_mark(text, begin, end, lexicon.rule_words)
    return _after_dateline(text, begin, end, lexicon)


def _after_mark(text: str, begin: int, end: int, rule_words: RuleWords) -> int:
    """The offset after a mark or a word that only announces the sentence: "• ", "BREAKING: "."""
    if not text[begin].isalpha() or text[begin + 1 : begin + 2] in ".)":
        mark = _MARK.match(text, begin, end)
        begin = mark.end() if mark is not None else begin
    colon = text.find(":", begin, min(end, begin + _LEAD_IN))
    words = text[begin:colon].lower().split() if colon > 0 else []
    return colon + 1 if words and rule_words.lead_ins.issuperset(words) else begin


def _after_dateline(text: str, begin: int, end: int, lexicon: Lexicon) -> int:
    """The offset after the dateline with which a line begins, or where it begins: "KARSTADT, 12 May – "."""
    head = text[begin : min(end, begin + _HEAD)]
    if not head[:1].isupper() or _DASHES.isdisjoint(head):
        return begin
    match = DATELINE.match(head.replace("\n", " "))
    if match is None or match[0][-2] == ":" or not (after := head[match.end() :].lstrip()) or after[0].islower():
        return begin
    return begin + match.end() if can_be_place(place_of(match), lexicon) else begin


def place_of(dateline: re.Match[str]) -> str:
    """The place that a dateline names, without its day."""
    return _DATE_AFTER_PLACE.sub("", dateline[1] or dateline[3]).strip(" ,")


def can_be_place(words: str, lexicon: Lexicon) -> bool:
    """Whether the head of a line can be a place: short, and without a word for people or for the text itself."""
    parts = words.replace(",", " ").lower().split()
    labels = lexicon.vocabulary.places.labels
    if len(parts) > _LONG or any(part in labels for part in parts):
        return False
    known = [word for part in parts if (word := lexicon.words.get(part)) is not None]
    return not any(word.harm or word.cues or (word.people and not word.people.is_modifier) for word in known)
