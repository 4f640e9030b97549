"""Rows on a terminal, as JSON or as CSV: the same for every command that lists. The only user of rich.

It is loaded where something is drawn: a file or a pipe needs none of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from watcher.cli.terminal import unfiltered
from watcher.control_signs import escaped, for_spreadsheet, for_terminal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table
    from rich.text import Text


T = TypeVar("T")
# What Markdown could take for markup (CommonMark, backslash escapes).
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|~]")


def formats(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --json and --csv, as its argument `shape`."""
    command = click.option("--csv", "shape", flag_value="csv", help="Comma-separated values.")(command)
    return click.option("--json", "shape", flag_value="json", help="JSON.")(command)


def rows(
    found: Sequence[Mapping[str, Any]], shape: str | None, *, columns: Sequence[str] = (), empty: str = "none"
) -> None:
    """Print rows: all their columns as JSON or CSV, the named ones as a table, also one in Markdown."""
    if shape == "json":
        click.echo(as_json(list(found), indent=2))
    elif shape == "csv":
        click.echo(_csv(found), nl=False)
    elif not found:
        click.echo(empty)
    elif shape == "markdown":
        click.echo(_markdown(found, columns or list(found[0])), nl=False)
    elif sys.stdout.isatty():
        console().print(table(found, columns or list(found[0])))
    else:
        click.echo(_aligned(found, columns or list(found[0])), nl=False)


def as_json(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON that is the same to a program and harmless to a terminal."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def console() -> Console:
    """The console: as wide as the terminal; for a file or pipe, wide enough for a line for each row."""
    from rich.console import Console

    return Console(file=unfiltered(sys.stdout), width=None if sys.stdout.isatty() else 160, highlight=False)


def table(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """A plain table; numbers are right-aligned."""
    from rich.markup import escape
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        is_number = all(isinstance(row[name], int) or row[name] is None for row in found)
        made.add_column(name.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in found:
        made.add_row(*(escape(_cell(row[name])) for name in columns))
    return made


def _aligned(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The same table for a file or a pipe: a line for each row, never wrapped, without trailing spaces."""
    lines = [[name.replace("_", " ") for name in columns]]
    lines += [[" ".join(_cell(row[name]).split()) for name in columns] for row in found]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _markdown(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The table as Markdown, for an issue or a report: what would be markup in a cell is shown as it is."""
    lines = [[name.replace("_", " ") for name in columns], ["---"] * len(columns)]
    lines += [[_MARKUP.sub(r"\\\g<0>", " ".join(_cell(row[name]).split())) for name in columns] for row in found]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    return "" if value is None else for_terminal(str(value))


def _csv(found: Sequence[Mapping[str, Any]]) -> str:
    buffer = io.StringIO()
    if found:
        writer = csv.DictWriter(buffer, fieldnames=list(found[0]))
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in found)
    return buffer.getvalue()


def _harmless(value: Any) -> Any:
    return for_spreadsheet(value) if isinstance(value, str) else value


def progress() -> Progress:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Console(file=unfiltered(sys.stderr))
    return Progress(*bar, console=shown, transient=True, disable=not shown.is_terminal)


async def counted(
    label: str, found: AsyncIterator[T], *, total: int | Callable[[], int | None] | None = None
) -> AsyncIterator[T]:
    """The items one after the other, with a bar on a terminal that counts them and says the time left.

    `total` is how many there will be, or a function that is asked each time where that is known later.
    """
    if not sys.stderr.isatty():
        async for one in found:
            yield one
        return
    with progress() as bars:
        bar = bars.add_task(label, total=None if callable(total) else total)
        async for one in found:
            bars.update(bar, advance=1, total=total() if callable(total) else total)
            yield one


def styled(said: str, style: str = "") -> Text:
    """A line, or the beginning of one, that carries a style."""
    from rich.text import Text

    return Text(said, style=style)


def text(*lines: str | Text) -> None:
    """Print lines as they are, styled where they carry a style."""
    for line in lines:
        if isinstance(line, str):
            console().print(for_terminal(line), markup=False, soft_wrap=True)
        else:
            line.plain = for_terminal(line.plain)  # sign for sign, so that the styles stay where they are
            console().print(line, markup=False)
