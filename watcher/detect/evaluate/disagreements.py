"""Where a detection and its labels disagree, in words that a person can check against the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.detect.evaluate.pairing import differences, has_detail, is_overlapping, wrong_totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.detect.evaluate.labels import Label, Record
    from watcher.model.claim import Bounds, Claim, Detection


CONTEXT = 70  # characters of text that a disagreement shows either side of the words


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference: the text's id, what is compared, the part of the text, and both sides in words."""

    id: str
    what: str
    part: str
    expected: str
    found: str


def disagreements_of(record: Record, detection: Detection, pairs: Mapping[int, int]) -> Iterator[Disagreement]:
    """Every disagreement over one text: first on the text as a whole, then on each label and claim."""
    yield from _text_disagreements(record, detection)
    yield from _claim_disagreements(record, detection, pairs)


def _text_disagreements(record: Record, detection: Detection) -> Iterator[Disagreement]:
    opening = " ".join(record.text[: 2 * CONTEXT].split())
    if record.is_reported is not None and record.is_reported != detection.is_reported:
        words = {True: "reports casualties", False: "reports none"}
        yield Disagreement(record.id, "reported", opening, words[record.is_reported], words[detection.is_reported])
    wrong = wrong_totals(record, detection)
    if wrong:
        wanted = _totals_words({harm: bounds for harm, (bounds, _) in wrong.items()})
        yield Disagreement(
            record.id, "totals", opening, wanted, _totals_words({harm: bounds for harm, (_, bounds) in wrong.items()})
        )
    absent = set(record.problems or ()) - {problem.kind for problem in detection.problems}
    if absent:
        yield Disagreement(record.id, "problems", opening, ", ".join(sorted(absent)), "no such problem")


def _claim_disagreements(record: Record, detection: Detection, pairs: Mapping[int, int]) -> Iterator[Disagreement]:
    for which, label in enumerate(record.labels):
        part = _around(record.text, label.words)
        if which not in pairs:
            if not label.is_optional:
                yield Disagreement(record.id, "missed", part, _label_words(label), "no such claim")
            continue
        claim = detection.claims[pairs[which]]
        wrong = differences(label, claim)
        if wrong:
            yield Disagreement(record.id, ", ".join(wrong), part, _label_words(label), _claim_words(claim))
        if label.words and not is_overlapping(label.words, claim, record.text):
            yield Disagreement(record.id, "offsets", part, label.words, record.text[claim.start : claim.end])
        for name, value in label.details.items():
            if not label.is_optional and not has_detail(name, value, claim):
                yield Disagreement(record.id, name, part, str(value), str(getattr(claim, name)))
    if record.is_complete:
        for found in sorted(set(range(len(detection.claims))) - set(pairs.values())):
            claim = detection.claims[found]
            part = _around(record.text, record.text[claim.start : claim.end], claim.start)
            yield Disagreement(record.id, "false", part, "no such claim", _claim_words(claim))


def _around(text: str, words: str, start: int | None = None) -> str:
    place = text.find(words) if start is None else start
    low = max(0, place - CONTEXT)
    return " ".join(text[low : place + len(words) + CONTEXT].split())


def _label_words(label: Label) -> str:
    """Say a label in one line."""
    return " ".join(
        (
            label.harm,
            "any number" if label.bounds is None else _bounds_words(label.bounds),
            "|".join(sorted(label.victims or {"any victim"})),
            "|".join(sorted(label.stances or {"any stance"})),
            *(["background"] if label.is_background else []),
        )
    )


def _claim_words(claim: Claim) -> str:
    """Say a claim in one line, as `_label_words` does."""
    background = ["background"] if claim.is_background else []
    return " ".join((claim.harm, _bounds_words(claim.bounds), claim.victim, claim.stance, *background))


def _bounds_words(bounds: Bounds) -> str:
    low, high = ("?" if bound is None else str(bound) for bound in bounds)
    return low if low == high else f"{low}–{high}"


def _totals_words(totals: Mapping[str, Bounds]) -> str:
    return ", ".join(f"{harm} {_bounds_words(bounds)}" for harm, bounds in totals.items())
