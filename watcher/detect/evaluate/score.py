"""Score detections against labelled texts, and say readably where the two disagree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from watcher.detect.evaluate.pairing import FIELDS, differences, has_detail, is_overlapping, pair_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.detect.evaluate.labels import Bounds, Label, Record
    from watcher.model.claim import Claim, Detection


CONTEXT = 70  # characters of text that a disagreement shows either side of the words


@dataclass(frozen=True, slots=True)
class Tally:
    """Right, false and missed, with the usual three ratios (1.0 where there was nothing to get wrong)."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what is labelled, the share that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = 2 * self.right + self.false + self.missed
        return 2 * self.right / both if both else 1.0

    def __add__(self, other: Tally) -> Tally:
        """Add up two tallies."""
        return Tally(self.right + other.right, self.false + other.false, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `n`; 1.0 where n is 0."""

    right: int = 0
    n: int = 0

    @property
    def ratio(self) -> float:
        """The share of the right ones."""
        return self.right / self.n if self.n else 1.0

    def __add__(self, other: Share) -> Share:
        """Add up two shares."""
        return Share(self.right + other.right, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a group of texts scored.

    `reported`: texts that report people harmed. `denied`: of the texts labelled with denials alone, those where one
    was found and nothing is reported. `claims`: labels and claims that agree in harm, count, victim, stance and
    background, one to one. `paired`: how often each of these agrees among the pairs. `totals`: texts whose totals are
    all as labelled. `offsets`: pairs whose words the claim touches. `details`: the further fields a label gives.
    """

    name: str
    texts: int = 0
    reported: Tally = Tally()
    denied: Share = Share()
    claims: Tally = Tally()
    paired: Mapping[str, Share] = field(default_factory=dict)
    totals: Share = Share()
    offsets: Share = Share()
    details: Mapping[str, Share] = field(default_factory=dict)

    def __add__(self, other: Marks) -> Marks:
        """Add up the marks of two groups; the name of the first stays."""
        return Marks(
            self.name,
            self.texts + other.texts,
            self.reported + other.reported,
            self.denied + other.denied,
            self.claims + other.claims,
            _merged(self.paired, other.paired),
            self.totals + other.totals,
            self.offsets + other.offsets,
            _merged(self.details, other.details),
        )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference: the text's id, what is compared, the part of the text, and both sides in words."""

    id: str
    what: str
    part: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Score:
    """Marks over everything and per group (in order of first appearance), and every disagreement."""

    overall: Marks
    groups: tuple[Marks, ...]
    disagreements: tuple[Disagreement, ...]


def evaluate(records: Iterable[Record], detections: Mapping[str, Detection]) -> Score:
    """Compare each record with the detection of the same id; raises KeyError where one is absent."""
    overall = Marks("overall")
    groups: dict[str, Marks] = {}
    disagreements: list[Disagreement] = []
    for record in records:
        marks, differing = _compare(record, detections[record.id])
        overall += marks
        groups[record.group] = groups.get(record.group, Marks(record.group)) + marks
        disagreements += differing
    return Score(overall, tuple(groups.values()), tuple(disagreements))


def _compare(record: Record, detection: Detection) -> tuple[Marks, list[Disagreement]]:
    pairs = pair_up(record, detection.claims)
    marks = Marks(
        record.group,
        1,
        reported=_reported(record, detection),
        denied=_denied(record, detection),
        totals=Share() if record.totals is None else Share(int(not _wrong_totals(record, detection)), 1),
    )
    marks = _claim_marks(marks, record, detection, pairs)
    differing = [
        *_text_disagreements(record, detection),
        *_claim_disagreements(record, detection, pairs),
    ]
    return marks, differing


def _reported(record: Record, detection: Detection) -> Tally:
    if record.is_reported is None:
        return Tally()
    said, true = detection.is_reported, record.is_reported
    return Tally(int(said and true), int(said and not true), int(true and not said))


def _denied(record: Record, detection: Detection) -> Share:
    """Follow the study of official statements: a text that only denies must give a denial and report nothing."""
    wanted = [label for label in record.labels if not label.is_optional]
    if record.is_reported is not False or not wanted or any(label.stances != frozenset({"denied"}) for label in wanted):
        return Share()
    said = any(claim.stance == "denied" for claim in detection.claims)
    return Share(int(said and not detection.is_reported), 1)


def _claim_marks(marks: Marks, record: Record, detection: Detection, pairs: Mapping[int, int]) -> Marks:
    right = missed = 0
    answered: set[int] = set(pairs.values())
    for which, label in enumerate(record.labels):
        if label.is_optional:
            continue
        claim = detection.claims[pairs[which]] if which in pairs else None
        is_right = claim is not None and not differences(label, claim)
        right, missed = right + is_right, missed + (not is_right)
        if claim is not None:
            marks = _pair_marks(marks, record, label, claim)
    wrong = sum(1 for which, found in pairs.items() if differences(record.labels[which], detection.claims[found]))
    further = len(detection.claims) - len(answered) if record.is_complete else 0
    details = marks.details
    if record.problems is not None:
        is_same = set(record.problems) <= {problem.kind for problem in detection.problems}
        details = _merged(details, {"problems": Share(int(is_same), 1)})
    return replace(marks, claims=Tally(right, wrong + further, missed), details=details)


def _pair_marks(marks: Marks, record: Record, label: Label, claim: Claim) -> Marks:
    wrong = differences(label, claim)
    given = dict(zip(FIELDS, (label.bounds, label.victims, label.stances, label.is_background), strict=True))
    paired = {name: Share(int(name not in wrong), 1) for name in FIELDS if given[name] is not None}
    details = {name: Share(int(has_detail(name, value, claim)), 1) for name, value in label.details.items()}
    offsets = Share(int(is_overlapping(label.words, claim, record.text)), 1) if label.words else Share()
    return replace(
        marks,
        paired=_merged(marks.paired, paired),
        details=_merged(marks.details, details),
        offsets=marks.offsets + offsets,
    )


def _text_disagreements(record: Record, detection: Detection) -> Iterator[Disagreement]:
    opening = " ".join(record.text[: 2 * CONTEXT].split())
    if record.is_reported is not None and record.is_reported != detection.is_reported:
        words = {True: "reports casualties", False: "reports none"}
        yield Disagreement(record.id, "reported", opening, words[record.is_reported], words[detection.is_reported])
    wrong = _wrong_totals(record, detection)
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
                yield Disagreement(record.id, "missed", part, label_words(label), "no such claim")
            continue
        claim = detection.claims[pairs[which]]
        wrong = differences(label, claim)
        if wrong:
            yield Disagreement(record.id, ", ".join(wrong), part, label_words(label), claim_words(claim))
        if label.words and not is_overlapping(label.words, claim, record.text):
            yield Disagreement(record.id, "offsets", part, label.words, record.text[claim.start : claim.end])
        yield from _detail_disagreements(record, label, claim, part)
    if record.is_complete:
        for found in sorted(set(range(len(detection.claims))) - set(pairs.values())):
            claim = detection.claims[found]
            part = _around(record.text, record.text[claim.start : claim.end], claim.start)
            yield Disagreement(record.id, "false", part, "no such claim", claim_words(claim))


def _detail_disagreements(record: Record, label: Label, claim: Claim, part: str) -> Iterator[Disagreement]:
    for name, value in label.details.items():
        if not label.is_optional and not has_detail(name, value, claim):
            yield Disagreement(record.id, name, part, str(value), str(getattr(claim, name)))


def _wrong_totals(record: Record, detection: Detection) -> dict[str, tuple[Bounds, Bounds]]:
    """Name the harms whose totals differ. Nobody and no number are the same as no entry."""
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


def _around(text: str, words: str, start: int | None = None) -> str:
    place = text.find(words) if start is None else start
    low = max(0, place - CONTEXT)
    return " ".join(text[low : place + len(words) + CONTEXT].split())


def label_words(label: Label) -> str:
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


def claim_words(claim: Claim) -> str:
    """Say a claim in one line, as `label_words` does."""
    background = ["background"] if claim.is_background else []
    return " ".join(
        (claim.harm, _bounds_words((claim.count_min, claim.count_max)), claim.victim, claim.stance, *background)
    )


def _bounds_words(bounds: Bounds) -> str:
    low, high = ("?" if bound is None else str(bound) for bound in bounds)
    return low if low == high else f"{low}–{high}"


def _totals_words(totals: Mapping[str, Bounds]) -> str:
    return ", ".join(f"{harm} {_bounds_words(bounds)}" for harm, bounds in totals.items())


def _merged(one: Mapping[str, Any], other: Mapping[str, Share]) -> dict[str, Share]:
    return {key: one.get(key, Share()) + other.get(key, Share()) for key in (*one, *(k for k in other if k not in one))}
