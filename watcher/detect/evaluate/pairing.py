"""Which claim answers which label, one to one, and in what the two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.evaluate.labels import Label, Record
    from watcher.model.claim import Bounds, Claim, Detection, Person


Pair = tuple[int, int]
# The count says most about which claim is meant, then the words; the others only break ties.
WEIGHTS = {"count": 8, "words": 6, "stance": 2, "victim": 2, "background": 1}
FIELDS = ("count", "victim", "stance", "background")


def pair_up(record: Record, claims: Sequence[Claim]) -> dict[int, int]:
    """Pair labels with claims of the same harm, the most alike first: index of label → index of claim.

    A pair shares at least its count or its words. An optional label is paired last, and only with a claim that agrees
    with it in all it says: it may be matched, but is never required.
    """
    required = _scored_pairs(record, claims, is_optional=False)
    excused = _scored_pairs(record, claims, is_optional=True)
    return _take_best(_take_best({}, required), excused)


def _scored_pairs(record: Record, claims: Sequence[Claim], *, is_optional: bool) -> list[tuple[int, Pair]]:
    pairs: list[tuple[int, Pair]] = []
    for which, label in enumerate(record.labels):
        if label.is_optional != is_optional:
            continue
        for found, claim in enumerate(claims):
            if claim.harm == label.harm and (not is_optional or not differences(label, claim)):
                score = _likeness(label, claim, record.text)
                if is_optional or score >= WEIGHTS["words"]:
                    pairs.append((-score, (which, found)))
    return sorted(pairs)


def _take_best(taken: dict[int, int], pairs: list[tuple[int, Pair]]) -> dict[int, int]:
    paired = dict(taken)
    used = set(taken.values())
    for _, (which, found) in pairs:
        if which not in paired and found not in used:
            paired[which] = found
            used.add(found)
    return paired


def _likeness(label: Label, claim: Claim, text: str) -> int:
    wrong = differences(label, claim)
    score = sum(weight for name, weight in WEIGHTS.items() if name != "words" and name not in wrong)
    return score + (WEIGHTS["words"] if label.words and is_overlapping(label.words, claim, text) else 0)


def differences(label: Label, claim: Claim) -> tuple[str, ...]:
    """Name the fields, of those in FIELDS that the label gives, in which the claim says something else."""
    wrong = {
        "count": label.bounds is not None and not _has_count(label, claim),
        "victim": label.victims is not None and claim.victim not in label.victims,
        "stance": label.stances is not None and claim.stance not in label.stances,
        "background": label.is_background is not None and claim.is_background != label.is_background,
    }
    return tuple(name for name in FIELDS if wrong[name])


def _has_count(label: Label, claim: Claim) -> bool:
    low, high = label.bounds or (None, None)
    if not label.is_loose:
        return claim.bounds == (low, high)
    if low is None or high is None:
        return claim.count_min == low
    return claim.count_min is not None and low <= claim.count_min and (claim.count_max or claim.count_min) <= high


def is_overlapping(words: str, claim: Claim, text: str) -> bool:
    """Whether the claim's offsets touch one of the places where the words stand in the text."""
    start = text.find(words)
    while start >= 0:
        if claim.start < start + len(words) and start < claim.end:
            return True
        start = text.find(words, start + 1)
    return False


def has_detail(name: str, wanted: Any, claim: Claim) -> bool:
    """Whether the claim's field `name` says what the label wants; words may be longer or shorter on either side."""
    if name == "people":
        return all(any(_is_person(one, person) for person in claim.people) for one in wanted)
    found = getattr(claim, name)
    return _is_same_text(wanted, found) if isinstance(wanted, str) and name != "count_kind" else bool(found == wanted)


def _is_person(wanted: dict[str, Any], person: Person) -> bool:
    return all(
        _is_same_text(value, getattr(person, key)) if isinstance(value, str) else getattr(person, key) == value
        for key, value in wanted.items()
    )


def _is_same_text(wanted: str, found: str) -> bool:
    one, other = wanted.casefold().strip(" ."), found.casefold().strip(" .")
    return bool(other) and (one in other or other in one)


def wrong_totals(record: Record, detection: Detection) -> dict[str, tuple[Bounds, Bounds]]:
    """Name the harms whose totals differ, with both bounds. Nobody and no number are the same as no entry."""
    if record.totals is None:
        return {}
    nothing: Bounds = (None, None)
    found: dict[str, Bounds] = {harm: (low, high) for harm, (low, high) in detection.totals.items()}
    wrong: dict[str, tuple[Bounds, Bounds]] = {}
    for harm in sorted({*record.totals, *found}):
        sides = record.totals.get(harm, nothing), found.get(harm, nothing)
        if _effective(sides[0]) != _effective(sides[1]):
            wrong[harm] = sides
    return wrong


def _effective(bounds: Bounds) -> Bounds:
    return (None, None) if bounds == (0, 0) else bounds
