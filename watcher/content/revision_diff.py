"""Two revisions of one release against each other: title, text and claims, with both hashes and times. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from watcher.content.similarity import likeness
from watcher.content.word_diff import Passage, Run, diff_words, passages
from watcher.model.claim import REPORTED
from watcher.model.wording import STANCE, VICTIM, count_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from watcher.model.claim import Claim


# What a message may hold: it is kept with the alert and sent to people.
_MOST_PASSAGES, _MOST_CLAIMS = 12, 30
_LONGEST = 600
# Two statements of one publisher share this much by their closing words alone.
_UNLIKE = 0.1


@dataclass(frozen=True, slots=True)
class RevisionText:
    """One revision as far as a comparison needs it.

    `text_sha256` is the hash of title and text, white space folded; `body_sha256` the hash of the bytes that the
    server sent, empty where they were not kept. `observed_at` is the time as the tables keep it.
    """

    number: int
    title: str
    text: str
    text_sha256: str
    observed_at: str
    body_sha256: str = ""
    text_from: str = "page"
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What lies between two revisions."""

    old: RevisionText
    new: RevisionText
    title: tuple[Run, ...]
    text: tuple[Run, ...]
    claims: tuple[ClaimChange, ...]

    @property
    def is_other_statement(self) -> bool:
        """Whether hardly a word of title and text stayed: another statement stands where the first one stood."""
        old, new = f"{self.old.title} {self.old.text}", f"{self.new.title} {self.new.text}"
        return likeness(old, new) < _UNLIKE and likeness(self.old.title, self.new.title) < 1

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every change with a few words around it, the title's first."""
        return (*passages(self.title), *passages(self.text))

    @property
    def words(self) -> tuple[int, int]:
        """How many words were taken out and put in."""
        counted = {"same": 0, "deleted": 0, "inserted": 0}
        for run in (*self.title, *self.text):
            counted[run.kind] += len(run.text.split())
        return counted["deleted"], counted["inserted"]


def diff_revisions(old: RevisionText, new: RevisionText) -> RevisionDiff:
    """Compare two revisions of one release, in whichever order they are given."""
    title, text = diff_words(old.title, new.title), diff_words(old.text, new.text)
    return RevisionDiff(old, new, title, text, diff_claims(old.claims, new.claims))


def as_message(diff: RevisionDiff) -> dict[str, object]:
    """The difference as an alert's message carries it: bounded, whatever the texts are, and ready for JSON."""
    deleted, inserted = diff.words
    found = diff.passages
    return {
        "from": _revision(diff.old),
        "to": _revision(diff.new),
        "claims": [
            {"kind": change.kind, "words": change.words, "old": _sentence(change.old), "new": _sentence(change.new)}
            for change in diff.claims[:_MOST_CLAIMS]
        ],
        "passages": [{name: _short(words) for name, words in asdict(one).items()} for one in found[:_MOST_PASSAGES]],
        "more_claims": max(0, len(diff.claims) - _MOST_CLAIMS),
        "more_passages": max(0, len(found) - _MOST_PASSAGES),
        "words_deleted": deleted,
        "words_inserted": inserted,
    }


def _revision(revision: RevisionText) -> dict[str, object]:
    return {
        "number": revision.number,
        "observed_at": revision.observed_at,
        "text_sha256": revision.text_sha256,
        "body_sha256": revision.body_sha256,
        "text_from": revision.text_from,
    }


def _sentence(claim: Claim | None) -> str:
    return _short(claim.sentence) if claim is not None else ""


def _short(words: str) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= _LONGEST else folded[: _LONGEST - 1].rstrip() + "…"


# The claims of two texts of one release: which are the same, which say something else now, which came or went.
# Pure.

# Two claims of one harm are one changed claim where their sentences share at least this part of their words.
_ALIKE = 0.3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One claim that was gained, lost, or says something else now; `words` tells it to a person in one line."""

    kind: Literal["altered", "gained", "lost"]
    old: Claim | None
    new: Claim | None
    words: str


def diff_claims(old: Sequence[Claim], new: Sequence[Claim]) -> tuple[ClaimChange, ...]:
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


def _same(one: Claim, other: Claim) -> float:
    return 1 + _likeness(one, other) if one.meaning == other.meaning else 0


def _in_like_sentences(one: Claim, other: Claim) -> float:
    likeness = _likeness(one, other) if one.harm == other.harm else 0
    return likeness + (one.victim == other.victim) + (one.stance == other.stance) if likeness >= _ALIKE else 0


def _only_ones(lost: list[Claim], gained: list[Claim]) -> list[tuple[Claim, Claim]]:
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


def _likeness(one: Claim, other: Claim) -> float:
    """The share of words that two sentences have in common (Jaccard)."""
    if one.sentence == other.sentence:
        return 1
    before, after = set(_WORD.findall(one.sentence.lower())), set(_WORD.findall(other.sentence.lower()))
    return len(before & after) / max(1, len(before | after))


def _altered(old: Claim, new: Claim) -> str:
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


def _gained(claim: Claim) -> str:
    return f"denial added: {_phrase(claim)}" if claim.stance == "denied" else f"added: {_phrase(claim)}{_stance(claim)}"


def _lost(claim: Claim) -> str:
    if claim.stance == "denied":
        return f"denial withdrawn: {_phrase(claim)}"
    return f"withdrawn: {_phrase(claim)}{_stance(claim)}"


def _stance(claim: Claim) -> str:
    return f" ({STANCE[claim.stance]})" if claim.stance != "asserted" else ""


def _phrase(claim: Claim) -> str:
    return count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)


# Two sets of claims of one text: what was gained, what was lost, what says something else now. Pure.


@dataclass(frozen=True, slots=True)
class Comparison:
    """Claims that only the newer set has, only the older one has, and those whose words say something else now."""

    gained: tuple[Claim, ...] = ()
    lost: tuple[Claim, ...] = ()
    altered: tuple[tuple[Claim, Claim], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.gained or self.lost or self.altered)


def compare(old: Sequence[Claim], new: Sequence[Claim]) -> Comparison:
    """Pair claims of the same words (their places overlap); the same meaning at the same words is no difference."""
    lost, gained = list(old), list(new)
    altered: list[tuple[Claim, Claim]] = []
    for claim in old:
        same = next((other for other in gained if other.meaning == claim.meaning and _overlap(claim, other)), None)
        if same is not None:
            gained.remove(same)
            lost.remove(claim)
    for claim in tuple(lost):
        other = next((other for other in gained if other.harm == claim.harm and _overlap(claim, other)), None)
        if other is not None:
            altered.append((claim, other))
            gained.remove(other)
            lost.remove(claim)
    return Comparison(tuple(gained), tuple(lost), tuple(altered))


def _overlap(one: Claim, other: Claim) -> bool:
    return one.start < other.end and other.start < one.end


def compared(texts: Iterable[tuple[Iterable[Claim], Iterable[Claim]]]) -> Comparison:
    """Each text's older and newer set compared, all differences together; places are those of one text only."""
    every = [compare(tuple(old), tuple(new)) for old, new in texts]
    return Comparison(
        tuple(claim for one in every for claim in one.gained),
        tuple(claim for one in every for claim in one.lost),
        tuple(pair for one in every for pair in one.altered),
    )
