"""`watcher diff`: what was changed between two revisions of a release."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from watcher.cli import show
from watcher.cli.lists import open_database
from watcher.diff import diff_revisions, html_page
from watcher.store.lists import find_release
from watcher.store.revisions import last_two, revision_text

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.diff import RevisionDiff, RevisionText, Run

_STYLES = {"same": "", "deleted": "strike red", "inserted": "underline green"}
_SIGNS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(diff)


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
    """Show word by word, and claim by claim, what was changed: between the last two revisions, or those named.

    RELEASE is its number, its URL, or a unique start of its title. One number alone is compared with the newest.
    """
    database = open_database(chosen)
    release_id = find_release(database, release)
    numbers = _numbers(last_two(database, release_id), from_number, to_number)
    old, new = (revision_text(database, release_id, number) for number in numbers)
    found = diff_revisions(old, new)
    if html is not None:
        _write(html, html_page(found, heading=new.title))
    if is_json:
        click.echo(json.dumps(_as_json(release_id, found), ensure_ascii=False, indent=2))
    elif html is None:
        show.text(*_lines(found))


def _numbers(newest: tuple[int, int], first: int | None, second: int | None) -> tuple[int, int]:
    if first is None:
        return newest
    return first, newest[1] if second is None else second


def _write(path: str, page: str) -> None:
    if path == "-":
        click.echo(page, nl=False)
    else:
        Path(path).write_text(page, encoding="utf-8", errors="replace")


def _as_json(release_id: int, found: RevisionDiff) -> dict[str, Any]:
    return {
        "release": release_id,
        "from": _facts(found.old),
        "to": _facts(found.new),
        "claims": [asdict(change) for change in found.claims],
        "title": [asdict(run) for run in found.title],
        "text": [asdict(run) for run in found.text],
    }


def _facts(revision: RevisionText) -> dict[str, Any]:
    names = ("number", "observed_at", "text_sha256", "body_sha256", "text_from")
    return {name: getattr(revision, name) for name in names}


def _lines(found: RevisionDiff) -> list[str | Text]:
    deleted, inserted = found.words
    claims: list[str | Text] = [Text(f"  {change.words}", style="bold") for change in found.claims]
    return [
        *_revision(found.old),
        *_revision(found.new),
        "",
        "claims:" if claims else "claims: the same",
        *claims,
        "",
        f"words taken out: {deleted:,}, put in: {inserted:,}",
        "",
        _styled(found.title, "bold"),
        "",
        _styled(found.text),
    ]


def _revision(revision: RevisionText) -> list[str]:
    return [
        f"revision {revision.number}, observed {revision.observed_at}, from the {revision.text_from}",
        f"  text  {revision.text_sha256}",
        f"  bytes {revision.body_sha256 or 'not kept'}",
    ]


def _styled(runs: tuple[Run, ...], style: str = "") -> Text:
    """Colours on a terminal; signs too, since a pipe and many eyes see no colour."""
    text = Text(style=style)
    for run in runs:
        before, after = _SIGNS[run.kind]
        words = run.text.rstrip()
        text.append(f"{before}{words}{after}{run.text[len(words) :]}", style=_STYLES[run.kind])
    return text
