"""Harm words and the people they take: one harm event for each group of each harm word of a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.denials import absences
from watcher.detect.cues.denied_lists import deny_listed_harms
from watcher.detect.cues.unnamed_denials import deny_unnamed
from watcher.detect.harm.adjectives import (
    adjective_groups,
    attributes,
    counted_among,
    fronted_patients,
    is_to_be_named,
    newly_fallen,
    told_of,
)
from watcher.detect.harm.answered_labels import answer_labels
from watcher.detect.harm.bodies import bodies
from watcher.detect.harm.breakdowns import broken_down, count_shares, hold_listed, mark_after_title
from watcher.detect.harm.counted_by_verb import count_as_said
from watcher.detect.harm.distributed_counts import count_for_each
from watcher.detect.harm.ellipsis import elided
from watcher.detect.harm.exceptions import admit_exceptions, admit_those_spoken_of, only_these
from watcher.detect.harm.grammar import Clauses
from watcher.detect.harm.inversions import people_after, there_are
from watcher.detect.harm.joined_passives import opening_subject
from watcher.detect.harm.labelled_figures import figure_after, labelled_figure
from watcher.detect.harm.limbs import cost_a_limb, limb_hit
from watcher.detect.harm.lives import lives_groups
from watcher.detect.harm.losses import (
    dead_of_nobody,
    drop_leavers,
    each_of_neither,
    leave_missing,
    lost_by,
    own_dead,
    uncount_exceptions,
)
from watcher.detect.harm.manners import tell_manners
from watcher.detect.harm.nouns import noun_groups
from watcher.detect.harm.ordinal_tolls import count_rows
from watcher.detect.harm.parts import mark_parts, told_once
from watcher.detect.harm.reflexives import of_himself, themselves
from watcher.detect.harm.repeated_verbs import share_verbs
from watcher.detect.harm.roll_calls import call_names, call_roll, join_entries
from watcher.detect.harm.running_totals import count_running_totals
from watcher.detect.harm.same_people import once, without_states
from watcher.detect.harm.second_accounts import second_accounts, without_doers
from watcher.detect.harm.severities import count_by_severity
from watcher.detect.harm.shared_counts import count_all_of_whom, count_named, join_families, respectively, share_noun
from watcher.detect.harm.successive_numbers import keep_last_number, keep_risen_number
from watcher.detect.harm.table_events import row_events
from watcher.detect.harm.tolls import (
    counted_as,
    is_amount,
    is_corrected,
    later_number,
    mark_corrected,
    number_said,
    numbering,
    reckoned,
    toll_groups,
)
from watcher.detect.harm.verbs import (
    beside,
    doers,
    harmed_with,
    joined_participle,
    listed_after,
    object_of_list,
    of_losers,
    participle_events,
    shared_subject,
    suffered_with,
)
from watcher.detect.harm.wounds import is_cause, is_hit_by_missile, wounding
from watcher.detect.people.animals import harms_animals
from watcher.detect.people.name_groups import has_rank
from watcher.detect.people.partitives import is_share_of
from watcher.detect.people.sides import of_some_side
from watcher.detect.words.annotations import (
    Group,
    HarmEvent,
    events_of,
    is_animate,
)
from watcher.detect.words.idioms import ends_tail, has_context, is_tail, meant
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_plural_owner
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, HAVE, INDEFINITE, RANK, RELATIVE, THING

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.tokens import Sentence


_LOSSES = 100  # people: who "loses" so many in a day does not say how
_NEGATOR = ROLES["negators"]
_PARTING = frozenset(",\"'“”‘’")
_STOPS = frozenset(",;:.")
_WITHOUT = 4  # words of "without any further own losses"
_NAME = 4  # words of a name with its rank
_LIFE = 6  # words of "paid for it with his"
_RELATIVE_REACH = 20  # words between "who" and a second verb


def find_harm_events(sentence: Sentence) -> None:
    """Every harm word of a sentence with each group of its people, in the order of the words; parts come last."""
    if sentence.row is not None:
        sentence.events = row_events(sentence, sentence.row)
        return
    if not sentence.harms:
        return
    entries = join_entries(sentence) if ";" in sentence.present or sentence.roles & RANK else []
    clauses = Clauses(sentence)
    events: list[HarmEvent] = []
    for at in sentence.harms:
        events += _of_harm(clauses, at, events)
    events += [*attributes(clauses, events), *themselves(clauses, events), *there_are(sentence, events)]
    events += bodies(sentence, events)
    count_shares(clauses, events)
    events = count_by_severity(clauses, events)
    events = deny_unnamed(sentence, call_roll(clauses, answer_labels(sentence, events)))
    events = call_names(clauses, events, entries) if entries and events else events
    events = events or share_verbs(clauses, [])
    if not events:
        return
    events = without_states(sentence, once(sentence, _without_headings(sentence, _without_verdicts(events))))
    deny_listed_harms(sentence, events)
    if sentence.roles & THING:
        events = [event for event in events if not harms_animals(sentence, event)]
    uncount_exceptions(clauses, events)
    leave_missing(clauses, events)
    drop_leavers(clauses, events)
    admit_exceptions(clauses, events)
    admit_those_spoken_of(clauses, events)
    events += only_these(clauses, events)
    shared = elided(clauses, events)
    shared += share_verbs(clauses, [*events, *shared])
    events = without_doers([*events, *shared]) if shared else events
    events = second_accounts(sentence, events)
    events = keep_risen_number(sentence, keep_last_number(sentence, events))
    events += broken_down(clauses, events)
    share_noun(events)
    count_all_of_whom(clauses, events)
    join_families(sentence, events)
    count_named(sentence, events)
    events = respectively(sentence, events)
    _count_losses_together(sentence, events)
    _join_counts(sentence, events)
    count_for_each(sentence, events)
    tell_manners(sentence, events)
    mark_parts(clauses, events)
    hold_listed(sentence, events)
    mark_corrected(sentence, events)
    count_as_said(sentence, events)
    count_rows(sentence, events)
    events += count_running_totals(sentence, events)
    mark_after_title(sentence, events)
    sentence.events = told_once(sentence, events)


def _of_harm(clauses: Clauses, at: int, before: list[HarmEvent]) -> list[HarmEvent]:
    """The events of one harm word, by its grammatical form; `before` are those of the words before it."""
    sentence = clauses.sentence
    entry = meant(sentence, at)
    if entry is not None and entry.is_solemn and is_to_be_named(clauses, at):
        return [newly_fallen(clauses, at, entry)]
    if entry is None or at in clauses.attributes or (entry.form == "noun" and is_tail(sentence, at)):
        return []
    if entry.needs_count and entry.form == "participle" and ends_tail(sentence, at):
        return []
    if entry.needs_auxiliary and at and sentence.mask[at - 1] & INDEFINITE:
        return []  # "without firing a shot the raiders entered"
    lost = lost_by(clauses, at) if entry.of_losers else dead_of_nobody(clauses, at) if entry.of_nobody else []
    limbless = cost_a_limb(clauses, at, entry) if entry.of_losers else []
    if limbless:
        return events_of(replace(entry, harm="injured"), at, limbless, "active")
    if entry.of_own:
        return events_of(entry, at, own_dead(clauses, at), "active")
    if lost or entry.of_nobody:
        return events_of(entry, at, lost, "active" if entry.of_losers else "intransitive")
    is_meant = has_context(sentence, at, entry) or (entry.hits_limbs and is_hit_by_missile(clauses, at))
    found = _of_form(clauses, at, entry, before) if is_meant else []
    if found or not (entry.hits_limbs or entry.takes_limbs):
        return found
    groups, voice = limb_hit(clauses, at, entry)
    return events_of(replace(entry, harm="injured"), at, groups, voice) if groups else []


def _of_form(clauses: Clauses, at: int, entry: HarmWords, before: list[HarmEvent]) -> list[HarmEvent]:
    """The events of a harm word that has what it needs beside it, by its grammatical form."""
    sentence, form = clauses.sentence, entry.form
    is_plain = form in {"participle", "adjective", "noun"}
    told = _told(clauses, at, entry) if is_plain else []
    if told:
        return told
    if form == "participle":
        return participle_events(clauses, at, entry, before)
    if form in {"gerund", "base", "present"}:
        return _active(clauses, at, entry)
    if form in {"intransitive", "present_intransitive", "base_intransitive"}:
        return _intransitive(clauses, at, entry, before)
    if form == "verdict":
        return [] if _is_class(sentence, at) else [HarmEvent(entry, at, None, at, at, "verdict", rules=[entry.name])]
    if form == "adjective":
        return events_of(entry, at, _with_adjective(clauses, at, entry, before), "adjective")
    if form == "toll":
        groups = later_number(clauses, at) if entry.points_back else toll_groups(clauses, at)
        clauses.taken.update(group.first for group in groups)
        if not groups and _is_without(sentence, at):
            return [HarmEvent(entry, at, None, at, at, "noun", rules=[entry.name])]  # "without own losses"
        entry = replace(entry, corrects=True) if groups and is_corrected(sentence, at, groups[0]) else entry
        return events_of(entry, at, groups, "toll")
    if form == "lives":
        return events_of(entry, at, lives_groups(clauses, at), "lives")
    return _noun(clauses, at, entry)


def _with_adjective(clauses: Clauses, at: int, entry: HarmWords, before: list[HarmEvent]) -> list[Group]:
    """The people of an adjective; "killed, wounded or missing" and "dead or injured" share theirs."""
    if entry.of_fronted:
        return fronted_patients(clauses, at, entry)
    groups = adjective_groups(clauses, at, entry) or told_of(clauses, at) or fronted_patients(clauses, at, entry)
    if groups:
        if clauses.sentence.mask[at - 1] & BE:
            clauses.voices[at] = "passive"
        number = number_said(clauses, groups[0], at) if len(groups) == 1 else None
        return groups if number is None else [number]
    joined = joined_participle(clauses, clauses.skip_left(at - 1))
    if joined < 0 or clauses.voices[joined] == "active" or at + 1 in clauses.by_first:
        return []
    clauses.voices[at] = clauses.voices[joined]
    return [event.group for event in before if event.at == joined and event.group is not None]


def _is_class(sentence: Sentence, at: int) -> bool:
    """As in "credible, not credible or open": a verdict beside another one names a class of reports, no finding."""
    classes = sentence.rule_words.verdict_classes
    for step in (-1, 1):
        probe = at + step
        while 0 <= probe < sentence.size and _parts_classes(sentence, probe):
            probe += step
        is_parted = abs(probe - at) > 1 and 0 <= probe < sentence.size
        if is_parted and not classes.isdisjoint(sentence.low[probe].split(" ")):
            return True
    return False


def _parts_classes(sentence: Sentence, at: int) -> bool:
    """As in "17 as unsubstantiated and two as substantiated", '"founded", "unfounded" or "dismissed"'."""
    is_joint = sentence.low[at] in _PARTING or bool(sentence.mask[at] & CONJUNCTION)
    return is_joint or at in sentence.quantities or sentence.low[at] in sentence.rule_words.capacity


def _told(clauses: Clauses, at: int, entry: HarmWords) -> list[HarmEvent]:
    """As in "dead 2", "two marines are among those killed", "our dead number six", "the count of the wounded is 20"."""
    nobody = clauses.by_last.get(at - 1)  # "none of the dead was a soldier"
    if (nobody is not None and nobody.is_nobody) or (at and is_share_of(clauses.sentence, at - 1)):
        return []
    among = counted_among(clauses, at) or figure_after(clauses, at) or labelled_figure(clauses, at)
    if among:
        return events_of(entry, at, among, "adjective")
    quantities = clauses.sentence.quantities
    if not quantities or next(reversed(quantities)) < at:
        return []  # no number follows
    return events_of(entry, at, counted_as(clauses, at) or numbering(clauses, at) or reckoned(clauses, at), "toll")


def _noun(clauses: Clauses, at: int, entry: HarmWords) -> list[HarmEvent]:
    """As in "the deaths of two soldiers"; a noun without people is an event by itself where it needs none."""
    if entry.harm == "injured" and is_cause(clauses.sentence, at):
        return []
    wounded = wounding(clauses, at, entry)
    if wounded:
        return events_of(entry, at, wounded, "present")
    if entry.is_solemn:
        return [HarmEvent(entry, at, None, at, at, "noun", rules=[entry.name])]
    groups, is_licensed = ([_nobody(at)], True) if entry.of_none else noun_groups(clauses, at, entry)
    is_owner = at + 1 < clauses.sentence.size and is_plural_owner(clauses.sentence, at + 1)
    groups = [*groups, *(suffered_with(clauses, at) if groups and groups[-1].last < at else [])]
    if entry.needs_none:
        groups = [group for group in groups if group.is_nobody]
    if is_owner:
        groups = [group for group in groups if group.is_counted]
    if not groups:
        return [] if is_owner else _noun_without_people(clauses, at, entry, is_licensed=is_licensed)
    clauses.taken.update(group.first for group in groups if group.is_bare)
    events = events_of(entry, at, groups, "noun")
    for event in events:
        event.is_licensed = is_licensed or (event.group is not None and event.group.is_counted)
    return events


def _nobody(at: int) -> Group:
    """Nobody, as the words of a harm say themselves: "hit nobody"."""
    return Group(at, at, 0, 0, "exact", is_bare=True, is_counted=True, rules=("none",))


def _noun_without_people(clauses: Clauses, at: int, entry: HarmWords, *, is_licensed: bool) -> list[HarmEvent]:
    """As in "there were casualties": an event by itself, where its noun needs nobody; not "the victims' lawyer"."""
    is_absent = entry.needs_none and _is_without(clauses.sentence, at)
    if entry.needs_people or entry.needs_count or (entry.needs_none and not is_absent):
        return []
    parties = each_of_neither(clauses, at) if is_absent else []
    if parties:
        return events_of(entry, at, parties, "noun")  # "neither the guards nor the raiders suffered losses"
    is_all = clauses.sentence.low[at] in clauses.sentence.rule_words.everybody  # "No survivors in Karst crash"
    is_licensed = is_licensed or entry.is_found or (is_all and not clauses.sentence.roles & AUXILIARY)
    return [HarmEvent(entry, at, None, at, at, "noun", is_licensed=is_licensed, rules=[entry.name])]


def _is_without(sentence: Sentence, at: int) -> bool:
    """As in "no reports of losses", "without any losses": a word before says that there is nothing of the kind."""
    if any(token < at for token in absences(sentence)):
        return True
    absent = (one for one, cue in sentence.cues if cue.role == "absence" and at - _WITHOUT <= one < at)
    return any(_STOPS.isdisjoint(sentence.low[one:at]) for one in absent)


def _active(clauses: Clauses, at: int, entry: HarmWords) -> list[HarmEvent]:
    """As in "killing two soldiers", "wounding and killing two": the people after the verb."""
    sentence = clauses.sentence
    following = at + 1
    if following < sentence.size and sentence.low[following] in sentence.rule_words.genitive and entry.form == "gerund":
        following += 1
    groups = clauses.object_at(following) or object_of_list(clauses, at, entry)
    groups = of_losers(clauses, at, entry, groups)
    if entry.of_things_too:
        groups = beside(clauses, at, entry, groups, "active")
    clauses.voices[at] = "active"
    joined = joined_participle(clauses, clauses.skip_left(at - 1))
    clauses.taken.update(group.first for group in groups)
    events = events_of(entry, at, [group for group in groups if is_animate(entry, group)], entry.form)
    other = sentence.words[joined].harm if joined >= 0 else None
    if other is not None and groups and joined == clauses.skip_left(clauses.skip_left(at - 1) - 1):
        return [*events_of(other, joined, groups, entry.form), *events]
    return events


def _intransitive(clauses: Clauses, at: int, entry: HarmWords, before: list[HarmEvent]) -> list[HarmEvent]:
    """As in "two soldiers died": the people before the verb and those who died with them."""
    sentence = clauses.sentence
    listed = listed_after(clauses, at, clauses.skip_left(at - 1)) or labelled_figure(clauses, at)
    if listed:
        return events_of(entry, at, listed, "listed")
    if entry.is_reflexive:
        return of_himself(clauses, at, entry)
    inverted = people_after(clauses, at)
    if inverted:
        return events_of(entry, at, inverted, entry.form)
    drowned = _objects_of_intransitive(clauses, at) if entry.takes_object else []
    if drowned:
        return events_of(entry, at, drowned, "active")
    left = clauses.skip_left(at - 1)
    if entry.victims and left >= 0 and sentence.mask[left] & THING:
        return []  # "none of the troops were in the town when the shells fell"
    groups = shared_subject(clauses, left, before) or _those_of_number(clauses, at)
    verb = clauses.first_auxiliary(at, AUXILIARY)
    groups = groups or clauses.subject_of(verb, is_person=not entry.needs_people)
    if not groups and entry.needs_people and _is_somebody(sentence, at):
        groups = clauses.subject_of(verb, is_person=True)
    if not groups and left >= 0 and sentence.mask[left] & CONJUNCTION:
        groups = clauses.subject_of(left, is_person=False) or _of_relative(clauses, left)
        if not groups and entry.form == "intransitive":
            groups = _opening(clauses, at) or _named_first(clauses, at)
    groups = groups or opening_subject(clauses, at)
    if groups:
        groups = doers(clauses, groups, left)
        groups = _of_his_life(clauses, at, groups) if entry.tail else groups
        groups = [*groups, *harmed_with(clauses, at)]
        numbered = number_said(clauses, groups[0], at)
        groups = groups if numbered is None else [numbered]
    groups = of_some_side(sentence, groups) if entry.victims else groups
    return events_of(entry, at, [group for group in groups if is_animate(entry, group)], entry.form)


def _is_somebody(sentence: Sentence, at: int) -> bool:
    """As in "Omar Said broke his leg", where no team can have lost it, and "Sgt. Said lost both legs"."""
    owners = sentence.rule_words.singular_possessives
    return not owners.isdisjoint(sentence.low[at].split(" ")) or has_rank(sentence, max(0, at - _NAME), at - 1)


def _of_his_life(clauses: Clauses, at: int, groups: list[Group]) -> list[Group]:
    """As in "the watchman stopped the thieves and paid with his life": of one person, not of those between."""
    sentence, after = clauses.sentence, clauses.sentence.low[at + 1 : at + _LIFE]
    if groups[0].low == 1 or sentence.rule_words.singular_possessives.isdisjoint(after):
        return groups
    return clauses.first_subject(groups[0].first) or groups


def _those_of_number(clauses: Clauses, at: int) -> list[Group]:
    """As in "a rose for each of the 44 drowned of that night": the participle is the noun of the number before it."""
    near, low = clauses.by_last.get(at - 1), clauses.sentence.low[at + 1 : at + 2]
    is_number = near is not None and near.is_bare and near.is_counted and near.is_definite
    return [near] if near is not None and is_number and low and low[0] in clauses.sentence.rule_words.genitive else []


def _objects_of_intransitive(clauses: Clauses, at: int) -> list[Group]:
    """As in "pirates drowned six fishermen", "the flood drowned nine": it was done to those right after the verb."""
    group = clauses.by_first.get(at + 1)
    if group is None or group.is_guess or not at:
        return []
    before = clauses.by_last.get(at - 1)
    is_by_thing = before is not None and before.is_guess and not before.is_counted and group.is_counted
    return clauses.object_at(at + 1) if group.head >= 0 or is_by_thing else []


def _of_relative(clauses: Clauses, left: int) -> list[Group]:
    """As in "Seaman Roe, who was swept from the deck and drowned": the people before the relative pronoun."""
    sentence = clauses.sentence
    for at in range(left - 1, max(0, left - _RELATIVE_REACH), -1):
        if sentence.low[at] in sentence.rule_words.person_relatives:
            return clauses.subject_of(at, is_person=True)
        if sentence.low[at] == ";":
            break
    return []


def _opening(clauses: Clauses, at: int) -> list[Group]:
    """As in "A drummer collapsed and died": the only people before the verb, though the vocabulary has no such noun."""
    before = [group for group in clauses.groups if group.last < at]
    return before if len(before) == 1 and before[0].first == 0 and before[0].is_guess else []


def _named_first(clauses: Clauses, at: int) -> list[Group]:
    """As in "Jan Holm, 41, was trapped under a tractor and died": whoever the first verb of the sentence tells of."""
    sentence = clauses.sentence
    verb = next((one for one in range(1, at) if sentence.mask[one] & (BE | HAVE) or _is_after_age(sentence, one)), at)
    is_one_clause = not any(sentence.mask[one] & (BARRIER | RELATIVE) for one in range(verb, at))
    groups = clauses.subject_of(verb, is_person=True) if verb < at and is_one_clause else []
    return [group for group in groups if group.is_name]


def _is_after_age(sentence: Sentence, at: int) -> bool:
    """Whether the words of a sentence before a token are a name and an age: "Jan Holm, 41, fell"."""
    signs = [sentence.low[at - 3], sentence.low[at - 1]] if 4 < at <= _NAME + 5 else []
    return signs == [",", ","] and sentence.low[at - 2].isdecimal()


def _without_verdicts(events: list[HarmEvent]) -> list[HarmEvent]:
    """A verdict ("not credible") speaks only where no other word of harm does."""
    others = [event for event in events if event.voice != "verdict"]
    return others or events


def _without_headings(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "Casualties among the enemy: 20 killed", "the dead and the wounded together number 15"."""
    if len(events) < 2:
        return events
    if any(event.voice == "toll" and event.entry.harm == "casualty" for event in events):
        return [event for event in events if event.group is not None and event.group.is_counted]
    events = [event for event in events if not is_amount(sentence, event, events)]
    if ":" not in sentence.low:
        return events
    colon = sentence.low.index(":")
    is_counted = any(event.at > colon and event.group is not None and event.group.is_counted for event in events)
    is_heading = [
        event.entry.harm == "casualty" and event.at < colon and not (event.group is not None and event.group.is_counted)
        for event in events
    ]
    return [event for event, heading in zip(events, is_heading, strict=True) if not (heading and is_counted)]


def _count_losses_together(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "lost about 930 soldiers in the past day": an army's losses of a day are its dead and wounded together."""
    if sentence.rule_words.loss_periods.isdisjoint(sentence.present):
        return
    for event in events:
        is_loss = event.entry.needs_count and event.entry.explicit and event.voice == "active"
        if is_loss and event.group is not None and (event.group.low or event.group.high or 0) >= _LOSSES:
            event.voice = "joint"


def _is_each_denied(sentence: Sentence, first: HarmEvent) -> bool:
    """As in "nobody was killed or wounded": of those of whom there are none, each harm is denied by itself."""
    group = first.group
    if group is None or group.is_nobody:
        return group is not None
    return not group.is_counted and bool(sentence.roles & _NEGATOR)


def _join_counts(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "60 were killed and injured": one group under two harms is one claim of casualties."""
    if len(events) < 2:
        return
    for second in [event for event in events if event.voice in {"joined", "gerund"} and event.group is not None]:
        for first in events:
            pair = {first.entry.harm, second.entry.harm}
            is_pair = first is not second and first.group is second.group and pair == {"killed", "injured"}
            if is_pair and not _is_each_denied(sentence, first):
                first.rules.append("joint count")
                first.voice = "joint"
                first.last, first.first = max(first.last, second.last), min(first.first, second.first)
                events.remove(second)
                events[:] = [one for one in events if one is first or one.group is not first.group]
                break
