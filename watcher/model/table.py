"""A table that is given out: its columns, what each of them means, and which of them cannot be filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "number", "string", "boolean", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `kind` is a type of the Frictionless table schema.

    `sql` is the expression that gives it, empty where no release states it: then `meaning` says why.
    """

    name: str
    kind: Kind
    meaning: str
    sql: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether anything ever stands in it."""
        return bool(self.sql)


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of claims: its `columns`, and in `only`, as SQL, which claims are in it; `note` says that in words."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    only: str

    def dictionary(self) -> list[dict[str, str]]:
        """The data dictionary: a row for each column."""
        return [
            {
                "column": column.name,
                "type": column.kind,
                "filled": "yes" if column.is_filled else "no",
                "meaning": column.meaning,
            }
            for column in self.columns
        ]


def unfilled(why: str, *names: str, kind: Kind = "string") -> tuple[Column, ...]:
    """Columns that stay empty, for the same reason."""
    return tuple(Column(name, kind, why) for name in names)
