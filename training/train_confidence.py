"""Fit the weights of confidence on the labelled sets, and write them to config/words/weights.toml.

    .venv/bin/python training/train_confidence.py [FOLDER OF SETS] [--write FILE]

A logistic regression over the named indications of watcher/detect/claims/indications.py, every set weighing as much as
the root of its claims. Each set is also left out once: what it then scores is printed, and the weights fitted without
it are kept in the file, so that `watcher evaluate --by source` can score it by them. Without --write nothing is
written.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from itertools import starmap
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sklearn.linear_model import LogisticRegression

from watcher.config.weights import START
from watcher.config.words import load_vocabularies
from watcher.detect.claims.confidence import confidence_of
from watcher.detect.detector import annotate, detection_of
from watcher.detect.evaluate.calibration import calibration
from watcher.detect.evaluate.correctness import judged_claims
from watcher.detect.evaluate.labels import read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT.parent / "shared" / "data" / "detection"
# Not these: no labels of claims in them can be wrong (only recall is labelled), or no vocabulary reads them.
LEFT_ASIDE = frozenset({"disaster_messages", "official_fr_nl"})
FEWEST = 12  # claims: an indication that is rarer than this gets no weight
STRENGTH = 0.05  # of the data against weights of nothing (scikit-learn's C): the best on sets left out
HEAD = """# What speaks for and against a claim, and how much: its confidence is 1 / (1 + exp(-sum of its weights)).
# Fitted by `make train` on the labelled sets of ../shared (scikit-learn's logistic regression); not written by hand.
# A weight of -1.8 divides the odds that a claim is right by six. [left_out.SET]: the same fitted without that set, by
# which `watcher evaluate --by source` scores it.
"""


class Case(NamedTuple):
    """One claim of a labelled text: what speaks for and against it, and whether it is right."""

    names: tuple[str, ...]
    is_right: bool


def cases_of(path: Path) -> list[Case]:
    """The claims found in the texts of a set of which its labels can say whether they are right."""
    vocabularies = load_vocabularies(ROOT / "config" / "words")
    found: list[Case] = []
    for record in read_records(path.read_text(encoding="utf-8").split("\n")):
        vocabulary = vocabularies.get(record.lang or "en")
        if vocabulary is None:
            continue
        document = annotate(record.text, vocabulary, record.context)
        found += starmap(Case, judged_claims(record, document, detection_of(document, vocabulary)))
    return found


def fitted(by_set: Mapping[str, Sequence[Case]]) -> dict[str, float]:
    """The weights of the indications, the constant first; what is rare gets none."""
    cases = [(case, 1 / sqrt(len(some))) for some in by_set.values() for case in some]
    counts = Counter(name for case, _ in cases for name in set(case.names))
    names = sorted(name for name, count in counts.items() if FEWEST <= count <= len(cases) - FEWEST)
    table = [[float(name in case.names) for name in names] for case, _ in cases]
    share = len(cases) / sum(weight for _, weight in cases)
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    right = [case.is_right for case, _ in cases]
    model.fit(table, right, sample_weight=[weight * share for _, weight in cases])
    found = {name: round(float(weight), 2) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {START: round(float(model.intercept_[0]), 2)} | {name: weight for name, weight in found.items() if weight}


def measured(cases: Iterable[Case], weights: Mapping[str, float]) -> str:
    """How confidence by these weights agrees with the labels, in one line."""
    found = calibration([(confidence_of(case.names, weights), case.is_right) for case in cases])
    return (
        f"{found.count:>6} {found.right:>7.3f} {found.gap:>7.3f} {found.brier:>7.3f} {found.log_loss:>9.3f}"
        f" {found.ranked:>7.3f}"
    )


def diagram(judged: Sequence[tuple[float, bool]]) -> str:
    """The reliability diagram of docs/explanation/detection.md: of the claims of each tenth the share that is right."""
    steps = [step for step in calibration(judged).steps if step.count >= FEWEST]
    ticks = ", ".join(f'"{step.confidence:.2f} ({step.count})"' for step in steps)
    return "\n".join(
        (
            "xychart-beta",
            '  title "Sets left out: share of right claims (bars) by confidence (line)"',
            f"  x-axis [{ticks}]",
            "  y-axis 0 --> 1",
            f"  bar [{', '.join(f'{step.right:.2f}' for step in steps)}]",
            f"  line [{', '.join(f'{step.confidence:.2f}' for step in steps)}]",
        )
    )


def as_toml(data_sha256: str, weights: Mapping[str, float], left_out: Mapping[str, Mapping[str, float]]) -> str:
    """The file: the hash of the sets, the weights from the strongest for to the strongest against, those left out."""
    parts = [HEAD, f'data_sha256 = "{data_sha256}"\n']
    for title, table in (("weights", weights), *((f"left_out.{name}", one) for name, one in left_out.items())):
        lines = (f'"{name}" = {weight}' for name, weight in sorted(table.items(), key=lambda one: (-one[1], one[0])))
        parts.append(f"\n[{title}]\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def main() -> None:
    """Fit, print how well, and write the weights where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="?", type=Path, default=SETS, help="the folder of the labelled sets")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the weights here")
    arguments = parser.parse_args()
    paths = [path for path in sorted(arguments.sets.glob("*.jsonl")) if path.stem not in LEFT_ASIDE]
    by_set = {path.stem: cases for path in paths if (cases := cases_of(path))}
    everything = [case for cases in by_set.values() for case in cases]
    weights = fitted(by_set)
    left_out = {name: fitted({other: by_set[other] for other in by_set if other != name}) for name in by_set}
    print(f"{'':<24}{'claims':>6} {'right':>7} {'gap':>7} {'brier':>7} {'log loss':>9} {'ranked':>7}")
    for name, cases in by_set.items():
        print(f"{name:<24}{measured(cases, weights)}")
        print(f"{'  left out':<24}{measured(cases, left_out[name])}")
    print(f"{'all':<24}{measured(everything, weights)}")
    unseen = [(confidence_of(case.names, left_out[name]), case.is_right) for name in by_set for case in by_set[name]]
    print("\n" + diagram(unseen))
    if arguments.write:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
        arguments.write.write_text(as_toml(digest, weights, left_out), encoding="utf-8")


if __name__ == "__main__":
    main()
