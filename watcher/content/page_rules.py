"""A publisher's page rules as they can be used: a part that cannot be read is like a rule that matches nothing."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from watcher.content.markup import selector_mistake
from watcher.content.release_dates import site_start
from watcher.model.release import Problem
from watcher.model.selectors import NO_RULES, PageRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SOME_DAY = datetime(2024, 5, 3, 16, 30, tzinfo=UTC)


class Mistake(NamedTuple):
    """A value of a rule that cannot be read, and why."""

    rule: str
    value: str
    words: str


def rule_mistakes(rules: PageRules) -> tuple[Mistake, ...]:
    """Every selector, pattern and day of the rules that cannot be read."""
    if rules == NO_RULES:
        return ()
    return tuple(
        Mistake(rule, value, words)
        for rule, stated in asdict(rules).items()
        for value in ((stated,) if isinstance(stated, str) else stated)
        if (words := _CHECKS.get(rule, selector_mistake)(value))
    )


@lru_cache(maxsize=256)
def sound_rules(rules: PageRules) -> tuple[PageRules, tuple[Problem, ...]]:
    """The rules without what cannot be read of them, and a problem for each part of that.

    One page after the other would fail at it, and so nothing of the publisher be read at all.
    """
    mistakes = rule_mistakes(rules)
    if not mistakes:
        return rules, ()
    wrong = {(mistake.rule, mistake.value) for mistake in mistakes}
    kept: dict[str, Any] = {
        rule: "" if isinstance(stated, str) else tuple(one for one in stated if (rule, one) not in wrong)
        for rule, stated in asdict(rules).items()
        if rule in {mistake.rule for mistake in mistakes}
    }
    return replace(rules, **kept), tuple(_problem(one) for one in mistakes)


def _problem(mistake: Mistake) -> Problem:
    return Problem("site_changed", f"{mistake.rule}: {mistake.value} cannot be read: {mistake.words}")


def _pattern_mistake(pattern: str) -> str:
    try:
        datetime.strptime(_SOME_DAY.strftime(pattern), pattern)  # noqa: DTZ007 - nothing is read
    except ValueError as error:
        return str(error)
    return ""


def _day_mistake(stated: str) -> str:
    try:
        site_start(stated)
    except ValueError:
        return "is no day; one looks like 2009-04-30"
    return ""


# Of what is no selector.
_CHECKS: Mapping[str, Callable[[str], str]] = {"date_formats": _pattern_mistake, "since": _day_mistake}
