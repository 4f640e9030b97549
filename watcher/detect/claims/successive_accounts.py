"""One event that a text counts again and again, as in "Update 1 (09:00): 3 dead. Update 2 (12:00): 5 dead".

Only the last account holds. An account begins with a label and a number or a time of the clock ("Situation at 18:00");
a time alone ("09:40: four dead") begins one where nothing but figures follows, as a log of incidents has times as well.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.people.casualties import least_people
from watcher.detect.words.annotations import Dismissed
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.detect.words.tokens import CONJUNCTION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent


_FIGURES = ROLES["numeric"] | ROLES["people"] | CONJUNCTION
_Key = tuple[str, str]


def keep_last_account(document: Document) -> None:
    """Dismiss what an earlier account of a text counts, where a later one counts at least as many of the same."""
    counted = [one for one in document.events if _is_counted(one)]
    if len({one.sentence for one in counted}) < 2:
        return
    accounts = _accounts(document)
    if len(set(accounts.values())) < 2:
        return
    last: dict[_Key, HarmEvent] = {}
    gone: set[int] = set()
    for one in sorted(counted, key=lambda event: accounts.get(event.sentence, 0)):
        if one.sentence not in accounts:
            continue
        key = (one.claim.harm, one.claim.victim)
        before = last.get(key)
        if before is not None and accounts[before.sentence] < accounts[one.sentence]:
            if least_people(before) > least_people(one) and one.claim.harm != "missing":
                return  # fewer than before: other people
            gone.add(id(before))
        last[key] = one
    _dismiss(document, gone)


def _is_counted(one: HarmEvent) -> bool:
    claim = one.claim
    return claim.stance in REPORTED and not claim.is_background and bool(least_people(one))


def _dismiss(document: Document, gone: set[int]) -> None:
    for one in document.events:
        if id(one) in gone:
            document.dismissed.append(Dismissed(one.claim.start, one.claim.end, "counted again later"))
    document.events = [one for one in document.events if id(one) not in gone]


def _accounts(document: Document) -> dict[int, int]:
    """By sentence, which account of the text it belongs to; a sentence before the first one belongs to none.

    The latest may stand first: "Update 3: 19 dead. Update 2: 14 dead."
    """
    head, found, current = _head(document.lexicon.vocabulary), dict[int, int](), 0
    numbers: list[int] = []
    for number, (begin, end) in enumerate(document.spans):
        match = head.match(document.low, begin, end)
        is_labelled = match is not None and match["label"] and (match["number"] or match["time"])
        is_timed = match is not None and match["time"] and match["sign"]
        if match is not None and (is_labelled or (is_timed and is_of_figures(document, number, match.end()))):
            current += 1
            numbers += [int(match["number"].lstrip("#"))] if match["label"] and match["number"] else []
        if current:
            found[number] = current
    is_latest_first = 1 < len(numbers) == current and all(one > after for one, after in pairwise(numbers))
    return {number: -account for number, account in found.items()} if is_latest_first else found


def is_of_figures(document: Document, number: int, begin: int) -> bool:
    """Whether nothing but numbers, harms and people follow in a sentence, and that they are confirmed."""
    sentence = document.sentence(number)
    if not any(sentence.starts[at] >= begin for at in sentence.quantities):
        return False  # "01:15 - Stabbing."
    return all(
        sentence.mask[at] & _FIGURES
        or sentence.low[at] in sentence.rule_words.confirming
        or sentence.words[at].harm is not None
        or not sentence.is_word(at)
        for at in range(sentence.size)
        if sentence.starts[at] >= begin
    )


@once_per_vocabulary
def _head(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What begins an account: a label, its number, a time of the clock, a sign."""
    words = vocabulary.rule_words
    labels, joints = either(words.account_labels), either(words.account_joints)
    units, times = either(words.clock_units), either(words.clock_times)
    clock = rf"\d{{1,2}}[:.h]\d{{2}}(?:\s?(?:{units}))?|\d{{1,4}}\s?(?:{units})(?![a-z])|{times}"
    return re.compile(
        rf"\W*(?:(?P<label>{labels})\b\s*)?(?:(?:{joints})\s+)?(?P<number>#?\d{{1,3}}\b(?![:.h]?\d)(?!\s?(?:{units})))?"
        rf"[\s(,]*(?:(?:{joints})\s+)?(?P<time>{clock})?[\s)]*(?P<sign>[:–—-]|\Z|(?=\n))?"
    )
