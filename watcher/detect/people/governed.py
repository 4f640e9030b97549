"""What governs people: a preposition, the opener of a part, whoever did it; they are then no subject of a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.ages import is_at_his_age
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DEFINITE,
    DETERMINER,
    HAVE,
    INDEFINITE,
    MONTH,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    THING,
    WEEKDAY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_OF_WHOM, _ACCORDING = ROLES["of_whom"], ROLES["according"]
_APOSTROPHES = frozenset("'’")
QUOTES = frozenset("\"'“”‘’*«»")
_DAY = WEEKDAY | MONTH
_SINGULAR_BE, _CLAUSE = ROLES["singular_be"], AUXILIARY | BARRIER | RELATIVE
_DATED = 3  # words between a year and whoever it dates
_ATTRIBUTE = 6  # words of "of the Federal Service"
_OPPOSED = 14  # words of ", rather than the 21 announced earlier,"
_SUBJECT = 40  # words: a subject stands no further from its verb
_SOURCE = 9  # words of "according to the doctor on board"
_OWNER = 5  # words: a thing, and the mark of what it owns
_CLAUSE_SIGNS = frozenset(',;:()"“”')
_STOPS = frozenset({";", ":"})
_SIGNS = frozenset(",()")  # around what is inserted
_LISTING = frozenset(",;")
_STATES = frozenset({"adjective", "participle"})
_OPENS = STRUCTURAL | ADVERB | DATE  # what may stand before a number that begins a list


def is_of_them(sentence: Sentence, group: Group) -> bool:
    """As in "lost four men, two of them officers": the two are counted already."""
    if not sentence.roles & _OF_WHOM:
        return False
    return any(roles & _OF_WHOM for roles in sentence.mask[group.first : group.last + 1])


def is_clause(sentence: Sentence, group: Group) -> bool:
    """Whether an unknown noun, counted or not, is of no people: "two buses collided and nine were hurt"."""
    if not group.is_guess:
        return False
    if not group.is_counted or any(sentence.mask[at] & THING for at in range(group.first, group.last + 1)):
        return True
    number, verb = sentence.quantities.get(group.first), group.first - 1
    if number is None or sentence.is_capital(group.last):
        return False
    if verb >= 0 and sentence.is_word(verb) and not (sentence.mask[verb] & _OPENS or sentence.is_capital(verb)):
        return True  # "shelled two villages and nine were killed"
    nouns = sentence.low[number.last + 1 : group.last]
    return any(noun.endswith(sentence.rule_words.plural_endings) for noun in nouns)


def counts_them(sentence: Sentence, group: Group) -> bool:
    """As in "three of them", "four of whom"."""
    after = group.last + 1
    return is_of_them(sentence, group) or (after < sentence.size and bool(sentence.mask[after] & _OF_WHOM))


def before_articles(sentence: Sentence, group: Group) -> int:
    """The token before people, over articles and quotation marks."""
    at = group.first - 1
    while at > 0 and (sentence.mask[at] & DETERMINER or sentence.low[at] in QUOTES):
        at -= 1
    return at


def whose_participle(sentence: Sentence, by_last: Mapping[int, Group], people: Group) -> Group | None:
    """As in "a man carrying two children", "a suspect accused of killing three": whose deed has people as object."""
    verb = before_articles(sentence, people)
    _, phrase, marker = sentence.low[verb - 1].rpartition(" ") if verb > 1 else ("", "", "")
    if marker in sentence.rule_words.infinitive_markers:
        verb -= 1 if phrase else 2  # "two men trying to cross the border were shot"
    if verb < 1 or not sentence.low[verb].partition(" ")[0].endswith(sentence.rule_words.gerund_endings):
        return None
    at = verb - 1
    while at > 0 and at not in by_last and _leads_on(sentence, at):
        at -= 1
    owner = by_last.get(at)
    is_head = owner is not None and not owner.is_guess and not is_governed(sentence, owner)
    return owner if is_head and not sentence.mask[verb] & STRUCTURAL else None


def is_led(sentence: Sentence, people: Group) -> bool:
    """As in "the captain, who was leading his troops, …": the object of somebody's deed is no subject."""
    verb = before_articles(sentence, people)
    is_deed = verb > 0 and sentence.low[verb].endswith(sentence.rule_words.gerund_endings)
    is_several = people.is_owned and people.low != 1
    return is_deed and is_several and sentence.is_word(verb) and not sentence.mask[verb] & STRUCTURAL


def _leads_on(sentence: Sentence, at: int) -> bool:
    """Whether a word stands between people and their deed: "accused of", "later convicted for"."""
    is_cue = bool(sentence.words[at].cues) and " " in sentence.low[at]
    is_link = bool(sentence.mask[at] & (PREPOSITION | ADVERB)) or is_cue
    return is_link or sentence.low[at].endswith(sentence.rule_words.participle_endings)


def describes(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand in a description of people: no verb, no sign, no other clause."""
    return _is_inside(sentence, at) and not sentence.mask[at] & (_CLAUSE | CONJUNCTION)


def verb_after(sentence: Sentence, group: Group) -> int:
    """The token after people, or the auxiliary after what belongs to them: "nineteen officers of the Service have"."""
    at = group.last + 1
    if at >= sentence.size or sentence.low[at] not in sentence.rule_words.genitive:
        return at
    verb = at + 1
    while verb < sentence.size and verb < at + _ATTRIBUTE and describes(sentence, verb):
        verb += 1
    return verb if verb < sentence.size and sentence.mask[verb] & AUXILIARY else at


def ends_inner_clause(sentence: Sentence, opener: int, subject: Group | None, left: int) -> bool:
    """As in "soldiers in a house in which rebels had hidden were hurt": a clause with its own verb, up to `left`."""
    if opener < 1 or subject is None or sentence.low[opener] not in sentence.rule_words.inner_clauses:
        return False
    own = sentence.mask[subject.last + 1 : left + 1]
    return any(mask & AUXILIARY for mask in own) and not any(mask & CONJUNCTION for mask in own)


def is_of_main_clause(sentence: Sentence, subject: Group | None, left: int, verb: int) -> bool:
    """As in "he was breathing when paramedics arrived but was pronounced dead": of one person, and not of several.

    `subject` is that of the clause before, `left` the token before the second verb.
    """
    if subject is None or subject.low == 1 or not subject.last < left - 1 or not sentence.mask[verb] & _SINGULAR_BE:
        return False
    is_break = sentence.low[left] in sentence.rule_words.clause_breaks or sentence.low[left] == ","
    return bool(subject.first) and (is_break or bool(sentence.mask[left] & CONJUNCTION))


def breaks(sentence: Sentence, at: int) -> bool:
    """Whether a clause begins at a sign or a word such as "but"."""
    return sentence.low[at] in _STOPS or sentence.low[at] in sentence.rule_words.clause_breaks


def is_far(sentence: Sentence, group: Group, left: int) -> bool:
    """Whether a pronoun so far from a verb is not its subject: but "she was pulled out but responded and was flown"."""
    if not group.is_pronoun or group.head >= 0:
        return False
    is_joint = bool(sentence.mask[left] & CONJUNCTION) or breaks(sentence, left)
    return not (is_joint and sentence.low[left - 1] != "," and is_he(sentence, group))


def names_all(sentence: Sentence, groups: Sequence[Group], group: Group, after: range) -> bool:
    """Whether nobody but the identified stands after them: not "two men named Omar and Nur, and three women".

    But "three policemen identified as Inspector Roe and two constables", who together are as many.
    """
    inside = [one for one in groups if after.start < one.first < after.stop]
    if (group.low or 0) > 1 and group.low == group.high == sum(one.low or 0 for one in inside if one.head >= 0):
        return True
    if group.low == 1:
        return not any(one.head >= 0 or one.is_other for one in inside)
    return not any(begins_list(sentence, one) for one in inside)


def head_of_clause(sentence: Sentence, by_last: Mapping[int, Group], left: int, verb: int) -> Group | None:
    """As in "the man who shot them was killed": of whom a relative clause speaks that ends right before a verb.

    `left` is the last token before the verb: of the object of the clause's own verb, or that verb.
    """
    near, words = by_last.get(left), sentence.rule_words
    if near is not None and (doer := whose_participle(sentence, by_last, near)) is not None:
        return doer
    first = left + 1 if near is None else near.first
    openers = [words.person_relatives, words.whose, *([] if near is not None else [words.object_relatives])]
    opener = first - 1
    while opener > 0 and not any(sentence.low[opener] in listed for listed in openers):
        is_other = sentence.mask[opener] & (BARRIER | CONJUNCTION | RELATIVE) or sentence.low[opener] in _CLAUSE_SIGNS
        if is_other or sentence.low[opener] in words.saying:
            return None
        opener -= 1
    owner = by_last.get(opener - 1) if opener > 0 else None
    is_verb = any(sentence.mask[at] & HAVE or not sentence.mask[at] & AUXILIARY for at in range(opener + 1, first))
    is_head = owner is not None and not owner.is_guess and not is_governed(sentence, owner)  # not "one in ten who"
    is_plural = sentence.mask[verb] & BE and not sentence.mask[verb] & _SINGULAR_BE
    is_other = is_plural and owner is not None and owner.low == owner.high == 1  # "by a channel that six … were shot"
    return owner if is_head and is_verb and not is_other and sentence.low[verb - 1] != "," else None


def is_owner(sentence: Sentence, group: Group) -> bool:
    """As in "the mayor's house was burned", "the farmers' cattle died": whose the thing is."""
    words, after = sentence.rule_words, group.last + 1
    if after + 1 >= sentence.size or sentence.low[after] in words.possessive_marks:
        return after < sentence.size and sentence.low[after] in words.possessive_marks
    is_plural = sentence.low[after] in _APOSTROPHES and sentence.low[group.last].endswith(words.plural_endings)
    marks = range(max(0, group.first - 1), group.last)  # "two 'zonal commanders' of the outfit"
    is_quoted = any(sentence.low[at] in _APOSTROPHES and not _ends_word(sentence, at) for at in marks)
    return is_plural and sentence.touches_left(after) and sentence.is_word(after + 1) and not is_quoted


def _ends_word(sentence: Sentence, at: int) -> bool:
    """Whether a mark stands right after a word, as in "farmers'"."""
    return sentence.touches_left(at) and sentence.is_word(at - 1)


def people_owned(sentence: Sentence, by_first: Mapping[int, Group], group: Group | None) -> Group | None:
    """As in "injured the mayor's wife": the people who belong to the owner after a verb; None where a thing does."""
    if group is None or not is_owner(sentence, group):
        return group
    after = group.last + 2
    while after < sentence.size and after not in by_first and _is_inside(sentence, after):
        if sentence.mask[after] & STRUCTURAL:
            return None
        after += 1
    return by_first.get(after)


def is_agent(sentence: Sentence, group: Group) -> bool:
    """As in "by gunmen", "against rebels": who did it or was meant."""
    before = _over_adjectives(sentence, group)
    return before >= 0 and sentence.low[before] in sentence.rule_words.agent_openers


def _over_adjectives(sentence: Sentence, group: Group) -> int:
    """As in "by unidentified gunmen": the token before people without an article, over what describes them."""
    at = group.first - 1
    if group.is_counted or group.is_pronoun or sentence.mask[group.first] & DETERMINER:
        return at
    while at > 0 and sentence.low[at].endswith(sentence.rule_words.adjective_endings) and sentence.is_word(at):
        at -= 1
    years = (one for one in range(at, max(0, at - _DATED), -1) if one in sentence.quantities)
    year = next((one for one in years if sentence.quantities[one].is_weak), 0)
    return year - 1 if year else at  # "of the 2015 market bomber"


def is_governed(sentence: Sentence, group: Group) -> bool:
    """Whether a preposition stands before the group: it is then no subject."""
    at = _over_adjectives(sentence, group)
    at = at if at < 1 or sentence.low[at] not in sentence.rule_words.possessive_marks else _before_owner(sentence, at)
    is_one = group.is_counted or (group.is_pronoun and is_at_his_age(sentence, at, at))  # "At 40 he was hurt"
    skipped = () if is_one else sentence.numeric  # "three children of one family"
    while (
        at >= 0
        and not sentence.mask[at] & PREPOSITION
        and (sentence.mask[at] & DETERMINER or sentence.low[at] in QUOTES or at in skipped)
    ):
        at -= 1  # not over "under the load"
    at = _over_names(sentence, group, at)
    if group.is_guess and (_is_after_state(sentence, at) or _is_on_board(sentence, at)):
        return True
    if at < 0 or not sentence.mask[at] & PREPOSITION or _joins_relative(sentence, group):
        return False
    if sentence.low[at] in sentence.rule_words.capacity:
        return at > 0 and sentence.low[at - 1] in sentence.rule_words.seeming  # "by men posing as soldiers"
    if group.kind == "range" and sentence.low[at] in sentence.rule_words.range_openers:
        return False
    return not (group.is_counted and sentence.low[at] in sentence.rule_words.number_prepositions)


def _before_owner(sentence: Sentence, mark: int) -> int:
    """As in "of the trawler's nine fishermen": the token before the owner of people, whose mark stands before them."""
    begin = mark - 1
    while begin > max(0, mark - _OWNER) and sentence.is_word(begin) and not sentence.mask[begin] & STRUCTURAL:
        begin -= 1
    return begin


def _joins_relative(sentence: Sentence, group: Group) -> bool:
    """As in "to the families of the five soldiers and the interpreter who died": of whom the relative clause speaks."""
    joint = _after_name(sentence, group.last)
    following = next((one for one in sentence.groups if one.first == joint + 1), None)
    if following is None or joint >= sentence.size or not sentence.mask[joint] & CONJUNCTION:
        return False
    link = _after_name(sentence, following.last)
    link += link < sentence.size and sentence.low[link] == ","
    return link < sentence.size and bool(sentence.mask[link] & RELATIVE)


def _after_name(sentence: Sentence, last: int) -> int:
    """The token after people with their name and age: after "Private Noor Haddad (21)"."""
    at = last + 1
    while at < sentence.size and sentence.is_word(at) and sentence.is_capital(at):
        at += 1
    is_bracket = sentence.low[at : at + 1] == ["("] and sentence.low[at + 2 : at + 3] == [")"]
    return at + 3 if is_bracket else at


def _is_on_board(sentence: Sentence, at: int) -> bool:
    """As in "the three on board the Cessna died": the last of the words for "aboard"."""
    return at > 0 and " ".join(sentence.low[at - 1 : at + 1]) in sentence.rule_words.aboard


def _is_after_state(sentence: Sentence, at: int) -> bool:
    """As in "the four missing after the flood were": a state that no verb stands before, then a "when" or "after"."""
    if at < 2 or not sentence.mask[at] & BARRIER:
        return False
    state = sentence.words[at - 1].harm
    is_verb = (
        bool(sentence.mask[at - 2] & AUXILIARY) and not sentence.mask[at - 3] & RELATIVE
    )  # "who were missing after"
    return state is not None and state.form in _STATES and not is_verb


def _over_names(sentence: Sentence, group: Group, at: int) -> int:
    """As in "five personnel of Hill Armed Police": over the capitalised words before people without an article."""
    if at != group.first - 1 or group.is_counted or group.is_pronoun or sentence.is_capitals:
        return at
    if sentence.mask[at] & _DAY:
        return at  # "on Thursday soldiers were hit"
    begin = at
    while at > 0 and sentence.is_word(at) and sentence.is_capital(at) and not sentence.mask[at] & STRUCTURAL:
        at -= 1
    return at if sentence.mask[at] & PREPOSITION else begin


def is_he(sentence: Sentence, group: Group) -> bool:
    """As in "he and two instructors were killed": one person, where "they" are those who were counted before."""
    return group.low == 1 and sentence.low[group.first] in sentence.rule_words.subject_pronouns


def is_inserted(sentence: Sentence, group: Group, left: int) -> bool:
    """As in "a captain (resident of Bath), who was leading his troops, fought and fell": said between signs."""
    after = next((at for at in range(group.last + 1, left + 1) if sentence.low[at] in _SIGNS), -1)
    before = next((at for at in range(group.first - 1, 0, -1) if sentence.low[at] in _SIGNS), 0)
    if after < 0 or not before:
        return False
    if sentence.low[before] == "(" or sentence.low[after] == ")":
        return True
    return sentence.low[before] == sentence.low[after] == "," and bool(sentence.mask[before + 1] & RELATIVE)


def opens_time(sentence: Sentence, at: int, people: Group, last: int) -> bool:
    """As in "the five missing since the raid on Tell Osk were": what follows "since" up to `last` holds no verb."""
    is_opener = sentence.mask[at] & PREPOSITION or _is_after_state(sentence, at)
    if not is_opener or not people.is_guess:
        return False
    endings = sentence.rule_words.participle_endings
    return not any(
        sentence.mask[probe] & (AUXILIARY | BARRIER)
        or sentence.words[probe].harm is not None
        or (sentence.low[probe].endswith(endings) and not sentence.is_capital(probe))
        for probe in range(people.last + 1, last + 1)
    )


def begin_of_clause(sentence: Sentence, by_first: Mapping[int, Group], left: int) -> int:
    """The token before the clause in which a token stands: a sign, or a word such as "when" and people after it."""
    floor = max(0, left - _SUBJECT)
    for at in range(left, floor - 1, -1):
        if sentence.low[at] in _STOPS:
            return at
        is_barrier = sentence.mask[at] & BARRIER and not sentence.mask[at] & RELATIVE
        subject = by_first.get(at + 1) if is_barrier else None
        is_clause = subject is not None and sentence.low[at] not in sentence.rule_words.capacity
        if subject is not None and is_clause and not opens_time(sentence, at, subject, left):
            return at
    return floor - 1


def _is_inside(sentence: Sentence, at: int) -> bool:
    """Whether a token is a word or a number and no harm: "of the 12th Brigade"."""
    return (sentence.is_word(at) or sentence.low[at][0].isdecimal()) and sentence.words[at].harm is None


def opens_content(sentence: Sentence, at: int) -> bool:
    """As in "the board found that …"."""
    return f" {sentence.low[at]}".endswith(sentence.rule_words.content_clause_endings)


def begins_list(sentence: Sentence, group: Group) -> bool:
    """As in ", and four soldiers", "while several others", "Roe, and a driver": others, right after a joint."""
    joint = group.first - 1
    if joint < 1 or group.is_name:
        return False
    if sentence.mask[group.first] & INDEFINITE and not group.is_counted:
        before = joint - 1 - int(sentence.low[joint - 1] == ",")
        return bool(sentence.mask[joint] & CONJUNCTION) and sentence.is_capital(before)
    is_joint = sentence.mask[joint] & (CONJUNCTION | BARRIER) or sentence.low[joint] in _LISTING
    return group.is_counted and group.low != 1 and bool(is_joint)


def first_people(sentence: Sentence, groups: Sequence[Group], taken: AbstractSet[int], before: int) -> list[Group]:
    """The first people before a token that nothing governs and no verb has as its object (`taken`).

    In "After shooting a comrade, the private …" those of the main clause.
    """
    persons = sentence.rule_words.subject_pronouns  # "he shot a guard, then himself"
    found = [one for one in groups if one.last < before and not one.is_guess]
    found = [one for one in found if one.head >= 0 or sentence.low[one.first] in persons]
    found = [one for one in found if one.first not in taken and not is_governed(sentence, one)]
    is_late = bool(sentence.mask[0] & (BARRIER | PREPOSITION | HAVE))
    comma = next((at for at in range(before) if sentence.low[at] == ","), -1) if is_late else -1
    sign = next((at for at in range(before - 1, -1, -1) if sentence.low[at] == ";"), -1)
    return ([one for one in found if one.first > max(comma, sign)] or found)[:1]


def owned_by(sentence: Sentence, by_first: Mapping[int, Group], owner: Group | None, at: int) -> Group | None:
    """As in "the trawler's three deckhands": the people after a thing, from `at`, that they belong to, else `owner`."""
    if owner is not None and (not owner.is_guess or owner.is_counted):
        return owner
    for probe in range(at, min(sentence.size - 1, at + _OWNER)):
        if sentence.low[probe].rpartition(" ")[2] in sentence.rule_words.possessive_marks:
            return by_first.get(probe + 1) or owner
        if not sentence.is_word(probe) or (sentence.mask[probe] & STRUCTURAL and not sentence.mask[probe] & DETERMINER):
            break
    return owner


def owns_rest(sentence: Sentence, owner: Group, rest: Group | None) -> bool:
    """As in "cadres of the movement", "five of a family": people before an "of", also by their number alone."""
    if owner.is_guess or owner.head >= 0 or owner.low == 0:
        return not owner.is_guess
    return owner.is_counted and rest is not None and bool(sentence.mask[rest.first] & INDEFINITE)


def over_further(sentence: Sentence, by_first: Mapping[int, Group], at: int) -> int:
    """As in "injured a further 40", "wounded the other three": the number after the words that make others, or `at`."""
    group = by_first.get(at + 2)
    if group is None or not group.is_counted or at in by_first:
        return at
    is_further = group.is_other and bool(sentence.mask[at] & INDEFINITE)
    is_rest = sentence.mask[at] & DEFINITE and sentence.mask[at + 1] & ROLES["others"]
    return at + 2 if is_further or is_rest else at


def after_any(sentence: Sentence, at: int) -> int:
    """As in "did not kill any civilians", "no sign that they hurt any of the villagers": whoever it might be."""
    words = sentence.rule_words
    if at + 1 >= sentence.size or sentence.low[at] not in words.any_words:
        return at
    return at + 1 + int(sentence.low[at + 1] in words.genitive)


def before_source(sentence: Sentence, right: int) -> int:
    """As in "two women, who according to the doctor on board had died": the token before whose word it is."""
    if not sentence.roles & _ACCORDING:
        return right
    for at in range(right, max(0, right - _SOURCE), -1):
        if sentence.mask[at] & _ACCORDING:
            is_inserted_here = sentence.mask[at - 1] & RELATIVE or sentence.words[at - 1].people is not None
            return at - 1 if is_inserted_here else right
        is_other = sentence.low[at] in _CLAUSE_SIGNS or sentence.mask[at] & (AUXILIARY | CONJUNCTION | BARRIER)
        if is_other or at in sentence.quantities:
            return right
    return right


def before_opposed(sentence: Sentence, by_last: Mapping[int, Group], right: int) -> int:
    """As in "17 people, rather than the 21 announced before, died": the token before the first comma, or `right`."""
    words = sentence.rule_words
    if right < 0 or right in by_last or sentence.low[right] != "," or words.opposing.isdisjoint(sentence.present):
        return right
    for comma in range(right - 2, max(0, right - _OPPOSED), -1):
        if sentence.low[comma] == ",":
            opener = comma + 1 + int(bool(sentence.mask[comma + 1] & CONJUNCTION))
            return comma - 1 if sentence.low[opener] in words.opposing else right
    return right
