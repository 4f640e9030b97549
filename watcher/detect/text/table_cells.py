"""What the head of a column and a cell of a table say: which harm, of whom, how many people."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from watcher.config.spellings import spelled
from watcher.detect.words.annotations import Cell
from watcher.detect.words.lexicon import ROLES, once_per_vocabulary
from watcher.detect.words.tokens import Sentence
from watcher.detect.words.whose import main_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.config.words import CueWords, HarmWords, Vocabulary
    from watcher.detect.words.annotations import Row
    from watcher.detect.words.lexicon import Lexicon, Word
    from watcher.model.claim import Harm, Victim


_THING = ROLES["thing"]
_FORCES = frozenset({"military", "police", "combatant"})
NUMBER = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f]\d{3})+(?!\d)|\d{1,7}(?![\d.,]*\d)")
_AFTER_NUMBER = re.compile(r"\s*\+?\s*(?:\([^()]*\)|\[[^\]]*\])?[\s.,]*")
WORD = re.compile(r"[^\W\d_]+")
_DAY = re.compile(r"\b\d{1,2}[./]\d{1,2}\b")
# Whoever is only taken is unharmed, so that a nought beside them does deny.
_TAKEN = "captured"
_PAIR = 2  # rows: where two say the same, neither holds the sum of the other
VALUE_WORDS = 5  # a longer value is prose


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a column says: a harm, perhaps two at once, and of whom."""

    entry: HarmWords
    is_joint: bool
    victim: Victim


def head_of(words: str, lexicon: Lexicon) -> Head | None:
    """What the head of a column counts; None where it names no harm."""
    low = words.lower()
    if not lexicon.harms.starts(low):
        return None
    lows = words_of(low)
    known = list(known_words(lows, lexicon))
    harms = [word.harm for word in known if word.harm is not None and not word.harm.tail]
    tolls, entries = _tolls(lexicon.vocabulary)
    found = [number for number, _, _ in tolls.find_matches_as_indexes(low, overlapping=True)]
    harms = [entries[min(found)]] if found else harms
    if not harms or _is_of_things(known, harms[0]) or _is_of_unknown(lows, known, harms[0], lexicon):
        return None
    is_of_wounds = harms[0].harm == "killed" and all(one.form == "noun" for one in harms[1:])  # "Died of wounds"
    is_joint = len({entry.harm for entry in harms}) > 1 and not (is_of_wounds and harms[0].form == "intransitive")
    return Head(harms[0], is_joint, class_in(words, lexicon))


def words_of(label: str) -> list[str]:
    """The words and figures of a head, a label or a heading, in small letters."""
    return re.findall(r"[^\W_]+", label.lower())


def known_words(lows: Sequence[str], lexicon: Lexicon) -> Iterator[Word]:
    """What the vocabulary knows of the words of a head, a phrase as one: "not yet traced"."""
    at, lows = 0, tuple(lows)
    while at < len(lows):
        word, length = lexicon.words.get(lows[at]), 1
        tails = word.phrases.get(lows[at + 1]) if word is not None and at + 1 < len(lows) else None
        found = tails.longest(lows, at) if tails is not None else None
        if found is not None:
            length, word = found
        if word is not None:
            yield word
        at += length


def _is_of_things(known: Sequence[Word], entry: HarmWords) -> bool:
    """As in "Vehicles lost", "Houses destroyed": a column that counts no people, though its verb can be of them."""
    if any(word.people is not None for word in known):
        return False
    return (entry.needs_count and not entry.is_found) or any(word.mask & _THING for word in known)


def _is_of_unknown(lows: Sequence[str], known: Sequence[Word], entry: HarmWords, lexicon: Lexicon) -> bool:
    """As in "Pickups burned", "Targets hit": a verb that needs people, beside a noun that nothing is known of."""
    if not entry.needs_people or entry.form != "participle" or any(word.people is not None for word in known):
        return False
    return any(
        not (low in lexicon.words or low.isdecimal() or low.endswith(lexicon.rule_words.adverb_endings)) for low in lows
    )


@once_per_vocabulary
def _tolls(vocabulary: Vocabulary) -> tuple[AhoCorasick, list[HarmWords]]:
    """What finds the phrases of a head that count the harmed ("Death toll"), and the entry of each; the first holds."""
    tolls = [(phrase, entry) for entry in vocabulary.harms if entry.form == "toll" for phrase in spelled(entry.words)]
    return AhoCorasick([phrase for phrase, _ in tolls] or ["\x00"]), [entry for _, entry in tolls]


def class_in(words: str, lexicon: Lexicon, *, is_place: bool = False) -> Victim:
    """The class that a head or a label names: "Civilian deaths", "Police"; a label such as "School" is a place."""
    label = Sentence(words, 0, len(words), lexicon)
    tokens = [at for at in range(label.size) if not _is_body_alone(label, at)]
    tokens = [at for at in tokens if not (is_place and _is_of_place(label, at))]
    return main_class(label, tokens, lexicon.rule_words.own_words) or "unknown"


def _is_body_alone(label: Sentence, at: int) -> bool:
    """As in "Village", "Hospital - injured": what a column or line is about, not whose people they are."""
    is_alone = at + 1 >= label.size or not label.is_word(at + 1)
    entry = label.words[at].people
    return is_alone and label.low[at] in label.rule_words.civil_bodies and entry is not None and entry.is_modifier


def _is_of_place(label: Sentence, at: int) -> bool:
    """Whether an adjective only says what a place is: "Army camp: 4", but not "Army: 4"."""
    entry = label.words[at].people
    return entry is not None and entry.is_modifier and not (entry.victim in _FORCES and label.size == 1)


def cell_of(head: Head, words: str, start: int, first: int, lexicon: Lexicon) -> Cell | None:
    """A cell with its number; None where it has none."""
    match = NUMBER.search(words)
    if match is not None and _AFTER_NUMBER.fullmatch(words, match.end()) and len(words.split()) <= VALUE_WORDS:
        people = int("".join(filter(str.isdecimal, match.group())))
        begin, end = start + match.start(), start + match.end()
    elif words.strip(" .").casefold() in lexicon.rule_words.empty_cells:
        begin = start + len(words) - len(words.lstrip())
        people, end = 0, begin + len(words.strip(" ."))
    else:
        return None
    return Cell(head.entry, head.is_joint, head.victim, min(first, begin), begin, end, people)


def names_period(words: str, lexicon: Lexicon) -> bool:
    """As in "from 24 February to 6 March", "Since 1 January", "Year to date": sums of a campaign, not of one event."""
    low = words.lower()
    if any(low.startswith(label) for label in lexicon.rule_words.period_labels):
        return not _is_of_day(low, lexicon)
    opener = next((match for match in WORD.finditer(low) if match.group() in lexicon.rule_words.period_openers), None)
    if opener is None:
        return False
    is_dated = any(word in lexicon.vocabulary.calendar.months for word in WORD.findall(low, opener.end()))
    return is_dated or _DAY.search(low, opener.end()) is not None


def _is_of_day(label: str, lexicon: Lexicon) -> bool:
    """As in "Since dawn", "Since Friday evening", "Since yesterday at 06:00": no longer than the news of a day."""
    calendar, times = lexicon.vocabulary.calendar, lexicon.rule_words.times_of_day
    words = WORD.findall(label)
    is_day = any(word in times or word in calendar.weekdays or word in calendar.relative for word in words)
    return is_day and not any(word in calendar.months for word in words)


def is_total_label(label: str, lexicon: Lexicon) -> bool:
    """As in "Total", "All sectors": the row or column that holds the sums of the others."""
    words = set(WORD.findall(label.lower()))
    return not words.isdisjoint(lexicon.rule_words.total_labels)


def finished(rows: list[Row], table: int, heading: str, lexicon: Lexicon) -> list[Row]:
    """The rows with what only the whole table shows: its total row, the classes, and zeros that deny nothing."""
    has_harmed = len(rows) > 1 and any(cell.people and cell.entry.harm != _TAKEN for row in rows for cell in row.cells)
    low = heading.lower()  # of "Injured, by hospital" nobody is of the hospital
    is_by = not lexicon.rule_words.step_openers.isdisjoint(WORD.findall(low))
    is_by |= names_reporter(low, lexicon)
    above: Victim = "unknown" if is_by else class_in(heading, lexicon)
    is_enemy = above == "combatant" and _is_of_enemy(heading, rows, lexicon)
    is_of_period = names_period(heading, lexicon)
    found = []
    sums = _people_by_harm(rows)
    holding = [row for row in rows if len(rows) > _PAIR and _adds_up(row, sums)]
    for row in rows:
        label = class_in(row.label, lexicon, is_place=True)
        cells = (
            replace(cell, victim=_class_of_cell(cell, label, above, is_enemy=is_enemy))
            for cell in row.cells
            if cell.people or not has_harmed
        )
        # Where two rows say the same, none holds a sum; nor does "Residents: 5" under "Army: 3", "Police: 2".
        is_sum = holding == [row] and row in (rows[0], rows[-1]) and not _is_of_other_class(row, rows, label, lexicon)
        is_total = len(rows) > 1 and (is_total_label(row.label, lexicon) or is_sum)
        found.append(replace(row, cells=tuple(cells), table=table, is_total=is_total, is_of_period=is_of_period))
    if _is_running(low, rows, lexicon):
        found = [max(found, key=lambda row: sum(cell.people for cell in row.cells))]
    found = [_of_all(row, found) if row.is_total else row for row in found]
    return found if has_harmed else _denied_once(found)


def names_reporter(heading: str, lexicon: Lexicon) -> bool:
    """As in "Report of the duty officer", "Incident log, harbour police": who reports, and not of his own."""
    words = lexicon.rule_words
    is_report = not words.report_labels.isdisjoint(WORD.findall(heading))
    return is_report and not lexicon.harms.starts(heading) and not any(map(heading.__contains__, words.service_reports))


def _is_running(heading: str, rows: Sequence[Row], lexicon: Lexicon) -> bool:
    """As in "Wounded admitted (cumulative)" over "08:00: 11", "12:00: 26": each row holds those before it."""
    people = [sum(cell.people for cell in row.cells) for row in rows]
    is_rising = len(rows) > 1 and people in (sorted(people), sorted(people, reverse=True))
    if not is_rising or not any(word in heading for word in lexicon.rule_words.running_labels):
        return False
    calendar = lexicon.vocabulary.calendar
    openers = [row.label.lower().split(" ")[0] for row in rows]
    return all(low[:1].isdecimal() or low in calendar.weekdays or low in calendar.months for low in openers)


def _class_of_cell(cell: Cell, label: Victim, above: Victim, *, is_enemy: bool) -> Victim:
    """The class of a cell's own head, else of its row, else of the line above; in a table of the enemy's all his."""
    victim = next((one for one in (cell.victim, label) if one != "unknown"), above)
    return "combatant" if is_enemy and victim == "military" else victim


def _is_of_enemy(heading: str, rows: Sequence[Row], lexicon: Lexicon) -> bool:
    """As in "Enemy losses on 3 May" over "Soldiers killed: 310": a table of one side, which its rows do not name."""
    words, named = lexicon.rule_words, WORD.findall(heading.lower())
    is_named = not words.enemy_words.isdisjoint(named) and words.attacking.isdisjoint(named)
    return is_named and all(cell.victim != "combatant" for row in rows for cell in row.cells)


def _is_of_other_class(row: Row, rows: Sequence[Row], label: Victim, lexicon: Lexicon) -> bool:
    """Whether a row names people whom another row of the table is not of: it is one row of a table by class."""
    others = (class_in(one.label, lexicon, is_place=True) for one in rows if one is not row)
    return label != "unknown" and any(one not in {label, "unknown"} for one in others)


def _denied_once(rows: Sequence[Row]) -> list[Row]:
    """A table of noughts, but for captives, denies each harm of each class once, in its total row where it has one."""
    said = {(cell.entry.harm, cell.victim) for row in rows if row.is_total for cell in row.cells}
    left = []
    for row in rows:
        new = [cell for cell in row.cells if row.is_total or cell.people or (cell.entry.harm, cell.victim) not in said]
        said |= {(cell.entry.harm, cell.victim) for cell in new}
        left.append(replace(row, cells=tuple(new)))
    return left


def _of_all(total: Row, rows: Sequence[Row]) -> Row:
    """A total row with the class of all its parts, or of several: "Army: 4 killed", "Navy: 1 killed", "Total: 5"."""
    classes = {cell.victim for row in rows if not row.is_total for cell in row.cells}
    if not classes or "unknown" in classes:
        return total
    victim: Victim = classes.pop() if len(classes) == 1 else "mixed"
    cells = (replace(cell, victim=victim) if cell.victim == "unknown" else cell for cell in total.cells)
    return replace(total, cells=tuple(cells))


def _people_by_harm(rows: Sequence[Row]) -> Counter[Harm]:
    sums: Counter[Harm] = Counter()
    for row in rows:
        for cell in row.cells:
            sums[cell.entry.harm] += cell.people
    return sums


def _adds_up(row: Row, sums: Mapping[Harm, int]) -> bool:
    """Whether a row holds the sums of all the others; `sums` are those of all rows together."""
    own = _people_by_harm([row])
    return bool(own) and all(
        cell.people and cell.people == sums[cell.entry.harm] - own[cell.entry.harm] for cell in row.cells
    )


def is_in_label(sentence: Sentence, at: int, cue: CueWords) -> bool:
    """As in the row "Lower Vale | 7" of a table: a word of a place's name."""
    is_row = any(event.is_cell for event in sentence.events) and cue.effect == "hypothetical" and at + 1 < sentence.size
    return is_row and all(sentence.is_word(one) and sentence.is_capital(one) for one in (at, at + 1))
