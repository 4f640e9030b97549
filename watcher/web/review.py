"""`/review`: claims one after the other, the doubtful ones first, each judged by people who are logged in.

Everything else of the reading room is read-only. A judgement is one short transaction beside the daemon's, checked
against forgery by Datasette's token, and answered with 503 in words where the database cannot be written.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import quote

from datasette import Response, hookimpl

from watcher import clock
from watcher.control_signs import without_controls
from watcher.errors import StoreError, WatcherError
from watcher.model.claim import Harm, Stance, Victim
from watcher.model.wording import HARM, STANCE, VICTIM_LISTED, claim_in_words
from watcher.store.review_queue import claim_to_review, next_claim, reviewed_count
from watcher.store.reviews import Review, latest_reviews, save_review, undo_review, write_beside_daemon
from watcher.web.login import PATH as LOGIN
from watcher.web.login import reviewer_of
from watcher.web.page import NotThereError, number_of, page, read, with_errors_in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from watcher.model.claim import Bounds
    from watcher.store.review_queue import ReviewedClaim


PATH = "/review"
_LONGEST = 2000
_SPAN = re.compile(r"(\d{1,9})\s*(?:-|–|to|\.\.)\s*(\d{1,9})")
_BOUND = re.compile(r"(?P<least>at least |≥|>=)?(?P<most>at most |up to |≤|<=)?\s*(?P<number>\d{1,9})\s*(?P<more>\+)?")
# What may be said of a claim, in the words of the page; those after which the same claim stays in view.
VERDICTS = {
    "right": "right",
    "wrong_number": "wrong number",
    "wrong_victim": "wrong victims",
    "wrong_stance": "wrong stance",
    "not_a_claim": "not a claim",
    "missed": "something was missed",
    "duplicate": "a duplicate",
    "note": "a note",
}
_STAYS = frozenset({"missed", "note"})


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """The queue, one claim, and an undo."""
    return [
        (rf"^{PATH}$", queue),
        (rf"^{PATH}/(?P<claim>\d{{1,15}})$", one_claim),
        (rf"^{PATH}/undo$", undo),
    ]


@with_errors_in_words
async def queue(datasette: Any, request: Any) -> Response:
    """The next claim that nobody has judged, or with `?second=1` that the reviewer has not judged."""
    reviewer = reviewer_of(datasette, request)
    if reviewer is None:
        return _to_login(datasette, request)
    after, is_second = number_of(request.args.get("after")), request.args.get("second") == "1"
    mine = reviewer if is_second else ""

    def query(connection: sqlite3.Connection) -> ReviewedClaim | None:
        found = next_claim(connection, after=after, reviewer=mine)
        return claim_to_review(connection, found) if found is not None else None

    return await _shown(datasette, request, reviewer, await read(datasette, query), is_second=is_second)


@with_errors_in_words
async def one_claim(datasette: Any, request: Any) -> Response:
    """A claim, from a release's page or again after a note; with POST a judgement of it."""
    reviewer = reviewer_of(datasette, request)
    if reviewer is None:
        return _to_login(datasette, request)
    claim_id = int(request.url_vars["claim"])
    if request.method == "POST":
        return await _judge(datasette, request, claim_id, reviewer)
    found = await read(datasette, partial(claim_to_review, claim_id=claim_id))
    if found is None:
        raise NotThereError(f"There is no claim {claim_id}.")
    return await _shown(datasette, request, reviewer, found, is_second=False)


@with_errors_in_words
async def undo(datasette: Any, request: Any) -> Response:
    """Take a judgement of one's own back."""
    reviewer = reviewer_of(datasette, request)
    if reviewer is None:
        return _to_login(datasette, request)
    given = await request.post_vars() if request.method == "POST" else {}
    review_id, claim_id = number_of(given.get("review")), number_of(given.get("claim"))
    if review_id is None:
        raise NotThereError("There is nothing to undo.")
    work = partial(undo_review, review_id=review_id, reviewer=reviewer, now=clock.now())
    refused = await _written(datasette, work)
    if isinstance(refused, Response):
        return refused
    return Response.redirect(datasette.urls.path(f"{PATH}/{claim_id}" if claim_id is not None else PATH))


def _to_login(datasette: Any, request: Any) -> Response:
    to = request.full_path if request.method == "GET" else PATH
    return Response.redirect(datasette.urls.path(f"{LOGIN}?to={quote(to, safe='')}"))


async def _judge(datasette: Any, request: Any, claim_id: int, reviewer: str) -> Response:
    given = await request.post_vars()
    try:
        review = review_of(given, claim_id, reviewer)
    except ValueError as error:
        return _refusal(datasette, str(error), 400)
    saved = await _written(datasette, partial(save_review, review=review, now=clock.now()))
    if isinstance(saved, Response):
        return saved
    second = "&second=1" if given.get("second") == "1" else ""
    to = f"{PATH}/{claim_id}?" if review.verdict in _STAYS else f"{PATH}?after={claim_id}{second}&"
    return Response.redirect(datasette.urls.path(f"{to}done={saved}"))


async def _written(datasette: Any, work: Any) -> int | Response:
    """The id of what was written, or the answer that says why nothing was."""
    file = Path(datasette.get_database().path)
    try:
        return await asyncio.to_thread(write_beside_daemon, file, work)
    except StoreError as error:
        words = f"Nothing was kept, because the database cannot be written now: {error}. Go back and try again."
        return _refusal(datasette, words, 503)
    except WatcherError as error:
        return _refusal(datasette, f"Nothing was kept: {error}.", 400)


def _refusal(datasette: Any, words: str, status: int) -> Response:
    title = "Not now" if status == 503 else "Not kept"  # noqa: PLR2004 - HTTP's number
    return page(datasette, "failure.html", title=title, path=PATH, status=status, text=words)


def review_of(given: Mapping[str, str], claim_id: int, reviewer: str) -> Review:
    """A judgement from the fields of a form. Raises ValueError, in words, for what is none."""
    said = {name: without_controls(value).strip()[:_LONGEST] for name, value in given.items()}
    verdict = said.get("verdict", "")
    if verdict not in VERDICTS:
        raise ValueError("A judgement is one of: " + ", ".join(VERDICTS.values()) + ".")
    if verdict == "note" and not said.get("note"):
        raise ValueError("A note needs words.")
    if verdict == "missed" and not (said.get("words") and said.get("harm")):
        raise ValueError("What was missed needs its words in the text, and what happened to people.")
    low, high = bounds_of(said.get("number", ""))
    return Review(
        verdict=verdict,  # type: ignore[arg-type]
        reviewer=reviewer,
        claim_id=claim_id,
        harm=_one_of(said, "harm", get_args(Harm)),
        count_min=low,
        count_max=high,
        victim=_one_of(said, "victim", get_args(Victim)),
        stance=_one_of(said, "stance", get_args(Stance)),
        words=given.get("words", "")[:_LONGEST] if verdict == "missed" else "",
        duplicate_of=number_of(said.get("duplicate_of")),
        note=said.get("note", ""),
    )


def bounds_of(text: str) -> Bounds:
    """A number of people as somebody types it: 3, 3-5, at least 3, up to 5, or nothing. Raises ValueError."""
    plain = text.replace(",", "").strip().casefold()
    if not plain:
        return None, None
    if span := _SPAN.fullmatch(plain):
        low, high = int(span[1]), int(span[2])
        if low > high:
            raise ValueError(f"{text} runs from the larger number to the smaller one.")
        return low, high
    found = _BOUND.fullmatch(plain)
    if found is None:
        raise ValueError(f"{text} is no number of people; write 3, 3-5, at least 3, or up to 5.")
    number = int(found["number"])
    return (None if found["most"] else number), (None if found["least"] or found["more"] else number)


def _one_of(said: Mapping[str, str], name: str, known: tuple[str, ...]) -> Any:
    value = said.get(name) or None
    if value is not None and value not in known:
        raise ValueError(f"{value} is no {name}.")
    return value


async def _shown(
    datasette: Any, request: Any, reviewer: str, found: ReviewedClaim | None, *, is_second: bool
) -> Response:
    latest, count = await read(datasette, lambda one: (latest_reviews(one, reviewer), reviewed_count(one)))
    done = number_of(request.args.get("done"))
    return page(
        datasette,
        "review.html",
        title="Review",
        path=PATH,
        found=found,
        words=claim_in_words,
        reviewer=reviewer,
        latest=latest,
        done=next((one for one in latest if one["id"] == done), None),
        count=count,
        is_second=is_second,
        token=request.scope["csrftoken"](),
        verdicts=VERDICTS,
        harms=HARM,
        victims=VICTIM_LISTED,
        stances=STANCE,
    )
