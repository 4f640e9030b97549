"""Rows of tables as harm events, and how they join what the text says beside the table.

A table tells again, in parts, what the text tells: its rows are parts of its total row, or of the claim of the text
that holds as many people; only what the text does not say is added.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.casualties import least_people
from watcher.detect.people.victims import may_be_same
from watcher.detect.words.annotations import Group, HarmEvent
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Cell, Row
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm


_PERIOD = "period"  # the rule of what is summed up over a longer time


def row_events(sentence: Sentence, row: Row) -> list[HarmEvent]:
    """A harm event for each cell of a row that counts people."""
    return [event for cell in row.cells if (event := _event(sentence, cell)) is not None]


def _event(sentence: Sentence, cell: Cell) -> HarmEvent | None:
    first, last = bisect_right(sentence.starts, cell.start) - 1, bisect_left(sentence.starts, cell.end) - 1
    if first < 0 or sentence.stops[first] <= cell.start:  # in "3,7" both cells are of one token
        first += 1
    if last < first:
        return None
    said = next((one for one in sentence.quantities.values() if one.first <= first <= one.last), None)
    group = Group(first, last, cell.people, cell.people, "exact")
    if said is not None and cell.people and said.kind in {"at_least", "at_most", "approximate"}:
        group = Group(said.first, max(last, said.last), said.low, said.high, said.kind)
    group = replace(group, victim=cell.victim, is_bare=True, is_counted=True, is_cell=True, rules=("table row",))
    begin = bisect_left(sentence.starts, cell.first)
    voice = "joint" if cell.is_joint else "noun"
    rules = [cell.entry.name, *group.rules, *([_PERIOD] if cell.is_of_period else [])]
    return HarmEvent(cell.entry, first, group, min(begin, group.first), group.last, voice, rules=rules)


def join_tables(document: Document) -> None:
    """Make the rows of each table parts of its total row, and join them with what the text says of the same harm."""
    if not document.rows:
        return
    cells: dict[tuple[int, Harm], list[HarmEvent]] = {}
    of_text = [one for one in document.events if not one.is_cell]
    denials = [one for one in of_text if one.claim.is_of_nobody]
    for event in document.events:
        row = document.rows.get(event.sentence)
        if row is None:
            continue
        if (row.is_of_period and not _is_told_above(document, event, of_text)) or _PERIOD in event.claim.rules:
            event.claim = replace(
                event.claim, is_background=True, rules=tuple(dict.fromkeys([*event.claim.rules, _PERIOD]))
            )
        elif event.claim.is_of_nobody:
            _repeat_denial(denials, event)
        elif event.claim.stance in REPORTED:
            cells.setdefault((row.table, event.claim.harm), []).append(event)
    for (_, harm), found in cells.items():
        # What the text counts again may stand in a row of its own: it is no part of itself.
        beside = [one for one in of_text if _is_beside(one, harm) and one not in found]
        _join(beside, _without_parts(document, found))


def _is_told_above(document: Document, cell: HarmEvent, of_text: Sequence[HarmEvent]) -> bool:
    """As in "Rain since Sunday has claimed 13 lives:" right above the rows: a heading that tells the news itself."""
    heading = cell.sentence - 1
    while heading in document.rows:
        heading -= 1
    return any(one.sentence == heading and _is_beside(one, cell.claim.harm) for one in of_text)


def _repeat_denial(denials: Sequence[HarmEvent], cell: HarmEvent) -> None:
    """A zero in a table that the text says in words is no denial of its own."""
    for one in denials:
        if one.claim.harm == cell.claim.harm and one.part_of is None and _agree(one, cell):
            cell.part_of, cell.repeats = one, True
            return


def _is_beside(one: HarmEvent, harm: Harm) -> bool:
    """Whether an event of the text itself is a claim on that harm, which nothing else contains."""
    is_own = one.part_of is None and not one.claim.is_background and one.claim.stance in REPORTED
    return is_own and one.claim.harm == harm


def _without_parts(document: Document, found: list[HarmEvent]) -> list[HarmEvent]:
    """The cells that count for themselves: the one of the total row, whose parts the others are, or all of them."""
    total = next((one for one in found if document.rows[one.sentence].is_total), None)
    if total is None and found[0].entry.form == "toll":
        total = max(found, key=least_people)  # a toll by day: each row holds those before it
    if total is None:
        return found
    for one in found:
        if one is not total:
            one.part_of = total
    return [total]


def _join(beside: list[HarmEvent], cells: list[HarmEvent]) -> None:
    """Join the cells of one harm with the claims of the text, first by equal numbers, then as total and parts."""
    people = sum(map(least_people, cells))
    whole = next((one for one in beside if least_people(one) == people and _agree_all(one, cells)), None)
    if whole is not None:
        _hold(whole, cells)
        return
    left = []
    for cell in cells:
        same = next((one for one in beside if one.claim.bounds == cell.claim.bounds and _agree(one, cell)), None)
        if same is None:
            left.append(cell)
        else:
            _hold(same, [cell])
            beside.remove(same)
    for cell in left:
        total = next((one for one in beside if least_people(one) >= people and _agree(one, cell)), None)
        if total is not None:
            _hold(total, [cell])
    _contain(cells, beside)


def _contain(cells: Sequence[HarmEvent], beside: Sequence[HarmEvent]) -> None:
    """What the text says of fewer people than the table counts is contained in its largest row."""
    own = [cell for cell in cells if cell.part_of is None]
    for one in beside:
        agreeing = [cell for cell in own if _agree(one, cell)]
        if agreeing and least_people(one) <= sum(map(least_people, agreeing)):
            one.part_of = max(agreeing, key=least_people)
            one.repeats = one.claim.count_kind == "vague" and one.group is not None and not one.group.is_counted


def _hold(total: HarmEvent, cells: Sequence[HarmEvent]) -> None:
    """Make cells parts of a claim; a single one of the same number only says it again."""
    for cell in cells:
        cell.part_of = total
        cell.repeats = len(cells) == 1 and cell.claim.bounds == total.claim.bounds
        if cell.claim.victim == "unknown" and total.claim.victim != "unknown":
            cell.claim = replace(cell.claim, victim=total.claim.victim)


def _agree(one: HarmEvent, cell: HarmEvent) -> bool:
    return may_be_same(one.claim.victim, cell.claim.victim)


def _agree_all(one: HarmEvent, cells: Sequence[HarmEvent]) -> bool:
    return all(_agree(one, cell) for cell in cells)
