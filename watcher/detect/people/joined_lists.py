"""Lists of people taken together: "an instructor and two trainees", whom "all three" or "them" counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import CONJUNCTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


def joined_lists(sentence: Sentence, groups: Sequence[Group]) -> list[Group]:
    """The groups of a sentence, those of a list as one, with the sum of their numbers."""
    if len(groups) < 2:
        return list(groups)
    joined: list[Group] = []
    for group in groups:
        if joined and _goes_on(sentence, joined[-1], group):
            joined[-1] = _together(joined[-1], group)
        else:
            joined.append(group)
    return joined


def _goes_on(sentence: Sentence, whole: Group, group: Group) -> bool:
    """Whether an "and" alone stands between people by their nouns whose numbers are exact."""
    if group.first != whole.last + 2 or not sentence.mask[whole.last + 1] & CONJUNCTION:
        return False
    return all(_is_exact(one) for one in (whole, group))


def _is_exact(group: Group) -> bool:
    is_noun = group.head >= 0 and not group.is_guess and not group.is_name
    return is_noun and bool(group.low) and group.low == group.high


def _together(whole: Group, group: Group) -> Group:
    """Both as one, of their class, or of several classes."""
    people, classes = (whole.low or 0) + (group.low or 0), {whole.victim, group.victim}
    victim: Victim = "unknown" if "unknown" in classes else whole.victim if len(classes) == 1 else "mixed"
    return replace(whole, last=group.last, low=people, high=people, victim=victim, is_counted=True)
