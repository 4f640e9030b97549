"""`watcher evaluate` and `watcher redetect`: the detector measured on labelled texts, and run over the archive."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from watcher import clock
from watcher.cli import show
from watcher.config import find_folder
from watcher.evaluate import evaluate, read_records, report
from watcher.lock import only_instance
from watcher.redetect import Wish, redetect, words_with
from watcher.shell import open_shell
from watcher.store.custody import record
from watcher.tasks import detect_text
from watcher.wording import STANCE, count_in_words

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.compare import Said
    from watcher.config import Configuration
    from watcher.redetect import Again


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(evaluate_file)
    cli.add_command(redetect_archive)


@click.command("evaluate")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--show", "is_shown", is_flag=True, help="Also list every disagreement.")
@click.pass_obj
def evaluate_file(chosen: Chosen, file: TextIO, *, is_shown: bool) -> None:
    """Score the detector on labelled texts of your own (FILE: one JSON object a line)."""
    words = find_folder(chosen.given) / "words"
    records = read_records(file)
    found = {record.id: detect_text(words, record.text, language=record.lang) for record in records}
    click.echo(report(evaluate(records, found), show=is_shown))


@click.command("redetect")
@click.option("--since", metavar="DATE", help="Only revisions observed on or after this day (YYYY-MM-DD).")
@click.option("--words", "file", type=click.Path(path_type=Path, exists=True), help="Try this vocabulary (--dry-run).")
@click.option("--dry-run", is_flag=True, help="Show what would change, write nothing.")
@click.option("--alert", "alerts", is_flag=True, help="Raise alerts for what is found, as found later.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@show.formats
@click.pass_obj
def redetect_archive(
    chosen: Chosen, *, since: str | None, file: Path | None, dry_run: bool, alerts: bool, why: str, shape: str | None
) -> None:
    """Read the stored archive again with the present detector; show the claims gained, lost and altered."""
    if file is not None and not dry_run:
        raise click.UsageError("--words is for trying: add --dry-run, or put the file into words/ and leave it out")
    configuration = chosen.load()
    with only_instance(configuration.database), words_with(configuration.folder / "words", file) as words:
        read, found = asyncio.run(_again(configuration, Wish(words, since, dry_run, alerts), why))
    show.rows(found, shape, columns=("release", "change", "claim", "stance", "sentence"), empty="nothing differs")
    counts = Counter(row["change"] for row in found)
    said = ", ".join(f"{counts[change]} {change}" for change in ("gained", "lost", "altered"))
    click.echo(f"{read} revisions read: claims {said}" + (" (nothing was written)" if dry_run else ""), err=True)


async def _again(configuration: Configuration, wish: Wish, why: str) -> tuple[int, list[dict[str, Any]]]:
    read, found = 0, []
    async with open_shell(configuration) as shell:
        with show.progress() as progress:
            bar = progress.add_task("reading again", total=None)
            async for again in redetect(shell, wish):
                read += 1
                progress.update(bar, advance=1)
                found += _differences(again)
        if not wish.is_dry:
            counts = dict(Counter(row["change"] for row in found))
            detail = {"revisions": read, "since": wish.since, "alerts": wish.alerts} | counts
            await shell.store.write(record, "redetect", clock.now(), why=why, detail=detail)
    return read, found


def _differences(again: Again) -> list[dict[str, Any]]:
    differs = again.differs
    kinds = [("gained", claim, "") for claim in differs.gained] + [("lost", claim, "") for claim in differs.lost]
    kinds += [("altered", new, f" (was: {_in_words(old)})") for old, new in differs.altered]
    return [
        {
            "release": again.stored.release_id,
            "title": again.stored.page.title,
            "change": change,
            "claim": _in_words(claim) + was,
            "stance": STANCE[claim.stance],
            "sentence": claim.sentence,
        }
        for change, claim, was in kinds
    ]


def _in_words(claim: Said) -> str:
    return f"{count_in_words(claim.harm, claim.victim, claim.count_min, claim.count_max)}, {claim.stance}"
