"""Which claims of a labelled text are right, as far as its labels can say: confidence is fitted and measured on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.claims.indications import indications
from watcher.detect.evaluate.pairing import differences, pair_up
from watcher.model.claim import HARMED, REPORTED

if TYPE_CHECKING:
    from watcher.detect.evaluate.labels import Label, Record
    from watcher.detect.text.document import Document
    from watcher.model.claim import Claim, Detection


def right_claims(record: Record, detection: Detection) -> tuple[bool | None, ...]:
    """Of each claim whether it is right; None where the labels cannot say.

    A claim is right that agrees with its label. One without a label is wrong where every claim is labelled (a text
    with labelled totals) and where it reports people harmed in a text that reports none. In a text that is only
    labelled as reporting, what it reports is right.
    """
    of_claim = {found: record.labels[which] for which, found in pair_up(record, detection.claims).items()}
    return tuple(
        _agrees(record, of_claim[number], claim) if number in of_claim else _without_label(record, claim)
        for number, claim in enumerate(detection.claims)
    )


def judged_claims(record: Record, document: Document, detection: Detection) -> list[tuple[tuple[str, ...], bool]]:
    """What speaks for and against each claim of which the labels can say whether it is right, and whether it is."""
    pairs = zip(indications(document), right_claims(record, detection), strict=True)
    return [(names, is_right) for names, is_right in pairs if is_right is not None]


def _agrees(record: Record, label: Label, claim: Claim) -> bool:
    """In everything where every claim is labelled; elsewhere classes and shades of stance follow other conventions.

    There the number has to agree, and whether people are reported harmed at all.
    """
    wrong = set(differences(label, claim))
    if not _is_complete(record):
        wrong.discard("victim")
        if label.stances is not None and claim.stance in REPORTED and label.stances & REPORTED:
            wrong.discard("stance")
    return not wrong


def _is_complete(record: Record) -> bool:
    return record.is_complete and record.totals is not None


def _without_label(record: Record, claim: Claim) -> bool | None:
    if _is_complete(record):
        return False
    is_alarm = claim.harm in HARMED and claim.stance in REPORTED and not claim.is_background and not claim.is_of_nobody
    if not is_alarm or record.is_reported is None:
        return None
    if not record.is_reported:
        return False
    return True if not record.labels else None
