"""Claims' totals and lines of texts as rows keep them, in JSON; apart from `rows`, which every poll needs."""

from __future__ import annotations

import json

from watcher.model.claim import Total
from watcher.model.text_context import Line


def totals_of(text: str | None) -> tuple[Total, ...]:
    """The totals that a row has as JSON; none where there is no row."""
    return tuple(Total(**total) for total in json.loads(text or "[]"))


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text that a row has as JSON."""
    return tuple(Line(**line) for line in json.loads(text))
