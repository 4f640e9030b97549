"""Harm words and the people they take: one draft of a claim for each group of each harm word of a sentence."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from watcher.detect.annotations import Draft, drafts_of, is_animate
from watcher.detect.grammar import Clauses
from watcher.detect.groups import read_groups
from watcher.detect.harm_nouns import adjective_groups, lives_groups, noun_groups, toll_groups
from watcher.detect.harm_verbs import companions, first_auxiliary, joined_participle, participle_drafts
from watcher.detect.lexicon import ROLES
from watcher.detect.names import silence_names, take_names
from watcher.detect.numbers import read_quantities
from watcher.detect.tokens import BE, CONJUNCTION, DEFINITE, DO, HAVE, MODAL

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.annotations import Group
    from watcher.detect.tokens import Reading


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


# Groups whose verb is left out because it has been said: "two men were killed in Basra and three in Amara".

_PLACE, _DAY = ROLES["place_opener"], ROLES["weekday"]
_FORMS = frozenset({"participle", "intransitive", "gerund"})
_SUBJECT = 4  # words between "and" and the number: "and the national police four"


def elided(reading: Reading, clauses: Clauses, drafts: list[Draft]) -> list[Draft]:
    """A draft for each counted group that shares the verb of the draft before it."""
    taken = {draft.group.first for draft in drafts if draft.group is not None}
    found: list[Draft] = []
    for group in clauses.groups:
        if not group.is_counted or group.first in taken or group.is_pronoun or not group.low:
            continue
        verb = _verb_before(drafts, group)
        if verb is None:
            continue
        victim = _second_place(reading, verb, group) or _second_subject(reading, verb, group)
        if victim is not None:
            found.append(_shared(verb, victim))
    return found


def _verb_before(drafts: list[Draft], group: Group) -> Draft | None:
    """The last claim with a number that ends before a group."""
    before = [
        draft
        for draft in drafts
        if draft.last < group.first
        and draft.entry.form in _FORMS
        and draft.group is not None
        and draft.group.is_counted
    ]
    return before[-1] if before else None


def _second_place(reading: Reading, verb: Draft, group: Group) -> Group | None:
    """As in "… and three in Amara", ", three on Monday": a bare number and another place or day."""
    after = group.last + 1
    if not group.is_bare or after + 1 >= reading.size or not _is_joint(reading, group.first - 1):
        return None
    is_place = bool(reading.mask[after] & _PLACE) and reading.is_capital(after + 1)
    is_day = reading.low[after] == "on" and bool(reading.mask[after + 1] & _DAY)
    if not (is_place or is_day) or verb.group is None or _has_verb(reading, after):
        return None
    return replace(group, victim=verb.group.victim if group.victim == "unknown" else group.victim)


def _second_subject(reading: Reading, verb: Draft, group: Group) -> Group | None:
    """As in "the army lost two men, the police four": another subject and its number, behind an active verb."""
    if verb.voice != "active" or _has_verb(reading, group.last + 1):
        return None
    for at in range(group.first - 1, max(0, group.first - _SUBJECT), -1):
        entry = reading.words[at].people
        if reading.mask[at] & DEFINITE and _is_joint(reading, at - 1):
            owner = reading.words[group.first - 1].people
            is_unknown = group.victim == "unknown" and owner is not None
            return replace(group, victim=owner.victim) if is_unknown and owner is not None else group
        if entry is None and reading.is_word(at) and not reading.is_capital(at):
            return None
    return None


def _is_joint(reading: Reading, at: int) -> bool:
    return at > 0 and (bool(reading.mask[at] & CONJUNCTION) or reading.low[at] in {",", ";"})


def _has_verb(reading: Reading, at: int) -> bool:
    """Whether the clause that goes on at a token has a verb of its own."""
    for probe in range(at, reading.size):
        if reading.low[probe] in {",", ";", "."} or reading.mask[probe] & CONJUNCTION:
            return False
        if reading.mask[probe] & (BE | HAVE | MODAL) or reading.words[probe].harm is not None:
            return True
    return False


def _shared(verb: Draft, group: Group) -> Draft:
    rules = [verb.entry.name, "verb said before", *group.rules]
    return Draft(verb.entry, group.first, group, group.first, group.last, verb.voice, rules=rules)


# Parts of a group: "including four children", "one of whom was a child", "eleven people: seven … and four …".

_PART, _OF_WHOM = ROLES["part_openers"], ROLES["of_whom"]
_AMONG = frozenset({"among", "amongst"})
_LISTS = frozenset({":", "("})


def mark_parts(reading: Reading, clauses: Clauses, drafts: list[Draft]) -> None:
    """As in "12 people were killed, including four children": the four are a part of the twelve."""
    if not drafts:
        return
    _count_among(reading, clauses, drafts)
    is_opener = reading.roles & _PART
    if not is_opener and ":" not in reading.low and "(" not in reading.low:
        return
    for at in [at for at, low in enumerate(reading.low) if low in _LISTS or (is_opener and reading.mask[at] & _PART)]:
        is_list = reading.low[at] in _LISTS
        whole = _whole(drafts, at)
        if whole is None:
            continue
        if is_list and whole.entry.harm == "casualty":
            _spell_out(drafts, whole, at)
            continue
        groups = _part_groups(reading, clauses, at)
        if is_list and (
            len(groups) < 2 or sum(group.low or 0 for group in groups) != (whole.group.low if whole.group else None)
        ):
            continue
        known = [draft for draft in drafts if draft.group in groups and draft is not whole]
        for draft in known:
            if draft.entry.harm == whole.entry.harm:
                draft.is_part, draft.part_of = True, whole
        for group in groups:
            _add_part(drafts, whole, group, is_new=not any(draft.group is group for draft in known))


def _count_among(reading: Reading, clauses: Clauses, drafts: list[Draft]) -> None:
    """As in "Two children were among the five people killed": the number of children of those behind "among"."""
    if _AMONG.isdisjoint(reading.low):
        return
    for at, low in enumerate(reading.low):
        left = at - 1
        if low not in _AMONG or left < 1 or not reading.mask[left] & BE:
            continue
        group = clauses.by_last.get(clauses.skip_left(left - 1))
        whole = next((draft for draft in drafts if draft.group is not None and draft.group.first > at), None)
        if group is not None and whole is not None and (group.is_child or group.is_woman):
            _add_part(drafts, whole, group, is_new=False)


def _spell_out(drafts: list[Draft], whole: Draft, at: int) -> None:
    """As in "nine civilian casualties (two dead and seven injured)": together they are the nine, and civilians too."""
    parts = [draft for draft in drafts if draft.group is not None and draft.group.first > at and not draft.is_part]
    total = whole.group.low if whole.group is not None else None
    if len(parts) < 2 or total != sum(part.group.low or 0 for part in parts if part.group is not None):
        return
    for part in parts:
        part.is_part, part.part_of = True, whole
        if part.group is not None and whole.group is not None and part.group.victim == "unknown":
            part.group = replace(part.group, victim=whole.group.victim)


def _whole(drafts: list[Draft], at: int) -> Draft | None:
    """The last claim before a part's opener: by its people where they stand before it, else by its verb."""
    before = [
        draft
        for draft in drafts
        if draft.group is not None and draft.group.last < at and not draft.is_part and draft.group.low != 0
    ]
    if not before:
        return None
    return max(
        before, key=lambda draft: (draft.group.last if draft.group else 0, draft.entry.harm == "killed", draft.at <= at)
    )


def _part_groups(reading: Reading, clauses: Clauses, at: int) -> list[Group]:
    """The groups named as parts: behind "including", or around "of whom"."""
    if reading.mask[at] & _OF_WHOM:
        number = clauses.by_last.get(at) or clauses.by_last.get(at - 1)
        after = clauses.skip_right(at + 1)
        if after < reading.size and reading.mask[after] & BE:
            after = clauses.skip_right(after + 1)
        noun = clauses.by_first.get(after)
        inside = next((group for group in clauses.groups if group.first < at < group.last), None)
        if inside is not None and inside.is_counted and (inside.is_child or inside.is_woman):
            return [inside]
        if number is not None and number.is_counted:
            return (
                [_with_noun(number, noun)]
                if noun is not None and not noun.is_counted and not noun.is_pronoun
                else [number]
            )
        return [noun] if noun is not None and not noun.is_pronoun else []
    return [group for group in clauses.object_at(at + 1) if not group.is_pronoun]


def _with_noun(number: Group, noun: Group) -> Group:
    """As in "four of whom were children": the number of one group with the noun of the other."""
    return replace(
        number,
        last=noun.last,
        head=noun.head,
        victim=noun.victim,
        is_child=noun.is_child,
        is_woman=noun.is_woman,
        rules=(*number.rules, *noun.rules),
    )


def _add_part(drafts: list[Draft], whole: Draft, group: Group, *, is_new: bool) -> None:
    count = group.low if group.low is not None else group.high
    if group.is_child and whole.children is None:
        whole.children = count
    if group.is_woman and whole.women is None:
        whole.women = count
    is_vague = group.kind == "vague" and not group.is_counted
    if not is_new or is_vague or group.is_guess or group.is_child or group.is_woman:
        return
    part = Draft(
        whole.entry,
        whole.at,
        group,
        group.first,
        group.last,
        whole.voice,
        is_part=True,
        part_of=whole,
        rules=[whole.entry.name, "part", *group.rules],
    )
    drafts.append(part)
