"""What a release says in all with its attached documents: the totals of its text and of each document as one.

What a document says of the same event as the release's text is counted once; what only one of them says is added.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.mentions import is_alike_said, is_same_fact
from watcher.detect.claims.totals import ENTERING, UNSAID, added
from watcher.detect.people.victims import VAGUE, may_be_same
from watcher.model.claim import Detection, Mention, Total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.model.claim import Bounds, Claim, DocumentPage, Harm, Stance, Victim


_Key = tuple["Harm", "Victim", "Stance"]


def add_documents(own: Detection, documents: Iterable[Detection]) -> Detection:
    """The claims of a release's text and then those of its documents, with the totals of all."""
    for document in documents:
        own = _joined(own, document)
    return own


def add_languages(found: Sequence[Detection]) -> Detection:
    """The claims of one text that was read in several languages: a fact told in two is one claim with two places."""
    whole = found[0]
    for other in found[1:]:
        whole = replace(_joined(whole, other), documents=())
    return whole


def _joined(own: Detection, other: Detection) -> Detection:
    """A detection with that of one document or of another language: what both say once, what only one says added."""
    apart = [claim for claim in _entering(other.claims) if _is_apart(claim, own, other)]
    by_key = _folded(_by_key(own.totals_by), _less(_by_key(other.totals_by), apart))
    for claim in apart:
        key = _key(claim)
        by_key[key] = added(by_key.get(key, UNSAID), claim.bounds)
    totals_by = tuple(Total(*key, *by_key[key]) for key in sorted(by_key))
    claims, documents = _claims_of_both(own, other, apart)
    return Detection(
        claims=claims,
        totals=_per_harm(totals_by),
        totals_by=totals_by,
        problems=(*own.problems, *other.problems),
        language=own.language,
        version=_version(own.version, other.version),
        documents=documents,
    )


def _claims_of_both(
    own: Detection, other: Detection, apart: Sequence[Claim]
) -> tuple[tuple[Claim, ...], tuple[DocumentPage | None, ...]]:
    """The claims of a text and then those of a document, numbered on, each with its place.

    What the document only says again is no claim of its own but one more place of the text's.
    """
    claims, pages = list(own.claims), list(_pages(own))
    numbers: dict[int, int] = {}  # of a document's claims in the whole
    free = set(range(len(own.claims)))
    for number, claim in enumerate(other.claims):
        same = None if claim in apart else next((at for at in sorted(free) if is_same_fact(claims[at], claim)), None)
        if same is None:
            numbers[number] = len(claims)
            claims.append(claim)
            pages.append(other.document_of(number))
        else:
            free.discard(same)
            numbers[number] = same
            claims[same] = replace(claims[same], also=(*claims[same].also, *_places(claim, other.document_of(number))))
    for number, at in numbers.items():
        part_of = other.claims[number].part_of
        if at >= len(own.claims) and part_of is not None:
            claims[at] = replace(claims[at], part_of=numbers[part_of])
    return tuple(claims), tuple(pages)


def _places(claim: Claim, place: DocumentPage | None) -> tuple[Mention, ...]:
    """Where a document says a claim (its page is known of the first place), or another part of the same text."""
    if place is None:
        return Mention("text", claim.start, claim.end), *claim.also
    url, page = place.url, place.page
    again = (Mention("document", one.start, one.end, document=url) for one in claim.also if one.part == "text")
    return Mention("document", claim.start, claim.end, document=url, page=page), *again


def _pages(detection: Detection) -> tuple[DocumentPage | None, ...]:
    """The document and page of each claim; none for those of the text itself."""
    return detection.documents or (None,) * len(detection.claims)


def _version(own: str, other: str) -> str:
    """The detector's version with the vocabulary of each language that was read."""
    number, _, digest = other.partition("+")
    return own if not digest or digest in own.split("+") else f"{own or number}+{digest}"


def _entering(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that enter a total."""
    return [claim for claim in claims if not claim.is_background and claim.part_of is None]


def _key(claim: Claim) -> _Key:
    return claim.harm, claim.victim, claim.stance


def _by_key(totals: Sequence[Total]) -> dict[_Key, Bounds]:
    return {(total.harm, total.victim, total.stance): total.bounds for total in totals}


def _is_apart(claim: Claim, own: Detection, other: Detection) -> bool:
    """Whether a document's claim is of another event than every claim of the text that it could repeat."""
    rivals = [one for one in _entering(own.claims) if one.harm == claim.harm and may_be_same(one.victim, claim.victim)]
    is_same_sum = own.totals.get(claim.harm) == other.totals.get(claim.harm)
    return bool(rivals) and all(
        _is_other_day(one, claim) or (not is_same_sum and _is_other_place(one, claim)) for one in rivals
    )


def _is_other_day(one: Claim, other: Claim) -> bool:
    return bool(one.event_from and other.event_from) and one.event_from != other.event_from


def _is_other_place(one: Claim, other: Claim) -> bool:
    """Whether both sentences name a place of their own, and the numbers differ too: a place has many names."""
    here, there = one.place_raw.casefold(), other.place_raw.casefold()
    is_stated = here and there and here in one.sentence.casefold() and there in other.sentence.casefold()
    return bool(is_stated) and here not in there and there not in here and one.bounds != other.bounds


def _less(totals: dict[_Key, Bounds], apart: Iterable[Claim]) -> dict[_Key, Bounds]:
    """The document's totals without what is added for itself."""
    left = dict(totals)
    for claim in apart:
        left[_key(claim)] = _difference(left[_key(claim)], claim.bounds)
    return {key: bounds for key, bounds in left.items() if bounds != (0, 0) or totals[key] == (0, 0)}


def _folded(own: dict[_Key, Bounds], other: Mapping[_Key, Bounds]) -> dict[_Key, Bounds]:
    """Both totals as one: the same kind of victim once, kinds that a vaguer word may hold taken out of it."""
    by_key = dict(own)
    for key in sorted(other, key=lambda one: (one[1] in VAGUE, one)):
        said = other[key]
        known = next((one for one in own if one[:2] == key[:2] and is_alike_said(one[2], key[2])), None)
        if known is not None:
            by_key[known] = _most(by_key[known], said)
        elif key[1] in VAGUE:
            _add_rest(by_key, key, said, [one for one in own if one not in other])
        else:
            _take_out(by_key, key, said, other)
    return by_key


def _add_rest(by_key: dict[_Key, Bounds], key: _Key, said: Bounds, own: Sequence[_Key]) -> None:
    """As in "two civilians" of the text and "five people" of the document: three more people."""
    named = [by_key[one] for one in own if one[0] == key[0] and is_alike_said(one[2], key[2])]
    for bounds in named:
        said = _difference(said, bounds)
    if not named or said[0]:
        by_key[key] = said


def _take_out(by_key: dict[_Key, Bounds], key: _Key, said: Bounds, other: Mapping[_Key, Bounds]) -> None:
    """As in "five people" of the text and "two civilians" of the document: two civilians and three people."""
    vague = next(
        (
            one
            for one in by_key
            if one[0] == key[0] and one[1] in VAGUE and is_alike_said(one[2], key[2]) and one not in other
        ),
        None,
    )
    if vague is not None:
        rest = _difference(by_key.pop(vague), said)
        if rest[0]:
            by_key[vague] = rest
    by_key[key] = said


def _most(one: Bounds, other: Bounds) -> Bounds:
    """One group that was counted twice: the larger number, and the upper bound that still holds."""
    if UNSAID in (one, other):
        return other if one == UNSAID else one
    low = None if one[0] is None and other[0] is None else max(one[0] or 0, other[0] or 0)
    highs = [high for high in (one[1], other[1]) if high is not None and high >= (low or 0)]
    return low, max(highs, default=None)


def _difference(one: Bounds, other: Bounds) -> Bounds:
    """The rest of a group without some of it."""
    low = max(0, (one[0] or 0) - (other[0] or 0))
    return low, None if one[1] is None or other[1] is None else max(low, one[1] - other[1])


def _per_harm(totals: Sequence[Total]) -> dict[Harm, Bounds]:
    """Per harm what is asserted, else assessed, else alleged: stances are never added to one another."""
    found: dict[Harm, Bounds] = {}
    for harm in sorted({total.harm for total in totals}):
        of = [total for total in totals if total.harm == harm]
        stance = next((one for one in ENTERING if any(total.stance == one for total in of)), None)
        for total in of:
            if total.stance == stance:
                found[harm] = added(found.get(harm, UNSAID), total.bounds)
    return found
