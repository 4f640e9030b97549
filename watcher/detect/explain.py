"""What the detector found, for its two readers: a text with its claims marked and why, and a line of JSON.

The explanation is what an investigator reads to check the detector: lines of (style, words) spans; whoever prints them
chooses what a style looks like. Styles: `text`, `claim`, `dismissed`, `label`, `value`, `heading`. The line of JSON is
the interface of `watcher detect --jsonl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.control_signs import for_terminal
from watcher.detect.claims.confidence import weighed
from watcher.detect.claims.indications import indications
from watcher.detect.detector import annotate
from watcher.model.text_context import NO_CONTEXT
from watcher.model.wording import STANCE, STANCE_MEANS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.config.words import Vocabulary
    from watcher.detect.words.annotations import Dismissed
    from watcher.model.claim import Bounds, Claim, Detection, Harm, Mention, Person, Total
    from watcher.model.release import Problem
    from watcher.model.text_context import TextContext


Span = tuple[str, str]
Line = tuple[Span, ...]
_ANSI = {"claim": "\x1b[1;31m", "dismissed": "\x1b[2m", "label": "\x1b[36m", "heading": "\x1b[1m"}


def explain(text: str, *, vocabulary: Vocabulary, context: TextContext = NO_CONTEXT) -> tuple[Line, ...]:
    """The text with numbered claims, then each claim with its values and rules, then what was dismissed and why."""
    document = annotate(text, vocabulary, context)
    text = document.even.text
    lines = _marked(text, document.claims)
    signs = indications(document)
    for number, claim in enumerate(document.claims, start=1):
        lines += [(), *_claim(number, claim, text), *_weighed(claim, signs[number - 1], vocabulary.weights)]
    if document.dismissed:
        lines += [(), (("heading", "Looked at and dismissed"),)]
        lines += [_dismissed(text, one) for one in sorted(document.dismissed, key=lambda one: one.start)]
    lines += [(), (("heading", "In all"),), *_totals(document.totals)]
    return tuple(lines)


def plain(lines: tuple[Line, ...], *, has_colour: bool = False) -> str:
    """The lines as one string; with `has_colour`, in the colours of a terminal."""
    return "\n".join(
        "".join(_painted(style, for_terminal(words)) if has_colour else for_terminal(words) for style, words in line)
        for line in lines
    )


def as_json(key: str, detection: Detection) -> dict[str, Any]:
    """A detection as JSON: `id`, `claims` with all fields, `totals` {harm: [min, max]}, `totals_by`, `problems`."""
    return {
        "id": key,
        "language": detection.language,
        "version": detection.version,
        "claims": [_claim_as_json(claim) for claim in detection.claims],
        "totals": {harm: list(bounds) for harm, bounds in detection.totals.items()},
        "totals_by": [_fields_of(total) for total in detection.totals_by],
        "problems": [_fields_of(problem) for problem in detection.problems],
    }


def _claim_as_json(claim: Claim) -> dict[str, Any]:
    found = _fields_of(claim)
    found["rules"] = list(claim.rules)
    found["people"], found["also"] = list(map(_fields_of, claim.people)), list(map(_fields_of, claim.also))
    return found


def _fields_of(value: Claim | Mention | Person | Problem | Total) -> dict[str, Any]:
    """The fields of a value by their names; `asdict` copies all that is in them, in ten times the time."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _painted(style: str, words: str) -> str:
    return f"{_ANSI[style]}{words}\x1b[0m" if style in _ANSI else words


def _marked(text: str, claims: tuple[Claim, ...]) -> list[Line]:
    """The text, the words of each claim in brackets with its number; where claims overlap, the first one is marked."""
    spans: list[Span] = []
    at = 0
    for number, claim in enumerate(claims, start=1):
        if claim.start < at:
            continue
        spans += [("text", text[at : claim.start]), ("claim", f"[{number}: {text[claim.start : claim.end]}]")]
        at = claim.end
    spans.append(("text", text[at:]))
    return [tuple(spans)]


def _claim(number: int, claim: Claim, text: str) -> list[Line]:
    words = " ".join(text[claim.start : claim.end].split())
    title = f"[{number}] {claim.harm}: {_number(claim)} ({claim.victim})"
    fields = {
        "words": f"“{words}”, characters {claim.start}–{claim.end}",
        "stance": f"{STANCE[claim.stance]}: {STANCE_MEANS[claim.stance]}",
        "another event": "stated as background, not counted in the totals" if claim.is_background else "",
        "euphemism": "" if claim.is_explicit else "the words do not say the harm openly",
        "part of": f"claim {claim.part_of + 1}, not added to it" if claim.part_of is not None else "",
        "of them": _of_them(claim),
        "place": claim.place_raw,
        "date": f"{claim.date_raw} ({claim.event_from})" if claim.event_from else claim.date_raw,
        "speaker": claim.speaker,
        "also": ", ".join(_place(one, text) for one in claim.also),
        "named": "; ".join(_person(one) for one in claim.people),
        "because": ", ".join(claim.rules),
    }
    lines: list[Line] = [(("heading", title),)]
    lines += [(("label", f"    {name}: "), ("value", value)) for name, value in fields.items() if value]
    return lines


def _weighed(claim: Claim, names: Iterable[str], weights: Mapping[str, float]) -> list[Line]:
    """As in "confidence: 0.62; for: a number +0.2; against: told as a story −1.8", the weightiest first."""
    known = weighed(names, weights)
    fields = {
        "confidence": f"{claim.confidence:.2f}" if weights else "",
        "for": ", ".join(f"{name} +{weight}" for name, weight in known if weight > 0),
        "against": ", ".join(f"{name} −{-weight}" for name, weight in known if weight < 0),
    }
    return [(("label", f"    {name}: "), ("value", value)) for name, value in fields.items() if value]


def _place(place: Mention, text: str) -> str:
    """As in "“both died” (80–89)", "in the title"."""
    if place.part != "text":
        return f"in the {place.part}"
    return f"“{' '.join(text[place.start : place.end].split())}” ({place.start}–{place.end})"


def _person(person: Person) -> str:
    """As in "Spc. Dara Onwell, age 24, unit 9th Company, from Ohio"."""
    age = str(person.age) if person.age is not None else ""
    details = {"age": age, "unit": person.unit, "from": person.home_town}
    stated = [f"{name} {value}" for name, value in details.items() if value]
    return ", ".join([f"{person.rank} {person.name}".strip(), *stated])


def _of_them(claim: Claim) -> str:
    parts = {"children": claim.children, "women": claim.women}
    return ", ".join(f"{value} {name}" for name, value in parts.items() if value is not None)


def _number(claim: Claim) -> str:
    """The number as a person would say it: "exactly 4", "at least 3", "up to 9", "3 to 5", "nobody", "no number"."""
    low, high = claim.count_min, claim.count_max
    if low is None and high is None:
        return "no number given"
    if low == high:
        return "nobody" if low == 0 else f"{'about' if claim.count_kind == 'approximate' else 'exactly'} {low}"
    if high is None:
        return f"at least {low}" + (
            f", as “{claim.count_raw}”" if claim.count_kind == "vague" and claim.count_raw else ""
        )
    return f"up to {high}" if low is None else f"{low} to {high}"


def _dismissed(text: str, one: Dismissed) -> Line:
    words = " ".join(text[one.start : one.end].split())
    return (("dismissed", f"    “{words}”"), ("label", f" ({one.start}–{one.end}): "), ("value", one.reason))


def _totals(totals: Mapping[Harm, Bounds]) -> list[Line]:
    if not totals:
        return [(("value", "    nobody reported"),)]
    return [(("label", f"    {harm}: "), ("value", _bounds(low, high))) for harm, (low, high) in totals.items()]


def _bounds(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return "yes, without a number"
    if high is None:
        return f"at least {low}"
    return f"up to {high}" if low is None else str(low) if low == high else f"{low} to {high}"
