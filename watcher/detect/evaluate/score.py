"""Score detections against labelled texts: precision, recall and agreement, over everything and per group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.detect.evaluate.disagreements import Disagreement, disagreements_of
from watcher.detect.evaluate.pairing import FIELDS, differences, has_detail, is_overlapping, pair_up, wrong_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.detect.evaluate.labels import Label, Record
    from watcher.model.claim import Claim, Detection


@dataclass(frozen=True, slots=True)
class Counts:
    """Right, false and missed, with the usual three ratios (1.0 where there was nothing to get wrong)."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def n(self) -> int:
        """How many there are in all."""
        return self.right + self.false + self.missed

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

    def __add__(self, other: Counts) -> Counts:
        """Add up two counts."""
        return Counts(self.right + other.right, self.false + other.false, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often something agrees with its label: `right` of `n` times."""

    right: int = 0
    n: int = 0

    @property
    def ratio(self) -> float:
        """The share of the right ones; 1.0 where there was nothing to get right."""
        return self.right / self.n if self.n else 1.0

    def __add__(self, other: Agreement) -> Agreement:
        """Add up two agreements."""
        return Agreement(self.right + other.right, self.n + other.n)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What a group of texts scored.

    `reported`: texts that report people harmed. `denied`: of the texts labelled with denials alone, those where one
    was found and nothing is reported. `claims`: labels and claims that agree in harm, count, victim, stance and
    background, one to one. `paired`: how often each of these agrees among the pairs. `totals`: texts whose totals are
    all as labelled. `offsets`: pairs whose words the claim touches. `details`: the further fields a label gives.
    """

    name: str
    texts: int = 0
    reported: Counts = Counts()
    denied: Agreement = Agreement()
    claims: Counts = Counts()
    paired: Mapping[str, Agreement] = field(default_factory=dict)
    totals: Agreement = Agreement()
    offsets: Agreement = Agreement()
    details: Mapping[str, Agreement] = field(default_factory=dict)

    def __add__(self, other: GroupScore) -> GroupScore:
        """Add up the scores of two groups; the name of the first stays."""
        return GroupScore(
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
class Evaluation:
    """The scores over everything and per group (in order of first appearance), and every disagreement."""

    overall: GroupScore
    groups: tuple[GroupScore, ...]
    disagreements: tuple[Disagreement, ...]


def evaluate(records: Iterable[Record], detections: Mapping[str, Detection]) -> Evaluation:
    """Compare each record with the detection of the same id; raises KeyError where one is absent."""
    overall = GroupScore("overall")
    groups: dict[str, GroupScore] = {}
    disagreements: list[Disagreement] = []
    for record in records:
        score, differing = _compare(record, detections[record.id])
        overall += score
        groups[record.group] = groups.get(record.group, GroupScore(record.group)) + score
        disagreements += differing
    return Evaluation(overall, tuple(groups.values()), tuple(disagreements))


def _compare(record: Record, detection: Detection) -> tuple[GroupScore, list[Disagreement]]:
    pairs = pair_up(record, detection.claims)
    score = GroupScore(
        record.group,
        1,
        reported=_reported(record, detection),
        denied=_denied(record, detection),
        claims=_claims(record, detection, pairs),
        totals=Agreement() if record.totals is None else Agreement(int(not wrong_totals(record, detection)), 1),
    )
    for which, label in enumerate(record.labels):
        if which in pairs and not label.is_optional:
            score += _pair(record, label, detection.claims[pairs[which]])
    if record.problems is not None:
        score += GroupScore(record.group, details={"problems": _problems(record.problems, detection)})
    return score, list(disagreements_of(record, detection, pairs))


def _reported(record: Record, detection: Detection) -> Counts:
    if record.is_reported is None:
        return Counts()
    said, true = detection.is_reported, record.is_reported
    return Counts(int(said and true), int(said and not true), int(true and not said))


def _denied(record: Record, detection: Detection) -> Agreement:
    """Follow the study of official statements: a text that only denies must give a denial and report nothing."""
    wanted = [label for label in record.labels if not label.is_optional]
    if record.is_reported is not False or not wanted or any(label.stances != frozenset({"denied"}) for label in wanted):
        return Agreement()
    said = any(claim.stance == "denied" for claim in detection.claims)
    return Agreement(int(said and not detection.is_reported), 1)


def _claims(record: Record, detection: Detection, pairs: Mapping[int, int]) -> Counts:
    """Labels found and missed, and the claims that are paired wrongly or, in a complete record, not at all."""
    agreeing = {
        which for which, found in pairs.items() if not differences(record.labels[which], detection.claims[found])
    }
    required = {which for which, label in enumerate(record.labels) if not label.is_optional}
    right = len(required & agreeing)
    further = len(detection.claims) - len(set(pairs.values())) if record.is_complete else 0
    return Counts(right, len(pairs) - len(agreeing) + further, len(required) - right)


def _problems(wanted: Iterable[str], detection: Detection) -> Agreement:
    return Agreement(int(set(wanted) <= {problem.kind for problem in detection.problems}), 1)


def _pair(record: Record, label: Label, claim: Claim) -> GroupScore:
    """What one label and its claim add to the score."""
    wrong = differences(label, claim)
    given = dict(zip(FIELDS, (label.bounds, label.victims, label.stances, label.is_background), strict=True))
    return GroupScore(
        record.group,
        paired={name: Agreement(int(name not in wrong), 1) for name in FIELDS if given[name] is not None},
        offsets=Agreement(int(is_overlapping(label.words, claim, record.text)), 1) if label.words else Agreement(),
        details={name: Agreement(int(has_detail(name, value, claim)), 1) for name, value in label.details.items()},
    )


def _merged(one: Mapping[str, Agreement], other: Mapping[str, Agreement]) -> dict[str, Agreement]:
    merged = dict(one)
    for name, agreement in other.items():
        merged[name] = merged.get(name, Agreement()) + agreement
    return merged
