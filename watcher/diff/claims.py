"""The claims of two texts of one release: which are the same, which say something else now, which came or went. Pure.

`compare` pairs claims of one text by their place. An edited text has moved them, so here they are paired by what they
say and by the sentence they stand in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from watcher.models import REPORTED
from watcher.wording import STANCE, VICTIM, count_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.compare import Said

# Two claims of one harm are one changed claim where their sentences share at least this part of their words.
_ALIKE = 0.3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One claim that was gained, lost, or says something else now; `words` tells it to a person in one line."""

    kind: Literal["altered", "gained", "lost"]
    old: Said | None
    new: Said | None
    words: str


def diff_claims(old: Sequence[Said], new: Sequence[Said]) -> tuple[ClaimChange, ...]:
    """What differs, altered claims first. A claim that merely moved, or whose sentence was rewritten, is the same.

    Claims are paired in this order: same meaning, in the sentence most like its own; same harm in a sentence that is
    alike; the only claim of a harm that is left on either side.
    """
    lost, gained = list(old), list(new)
    _pair(lost, gained, _same)
    altered = [*_pair(lost, gained, _in_like_sentences), *_only_ones(lost, gained)]
    return (
        *(ClaimChange("altered", one, other, _altered(one, other)) for one, other in altered),
        *(ClaimChange("gained", None, claim, _gained(claim)) for claim in gained),
        *(ClaimChange("lost", claim, None, _lost(claim)) for claim in lost),
    )


def _pair(lost: list[Said], gained: list[Said], score: Callable[[Said, Said], float]) -> list[tuple[Said, Said]]:
    """Take the best pairs out of both lists, one after the other; a score of nothing is no pair."""
    scored = ((score(one, other), row, column) for row, one in enumerate(lost) for column, other in enumerate(gained))
    best = sorted(((value, row, column) for value, row, column in scored if value), key=lambda s: (-s[0], s[1], s[2]))
    rows: dict[int, int] = {}
    columns: set[int] = set()
    for _, row, column in best:
        if row not in rows and column not in columns:
            rows[row] = column
            columns.add(column)
    pairs = [(lost[row], gained[column]) for row, column in sorted(rows.items())]
    lost[:] = [claim for row, claim in enumerate(lost) if row not in rows]
    gained[:] = [claim for column, claim in enumerate(gained) if column not in columns]
    return pairs


def _same(one: Said, other: Said) -> float:
    return 1 + _likeness(one, other) if one.value == other.value else 0


def _in_like_sentences(one: Said, other: Said) -> float:
    likeness = _likeness(one, other) if one.harm == other.harm else 0
    return likeness + (one.victim == other.victim) + (one.stance == other.stance) if likeness >= _ALIKE else 0


def _only_ones(lost: list[Said], gained: list[Said]) -> list[tuple[Said, Said]]:
    """A harm that is told once on either side, in other words: unless one of them is a denial of the other."""
    pairs = []
    for harm in dict.fromkeys(claim.harm for claim in lost):
        olds = [claim for claim in lost if claim.harm == harm]
        news = [claim for claim in gained if claim.harm == harm]
        if len(olds) == len(news) == 1 and (olds[0].stance in REPORTED) == (news[0].stance in REPORTED):
            pairs.append((olds[0], news[0]))
            lost.remove(olds[0])
            gained.remove(news[0])
    return pairs


def _likeness(one: Said, other: Said) -> float:
    """The share of words that two sentences have in common (Jaccard)."""
    if one.sentence == other.sentence:
        return 1
    before, after = set(_WORD.findall(one.sentence.lower())), set(_WORD.findall(other.sentence.lower()))
    return len(before & after) / max(1, len(before | after))


def _altered(old: Said, new: Said) -> str:
    said = f"{_phrase(old)} → {_phrase(new)}"
    notes = []
    if old.victim != new.victim:
        gone, come = VICTIM[old.victim][0], VICTIM[new.victim][0]
        unnamed = ("mixed", "unknown")
        notes += [f'"{gone}" is said no longer'] if old.victim not in unnamed else []
        notes += [f'"{come}" is said now'] if new.victim not in unnamed else []
    if old.stance != new.stance:
        notes.append(f"{STANCE[old.stance]} → {STANCE[new.stance]}")
    if old.is_background != new.is_background:
        notes.append("now told of another event" if new.is_background else "now told of this event")
    return "; ".join([said if _phrase(old) != _phrase(new) else _phrase(old), *notes])


def _gained(claim: Said) -> str:
    return f"denial added: {_phrase(claim)}" if claim.stance == "denied" else f"added: {_phrase(claim)}{_stance(claim)}"


def _lost(claim: Said) -> str:
    if claim.stance == "denied":
        return f"denial withdrawn: {_phrase(claim)}"
    return f"withdrawn: {_phrase(claim)}{_stance(claim)}"


def _stance(claim: Said) -> str:
    return f" ({STANCE[claim.stance]})" if claim.stance != "asserted" else ""


def _phrase(claim: Said) -> str:
    return count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)
