"""Lines that say nothing, and those that only look like them."""

from __future__ import annotations

import pytest

from watcher.content.boilerplate import without_boilerplate

COUNTERS = [
    "1,204 views",
    "Views: 1204",
    "12 shares",
    "1.2K likes",
    "3 comments",
    "2 hours ago",
    "Posted 3 days ago",
    "Nov. 23, 2026 2 hours ago 1,204 views",
    "Updated about an hour ago | 5 min read",
    "just now",
    "vor 3 Stunden",
    "il y a 3 jours",
    "hace 2 horas",
    "Просмотров: 1 204",
]
SAID = [
    "Two hours ago the patrol came under fire.",
    "12 soldiers were hit 2 hours ago",
    "3 comments by the minister on the attack",
    "Nov. 23, 2026",
    "Views of the valley after the strike",
    "Killed: 2",
    "An hour ago 4 people were injured",
]


@pytest.mark.parametrize("line", COUNTERS)
def test_counters_and_relative_times_are_no_text(line: str) -> None:
    """They differ with every visit, and would make a revision each time (check 79)."""
    assert without_boilerplate([line]) == []


@pytest.mark.parametrize("line", SAID)
def test_sentences_with_such_words_stay(line: str) -> None:
    """Only whole lines go: nothing that a release says may be lost with them."""
    assert without_boilerplate([line]) == [line]
