"""The detector's answer as one JSON object a line, the interface of `watcher detect --jsonl`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.models import Claim, Detection


def as_json(key: str, detection: Detection) -> dict[str, Any]:
    """A detection as JSON: `id`, `claims` with all fields, `totals` {harm: [min, max]}, `totals_by`, `problems`."""
    return {
        "id": key,
        "language": detection.language,
        "version": detection.version,
        "claims": [_claim(claim) for claim in detection.claims],
        "totals": {harm: list(bounds) for harm, bounds in detection.totals.items()},
        "totals_by": [asdict(total) for total in detection.totals_by],
        "problems": [asdict(problem) for problem in detection.problems],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    fields = asdict(claim)
    fields["rules"] = list(claim.rules)
    fields["people"] = [asdict(person) for person in claim.people]
    return fields
