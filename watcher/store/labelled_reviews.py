"""Reviews as labelled texts, in the lines that `watcher evaluate FILE` reads (`watcher/detect/evaluate/labels.py`)."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from watcher.model.claim import HARMED, REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlite_utils import Database


_REVIEWED = """
SELECT DISTINCT standing_reviews.revision_id AS id, claims.attachment_text_id AS document FROM standing_reviews
LEFT JOIN claims ON claims.id = claim_id WHERE verdict <> 'note' ORDER BY 1, 2
"""
_TEXT = """
SELECT publishers.code AS publisher, release_id, revisions.number, revisions.language, revisions.title,
  revisions.published_at, coalesce(attachment_texts.text, revisions.text) AS text
FROM revisions JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = publisher_id
LEFT JOIN attachment_texts ON attachment_texts.id = :document WHERE revisions.id = :id
"""
_CLAIMS = """
SELECT claims.*, claim_verdicts.verdict FROM claims LEFT JOIN claim_verdicts ON claim_verdicts.claim_id = claims.id
WHERE revision_id = :id AND attachment_text_id IS :document ORDER BY start, claims.id
"""
_REVIEWS = "SELECT * FROM standing_reviews WHERE revision_id = ? ORDER BY id"
_CORRECTED = {"wrong_number": ("count_min", "count_max"), "wrong_victim": ("victim",), "wrong_stance": ("stance",)}


def labelled_lines(db: Database) -> Iterator[str]:
    """One JSON object for each text of which something was reviewed."""
    for found in list(db.query(_REVIEWED)):
        yield json.dumps(_record(db, found), ensure_ascii=False)


def _record(db: Database, of: dict[str, Any]) -> dict[str, Any]:
    text = next(db.query(_TEXT, of))
    reviews = list(db.query(_REVIEWS, [of["id"]]))
    claims = list(db.query(_CLAIMS, of))
    missed = [review for review in reviews if review["verdict"] == "missed" and review["words"] in text["text"]]
    judged, is_complete = _judged(claims)
    labels = [*_labels(judged, reviews, text["text"]), *(_missed(review) for review in missed)]
    document = f"-document{of['document']}" if of["document"] is not None else ""
    return {
        "id": f"reviews/{text['publisher']}/{text['release_id']}-r{text['number']}{document}",
        "lang": text["language"],
        "title": text["title"] if not document else "",
        "published": text["published_at"],
        "text": text["text"],
        "doc_label": _is_reported(labels, is_complete=is_complete),
        "complete": is_complete,
        "claims": labels,
        "note": " / ".join(dict.fromkeys(review["note"] for review in reviews if review["note"])),
    }


def _judged(claims: Iterable[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], bool]:
    """The claims that were judged without dispute, and whether those are all of today's detector."""
    by_place: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    open_places: set[tuple[Any, ...]] = set()
    for claim in claims:
        place = tuple(claim[name] for name in ("start", "end", "harm", "count_min", "count_max", "victim", "stance"))
        if claim["verdict"] in {"right", "wrong"}:
            by_place[place] = claim
        elif claim["is_current"] or claim["verdict"] == "disputed":
            open_places.add(place)
    return list(by_place.values()), not open_places - by_place.keys()


def _labels(
    claims: Iterable[Mapping[str, Any]], reviews: Sequence[Mapping[str, Any]], text: str
) -> Iterator[dict[str, Any]]:
    by_claim: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for review in reviews:
        by_claim[review["claim_id"]].append(review)
    for claim in claims:
        said = by_claim[claim["id"]] if claim["verdict"] == "wrong" else []
        if not any(review["verdict"] == "not_a_claim" for review in said):
            yield _label(claim, said) | {"words": text[claim["start"] : claim["end"]]}


def _label(claim: Mapping[str, Any], said: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A claim as it should be: what is wrong is put right, and left open where nobody said what is right."""
    names = ("harm", "count_min", "count_max", "victim", "stance")
    label = {name: claim[name] for name in names} | {"is_background": bool(claim["is_background"])}
    is_counted = True
    for review in said:
        for name in _CORRECTED.get(review["verdict"], ()):
            label[name] = review[name]
        if review["verdict"] == "duplicate":
            label["optional"] = True
        if review["verdict"] == "wrong_number" and review["count_min"] is None and review["count_max"] is None:
            is_counted = False
    return {name: value for name, value in label.items() if _is_scored(name, value, is_counted=is_counted)}


def _is_scored(name: str, value: object, *, is_counted: bool) -> bool:
    return is_counted if name.startswith("count") else value is not None


def _missed(review: Mapping[str, Any]) -> dict[str, Any]:
    names = ("harm", "victim", "stance", "words")
    label = {name: review[name] for name in names if review[name] is not None}
    has_count = review["count_min"] is not None or review["count_max"] is not None
    return label | ({"count_min": review["count_min"], "count_max": review["count_max"]} if has_count else {})


def _is_reported(labels: Iterable[Mapping[str, Any]], *, is_complete: bool) -> bool | None:
    """Whether the text reports people harmed, None where that is not known of every claim."""
    is_one = any(
        label["harm"] in HARMED
        and label.get("stance") in REPORTED
        and not label.get("is_background", False)
        and (label.get("count_min"), label.get("count_max")) != (0, 0)
        for label in labels
    )
    return True if is_one else False if is_complete else None
