"""The dead and injured whom a list names below a line that ends with a colon: "The following were killed:"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import has_rank, name_right
from watcher.detect.people.ranks import class_of_name
from watcher.detect.words.annotations import HarmEvent, people_of_harm
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BE, HAVE, RANK

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_LISTED = 40  # lines that one list has at most
_MARK = 3  # tokens before a line's people: "-", "1.", "(a)"
_MARKS = " \t•*·▪►–—-().0123456789abcdefgh"  # of the entries of a list
_FORMS = frozenset({"participle", "adjective"})
_NEGATOR = ROLES["negators"]


def count_listed(document: Document, sentence: Sentence) -> None:
    """Count the people of a list below a line that tells their harm and gives no number of its own."""
    if document.text[sentence.end - 1] != ":" or any(roles & _NEGATOR for roles in sentence.mask):
        return
    event = _headed(sentence)
    if event is None:
        return
    listed = _listed(document, sentence.number + 1)
    if not listed or (event.group is None and len(listed) == 1):
        return
    group = event.group or people_of_harm(event.entry, event.at, event.at)
    low, classes = sum(one.low or 0 for one in listed), {one.victim for one in listed}
    victim: Victim = (classes.pop() if len(classes) == 1 else "unknown") if group.victim == "unknown" else group.victim
    event.group = replace(group, low=low, high=low, kind="exact", is_counted=True, victim=victim, head=group.last)
    if event not in sentence.events:
        sentence.events.append(event)


def _headed(sentence: Sentence) -> HarmEvent | None:
    """The event of a line whose people are not counted; as in "Injured:", "The following were killed:" a new one."""
    if len(sentence.events) == 1:
        event = sentence.events[0]
        group = event.group
        is_open = group is None or group.low is None or not (group.is_counted or group.low == group.high)
        return event if is_open else None
    if sentence.events or len(sentence.harms) != 1:
        return None
    at, words = sentence.harms[0], sentence.rule_words
    entry = sentence.words[at].harm
    opening = sentence.low[: at + 1]
    is_heading = not at or not words.following_people.isdisjoint(opening)
    if entry is None or entry.form not in _FORMS or not entry.explicit or not is_heading:
        return None
    return HarmEvent(entry, at, None, at, at, "listed", rules=[entry.name])


def _listed(document: Document, begin: int) -> list[Group]:
    """The people of the lines from a sentence on, up to the first line that is something else."""
    found: list[Group] = []
    for number in range(begin, min(len(document.spans), begin + _LISTED)):
        start = document.spans[number][0]
        is_line = not document.text[document.text.rfind("\n", 0, start) + 1 : start].strip(_MARKS) and start > 0
        group = _of_line(document.sentence(number)) if is_line else None
        if group is None:
            break
        found.append(group)
    return found


def _of_line(sentence: Sentence) -> Group | None:
    """The people whom a line does nothing but name: "- Sgt. Ida Holm, 22", "• two passengers", "3. a cyclist, 30"."""
    if sentence.harms or sentence.roles & (BE | HAVE):
        return None
    for at in range(min(_MARK + 1, sentence.size)):
        group = next((one for one in sentence.groups if one.first == at and not one.is_guess), None)
        if group is not None and group.low == group.high and group.low:
            return group
        if sentence.is_word(at):
            named = name_right(sentence, at)
            is_named = named is not None and _is_person(sentence, named)
            return replace(named, victim=class_of_name(sentence, named)) if named is not None and is_named else None
        if sentence.low[at].isdecimal() and sentence.is_word(min(at + 1, sentence.size - 1)):
            return None
    return None


def _is_person(sentence: Sentence, name: Group) -> bool:
    """Whether a name is somebody's: it has a rank, an age, or two words and nothing after them."""
    after = name.last + 1
    is_aged = after + 1 < sentence.size and sentence.low[after] in {",", "("} and sentence.low[after + 1].isdecimal()
    is_full = name.last > name.first and (after >= sentence.size or sentence.low[after] in {",", ";", "."})
    return bool(sentence.mask[name.first] & RANK) or has_rank(sentence, name.first, name.last) or is_aged or is_full
