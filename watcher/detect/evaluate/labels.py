"""Labelled texts: JSON lines in, records out, every mistake reported at once with its line.

A record: `id` (what stands before its last `/` names the group it is scored in), `lang`, `text`, `title`, `published`
(ISO 8601), `doc_label` (true:
the text reports people killed, injured or missing; false: it does not; null: not scored), `claims`, `totals` (per
harm `[minimum, maximum]`; absent: not scored), `problems` (kinds that a detection must have), `complete` (false: not
every claim is labelled, so a further claim is no mistake).

A claim: `harm`, and of `count_min`, `count_max`, `victim`, `stance`, `is_background`, `words`, `count_kind`,
`is_explicit`, `place_raw`, `date_raw`, `speaker`, `children`, `women` and `people` what the label wants checked.
`victim` and `stance` may be a list of values that are all right. `optional`: the claim may be found or not.

Older sets say `status` for the stance: confirmed is asserted or assessed, attempted is hypothetical, unknown is not
scored. Their counts are minima, or ranges over several sources that a count has to fall into; `background` is
`is_background`, `subset_of` marks a part that need not be a claim of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from watcher.errors import ConfigError
from watcher.model.claim import CountKind, Harm, Stance, Victim
from watcher.model.text_context import NO_CONTEXT, TextContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.model.claim import Bounds


_KINDS = {"harm": Harm, "victim": Victim, "stance": Stance, "count_kind": CountKind}
VALUES: Mapping[str, frozenset[str]] = {key: frozenset(get_args(kind)) for key, kind in _KINDS.items()}
STANCES_OF_STATUS: Mapping[str, frozenset[str] | None] = {
    "confirmed": frozenset({"asserted", "assessed"}),
    "attempted": frozenset({"hypothetical"}),
    "unknown": None,
}
DETAILS = ("count_kind", "is_explicit", "place_raw", "date_raw", "speaker", "children", "women", "people")


@dataclass(frozen=True, slots=True)
class Label:
    """One claim as a person wrote it down. None stands for "not scored" throughout.

    `bounds` is (minimum, maximum); with `is_loose` a count is right when it falls between them, or equals the minimum
    where there is no maximum. `details` are the further fields to check, by their names in `Claim`.
    """

    harm: str
    bounds: Bounds | None = None
    is_loose: bool = False
    victims: frozenset[str] | None = None
    stances: frozenset[str] | None = None
    is_background: bool | None = None
    is_optional: bool = False
    words: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One labelled text; `is_reported` and `totals` are None where they are not scored."""

    id: str
    text: str
    lang: str = ""
    context: TextContext = NO_CONTEXT
    is_reported: bool | None = None
    labels: tuple[Label, ...] = ()
    totals: Mapping[str, Bounds] | None = None
    problems: tuple[str, ...] | None = None
    is_complete: bool = True
    note: str = ""

    @property
    def group(self) -> str:
        """What the record is scored with: its id up to the last slash."""
        return self.id.rpartition("/")[0] or self.id


def read_records(lines: Iterable[str]) -> tuple[Record, ...]:
    """Read labelled JSON lines, empty ones skipped. Raises ConfigError with every mistake and its line number."""
    records: list[Record] = []
    mistakes: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            mistakes.append(f"line {number}: no JSON ({error})")
            continue
        wrong = [f"line {number}: {mistake}" for mistake in _mistakes(found, seen)]
        mistakes += wrong
        if not wrong:
            records.append(_record(found))
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return tuple(records)


def _mistakes(found: Any, seen: set[str]) -> Iterator[str]:
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not isinstance(found.get("text"), str):
        yield "needs an object with id and text"
        return
    if found["id"] in seen:
        yield f"id: {found['id']} stands twice"
    seen.add(found["id"])
    yield from _context_mistakes(found)
    if found.get("doc_label") not in (True, False, None):
        yield "doc_label: must be true, false or null"
    claims = found.get("claims", [])
    if not isinstance(claims, list) or not all(isinstance(claim, dict) for claim in claims):
        yield "claims: must be a list of objects"
        return
    for place, claim in enumerate(claims):
        yield from (f"claims.{place}.{mistake}" for mistake in _claim_mistakes(claim, found["text"]))
    yield from _totals_mistakes(found.get("totals") or {})


def _context_mistakes(found: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(found.get("title") or "", str):
        yield "title: must be a string"
    try:
        _published(found.get("published"))
    except (ValueError, TypeError):
        yield f"published: {found['published']!r} is no date (ISO 8601)"


def _claim_mistakes(claim: Mapping[str, Any], text: str) -> Iterator[str]:
    if "harm" not in claim:
        yield "harm: is needed"
    for key, allowed in VALUES.items():
        given = claim.get(key, [])
        for value in given if isinstance(given, list) else [given]:
            if value not in allowed:
                yield f"{key}: {value!r} is none of {', '.join(sorted(allowed))}"
    low, high = claim.get("count_min"), claim.get("count_max")
    for key, bound in (("count_min", low), ("count_max", high)):
        if bound is not None and (not isinstance(bound, int) or bound < 0):
            yield f"{key}: must be a number of people or null"
            return
    if low is not None and high is not None and low > high:
        yield "count_max: is less than count_min"
    if claim.get("words") and claim["words"] not in text:
        yield f"words: {claim['words']!r} do not stand in the text"


def _totals_mistakes(totals: Any) -> Iterator[str]:
    if not isinstance(totals, dict):
        yield "totals: must be an object"
        return
    for harm, bounds in totals.items():
        if harm not in VALUES["harm"]:
            yield f"totals: {harm!r} is no harm"
        elif not isinstance(bounds, list) or len(bounds) != 2:
            yield f"totals.{harm}: must be [minimum, maximum]"


def _record(found: Mapping[str, Any]) -> Record:
    totals = found.get("totals")
    return Record(
        id=found["id"],
        text=found["text"],
        lang=found.get("lang") or "",
        context=TextContext(title=found.get("title") or "", published=_published(found.get("published"))),
        is_reported=found.get("doc_label"),
        labels=tuple(_label(claim) for claim in found.get("claims", ())),
        totals=None if totals is None else {harm: (low, high) for harm, (low, high) in totals.items()},
        problems=None if "problems" not in found else tuple(found["problems"]),
        is_complete=found.get("complete") is not False,
        note=found.get("note") or "",
    )


def _published(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _label(claim: Mapping[str, Any]) -> Label:
    is_older = "status" in claim
    counted = "count_min" in claim or "count_max" in claim
    return Label(
        harm=claim["harm"],
        bounds=(claim.get("count_min"), claim.get("count_max")) if counted else None,
        is_loose=is_older,
        victims=_values(claim.get("victim")),
        stances=_stances(claim),
        is_background=claim.get("is_background", claim.get("background")),
        is_optional=bool(claim.get("optional")) or claim.get("subset_of") is not None,
        words=claim.get("words") or "",
        details={key: claim[key] for key in DETAILS if claim.get(key) is not None},
    )


def _stances(claim: Mapping[str, Any]) -> frozenset[str] | None:
    status = claim.get("status")
    if status is None or "stance" in claim:
        return _values(claim.get("stance"))
    return STANCES_OF_STATUS.get(status, frozenset({status}))


def _values(given: str | list[str] | None) -> frozenset[str] | None:
    if given is None:
        return None
    return frozenset([given] if isinstance(given, str) else given)
