"""What heads figures: a label before them ("Protesters: 17 injured"), a line above them ("OWN FORCES"), a period.

Whose dead and wounded bare figures count is what their label or heading names; a label or heading of a period ("Since
1 May: 88 killed") makes them background.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.partitives import last_attack
from watcher.detect.text.table_cells import names_period, names_reporter
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, CONJUNCTION, MODAL, Sentence
from watcher.detect.words.whose import main_class, tells_what_follows
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group
    from watcher.model.claim import Victim


_NOMINAL = frozenset({"noun", "toll", "adjective"})
_VERB = AUXILIARY & ~MODAL  # "may" is a month as well
_FIGURES = ROLES["numeric"] | CONJUNCTION | ADVERB
_SIGNS = frozenset(":-–—")
_MARKS = " \t-–—•*·▪►"
_LABEL = 9  # words of a label or a heading
_LABEL_END = 3  # words from the last that is no figure to the sign: "week 12:", "friendly wounded –"
_LABEL_LETTERS = 48
_LINES = 6  # lines of figures under one heading


def read_headings(document: Document, sentence: Sentence) -> None:
    """Give bare figures of a sentence the class that the label before them or the heading above them names."""
    bare = [(event, event.group) for event in sentence.events if event.group is not None and _is_bare(event.group)]
    if not bare:
        return
    headings: dict[int, Victim | None] = {}

    def above(begin: int) -> Victim | None:
        if begin not in headings:
            headings[begin] = _under_heading(document, sentence, begin)
        return headings[begin]

    for event, group in bare:
        label = _label(sentence, group)
        if not sentence.rule_words.total_labels.isdisjoint(sentence.low[at] for at in label):
            event.voice = "toll"  # "Site A: 2 dead; Site B: 3 dead; total: 5 dead"
            continue
        is_generic = any(sentence.low[at] in sentence.rule_words.generic_labels for at in label)
        named = class_named(sentence, label) or class_named(sentence, _before_comma(sentence, label))
        labelled = (above(label.stop) if is_generic else None) or named or above(0)
        if labelled == "military" and above(label.stop) == "combatant":
            labelled = "combatant"  # "Troops: 980 killed" under "Losses of the invader"
        if labelled is not None:
            is_named = labelled != "unknown"  # "Passengers: 3 hurt" after "Police: 2 hurt": no policemen
            head = group.head if is_named else group.last
            event.group = replace(
                group, victim=labelled, is_bare=is_named, head=head, is_other=bool(label) and is_named
            )


def _is_bare(group: Group) -> bool:
    return group.is_bare and not group.is_cell and group.victim == "unknown" and group.low is not None


def mark_periods(document: Document) -> None:
    """Make background of what a label or a heading says to be the sum of a longer time; a colon stands after both."""
    if ":" not in document.text:
        return
    for event in document.events:
        claim = event.claim
        if claim.stance not in REPORTED or claim.is_background or event.is_cell:
            continue
        if _is_of_period(document, event.sentence):
            event.claim = replace(claim, is_background=True, rules=(*claim.rules, "period"))


def _is_of_period(document: Document, number: int) -> bool:
    begin, end = document.spans[number]
    colon = document.text.find(":", begin, min(end, begin + _LABEL_LETTERS))
    is_clock = document.text[colon + 1 : colon + 2].isdecimal()  # "Since 06:00 three sailors …"
    if colon >= 0 and not is_clock and names_period(document.text[begin:colon].strip(_MARKS), document.lexicon):
        return True
    heading = next((line for line in _lines_above(document, begin) if line.endswith(":")), "")
    return bool(heading) and names_period(heading, document.lexicon) and not _is_news(document, heading, number)


def _is_news(document: Document, heading: str, number: int) -> bool:
    """As in "Heavy rain since Sunday has claimed 13 lives:" above a list tells the news itself."""
    before = (event.claim for event in document.events if event.sentence < number)
    return any(one.stance in REPORTED and not one.is_background and heading in one.sentence for one in before)


def _label(sentence: Sentence, group: Group) -> range:
    """As in "Protesters: 17 injured, 1 dead", "Government troops - dead: 3; wounded: 8", where only figures follow."""
    at, last_sign = group.first - 1, -1
    while at >= 0 and (sentence.low[at] in _SIGNS or _is_figure(sentence, at)):
        last_sign = at if sentence.low[at] in _SIGNS else last_sign
        at -= 1
    if at < 0 < last_sign and class_named(sentence, range(last_sign)) not in {None, "unknown"}:
        return range(last_sign)  # "Enemy losses: 9 dead"
    if at < 0 or not at < last_sign <= at + _LABEL_END or not _only_figures(sentence, group.last + 1):
        return range(0)
    begin = next((probe for probe in range(at, -1, -1) if sentence.low[probe] in {";", ".", ","}), -1) + 1
    return range(begin, last_sign) if at - begin < _LABEL and not tells_what_follows(sentence, at + 1) else range(0)


def _before_comma(sentence: Sentence, label: range) -> range:
    """As in "Civilian casualties, week 12: 10 killed": the words before what a comma adds to a label."""
    comma = label.start - 1
    if not label or comma < 1 or sentence.low[comma] != ",":
        return range(0)
    begin = next((at for at in range(comma - 1, -1, -1) if sentence.low[at] in {";", ".", ","}), -1) + 1
    return range(begin, comma) if comma - begin < _LABEL and sentence.harms and sentence.harms[0] < comma else range(0)


def _is_figure(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand among figures: "3 dead, 8 seriously injured"."""
    is_plain = bool(sentence.mask[at] & _FIGURES) or sentence.words[at].harm is not None
    return is_plain or not (sentence.is_word(at) or sentence.low[at][0].isdecimal())


def _only_figures(sentence: Sentence, begin: int) -> bool:
    """Whether nothing but figures, or another label and its figures, follows in a clause."""
    for at in range(begin, sentence.size):
        if sentence.low[at] == ";":
            return True
        if not _is_figure(sentence, at):
            return False
    return True


def _under_heading(document: Document, sentence: Sentence, begin: int) -> Victim | None:
    """As in "OWN FORCES" over "Killed 1, wounded 5": the nearest line above that names people, over other figures."""
    if not _only_figures(sentence, begin):
        return None
    for line in _lines_above(document, sentence.begin):
        heading = Sentence(line, 0, len(line), document.lexicon)
        if heading.size and _only_figures(heading, 0) and heading.numeric:
            continue
        if names_reporter(line.lower(), document.lexicon):
            return None
        if heading.numeric and not _names_harm(heading):
            undated = line.partition(",")[0]  # "Losses of the occupying forces, 1-7 May"
            heading = Sentence(undated, 0, len(undated), document.lexicon)
        if not (_names_harm(heading) or heading.rule_words.own_statements.isdisjoint(heading.low)):
            return None  # "Statement of the police spokesperson on the collapse"
        is_dated = _names_harm(heading)  # "Enemy losses for 14 May:", "Casualty return, 7th Brigade, 15 June"
        is_short = heading.size <= 2 * _LABEL if is_dated else heading.size <= _LABEL and not heading.numeric
        return class_named(heading, range(heading.size)) if is_short else None
    return None


def _names_harm(heading: Sentence) -> bool:
    """Whether a line names a harm and states none: "Police losses in April", not "Police kill three rebels"."""
    forms = {harm.form for at in heading.harms if (harm := heading.words[at].harm) is not None}
    return bool(forms) and forms <= _NOMINAL and not heading.roles & _VERB


def _lines_above(document: Document, begin: int) -> Iterator[str]:
    """The lines above that of an offset, the nearest first, without empty ones and marks."""
    end = document.text.rfind("\n", 0, begin)
    for _ in range(_LINES):
        if end < 0:
            return
        start = document.text.rfind("\n", 0, end) + 1
        line = document.text[start:end].strip(_MARKS)
        if len(line) > 2 * _LABEL_LETTERS:
            return
        if line:
            yield line
        end = start - 1


def class_named(sentence: Sentence, tokens: range) -> Victim | None:
    """The class that a label names; None where it names no people, or holds a verb: then it is a sentence."""
    words = sentence.rule_words
    if any(sentence.mask[at] & AUXILIARY for at in tokens):
        return None
    attack = last_attack(sentence, tokens.start + 1, tokens.stop)
    if attack >= 0:  # "The enemy shelled the police post: 2 dead"
        return class_named(sentence, range(attack + 1, tokens.stop))
    return main_class(sentence, tokens, words.own_words)
