"""`watcher releases`, `show` and `diff`: list releases, show one whole, compare its revisions."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

from watcher.cli import output
from watcher.cli.common import Listing, day, open_database, open_unchanging
from watcher.model.claim import Total
from watcher.model.wording import (
    HARM,
    NOT_READ,
    STANCE,
    TEXT_FROM,
    copy_in_words,
    number,
    signature_in_words,
    totals_in_words,
)
from watcher.store import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from watcher.cli.chosen import Chosen
    from watcher.content.claim_diff import ClaimChange
    from watcher.content.revision_diff import RevisionDiff, RevisionText
    from watcher.content.word_diff import Run


# What `watcher diff --json` says of a claim.
_CLAIM = (
    *("harm", "count_min", "count_max", "victim", "stance", "is_background"),
    *("start", "end", "sentence", "count_kind"),
)
# How the words of a difference are shown: in colour, and between signs.
_STYLES = {"same": "", "deleted": "strike red", "inserted": "underline green"}
_SIGNS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}


@click.group(cls=Listing)
def releases() -> None:
    """Releases: the newest first."""


@releases.command("list")
@click.option("--publisher", metavar="CODE", help="Only this publisher's.")
@click.option("--reported", is_flag=True, help="Only those that report casualties.")
@click.option("--since", metavar="DATE", callback=day, help="Only those published on or after this day (YYYY-MM-DD).")
@click.option(
    "--search",
    "words",
    metavar="WORDS",
    help="Only those with these words in a text or document of any revision, as in the reading room: names in all their"
    ' spellings, "words together", -without, begin*.',
)
@click.option("--limit", default=50, show_default=True, help="At most this many.")
@output.formats
@click.pass_obj
def list_releases(
    chosen: Chosen,
    *,
    publisher: str | None,
    reported: bool,
    since: str | None,
    words: str | None,
    limit: int,
    shape: str | None,
) -> None:
    """List releases with what they say of casualties."""
    database = open_database(chosen)
    found = reports.releases(database, publisher=publisher, is_reported=reported, since=since, words=words, limit=limit)
    for row in found:
        said = totals_in_words([Total(**total) for total in json.loads(row.pop("totals"))])
        row["casualties"] = "; ".join(part for part in (said, NOT_READ if row["not_read"] else "") if part)
    columns = ("release", "publisher", "published_at", "title", "casualties", "page")
    output.rows(found, shape, columns=columns, empty="no releases")


@click.command("show")
@click.argument("release")
@click.option("--json", "shape", flag_value="json", help="JSON.")
@click.option("--csv", "shape", flag_value="csv", help="The claims as comma-separated values.")
@click.pass_obj
def show_release(chosen: Chosen, release: str, shape: str | None) -> None:
    """Show one release with everything stored of it: RELEASE is its number, its URL, or a unique start of its title."""
    from watcher.store.whole_release import whole_release

    database = open_database(chosen)
    found = whole_release(database, reports.find_release(database, release))
    if shape == "json":
        click.echo(output.as_json(found, indent=2))
    elif shape == "csv":
        output.rows(found["claims"], "csv")
    else:
        output.text(*_fact_lines(found), "", _marked_text(found), "", *_claim_lines(found))


def _fact_lines(found: dict[str, Any]) -> list[str | Text]:
    published = _stated_date(found, "published") + f" ({found['published_raw']}, from the {found['published_from']})"
    facts = {
        "release": f"{found['id']}, revision {found['revision_count']}",
        "publisher": f"{found['publisher']} in {', '.join(found['feeds'])}",
        "url": found["url"],
        "published": published if found["published_raw"] else "not stated",
        "updated": _stated_date(found, "updated"),
        "author": found["author"],
        "dateline": found["dateline"],
        "number": found["release_number"],
        "language": _languages(found),
        "tags": ", ".join(found["tags"]),
        "text from": f"the {TEXT_FROM[found['text_from']]} (page: {found['page_outcome']})",
        "seen": f"{found['first_seen_at']} to {found['last_seen_at']}",
        "copy": _copied(found),
        "signed": "; ".join(map(signature_in_words, found["signatures"])),
        "removed": _removed(found),
        "casualties": totals_in_words([Total(**total) for total in found["totals"]]),
        "also by": ", ".join(f"{one['publisher']} ({one['release_id']})" for one in found["syndicated_copies"]),
    }
    lines: list[str | Text] = [output.styled(found["title"], "bold")]
    return lines + [f"{name:<11} {value}" for name, value in facts.items() if value]


def _stated_date(found: dict[str, Any], name: str) -> str:
    """An instant; of a doubtful date each of its readings, of one that cannot be read that it is not known."""
    readings = " or ".join(found[f"{name}_readings"])
    doubtful = f"doubtful: {readings}" if readings else "not known"
    return (found[f"{name}_at"] or doubtful) if found[f"{name}_raw"] else ""


def _languages(found: dict[str, Any]) -> str:
    """The language of a text, and of one in several those of its parts in their order."""
    parts = ", ".join(part["language"] for part in found["languages"])
    return f"{found['language']} (parts: {parts})" if parts else found["language"]


def _copied(found: dict[str, Any]) -> str:
    """Whose copy of the page the text was read in; nothing where the page itself gave it."""
    names = ("copied_from", "copied_at", "copied_url")
    return copy_in_words(*(found[name] for name in names)) if found["copied_from"] else ""


def _removed(found: dict[str, Any]) -> str:
    """Whether the publisher removed it, as far as that is proved; the text stays stored."""
    if found["is_removed"]:
        return f"by its publisher, found at {found['removed_at']}"
    if found["missing_since_at"]:
        return f"not proved yet: missing since {found['missing_since_at']}, at {found['missing_count']} rechecks"
    return ""


def _marked_text(found: dict[str, Any]) -> Text:
    text = output.styled(found["text"])
    for claim in found["claims"]:
        if claim["document"] is None:  # the offsets of the others point into their document
            text.stylize("bold reverse", claim["start"], claim["end"])
    return text


def _claim_lines(found: dict[str, Any]) -> list[str | Text]:
    lines: list[str | Text] = []
    for claim in found["claims"]:
        count = number(claim["count_min"], claim["count_max"])
        said = f"{claim['number']}. {count} {HARM[claim['harm']]}, {claim['victim']}: {STANCE[claim['stance']]}"
        where = [f"   in {claim['document']}, page {claim['page']}"] if claim["document"] else []
        lines += [output.styled(said, "bold"), f"   “{claim['sentence']}”", *where]
        lines.append(f"   by {', '.join(claim['rules'])}; confidence {claim['confidence']:.2f}")
    if found["not_read"]:
        lines.append(f"{NOT_READ} ({found['not_read']}): what it says about casualties is not known")
    return lines or ["no claims"]


@click.command("claims")
@click.option(
    "--format", "form", type=click.Choice(["csv", "json", "geojson", "xlsx"]), default="csv", show_default=True
)
@click.option(
    "--columns",
    "name",
    type=click.Choice(["claims", "airwars", "ucdp_ged", "acled", "ibc"]),
    default="claims",
    show_default=True,
    help="Our own, or those of a neighbouring data set.",
)
@click.option("--publisher", metavar="CODE", default="", help="Only this publisher's.")
@click.option("--since", metavar="DATE", callback=day, help="Only of releases published on or after this day.")
@click.option("--dictionary", is_flag=True, help="Write what the columns mean instead, and which cannot be filled.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Otherwise printed.")
@click.pass_obj
def export_claims(
    chosen: Chosen,
    *,
    form: str,
    name: str,
    publisher: str,
    since: str | None,
    dictionary: bool,
    out: Path | None,
) -> None:
    """Write the claims as CSV, XLSX, JSON or GeoJSON: all of the newest texts, as stated, with their releases.

    With --columns in the columns of a neighbouring data set; what no release states stays empty there. GeoJSON holds
    the claims that name a place, with a point only where the sentence states coordinates.
    """
    from watcher.store.exports import CLAIMS, portions
    from watcher.store.neighbours import NEIGHBOURS
    from watcher.web.table_files import forms_of, write_table

    table = next(one for one in (CLAIMS, *NEIGHBOURS) if one.name == name)
    if dictionary:
        output.rows(table.dictionary(), "json" if form == "json" else "csv")
        return
    if form not in forms_of(table):
        raise click.UsageError(f"the columns of {name} have no place for {form}")
    if form == "xlsx" and out is None:
        raise click.UsageError("a workbook needs -o FILE")
    with open_unchanging(chosen) as database, _whole_file(out) as file:
        write_table(file, table, form, portions(database.conn, table, publisher=publisher, since=since or ""))


class _Printed:
    """Standard output as a file: a terminal is shown no control signs."""

    def write(self, part: bytes) -> None:
        """Print a part of a file."""
        click.echo(part.decode(), nl=False)


@contextmanager
def _whole_file(path: Path | None) -> Iterator[IO[bytes]]:
    """A file that takes its name when all is written; standard output where there is no name."""
    if path is None:
        yield cast("IO[bytes]", _Printed())
        return
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            yield file
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@click.command()
@click.argument("release")
@click.argument("from_number", type=click.IntRange(min=1), metavar="[FROM", required=False)
@click.argument("to_number", type=click.IntRange(min=1), metavar="TO]", required=False)
@click.option("--html", type=click.Path(dir_okay=False, writable=True, allow_dash=True), help="Write HTML; - prints.")
@click.option("--json", "is_json", is_flag=True, help="JSON.")
@click.pass_obj
def diff(
    chosen: Chosen,
    release: str,
    from_number: int | None,
    to_number: int | None,
    *,
    html: str | None,
    is_json: bool,
) -> None:
    """Show word by word, and claim by claim, what changed between the last two revisions, or those named.

    RELEASE is its number, its URL, or a unique start of its title. One number alone is compared with the newest.
    """
    from watcher.content.revision_diff import diff_revisions
    from watcher.html import render
    from watcher.store.revisions import last_two, numbered_revision, text_to_compare

    database = open_database(chosen)
    release_id = reports.find_release(database, release)
    before, newest = last_two(database, release_id)
    numbers = (before, newest) if from_number is None else (from_number, to_number or newest)
    old, new = (text_to_compare(database, numbered_revision(database, release_id, one)) for one in numbers)
    found = diff_revisions(old, new)
    if html is not None:
        _write_html(html, render("diff_page.html", diff=found, heading=new.title))
    if is_json:
        click.echo(output.as_json(_as_json(release_id, found), indent=2))
    elif html is None:
        output.text(*_diff_lines(found))


def _write_html(path: str, page: str) -> None:
    if path == "-":
        click.echo(page, nl=False)
    else:
        Path(path).write_text(page, encoding="utf-8", errors="replace")


def _as_json(release_id: int, found: RevisionDiff) -> dict[str, Any]:
    return {
        "release": release_id,
        "from": _facts(found.old),
        "to": _facts(found.new),
        "claims": [_change(change) for change in found.claims],
        "title": [asdict(run) for run in found.title],
        "text": [asdict(run) for run in found.text],
    }


def _change(change: ClaimChange) -> dict[str, Any]:
    sides = {side: getattr(change, side) for side in ("old", "new")}
    said = {side: claim and {name: getattr(claim, name) for name in _CLAIM} for side, claim in sides.items()}
    return {"kind": change.kind, **said, "words": change.words}


def _facts(revision: RevisionText) -> dict[str, Any]:
    names = ("number", "observed_at", "text_sha256", "body_sha256", "text_from")
    return {name: getattr(revision, name) for name in names}


def _diff_lines(found: RevisionDiff) -> list[str | Text]:
    deleted, inserted = found.words
    claims: list[str | Text] = [output.styled(f"  {change.words}", "bold") for change in found.claims]
    return [
        *_revision(found.old),
        *_revision(found.new),
        "",
        "claims:" if claims else "claims: the same",
        *claims,
        "",
        f"words removed: {deleted:,}, added: {inserted:,}",
        "",
        _styled(found.title, "bold"),
        "",
        _styled(found.text),
    ]


def _revision(revision: RevisionText) -> list[str]:
    return [
        f"revision {revision.number}, observed {revision.observed_at}, from the {revision.origin}",
        f"  text  {revision.text_sha256}",
        f"  bytes {revision.body_sha256 or 'not kept'}",
    ]


def _styled(runs: tuple[Run, ...], style: str = "") -> Text:
    """Colours on a terminal; signs too, since a pipe and colour-blind readers see no colour."""
    text = output.styled("", style)
    for run in runs:
        before, after = _SIGNS[run.kind]
        words = run.text.rstrip()
        text.append(f"{before}{words}{after}{run.text[len(words) :]}", style=_STYLES[run.kind])
    return text
