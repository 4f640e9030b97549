"""Who a harm word speaks of: the subject to its left, the object to its right, and what is joined to either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.things import is_of_thing, is_thing_subject
from watcher.detect.people.appositions import (
    INSERTION,
    after_modifiers,
    are_apart,
    described,
    describes_same,
    is_animal,
    is_apposition,
    is_degree,
    is_name_of,
    is_next_named,
    is_ranked_name,
    noun_of,
    of_kin,
    opens_family,
    over_description,
    over_name,
    over_remark,
    with_names,
    without_named,
)
from watcher.detect.people.governed import (
    QUOTES,
    after_any,
    before_opposed,
    before_source,
    begin_of_clause,
    breaks,
    describes,
    ends_inner_clause,
    first_people,
    head_of_clause,
    is_agent,
    is_far,
    is_governed,
    is_he,
    is_inserted,
    is_led,
    is_of_main_clause,
    is_of_them,
    is_owner,
    names_all,
    opens_content,
    over_further,
    owned_by,
    owns_rest,
    people_owned,
    verb_after,
)
from watcher.detect.people.inclusions import (
    all_included,
    are_parts,
    counts_some,
    is_apart,
    is_part,
    opener_before,
    part_begin,
)
from watcher.detect.people.name_groups import (
    count_owned,
    is_said_name,
    may_end_list,
    name_left,
    name_right,
    only_number,
    sums_up,
)
from watcher.detect.people.named_lists import (
    after_named,
    is_no_head,
    may_follow,
    named_before,
    opens_list,
    over_age,
    without_counted,
)
from watcher.detect.people.predicates import is_of_several, is_past_of_own, leaving
from watcher.detect.people.relative_clauses import antecedent, before_relative, before_said, taken_by
from watcher.detect.words.ages import before_inserted_age, before_stated_age
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BE,
    CONJUNCTION,
    HAVE,
    RELATIVE,
)

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_OF_WHOM, _SINGULAR_BE = ROLES["of_whom"], ROLES["singular_be"]
_PREDICATES = frozenset({"participle", "intransitive", "present_intransitive", "adjective"})
_FAR = 40  # words: a subject stands no further from its verb
_NEAR = 6  # words: a pronoun stands no further
_SHORT_ADVERB = 4  # letters: "only", and not "fly"
_LONGEST_LIST = 12  # groups
_ATTRIBUTE = 12  # words after people that describe them: "of the armed wing of the movement"


class Clauses:
    """A sentence's groups, found by the words they begin and end with, and what its verbs have been seen to do.

    `attributes` are the tokens of harms inside a group, `taken` the groups that an active verb has as its objects,
    `voices` the voice of each participle so far: "passive", "active", "reduced", …
    """

    __slots__ = ("attributes", "by_first", "by_last", "groups", "sentence", "taken", "voices")

    def __init__(self, sentence: Sentence) -> None:
        """Index the groups."""
        self.sentence = sentence
        self.groups = groups = sentence.groups
        self.by_first = {group.first: group for group in groups}
        self.by_last = {group.last: group for group in groups}
        self.attributes = {group.attribute for group in groups if group.attribute >= 0}
        self.taken: set[int] = set()
        self.voices: dict[int, str] = {}

    def is_adverb(self, at: int) -> bool:
        """Whether a token may stand between a verb and its auxiliary."""
        sentence, low = self.sentence, self.sentence.low[at]
        if sentence.mask[at] & ADVERB or not low.endswith(sentence.rule_words.adverb_endings):
            return bool(sentence.mask[at] & ADVERB)
        return len(low) > _SHORT_ADVERB and not sentence.words[at].people

    def skip_left(self, at: int) -> int:
        """The next token to the left that is no adverb or quotation mark."""
        while at >= 0 and (self.is_adverb(at) or self.sentence.low[at] in QUOTES) and at not in self.by_last:
            at -= 1
        return at

    def skip_right(self, at: int) -> int:
        """The next token to the right that is no adverb or quotation mark."""
        sentence = self.sentence
        while at < sentence.size and (self.is_adverb(at) or sentence.low[at] in QUOTES) and at not in self.by_first:
            at += 1
        return over_further(sentence, self.by_first, at)

    def first_auxiliary(self, at: int, auxiliaries: int) -> int:
        """The first verb of the chain that ends at a token ("may have been"); `auxiliaries` are the roles in it."""
        before = self.skip_left(at - 1)
        sentence = self.sentence
        while before >= 0 and before not in self.by_last:
            if not sentence.mask[before] & auxiliaries and not sentence.is_raised(before, at):
                break
            at, before = before, self.skip_left(before - 1)
        return at

    def object_at(self, at: int) -> list[Group]:
        """The groups that a verb ending before `at` has as its object, with those joined to it."""
        sentence = self.sentence
        at = after_any(sentence, self.skip_right(at))
        group = self.by_first.get(at) or described(sentence, self.by_first, at) or name_right(sentence, at)
        group = people_owned(sentence, self.by_first, group)
        return [group, *self._joined_right(group)] if group is not None else []

    def people_of_noun(self, at: int) -> list[Group]:
        """The same after the "of" of a noun: "the bodies of Omar Hadi and two guards were found"."""
        sentence = self.sentence
        group = self.by_first.get(self.skip_right(at)) or described(sentence, self.by_first, at)
        group = owned_by(sentence, self.by_first, group or name_right(sentence, at), at)
        return [group, *self._joined_right(group, is_owned=True)] if group is not None else []

    def _joined_right(self, group: Group, *, is_owned: bool = False) -> list[Group]:
        """As in "two officers, a clerk and three guards": one list, up to the subject of the next verb."""
        sentence = self.sentence
        found: list[Group] = []
        begin, end = after_modifiers(sentence, self.by_first, group), after_named(sentence, self.by_first, group)
        while end < sentence.size and len(found) < _LONGEST_LIST:
            following, at = self._next_right(group, end)
            if following is None or (following.is_pronoun and following.head < 0):
                break
            if self._is_subject(following, is_owned=is_owned) or is_of_them(sentence, following):
                break
            if is_owned and are_apart(sentence, group, following):
                break
            if is_degree(sentence, following) or sums_up(sentence, [group, *found], following, end, at):
                break
            is_same = is_apposition(sentence, group, following, end, at) or (
                bool(group.low == 1) and describes_same(sentence, group, following)
            )
            is_name = is_name_of(found, following, at - end)
            is_named = group.is_name or is_ranked_name(sentence, group)
            if is_same and not is_name and (found or not is_named):
                break
            if not (is_same or is_name):
                found.append(following)
            end = after_named(sentence, self.by_first, following)
        return without_named(sentence, group, found, begin)

    def _next_right(self, group: Group, end: int) -> tuple[Group | None, int]:
        """The people after the commas and conjunctions that follow a list up to `end`, and where they begin."""
        sentence = self.sentence
        end = over_description(sentence, group, end)
        at, signs = end if group.is_name else over_name(sentence, self.by_first, end), 0
        while at < sentence.size and signs < 3 and self._joins(at) and at not in self.by_first:
            at, signs = at + 1, signs + 1
        at = over_remark(sentence, at) if at > end else at
        following = self.by_first.get(at) if at > end else None
        if following is None and group.is_name and end < at < sentence.size and not sentence.is_capitals:
            following = (
                None if sentence.words[at].people else noun_of(sentence, self.by_first, name_right(sentence, at))
            )
        return following, at

    def _joins(self, at: int) -> bool:
        """Whether a token may stand between two members of a list: "two guards and also a clerk"."""
        low = self.sentence.low[at]
        return bool(self.sentence.mask[at] & CONJUNCTION) or low == "," or low in self.sentence.rule_words.list_fillers

    def _is_subject(self, group: Group, *, is_owned: bool) -> bool:
        """Whether a verb follows the group, so that it begins a clause of its own.

        What is said of their bodies or deaths (`is_owned`) is no such verb: "the bodies of A and B were found".
        """
        sentence = self.sentence
        at = self.skip_right(verb_after(sentence, group) if is_owned else group.last + 1)
        if at >= sentence.size or sentence.low[at] in sentence.rule_words.infinitive_markers:
            return False  # "hacked a farmer and two shepherds to death"
        if is_owned and sentence.mask[at] & AUXILIARY:
            while at < sentence.size and sentence.mask[at] & AUXILIARY:
                at = self.skip_right(at + 1)
            return at < sentence.size and sentence.words[at].harm is not None
        if sentence.mask[at] & AUXILIARY and not sentence.mask[at] & RELATIVE:
            return True
        if group.low == 1 and is_past_of_own(sentence, at):
            return True
        entry = sentence.words[at].harm
        is_verb = entry is not None and entry.form in _PREDICATES and at + 1 not in self.by_first
        return is_verb and leaving(sentence, at) < 0  # "left an inspector and four constables dead"

    def subject_of(self, at: int, *, is_person: bool) -> list[Group]:
        """The groups that are the subject of a verb (with its auxiliary) beginning at token `at`.

        `is_person` allows a name or an unknown noun: only people can die, but anything can go missing.
        """
        sentence, left = self.sentence, before_said(self.sentence, before_source(self.sentence, self.skip_left(at - 1)))
        left = before_opposed(sentence, self.by_last, left)
        described = self._before_commas(left, at) or self._all_of(self._identified(left)) or self._nobody(left)
        owner = None if described or left <= 0 else head_of_clause(sentence, self.by_last, left, at)
        described = described if owner is None else self.joined_left(owner, at)  # "the man who shot them was killed"
        if described or (left not in self.by_last and is_thing_subject(sentence, left)):
            return described
        is_relative = left >= 0 and bool(sentence.mask[left] & RELATIVE)
        left = self._over_signs(left)
        if left < 0:
            return []
        near = antecedent(sentence, self.by_last, left, at) if is_relative else self.by_last.get(left)
        if near is not None and near.is_pronoun and sentence.low[near.first] in sentence.rule_words.reflexives:
            near = None  # "the bomber himself was killed"
        if near is not None and near.is_guess and not is_person and not is_governed(self.sentence, near):
            return []
        if near is not None:
            found = self._adjacent(near, at, is_relative=is_relative, is_person=is_person)
            if found:
                return found
        elif is_person:
            name = name_left(self.sentence, left, is_owner=is_relative)
            if name is not None:
                total = self._total_of_name(name)
                return [total] if total is not None else self.joined_left(name, at)
        found = self._distant(left, at, is_person=is_person)
        if found or not is_person or (near is not None and not near.is_guess):
            return found
        name = named_before(sentence, left)
        return self.joined_left(name, at) if name is not None else []

    def _over_signs(self, left: int) -> int:
        """The token before the commas, brackets and relative pronouns that stand before a verb."""
        sentence = self.sentence
        while (
            left >= 0
            and left not in self.by_last
            and (sentence.low[left] in {",", ")", "("} or sentence.mask[left] & RELATIVE)
        ):
            left = self._over_bracket(left) if sentence.low[left] == ")" else self.skip_left(left - 1)
        return left

    def _adjacent(self, near: Group, at: int, *, is_relative: bool, is_person: bool) -> list[Group]:
        """The subject where people stand right before the verb: they, or the total that they are a part of."""
        total = self._total_before(near)
        if total is not None and near.low is not None and counts_some(self.sentence, near):
            return [replace(near, victim=total.victim if near.victim == "unknown" else near.victim)]
        if total is not None:
            return [total]
        if is_relative and not near.is_guess:
            is_list = near.low == near.high == 1 and is_of_several(self.sentence, at)
            return self.joined_left(near, at) if is_list else [near]  # "a man and a boy who were killed"
        is_free = self.sentence.low[at] in self.sentence.rule_words.participial or not is_governed(self.sentence, near)
        return self.joined_left(near, at) if is_free and (is_person or not near.is_guess) else []

    def _all_of(self, named: list[Group]) -> list[Group]:
        """As in "three rebels including a woman, identified as Ida Holm, were": all of whom the named are a part."""
        total = self._total_before(named[0]) if named else None
        return named if total is None else [total]

    def _total_of_name(self, name: Group) -> Group | None:
        """As in "two gunmen including ringleader Omar were killed": the name belongs to a part."""
        noun = self.by_last.get(self.skip_left(name.first - 1))
        part = noun if noun is not None else name
        return self._total_before(part)

    def _total_before(self, part: Group) -> Group | None:
        """As in "12 people including four children were killed": the people right before the part's opener.

        Those before the opener of the part that it is a part of: "five men including two clerks, one of them a boy,".
        """
        at, total = part_begin(self.sentence, part), None
        while at > 0 and total is None:
            total = self.whole_before(at)
            at = opener_before(self.sentence, at)
        return total

    def whole_before(self, opener: int) -> Group | None:
        """The people right before the opener of a part, or before the sign before it."""
        at = opener - 1
        while at > 0 and (self.sentence.low[at] in INSERTION or self.sentence.low[at] == "("):
            at -= 1
        total = self.people_before(at)
        return total if total is not None and not total.is_guess and not is_governed(self.sentence, total) else None

    def first_subject(self, before: int) -> list[Group]:
        """The first people of a clause: "four men were taken to hospital with burns"."""
        return first_people(self.sentence, self.groups, self.taken, before)

    def people_before(self, at: int) -> Group | None:
        """The people that end at a token with what describes them: "two cadres of the movement", "Ida Holm (40)"."""
        sentence = self.sentence
        at = self._over_bracket(at) if at > 0 and sentence.low[at] == ")" and at not in self.by_last else at
        at = at if sentence.low[at] != "," else before_inserted_age(sentence, at)
        found = self.by_last.get(at)
        for probe in range(at, max(0, at - _ATTRIBUTE), -1):
            if sentence.low[probe] in sentence.rule_words.attribute_openers:
                owner = self.by_last.get(over_age(sentence, probe - 1))
                found = owner if owner is not None and owns_rest(sentence, owner, found) else found
            elif not describes(sentence, probe):
                break
        return found

    def _nobody(self, left: int) -> list[Group]:
        """As in "no one aboard the Aster was hurt", "nobody in the camp who died": nobody, wherever they are not."""
        left -= int(left > 0 and bool(self.sentence.mask[left] & RELATIVE))
        group = self.people_before(left) if left >= 0 and left not in self.by_last else None
        return [group] if group is not None and group.is_nobody else []

    def _identified(self, left: int) -> list[Group]:
        """As in "two rebels, identified as Omar Hadi and Nur Jan, were killed": the people before their names."""
        sentence = self.sentence
        for at in range(left, max(0, left - _FAR), -1):
            if breaks(self.sentence, at) or sentence.mask[at] & (AUXILIARY | RELATIVE):
                return []
            if sentence.low[at] in sentence.rule_words.identifying:
                before = self.skip_left(at - 1)
                before = self.skip_left(before - 1) if sentence.low[before] in INSERTION else before
                group = self.people_before(before)
                is_open = group is not None and not is_governed(self.sentence, group) and not group.is_pronoun
                return (
                    [group]
                    if group is not None and is_open and names_all(sentence, self.groups, group, range(at, left + 1))
                    else []
                )
        return []

    def _over_bracket(self, right: int) -> int:
        """From a closing bracket to the token before its opening one."""
        opening = (at for at in range(right, max(-1, right - 12), -1) if self.sentence.low[at] == "(")
        return self.skip_left(next(opening, right) - 1)

    def _before_commas(self, right: int, verb: int) -> list[Group]:
        """As in "Two men, both of them drivers, were …": the group before the insertion, and names inside it."""
        sentence, begin = self.sentence, max(0, right - 2 * _FAR)
        found: list[Group] = []
        if right < 0 or right in self.by_last or sentence.low[right] not in INSERTION:
            return found
        for comma in range(before_relative(sentence, right), begin, -1):
            is_verb = sentence.mask[comma] & (BE | HAVE) and not sentence.mask[comma - 1] & (RELATIVE | _OF_WHOM)
            if is_verb or breaks(sentence, comma) or (opens_content(sentence, comma) and comma + 1 in self.by_first):
                begin = comma
                break
        for comma in range(begin, right):
            if sentence.low[comma] not in INSERTION and sentence.low[comma] != "(":
                continue
            group = self.people_before(comma - 1)
            if group is None or group.is_guess:
                name = name_left(self.sentence, comma - 1) if comma else None
                group = of_kin(self.by_last, name) if name is not None else None
            if (
                group is None
                or is_governed(self.sentence, group)
                or (is_part(sentence, group) and (group is not self.groups[0] or group.low == 1))
                or is_animal(sentence, group, comma)
            ):
                continue
            is_joined = comma and sentence.mask[max(0, group.first - 1)] & CONJUNCTION
            if is_joined and all(one.is_name and group.is_counted for one in found):
                return self.joined_left(group, verb)  # also "Ida Holm (40) and two guards, A and B, were"
            if found and not is_next_named(sentence, found[0], group, verb):
                continue
            found.append(group)
        return found

    def _distant(self, left: int, at: int, *, is_person: bool) -> list[Group]:
        """The nearest people of the clause before a verb that can be its subject, with those joined to them."""
        if not is_person and left not in self.by_last and is_said_name(self.sentence, left):
            return []  # "an official said Omar was eliminated"
        begin = begin_of_clause(self.sentence, self.by_first, left)
        inner = self.by_first.get(begin + 1)
        if ends_inner_clause(self.sentence, begin, inner, left) or is_of_main_clause(self.sentence, inner, left, at):
            begin, left = begin_of_clause(self.sentence, self.by_first, begin - 1), begin - 1
        candidates = [one for one in self.groups if begin < one.last <= left and not is_owner(self.sentence, one)]
        candidates = [one for one in candidates if not is_inserted(self.sentence, one, left)] or candidates
        candidates = [one for one in candidates if not is_led(self.sentence, one)] or candidates
        candidates = [one for one in candidates if taken_by(self.sentence, self.by_last, one) is None] or candidates
        for group in reversed(candidates):
            if left - group.last > _NEAR and is_far(self.sentence, group, left):
                continue
            if not is_governed(self.sentence, group) and not group.is_guess and not is_part(self.sentence, group):
                return self.joined_left(group, at)
        for group in reversed(candidates):
            is_open = not group.is_guess and not group.is_pronoun and not is_of_thing(self.sentence, group)
            if is_open and not is_agent(self.sentence, group) and not is_part(self.sentence, group):
                return [group]
        return []

    def joined_left(self, group: Group, at: int) -> list[Group]:
        """As in "two soldiers, a clerk and a child were …": the list before a verb in the plural."""
        sentence, found = self.sentence, [group]
        is_single = at < sentence.size and sentence.mask[at] & _SINGULAR_BE
        if is_single and not group.is_nobody:
            return found
        while len(found) <= _LONGEST_LIST:
            before, is_loose = self._next_left(found[-1], at)
            if before is None or self._is_no_member(before) or (is_loose and not opens_family(sentence, found, before)):
                break
            if is_single and not before.is_nobody and group.opener < 0:
                break  # "shot two guards and no villager was hurt", but "no guard and no villager was hurt"
            if are_parts(sentence, before, found):
                found = []
            found.append(before)
            count_owned(sentence, found[-2:])
        found = without_counted(sentence, with_names(sentence, self.by_last, found))
        if (whole := all_included(sentence, self.whole_before, found)) is not None:
            return [whole]
        return only_number(found, self.by_last.get(found[-1].first - 1), sentence)

    def _next_left(self, member: Group, verb: int) -> tuple[Group | None, bool]:
        """The people before a member of a list, and whether only a comma stands between."""
        sentence, left, signs = self.sentence, member.first - 1, 0
        title = self.by_last.get(left) if member.is_name else None
        if title is not None and (title.is_owned or (title.first == title.head and sentence.words[left].is_plural)):
            left = title.first - 1  # "his aide Nur Jan", "an inspector and constables Omar Hadi and Nur Jan"
        while left >= 0 and signs < 3 and (sentence.mask[left] & CONJUNCTION or sentence.low[left] == ","):
            left, signs = left - 1, signs + 1
        if not signs or (left >= 0 and left not in self.by_last and sentence.is_harm(left)):
            return None, False  # "one person, identified as Ida Holm, died and two others were"
        has_comma_only = signs == 1 and sentence.low[left + 1] == ","
        if left > 0 and sentence.low[left] == ")" and left not in self.by_last:
            left = self._over_bracket(left)
        left = before_stated_age(sentence, left) if signs and left not in self.by_last else left
        before = self.by_last.get(left)  # "Pvt. Roe, 22, and a clerk": over an age
        if is_no_head(sentence, before) and left > 0 and may_follow(sentence, member):
            before = self._described_member(left, member, verb) or before
        is_list = verb < sentence.size and sentence.mask[verb] & AUXILIARY
        if before is None and left > 0 and (is_list or may_end_list(sentence, member)):
            identified = next(iter(self._identified(left)), None)
            if identified is not None and is_part(sentence, identified):
                return None, False  # "…, among them two called Omar and Nur, and four were hurt"
            before = identified or name_left(sentence, left)
        if before is not None and is_part(self.sentence, before):
            before = self._total_before(before)
        return before, has_comma_only

    def _described_member(self, left: int, member: Group, verb: int) -> Group | None:
        """As in "the governor of the province and his two guards", "nine men of the 3rd Division and two guards".

        A singular member before a plural verb ("nine on the bus and the driver were") has others before it.
        """
        before, sentence = self.people_before(left), self.sentence
        if before is None or member.is_owned:
            return before
        return before if opens_list(sentence, before, member, range(left, verb)) else None

    def _is_no_member(self, group: Group) -> bool:
        """Whether a group before a conjunction is no part of the list after it."""
        is_those = group.is_pronoun and group.head < 0 and not is_he(self.sentence, group)
        is_other = is_those or is_apart(self.sentence, group) or is_part(self.sentence, group)
        return is_other or group.first in self.taken or is_governed(self.sentence, group)
