"""Of which class somebody is who is named: by the rank before the name, or the description beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import has_rank, name_left
from watcher.detect.people.names import is_rank
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, CONJUNCTION, RELATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.config.words import PeopleWords
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_TITLE = ROLES["titles"]
_SPEECH, _ACCORDING = ROLES["speech"], ROLES["according"]
_BESIDE = 4  # one more than the words before a name that may describe him
_RANK_REACH, _DESCRIPTION = 6, 14  # words before and after a name that can say who it is
_CLOSE = 5  # words around "commander" that say of whom
_CONTEXT = 600  # characters around a claim that say whose officers are meant
_STOPS = frozenset({";", ":"})
_OPENERS = frozenset({",", "("})


def class_of_name(sentence: Sentence, group: Group) -> Victim:
    """As in "Sgt. Omar Rashid", "Omar Rashid, a commander of …": a rank, or the description beside the name."""
    ranked = _by_rank(sentence, group)
    if ranked is not None:
        return ranked
    inside = range(group.first, max(group.last - 1, group.first + 1))  # "Police Sergeant Mora"
    before = [*inside, *_close_before(sentence, group.first)]
    after = range(group.last + 1, min(group.last + _DESCRIPTION, sentence.size))
    if not after or sentence.low[after[0]] not in {",", "("}:
        return described_class(sentence, before)
    described = _by_apposed(sentence, group) or described_class(sentence, after)
    return described if described != "unknown" else described_class(sentence, before)


def _close_before(sentence: Sentence, first: int) -> range:
    """The words right before a name that may describe him; none where they say whose word it is: "police said"."""
    near = range(first - 1, max(-1, first - _BESIDE), -1)
    telling = _SPEECH | _ACCORDING
    is_told = any(sentence.mask[at] & telling or sentence.low[at] in sentence.rule_words.saying for at in near)
    opener = near[-1] - 1 if near else -1
    is_told |= opener >= 0 and bool(sentence.mask[opener] & _ACCORDING)
    return range(0) if is_told else near


def _by_apposed(sentence: Sentence, group: Group) -> Victim | None:
    """As in "Omar Hadi (40), a leader of the ruling party, was shot": the class that all words of his give."""
    comma = group.last + 1
    if sentence.low[comma + 2 : comma + 4] == [")", ","]:
        comma += 3
    told = (one for one in sentence.groups if one.first == comma + 1 and one.head >= 0 and not one.is_guess)
    found = next(told, None)
    return found.victim if found is not None and found.low == 1 and found.victim in {"civilian", "official"} else None


def class_of_ranked_before(sentence: Sentence, group: Group) -> Victim:
    """As in "Constable Ali Khan, a resident of Tank, was killed": the class of the rank before the description."""
    if not group.first or sentence.low[group.first - 1] not in _OPENERS:
        return "unknown"
    for at in range(group.first - 1, max(0, group.first - _DESCRIPTION), -1):
        if sentence.mask[at] & (AUXILIARY | CONJUNCTION | RELATIVE) or sentence.is_harm(at):
            break
        if sentence.low[at] in _OPENERS and sentence.is_word(at - 1) and sentence.is_capital(at - 1):
            name = name_left(sentence, at - 1)
            is_ranked = name is not None and has_rank(sentence, name.first, name.last)
            return class_of_name(sentence, name) if name is not None and is_ranked else "unknown"
    return "unknown"


def _by_rank(sentence: Sentence, group: Group) -> Victim | None:
    """The class of a rank in or before a name: a policeman's is his noun's, every other is a soldier's."""
    for at in range(max(0, group.first - _RANK_REACH), min(group.first + 3, sentence.size)):
        if not is_rank(sentence, at) or sentence.mask[at] & _TITLE:
            continue
        if at < group.first and _is_apart(sentence, at, group.first):
            continue
        entry = sentence.words[at].people
        if sentence.low[at] in sentence.rule_words.deputies:
            return deputy_class(sentence, group)
        if entry is None or entry.victim in {"military", "police"}:
            victim = _rank_class(sentence, at)
            return "police" if victim == "military" and is_told_of_police(sentence, group) else victim
    return None


def deputy_class(sentence: Sentence, group: Group) -> Victim:
    """Of a parliament, but where the text is of a sheriff or of the roads that he patrols."""
    return "official" if sentence.rule_words.sheriffs.isdisjoint(words_around(sentence, group)) else "police"


def _rank_class(sentence: Sentence, at: int) -> Victim:
    """A soldier's, but for a policeman's: "Officer Roe" is one, where "Petty Officer Roe" is a sailor."""
    entry = sentence.words[at].people
    is_whole = at == 0 or not (sentence.is_capital(at - 1) and sentence.is_word(at - 1)) or sentence.mask[at - 1] & BE
    if entry is not None and entry.is_weak and is_whole and sentence.low[at] in sentence.rule_words.police_titles:
        return "police"
    return entry.victim if entry is not None and not entry.is_weak else "military"


def _is_apart(sentence: Sentence, at: int, first: int) -> bool:
    """Whether a comma or an "and" stands between a rank and a name: it is then somebody else's, but not "Sappers"."""
    if sentence.low[at].endswith(sentence.rule_words.plural_endings):
        return False
    return any(sentence.low[probe] == "," or sentence.mask[probe] & CONJUNCTION for probe in range(at + 1, first))


def described_class(sentence: Sentence, places: Sequence[int]) -> Victim:
    """The first word with a class; one that says little ("a commander of …") gives way to another close by."""
    weak: Victim = "unknown"
    left = len(places)
    for at in places:
        entry: PeopleWords | None = sentence.words[at].people
        if entry is not None and entry.victim != "unknown":
            if not entry.is_weak:
                return entry.victim
            weak, left = (entry.victim, _CLOSE) if weak == "unknown" else (weak, left)
        left -= 1
        if left < 0 or sentence.words[at].harm is not None or sentence.low[at] in _STOPS:
            break
    return weak


def is_told_of_police(sentence: Sentence, group: Group) -> bool:
    """As in "Police have named the two officers. Sergeant Roe died": the words around are of police and no soldiers."""
    if sentence.lexicon.rule_words.police_ranks.isdisjoint(sentence.low[max(0, group.first - 1) : group.last + 1]):
        return False
    known, ranks = sentence.lexicon.words, sentence.rule_words.police_ranks
    near = (known[word] for word in words_around(sentence, group) if word in known and word not in ranks)
    classes = {one.people.victim for one in near if one.people is not None and not one.people.is_weak}
    return "police" in classes and "military" not in classes


def words_around(sentence: Sentence, group: Group) -> set[str]:
    """The words around people, in the sentences before and after as well."""
    begin = max(0, sentence.starts[group.first] - _CONTEXT)
    around = sentence.text[begin : sentence.stops[group.last] + _CONTEXT].lower().replace("\u2019", "'")
    return set(around.replace(",", " ").replace(".", " ").replace(":", " ").split())
