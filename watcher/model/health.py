"""The health of the running program: signs, each of which is well or says what is wrong.

`watcher health`, the daily report and whoever else asks show the same signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that must be so while the program watches.

    `name` is `running`, `database`, `polls`, `feeds`, `alerts`, `daily_test`, `datasette`, or `job:` and a job's name.
    `detail` says what is wrong, or what was seen last; `reference` is to be looked for in the log.
    """

    name: str
    is_well: bool
    detail: str = ""
    reference: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        said = f"{self.name}: {self.detail or ('well' if self.is_well else 'not well')}"
        return f"{said} (reference {self.reference} in the log)" if self.reference else said


@dataclass(frozen=True, slots=True)
class Health:
    """All signs as they were at an instant, of the daemon that started at `started_at`."""

    at: datetime
    started_at: datetime
    signs: tuple[Sign, ...]

    @property
    def is_well(self) -> bool:
        """Whether every sign is well."""
        return all(sign.is_well for sign in self.signs)

    @property
    def ill(self) -> tuple[Sign, ...]:
        """The signs that are not well."""
        return tuple(sign for sign in self.signs if not sign.is_well)

    def sign(self, name: str) -> Sign | None:
        """The sign of a name, None where there is none."""
        return next((sign for sign in self.signs if sign.name == name), None)


def ill_names(signs: Sequence[Sign]) -> str:
    """The names of the signs that are not well, separated by commas."""
    return ", ".join(sign.name for sign in signs if not sign.is_well)
