"""Claims against claims: of two texts of one release (`diff_claims`), or of one text read twice (`compare_claims`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from watcher.model.claim import REPORTED
from watcher.model.wording import STANCE, VICTIM, claim_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from watcher.model.claim import Claim


# Two claims of one harm are one changed claim where their sentences share at least this part of their words.
_ALIKE = 0.3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One claim that was gained, lost, or says something else now; `words` says it in one line."""

    kind: Literal["altered", "gained", "lost"]
    old: Claim | None
    new: Claim | None
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Claims that only the newer set has, only the older one has, and those whose words say something else now."""

    gained: tuple[Claim, ...] = ()
    lost: tuple[Claim, ...] = ()
    altered: tuple[tuple[Claim, Claim], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.gained or self.lost or self.altered)


def diff_claims(old: Sequence[Claim], new: Sequence[Claim]) -> tuple[ClaimChange, ...]:
    """What differs, altered claims first. A claim that merely moved, or whose sentence was rewritten, is the same.

    Claims are paired in this order: same meaning, in the sentence most like its own; same harm in a sentence that is
    alike; the only claim of a harm that is left on either side.
    """
    lost, gained = list(old), list(new)
    _pair(lost, gained, _same_meaning)
    altered = [*_pair(lost, gained, _in_like_sentences), *_only_ones(lost, gained)]
    return (
        *(ClaimChange("altered", one, other, _altered_words(one, other)) for one, other in altered),
        *(ClaimChange("gained", None, claim, _one_sided_words(claim, "added")) for claim in gained),
        *(ClaimChange("lost", claim, None, _one_sided_words(claim, "withdrawn")) for claim in lost),
    )


def compare_claims(old: Sequence[Claim], new: Sequence[Claim]) -> Comparison:
    """Pair claims of the same words (their places overlap); the same meaning at the same words is no difference."""
    lost, gained = list(old), list(new)
    altered: list[tuple[Claim, Claim]] = []
    for claim in old:
        same = next((other for other in gained if other.meaning == claim.meaning and _share_words(claim, other)), None)
        if same is not None:
            gained.remove(same)
            lost.remove(claim)
    for claim in tuple(lost):
        other = next((other for other in gained if other.harm == claim.harm and _share_words(claim, other)), None)
        if other is not None:
            altered.append((claim, other))
            gained.remove(other)
            lost.remove(claim)
    return Comparison(tuple(gained), tuple(lost), tuple(altered))


def compare_texts(texts: Iterable[tuple[Iterable[Claim], Iterable[Claim]]]) -> Comparison:
    """Each text's older and newer set compared, all differences together; places are those of one text only."""
    every = [compare_claims(tuple(old), tuple(new)) for old, new in texts]
    return Comparison(
        tuple(claim for one in every for claim in one.gained),
        tuple(claim for one in every for claim in one.lost),
        tuple(pair for one in every for pair in one.altered),
    )


def _share_words(one: Claim, other: Claim) -> bool:
    return one.start < other.end and other.start < one.end


def _pair(lost: list[Claim], gained: list[Claim], score: Callable[[Claim, Claim], float]) -> list[tuple[Claim, Claim]]:
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


def _same_meaning(one: Claim, other: Claim) -> float:
    return 1 + _word_overlap(one, other) if one.meaning == other.meaning else 0


def _in_like_sentences(one: Claim, other: Claim) -> float:
    overlap = _word_overlap(one, other) if one.harm == other.harm else 0
    return overlap + (one.victim == other.victim) + (one.stance == other.stance) if overlap >= _ALIKE else 0


def _only_ones(lost: list[Claim], gained: list[Claim]) -> list[tuple[Claim, Claim]]:
    """A harm that is stated once on either side, in other words: unless one of them is a denial of the other."""
    pairs = []
    for harm in dict.fromkeys(claim.harm for claim in lost):
        olds = [claim for claim in lost if claim.harm == harm]
        news = [claim for claim in gained if claim.harm == harm]
        if len(olds) == len(news) == 1 and (olds[0].stance in REPORTED) == (news[0].stance in REPORTED):
            pairs.append((olds[0], news[0]))
            lost.remove(olds[0])
            gained.remove(news[0])
    return pairs


def _word_overlap(one: Claim, other: Claim) -> float:
    """The share of words that two sentences have in common (Jaccard)."""
    if one.sentence == other.sentence:
        return 1
    before, after = set(_WORD.findall(one.sentence.lower())), set(_WORD.findall(other.sentence.lower()))
    return len(before & after) / max(1, len(before | after))


def _altered_words(old: Claim, new: Claim) -> str:
    before, after = claim_in_words(old), claim_in_words(new)
    notes = []
    if old.victim != new.victim:
        gone, come = VICTIM[old.victim][0], VICTIM[new.victim][0]
        unnamed = ("mixed", "unknown")
        notes += [f'"{gone}" is no longer said'] if old.victim not in unnamed else []
        notes += [f'"{come}" is now said'] if new.victim not in unnamed else []
    if old.stance != new.stance:
        notes.append(f"{STANCE[old.stance]} → {STANCE[new.stance]}")
    if old.is_background != new.is_background:
        notes.append("now about another event" if new.is_background else "now about this event")
    return "; ".join([f"{before} → {after}" if before != after else after, *notes])


def _one_sided_words(claim: Claim, verb: str) -> str:
    if claim.stance == "denied":
        return f"denial {verb}: {claim_in_words(claim)}"
    return f"{verb}: {claim_in_words(claim)}{_stance(claim)}"


def _stance(claim: Claim) -> str:
    return f" ({STANCE[claim.stance]})" if claim.stance != "asserted" else ""
