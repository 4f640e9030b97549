"""docs/reference/benchmarks.md: each script writes a section of its own, and leaves the others as they are."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, IMAGES = DOCS / "reference" / "benchmarks.md", DOCS / "images"


def machine(*libraries: str) -> str:
    """Where and with what something was measured, as a sentence."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    used = {"watcher": __version__, "Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    names = ", ".join(f"{name} {number}" for name, number in (used | {one: version(one) for one in libraries}).items())
    where = f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {names}, on {where}, Linux {platform.release().split('-')[0]}. "
        f"The load of the machine at the end was {os.getloadavg()[0]:.1f}."
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(title: str, body: str, *, images: dict[str, str] | None = None) -> None:
    """Put a section into the page in the place of the one of that title, or at its end; and its images beside it."""
    text = PAGE.read_text(encoding="utf-8")
    section = f"## {title}\n\n{body.strip()}\n"
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    is_there = old.search(text) is not None
    text = old.sub(lambda _: section + "\n", text) if is_there else f"{text.rstrip()}\n\n{section}"
    for name, picture in (images or {}).items():
        (IMAGES / name).write_text(picture, encoding="utf-8")
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")
