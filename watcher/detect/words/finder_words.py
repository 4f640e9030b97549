"""Which words of a vocabulary are looked for in whole texts, or joined to one token, for its lexicon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.config.spellings import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watcher.config.rule_words import RuleWords
    from watcher.config.words import HarmWords, Role, Vocabulary


def is_fatal(entry: HarmWords) -> bool:
    """As in "was stabbed to death": a verb that says a death with the words after it."""
    return bool(entry.tail) and entry.harm == "killed" and entry.explicit and not entry.needs_people


def needing_another(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """By harm word, of each phrase without which it is none its longest word, which is rarest: "on fire" has "fire"."""
    listed, needing = vocabulary.rule_words, dict[str, tuple[str, ...]]()
    limbs = limbs_of(vocabulary)
    for entry in vocabulary.harms:
        beside = listed.lives_verbs | listed.lives_verbs_after if entry.form == "lives" else frozenset(entry.tail)
        beside |= frozenset(entry.head) if entry.head_or_tail else frozenset()
        beside |= limbs if (entry.hits_limbs or entry.takes_limbs) and entry.tail else frozenset()
        beside |= listed.missiles if entry.hits_limbs and entry.tail else frozenset()
        if entry.of_losers or entry.of_nobody:
            continue  # "cost the occupiers seven men": a harm by another rule as well
        needed = {max(phrase.split(" "), key=len) for phrase in beside}
        if needed:
            needing |= dict.fromkeys(spelled(entry.words), tuple(sorted(needed)))
    return needing


def limbs_of(vocabulary: Vocabulary) -> frozenset[str]:
    """What can be broken or torn off somebody."""
    return frozenset(limb for one in vocabulary.harms if one.of_limb for limb in one.tail)


def shortest_harms(vocabulary: Vocabulary, needing: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The words of harm without phrases that hold another one, by which their sentence is found: "killed in action"."""
    words = {text for entry in vocabulary.harms for text in spelled(entry.words)}
    single = {word for word in words if " " not in word and word not in needing}
    return (word for word in words if " " not in word or single.isdisjoint(word.split(" ")))


def cue_words(vocabulary: Vocabulary, *roles: Role) -> list[str]:
    """The words of the cues that have one of the roles."""
    return [word for cue in vocabulary.cues if cue.role in roles for word in cue.words]


def pseudo_words(vocabulary: Vocabulary) -> list[str]:
    """The phrases that only look like a harm or a cue."""
    return [word for cue in vocabulary.cues if cue.effect == "pseudo" for word in cue.words]


def finding_words(vocabulary: Vocabulary) -> list[str]:
    """The words of the cues that deny what a whole sentence says."""
    return [
        word
        for cue in vocabulary.cues
        if cue.effect == "denied"
        and (cue.role == "alive" or (not cue.scope and cue.role in {None, "untrue", "rejection"}))
        for word in cue.words
    ]


def judging_words(listed: RuleWords) -> list[str]:
    """The verbs with which a sentence judges what another one says, or leaves it open."""
    judging = listed.confirming | listed.denying | listed.accepting | listed.accepting_reports | listed.right
    judging |= listed.attributing
    return sorted(judging | listed.examining | listed.examined | listed.examine | listed.examinations)


def telling_words(listed: RuleWords) -> frozenset[str]:
    """The words that tell whose words a claim is: verbs of saying, and nouns for what is said."""
    verbs = listed.saying | listed.confirming | listed.admitting
    return verbs | listed.allegations | listed.own_statements | listed.vague_speakers


def joined_phrases(words: RuleWords) -> Iterable[str]:
    """The words of rules whose phrases are one token, as "brushed aside" is."""
    return (
        *words.age_limits,
        *words.at_a_time,
        *words.turning_up,
        *words.denying,
        *words.setting_off,
        *words.setting_aside,
        *words.disregarding,
        *words.spreading,
        *words.exceptions,
        *words.existing,
        *words.far_from,
        *words.let_alone,
        *words.bearing,
        *words.adding_up,
        *words.losing,
        *words.in_course_of,
        *words.mishaps,
        *words.craft_losses,
        *words.run_into,
        *words.achieving,
        *words.attributing,
        *words.telling_on,
        *words.evidence,
        *words.turned_real,
        *(one for one in words.game_words if " " in one),
    )
