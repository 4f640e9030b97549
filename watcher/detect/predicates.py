"""Harm words and the people they take: one draft of a claim for each group of each harm word of a sentence."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from watcher.detect.bare_names import take_names
from watcher.detect.clauses import Clauses
from watcher.detect.drafts import Draft, drafts_of, is_animate
from watcher.detect.ellipsis import elided
from watcher.detect.groups import read_groups
from watcher.detect.names import silence_names
from watcher.detect.nominal import adjective_groups, lives_groups, noun_groups, toll_groups
from watcher.detect.numbers import read_quantities
from watcher.detect.participles import companions, first_auxiliary, joined_participle, participle_drafts
from watcher.detect.parts import mark_parts
from watcher.detect.reading import BE, CONJUNCTION, DO, HAVE, MODAL

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.groups import Group
    from watcher.detect.reading import Reading

_LOSSES = 100  # people: who "loses" so many does not say how
_FREED = frozenset({"rescued", "freed", "released", "liberated", "rescuing", "freeing", "releasing", "rescue", "free"})
_RELATIVE_REACH = 20  # words between "who" and a second verb


def read_drafts(reading: Reading) -> list[Draft]:
    """All drafts of one sentence, in the order of their harm words."""
    reading.quantities = read_quantities(reading)
    silence_names(reading)
    reading.groups = read_groups(reading)
    take_names(reading, reading.groups)
    clauses = Clauses(reading, reading.groups)
    drafts: list[Draft] = []
    voices: dict[int, str] = {}
    for at in reading.harms:
        drafts.extend(_of_harm(reading, clauses, at, voices, drafts))
    drafts.extend(_attributes(reading, clauses, drafts))
    if not drafts:
        return drafts
    drafts = _without_states(reading, _once(_without_verdicts(drafts)))
    drafts += elided(reading, clauses, drafts)
    for draft in drafts:
        if draft.entry.needs_count and draft.entry.explicit and draft.voice == "active" and _is_large(draft):
            draft.voice = "joint"
    _share(reading, drafts, voices)
    mark_parts(reading, clauses, drafts)
    drafts.sort(key=attrgetter("is_part"))
    return drafts


def _is_large(draft: Draft) -> bool:
    """As in "lost about 930 soldiers": losses of an army are its dead and wounded together."""
    return draft.group is not None and (draft.group.low or draft.group.high or 0) >= _LOSSES


def _without_verdicts(drafts: list[Draft]) -> list[Draft]:
    """A verdict ("not credible") speaks only where no other word of harm does."""
    others = [draft for draft in drafts if draft.voice != "verdict"]
    return others or drafts


def _once(drafts: list[Draft]) -> list[Draft]:
    """One draft for each harm of each group: "eliminated: X, who was eliminated"."""
    if len(drafts) < 2:
        return drafts
    seen: set[tuple[str, int]] = set()
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda draft: draft.voice == "noun"):
        key = (draft.entry.harm, draft.group.last if draft.group is not None else -1 - draft.at)
        if key not in seen:
            seen.add(key)
            kept.append(draft)
    return kept


def _without_states(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """Drop people counted under another word: "was shot and died", "lost 40 men, killed and wounded"."""
    kept = [draft for draft in drafts if not (draft.entry.harm == "captured" and _is_freed(reading, draft.group))]
    if len(kept) < 2:
        return kept
    return [draft for draft in kept if not any(_says_more(other, draft) for other in kept if other is not draft)]


def _says_more(other: Draft, draft: Draft) -> bool:
    """Whether another draft of the same people makes this one superfluous."""
    if draft.group is None or other.group is None or other.group.first != draft.group.first:
        return False
    if draft.entry.is_state:
        return other.entry.harm != "captured"
    return other.entry.harm == "casualty" and draft.entry.needs_count and other.voice != "noun"


def _of_harm(reading: Reading, clauses: Clauses, at: int, voices: dict[int, str], before: list[Draft]) -> list[Draft]:
    entry = reading.words[at].harm
    if entry is None or at in clauses.attributes:
        return []
    form = entry.form
    if form == "participle":
        return participle_drafts(reading, clauses, at, voices, before)
    if form in {"gerund", "base", "present"}:
        return _active(reading, clauses, at, voices, form)
    if form in {"intransitive", "present_intransitive", "base_intransitive"}:
        return _intransitive(reading, clauses, at, entry)
    if form == "verdict":
        return [Draft(entry, at, None, at, at, "verdict", rules=[entry.name])]
    if form == "adjective":
        return drafts_of(entry, at, adjective_groups(clauses, at, entry), "adjective")
    if form == "toll":
        return drafts_of(entry, at, toll_groups(clauses, at), "toll")
    if form == "lives":
        return drafts_of(entry, at, lives_groups(clauses, at), "lives")
    return _noun(reading, clauses, at, entry)


def _is_cause(reading: Reading, at: int) -> bool:
    """As in "died of his wounds": the wounds are the cause of a death, not another claim."""
    before = at - 1
    while before > at - 4 and before > 0 and reading.low[before] not in {"of", "from", "to", "with"}:
        before -= 1
    if before < 0 or reading.low[before] not in {"of", "from", "to", "with"}:
        return False
    earlier = (reading.words[probe].harm for probe in reading.harms if probe < before)
    return any(entry is not None and entry.harm == "killed" and entry.form != "noun" for entry in earlier)


def _noun(reading: Reading, clauses: Clauses, at: int, entry: HarmWords) -> list[Draft]:
    if entry.harm == "injured" and _is_cause(reading, at):
        return []
    groups, is_licensed = noun_groups(clauses, at, entry)
    if not groups:
        if entry.needs_people or entry.needs_count:
            return []
        draft = Draft(entry, at, None, at, at, "noun", is_licensed=is_licensed, rules=[entry.name])
        return [draft]
    drafts = drafts_of(entry, at, groups, "noun")
    for draft in drafts:
        draft.is_licensed = is_licensed or (draft.group is not None and draft.group.is_counted)
    del reading
    return drafts


def _active(reading: Reading, clauses: Clauses, at: int, voices: dict[int, str], form: str) -> list[Draft]:
    entry = reading.words[at].harm
    if entry is None:
        return []
    following = at + 1
    if following < reading.size and reading.low[following] == "of" and form == "gerund":
        following += 1
    groups = clauses.object_at(following)
    voices[at] = "active"
    joined = joined_participle(reading, clauses, clauses.skip_left(at - 1), voices)
    clauses.taken.update(group.first for group in groups)
    drafts = drafts_of(entry, at, [group for group in groups if is_animate(entry, group)], form)
    other = reading.words[joined].harm if joined >= 0 else None
    if other is not None and groups and joined == clauses.skip_left(clauses.skip_left(at - 1) - 1):
        return [*drafts_of(other, joined, groups, form), *drafts]
    return drafts


def _intransitive(reading: Reading, clauses: Clauses, at: int, entry: HarmWords) -> list[Draft]:
    left = clauses.skip_left(at - 1)
    start = at
    if left >= 0 and left not in clauses.by_last and reading.mask[left] & (HAVE | BE | MODAL | DO):
        start = first_auxiliary(reading, clauses, left)
    groups = clauses.subject_of(start, is_person=not entry.needs_people)
    if not groups and left >= 0 and reading.mask[left] & CONJUNCTION:
        groups = clauses.subject_of(left, is_person=False) or _of_relative(reading, clauses, left)
        if not groups and entry.form == "intransitive":
            groups = _opening(clauses, at)
    if groups:
        groups = [*groups, *companions(reading, clauses, at)]
    return drafts_of(entry, at, [group for group in groups if is_animate(entry, group)], entry.form)


def _of_relative(reading: Reading, clauses: Clauses, left: int) -> list[Group]:
    """As in "Seaman Roe, who was swept from the deck and drowned": the people before the relative pronoun."""
    for at in range(left - 1, max(0, left - _RELATIVE_REACH), -1):
        if reading.low[at] == "who":
            return clauses.subject_of(at, is_person=True)
        if reading.low[at] == ";":
            break
    return []


def _opening(clauses: Clauses, at: int) -> list[Group]:
    """As in "A drummer collapsed and died": the only people before the verb, though the vocabulary has no such noun."""
    before = [group for group in clauses.groups if group.last < at]
    return before if len(before) == 1 and before[0].first == 0 and before[0].is_guess else []


def _attributes(reading: Reading, clauses: Clauses, drafts: list[Draft]) -> list[Draft]:
    """As in "two wounded soldiers": the harm stands inside the group."""
    found = []
    for group in clauses.groups:
        if group.attribute < 0:
            continue
        entry = reading.words[group.attribute].harm
        taken = any(
            draft.group is group and (draft.entry.harm == entry.harm or _is_past(entry, draft.entry))
            for draft in drafts
            if entry
        )
        if entry is None or taken:
            continue
        found.append(
            Draft(
                entry,
                group.attribute,
                group,
                group.first,
                group.last,
                "attribute",
                rules=[entry.name, "attribute", *group.rules],
            )
        )
    return found


def _is_freed(reading: Reading, group: Group | None) -> bool:
    """As in "rescued 14 kidnapped workers": told of people who no longer are."""
    return group is not None and group.first > 0 and reading.low[group.first - 1] in _FREED


def _is_past(attribute: HarmWords, verb: HarmWords) -> bool:
    """As in "a wounded policeman died", "the missing sailor was found dead": what became of him says it all."""
    return attribute.harm in {"captured", "missing"} or (attribute.harm == "injured" and verb.harm == "killed")


def _share(reading: Reading, drafts: list[Draft], voices: dict[int, str]) -> None:
    """As in "60 were killed and injured": one group under two harms is one claim of casualties."""
    del reading, voices
    if len(drafts) < 2:
        return
    for second in [draft for draft in drafts if draft.voice in {"joined", "gerund"} and draft.group is not None]:
        for first in drafts:
            pair = {first.entry.harm, second.entry.harm}
            if first is not second and first.group is second.group and pair == {"killed", "injured"}:
                first.rules.append("joint count")
                first.voice = "joint"
                first.last, first.first = max(first.last, second.last), min(first.first, second.first)
                drafts.remove(second)
                drafts[:] = [one for one in drafts if one is first or one.group is not first.group]
                break
