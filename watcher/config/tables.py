"""What every table of the configuration is: a frozen value of plain Python.

Loading pydantic, and making its models of all tables, took a third of a round over feeds that have not changed. So the
tables are dataclasses, `checks` is what reads a mapping into one, and whatever was checked once is used without it
(`compiled`). The annotations are texts until then, so their words are imported for type checkers alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from watcher.config.redaction import remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Table:
    """A table of the configuration. A key that is not known is a mistake; a field's `key` (metadata) is its name there.

    What must fit together is said in `__post_init__`, by a ValueError in a sentence; `as_given`, where a table has it,
    sees what is given before all else.
    """

    __slots__ = ()
    # Read by pydantic.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def with_changes(self, **changes: Any) -> Self:
        """The same with other values, which are checked only against each other."""
        return replace(self, **changes)  # type: ignore[type-var] # every table is a dataclass


def repeated(names: Sequence[str]) -> str:
    """The names that occur more than once in a list, or nothing."""
    return ", ".join(sorted({name for name in names if names.count(name) > 1}))


def listed(value: Any) -> Any:
    """A single text is read as a list of one."""
    return [value] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Table):
    """Where a secret is kept: the name of an environment variable or of a file, never the secret itself."""

    env: str | None = None
    file: Path | None = None

    @classmethod
    def as_given(cls, value: Any) -> Any:
        """The mapping itself. Raises ValueError for a text, which may be the secret, so it is not repeated."""
        if isinstance(value, str):
            raise ValueError('must not be written here; write { env = "NAME" } or { file = "path" }')  # noqa: TRY004 - pydantic turns ValueError into a mistake with its place
        return value

    def __post_init__(self) -> None:
        """Raise ValueError where it names no place, or two."""
        if (self.env is None) == (self.file is None):
            raise ValueError("needs either env or file")

    def read(self) -> str | None:
        """The secret without blanks around it, None where the variable is not set or the file cannot be read.

        From now on no text from outside is kept or shown with it (`watcher.config.redaction`).
        """
        found = self._stored().strip()
        remember(found)
        return found or None

    def _stored(self) -> str:
        if self.env is not None:
            return os.environ.get(self.env, "")
        try:
            return self.file.read_text(encoding="utf-8") if self.file is not None else ""
        except (OSError, UnicodeError):
            return ""

    def __str__(self) -> str:
        """Name the place, never the secret."""
        return f"${self.env}" if self.env else str(self.file)
