"""What a heading, a list and the text tell in the same words: one fact, whether it is denied, feared or a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent


def tell_once(document: Document, found: list[HarmEvent]) -> None:
    """Let what is told a second time repeat the first: claims that enter no total, and parts of a repeated total."""
    first_told: dict[tuple[object, ...], HarmEvent] = {}
    for one in found:
        if one.repeats or one.is_cell:
            continue
        if one.part_of is not None:
            key = (id(first_said(one.part_of)), *_number(one), _words(document, one))
        elif one.claim.stance in REPORTED and not one.claim.is_background:
            continue
        else:
            key = (one.claim.is_background, *_number(one), _words(document, one))
        first = first_told.setdefault(key, one)
        is_again = one.part_of is None or one.part_of.repeats  # not of two incidents of one total
        if first.sentence != one.sentence and is_again:
            one.part_of, one.repeats = first, True


def _number(one: HarmEvent) -> tuple[object, ...]:
    claim = one.claim
    return claim.harm, claim.bounds, claim.victim, claim.stance


def _words(document: Document, one: HarmEvent) -> str:
    """The words of a claim; where several are denied or are a part, their number is enough."""
    claim = one.claim
    is_several = claim.count_kind == "exact" and (claim.count_min or 0) > 1
    if is_several and (claim.stance == "denied" or one.part_of is not None):
        return ""
    return " ".join(document.low[claim.start : claim.end].split())


def first_said(total: HarmEvent) -> HarmEvent:
    """The total that a repeated one stands for."""
    seen = {id(total)}
    while total.repeats and total.part_of is not None and id(total.part_of) not in seen:
        total = total.part_of
        seen.add(id(total))
    return total
