"""The page of a release: what one revision says, marked in place, how it changed, and how that is proved and quoted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl
from datasette.utils.asgi import AsgiStream
from sqlite_utils import Database

from watcher import __version__, clock
from watcher.alerts.channels.notification import web_link
from watcher.archive.bundle import Export, bundle
from watcher.archive.bundle_file import zipped_parts
from watcher.content.revision_diff import diff_revisions
from watcher.model.wording import (
    TEXT_FROM,
    claim_in_words,
    copy_in_words,
    headline_totals,
    signature_in_words,
    totals_in_words,
)
from watcher.store.evidence import evidence_size, release_evidence
from watcher.store.precision import precision_of_claims
from watcher.store.reading import ReleaseReading, compared_revisions, read_release
from watcher.store.whole_release import whole_release
from watcher.web.citation import citation_of, commands
from watcher.web.marks import Mark, mark_of, marked_lines, marked_words
from watcher.web.page import NotThereError, number_of, page, read, send_bytes, with_errors_in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from watcher.archive.release_evidence import ReleaseEvidence
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.claim import Mention
    from watcher.store.precision import Precision
    from watcher.store.reading import StatedClaim
    from watcher.web.citation import Citation
    from watcher.web.marks import MarkedLine


# What a bundle may need of memory and time: bytes of bodies, links of the chain after the release's first.
_MOST_BYTES, _MOST_LINKS, _MOST_MILLISECONDS = 40_000_000, 150_000, 20_000
_KINDS = {"table_row": "table", "heading": "heading", "list_item": "list", "quotation": "quotation"}
_making = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim is said: in words, and the address within the page that leads there."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim as the table has it: its number on the page, words, all its places, and how to cite it."""

    number: int
    stated: StatedClaim
    words: str
    places: tuple[Place, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """An attached document with its text."""

    row: Mapping[str, Any]
    url: str
    lines: tuple[MarkedLine, ...]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/release/7`, `/release/7/r2`, `/release/7.json`, `/release/7/bundle`."""
    number = r"/release/(?P<release>\d{1,15})"
    return [
        (rf"^{number}(/r(?P<revision>\d{{1,9}}))?$", answer),
        (rf"^{number}\.json$", answer_json),
        (rf"^{number}/bundle$", answer_bundle),
    ]


@with_errors_in_words
async def answer(datasette: Any, request: Any) -> Response:
    """A release with its newest revision, or with the one that the address names; `?from=1` compares with that one."""
    release_id, revision = int(request.url_vars["release"]), request.url_vars["revision"]
    number = int(revision) if revision else None
    find = partial(_found, release_id=release_id, number=number, since=request.args.get("from"))
    reading, diff, precision = await read(datasette, find)
    path = datasette.urls.path(f"/release/{release_id}")
    base = datasette.absolute_url(request, path)
    return page(
        datasette,
        "release.html",
        title=reading.revision["title"] or "(without a title)",
        path=f"/release/{release_id}",
        address=path,
        reading=reading,
        diff=diff,
        precision=precision,
        has_reviewers=bool(datasette.reviewers.hashes),
        **shown(reading, base),
    )


def _found(
    connection: sqlite3.Connection, release_id: int, number: int | None, since: str | None
) -> tuple[ReleaseReading, RevisionDiff | None, dict[str, Precision]]:
    """The revision, what changed in it, and how often claims like its own were right. Raises NotThereError."""
    reading = read_release(connection, release_id, number)
    if reading is None:
        found = f"There is no release {release_id}"
        raise NotThereError(f"{found} with a revision {number}." if number else f"{found}.")
    claims = [stated.claim for stated in reading.claims]
    precision = precision_of_claims(connection, reading.release["publisher"], claims)
    return reading, _compared(connection, reading, since), precision


def _compared(connection: sqlite3.Connection, reading: ReleaseReading, since: str | None) -> RevisionDiff | None:
    """The revision against the one before it, or against the one that is asked for; None for a first one."""
    number = reading.revision["number"]
    asked = number_of(since) or 0
    old = asked if 0 < asked < number else number - 1
    return diff_revisions(*compared_revisions(connection, reading.release["id"], old, number)) if old else None


def shown(reading: ReleaseReading, base: str) -> dict[str, Any]:
    """What the template shows of a revision; `base` is the release's address on the web."""
    release, revision = reading.release, reading.revision
    url = web_link(release["url"])
    permalink = f"{base}/r{revision['number']}"
    marks = _marks(reading)
    return {
        "original": url,
        "said": totals_in_words(headline_totals(release["totals"])),
        "title_passages": marked_words(revision["title"], marks.get("title", ())),
        "lines": marked_lines(revision["text"], marks.get("text", ()), revision["lines"]),
        "captions": [
            marked_words(caption, marks.get(f"caption {number}", ()))
            for number, caption in enumerate(revision["captions"])
        ],
        "documents": [_document(row, marks.get(f"document {row['url']}", ())) for row in reading.documents],
        "claims": _claims(reading, permalink, url),
        "citation": citation_of(release, revision, permalink, url=url),
        "commands": commands(release["id"], f"{base}/bundle"),
        "permalink": permalink,
        "text_from": TEXT_FROM,
        "signature_in_words": signature_in_words,
        "copy_in_words": copy_in_words,
        "what_was_said": {row["number"]: totals_in_words(headline_totals(row["totals"])) for row in reading.revisions},
    }


def _document(row: Mapping[str, Any], marks: Iterable[Mark]) -> ShownDocument:
    lines = marked_lines(row["text"], tuple(marks), row["lines"], row["page_starts"])
    return ShownDocument(row, web_link(row["url"]), lines)


def _marks(reading: ReleaseReading) -> dict[str, list[Mark]]:
    """The marks of each text of the release: its title, its text, `caption <number>`, `document <address>`."""
    texts = _texts(reading)
    urls = {row["text_id"]: row["url"] for row in reading.documents}
    found: dict[str, list[Mark]] = {}
    for number, stated in enumerate(reading.claims, start=1):
        claim, words = stated.claim, claim_in_words(stated.claim)
        own = "text" if stated.document is None else f"document {urls.get(stated.document, '')}"
        if own in texts:
            mark = mark_of(
                texts[own], claim.start, claim.end, claim.sentence,
                number=number, stance=claim.stance, words=words, anchor=f"c{stated.id}",
            )  # fmt: skip
            found.setdefault(own, []).append(mark)
        for again, one in enumerate(claim.also, start=1):
            place, span = _key_of(one), (one.start, one.end)
            if place in texts:
                mark = Mark(*span, *span, number, claim.stance, f"{words}, said again", f"c{stated.id}-{again}")
                found.setdefault(place, []).append(mark)
    return found


def _texts(reading: ReleaseReading) -> dict[str, str]:
    captions = {f"caption {number}": caption for number, caption in enumerate(reading.revision["captions"])}
    documents = {f"document {row['url']}": row["text"] for row in reading.documents}
    return {"title": reading.revision["title"], "text": reading.revision["text"]} | captions | documents


def _key_of(place: Mention) -> str:
    return {"caption": f"caption {place.number}", "document": f"document {place.document}"}.get(place.part, place.part)


def _claims(reading: ReleaseReading, permalink: str, url: str) -> list[ShownClaim]:
    return [
        ShownClaim(
            number,
            stated,
            claim_in_words(stated.claim),
            tuple(_places(reading, stated)),
            citation_of(
                reading.release, reading.revision, f"{permalink}#c{stated.id}", url=url, quote=stated.claim.sentence
            ),
        )
        for number, stated in enumerate(reading.claims, start=1)
    ]


def _places(reading: ReleaseReading, stated: StatedClaim) -> Iterable[Place]:
    """All places of one fact: where it is marked first, and where it is said again."""
    titles = {row["text_id"]: row["title"] or "document" for row in reading.documents}
    if stated.document is None:
        yield Place(_line_words(reading, stated.claim.start), f"#c{stated.id}")
    else:
        yield Place(_on_page(titles.get(stated.document, "document"), stated.page), f"#c{stated.id}")
    named = {row["url"]: row["title"] or "document" for row in reading.documents}
    for again, one in enumerate(stated.claim.also, start=1):
        words = {"text": _line_words(reading, one.start), "document": named.get(one.document, "document")}
        yield Place(_on_page(words.get(one.part, one.part), one.page), f"#c{stated.id}-{again}")


def _on_page(words: str, page_number: int | None) -> str:
    return f"{words}, page {page_number}" if page_number else words


def _line_words(reading: ReleaseReading, start: int) -> str:
    kind = next((line.kind for line in reading.revision["lines"] if line.start <= start < line.end), "paragraph")
    return _KINDS.get(kind, "text")


@with_errors_in_words
async def answer_json(datasette: Any, request: Any) -> Response:
    """The release as `watcher show --json` prints it, with the links that quote its claims."""
    release_id = int(request.url_vars["release"])

    def query(connection: sqlite3.Connection) -> tuple[ReleaseReading, dict[str, Any]] | None:
        reading = read_release(connection, release_id)
        return (reading, whole_release(Database(connection), release_id)) if reading else None

    found = await read(datasette, query)
    if found is None:
        raise NotThereError(f"There is no release {release_id}.")
    reading, row = found
    base = datasette.absolute_url(request, datasette.urls.path(f"/release/{release_id}"))
    permalink = f"{base}/r{reading.revision['number']}"
    claims = [claim | {"permalink": f"{permalink}#c{claim['id']}"} for claim in row["claims"]]
    citation = citation_of(reading.release, reading.revision, permalink, url=web_link(reading.release["url"]))
    proof = asdict(reading.proof.link) if reading.proof else None
    body = row | {"claims": claims, "permalink": permalink, "citation": dict(citation.styles), "chain": proof}
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")


@with_errors_in_words
async def answer_bundle(datasette: Any, request: Any) -> AsgiStream:
    """The evidence bundle as a ZIP that is sent while it is packed; one bundle is made at a time."""
    release_id = int(request.url_vars["release"])
    export = Export(clock.to_text(clock.now()), "a reader of the web pages", "", __version__)

    def query(connection: sqlite3.Connection) -> dict[str, bytes] | None:
        if read_release(connection, release_id) is None:
            raise NotThereError(f"There is no release {release_id}.")
        db = Database(connection)
        size, links = evidence_size(db, release_id)
        if size > _MOST_BYTES or links > _MOST_LINKS:
            return None
        return bundle(_without_paths(release_evidence(db, release_id)), export)

    async with _making:
        files = await read(datasette, query, milliseconds=_MOST_MILLISECONDS)
    if files is None:
        command = f"watcher evidence {release_id} -o release-{release_id}.zip"
        raise NotThereError(f"This bundle is too large to be made for a web page. Where watcher runs: {command}")
    named = {"content-disposition": f'attachment; filename="release-{release_id}.zip"'}
    return AsgiStream(partial(send_bytes, parts=zipped_parts(files)), headers=named, content_type="application/zip")


def _without_paths(evidence: ReleaseEvidence) -> ReleaseEvidence:
    """The evidence without the folders in which this machine keeps its anchors: no hash covers them."""
    named = ((one, PurePath(one.place).name if one.kind == "file" else one.place) for one in evidence.anchors)
    return replace(evidence, anchors=tuple(replace(one, place=place) for one, place in named))
