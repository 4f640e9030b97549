"""Places as a text states them: "near Gereshk in Helmand province", "southern Afghanistan", "off the coast of Somalia".

A place where somebody is treated, based, buried or quoted is weak: it counts only where the text states no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.detect.words.dates import Stated
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.detect.words.tokens import DATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.config.words import Places, Vocabulary
    from watcher.detect.words.lexicon import Lexicon, Word


_FORMATION = ROLES["formations"]
_CLOSED = ROLES["formations"] | ROLES["rank"] | ROLES["relatives"]
_THING = ROLES["thing"] | ROLES["number_labels"]
_UNIT = ROLES["unit"]
_NOT_NAMES, _KIND = ROLES["not_names"], ROLES["place_kind"]
_STRUCTURE = (
    ROLES["prepositions"] | ROLES["conjunctions"] | ROLES["be"] | ROLES["have"] | ROLES["definite"] | ROLES["modal"]
)
_VERB = ROLES["be"] | ROLES["have"]
_NEAR = 4  # words before a place that can say the same
_CAPITAL = 48  # characters after "in" in which a place's name begins
_BEFORE = 110  # characters before a place that can say that it is not the event's
_WORD = re.compile(r"[^\W_][\w'’‘.-]*")


@dataclass(frozen=True, slots=True)
class PlacePatterns:
    """What finds places in mixed case and in capitals, and what makes one weak."""

    openers: AhoCorasick
    place: re.Pattern[str]
    capitals: re.Pattern[str]
    away: dict[str, frozenset[str]]
    assigned: re.Pattern[str]
    assigning: frozenset[str]  # the longest word of each phrase of that, without which it finds nothing
    care: dict[str, frozenset[str]]
    bases: dict[str, frozenset[str]]
    joined: re.Pattern[str]


@once_per_vocabulary
def place_patterns(vocabulary: Vocabulary) -> PlacePatterns:
    """The patterns of a vocabulary, compiled once per process."""
    places = vocabulary.places
    return PlacePatterns(
        AhoCorasick(list(places.openers) or ["\x00"], matchkind=MatchKind.LeftmostLongest),
        _place_pattern(places, either(vocabulary.rule_words.definite_articles)),
        _capitals_pattern(vocabulary.rule_words.definite_articles),
        _by_first(places.away),
        re.compile(rf"\b(?:{either(vocabulary.grammar['assigned'])})\s"),
        frozenset(max(phrase.split(" "), key=len) for phrase in vocabulary.grammar["assigned"]),
        _by_first(places.care),
        _by_first((*places.bases, *places.care)),
        _joined_pattern(vocabulary),
    )


def _place_pattern(places: Places, the: str) -> re.Pattern[str]:
    """What finds a place after its opener in mixed case, with the larger ones that it lies in."""
    kind, region, side = either(places.kinds), either(places.regions), either(places.sides)
    name = rf"{_article(places)}[^\W\d_a-z][\w'’‘-]*"
    whole = rf"(?:(?:{region})[-\s])*{name}(?:[\s-]{name}|\s(?:{kind})\b)*"
    ends = rf"(?=[,.;:()–—\n-]|$|\s(?:[a-z]{{1,5}}|{either(places.after)})\b)"
    the = rf"(?:(?:{the})\s)?"
    half = rf"\s(?:{either(places.second_half_openers)})\s(?=(?i:{either(places.second_halves)})\b)"
    larger = rf"(?:,\s|\s(?:{either(places.joints)})\s{the}|{half}){whole}{ends}"
    kind_of = rf"(?:(?:{kind})\s(?:(?:{either(places.kind_joints)})\s)?)?"
    return re.compile(rf"\s{the}(?:(?:{side})\s)?{the}{kind_of}{the}(?P<toponym>{whole}(?:{larger}){{0,3}})")


def _joined_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What finds a second place right after a first one: "near Arud and Bem", "in Arud and at Bem"."""
    places, words = vocabulary.places, vocabulary.rule_words
    name = rf"{_article(places)}[^\W\d_a-z][\w'’‘-]*"
    return re.compile(
        rf"\s(?:{either(words.coordinators)})\s(?:(?:{either(places.openers)})\s)?(?P<toponym>{name}(?:\s{name})?)"
        r"(?=[,.;:)]|$|\s(?P<after>[a-z]+))"
    )


def _article(places: Places) -> str:
    """The pattern of what may stand before the capital of a place's name, or nothing: "al-", "El ", "St. "."""
    hyphened = f"(?i:{either(places.hyphened_articles)})-"
    apart = rf"(?:{'|'.join(_any_first(word) for word in places.name_articles) or '(?!)'})\s"
    short = rf"(?:{either(word.capitalize() for word in places.name_abbreviations)})\.\s"
    return f"(?:{hyphened}|{apart}|{short})?"


def _any_first(word: str) -> str:
    """A word with a small or a capital first letter."""
    return f"[{word[0].upper()}{word[0]}]{re.escape(word[1:])}"


def _capitals_pattern(articles: Iterable[str]) -> re.Pattern[str]:
    """What finds a place after its opener in a text of capitals."""
    the = either(article.upper() for article in articles)
    return re.compile(rf"\s(?:(?:{the})\s)?(?P<toponym>[^\W\d_][\w'’‘-]+(?:,?\s[^\W\d_][\w'’‘-]+){{0,4}})")


def _by_first(known: Iterable[str]) -> dict[str, frozenset[str]]:
    """Words and phrases by the first word of each, so that most words of a text need one look-up."""
    found: dict[str, set[str]] = {}
    for phrase in known:
        found.setdefault(phrase.partition(" ")[0], set()).add(phrase)
    return {first: frozenset(phrases) for first, phrases in found.items()}


def places_between(text: str, low: str, begin: int, end: int, lexicon: Lexicon) -> list[Stated]:
    """Every place between two offsets, the weak ones marked; `low` is the text in small letters."""
    patterns = place_patterns(lexicon.vocabulary)
    is_capitals = text[begin:end].isupper()
    matches = (patterns.capitals if is_capitals else patterns.place).match
    found, after = list[Stated](), begin
    for _, first, last in patterns.openers.find_matches_as_indexes(low[begin:end]):
        opening = begin + first
        if opening < after or (first and low[opening - 1].isalnum()):
            continue
        near = begin + last
        if text[near : near + _CAPITAL] == low[near : near + _CAPITAL]:
            continue  # no capital follows, as in "in the operation"
        match = matches(text, near, end)
        if match is not None:
            stated = _stated(text, low, match, max(begin, opening - _BEFORE), opening, patterns, lexicon)
            if stated is not None:
                stated = stated if is_capitals else _with_second(text, stated, end, patterns, lexicon)
                found.append(stated)
                after = stated.end
    return found


def _with_second(text: str, first: Stated, end: int, patterns: PlacePatterns, lexicon: Lexicon) -> Stated:
    """A place with a second one that is joined to it; what follows must show that it is no subject of a verb."""
    match = patterns.joined.match(text, first.end, end)
    if match is None:
        return first
    name = match["toponym"]
    if _opens_clause(match["after"], lexicon) or _end(name, lexicon, is_capitals=False, is_base=False) != len(name):
        return first
    stop = match.end("toponym")
    return first._replace(end=stop, raw=" ".join(text[first.start : stop].split()))


def _opens_clause(after: str | None, lexicon: Lexicon) -> bool:
    """Whether the word after a name makes it a subject: a verb, people, or a word that nobody knows."""
    word = lexicon.words.get(after) if after else None
    return after is not None and (word is None or bool(word.people or word.harm or word.mask & _VERB))


def _stated(
    text: str,
    low: str,
    match: re.Match[str],
    begin: int,
    opening: int,
    patterns: PlacePatterns,
    lexicon: Lexicon,
) -> Stated | None:
    """The place that a match holds, if any; `begin` to `opening` is what stands before it."""
    whole, words = match["toponym"], lexicon.words
    is_capitals, start = patterns.capitals is match.re, match.start("toponym")
    is_base = not is_capitals and _holds(whole.lower().split(), patterns.bases)
    stop = _end(whole, lexicon, is_capitals=is_capitals, is_base=is_base) + start
    if stop == start or low.startswith(lexicon.rule_words.possessive_marks, stop):  # "in Holm's battalion"
        return None
    raw = " ".join(text[start:stop].split())
    before = low[begin:opening]
    is_weak = (
        _holds(before.rsplit(None, _NEAR)[-_NEAR:], patterns.away)
        or _holds(raw.lower().split(), patterns.care)
        or _is_of_unit(patterns, before, words)
    )
    return Stated(start, stop, raw, is_weak=is_weak)


def _holds(words: list[str], known: dict[str, frozenset[str]]) -> bool:
    """Whether one, two or three of the words, side by side, are known."""
    for at, word in enumerate(words):
        if word in known and any(" ".join(words[at : at + length]) in known[word] for length in (1, 2, 3)):
            return True
    return False


def _is_of_unit(patterns: PlacePatterns, opening: str, words: Mapping[str, Word]) -> bool:
    """As in "assigned to 1st Brigade at Fort Bliss": no verb stands between the unit and the place."""
    if not any(map(opening.__contains__, patterns.assigning)):
        return False  # most places
    last = next(reversed(list(patterns.assigned.finditer(opening))), None)
    if last is None or ";" in opening[last.end() :]:
        return False
    known = (words.get(match.group()) for match in _WORD.finditer(opening, last.end()))
    return not any(word.harm is not None or word.mask & _VERB for word in known if word is not None)


def _end(raw: str, lexicon: Lexicon, *, is_capitals: bool, is_base: bool) -> int:
    """How many characters of a run belong to the place: up to the first word that is none of a place's name."""
    found = [(match, match.group().lower().rstrip(".'’").replace("’", "'")) for match in _WORD.finditer(raw)]
    lows = [low for _, low in found]
    words, stop = lexicon.words, 0
    for at, (match, low) in enumerate(found):
        word = words.get(low)
        if word is not None and word.mask & DATE:
            break
        is_part = word is not None and (word.mask & _KIND or (is_base and word.harm is None))
        known = word if word is not None or "-" not in low else words.get(low.partition("-")[0])
        if known is not None and not is_part and _is_closed(known, lows, at, is_capitals=is_capitals):
            is_unit = word is not None and bool(word.mask & _FORMATION) and not is_capitals
            stop = _without_body(raw, stop, match.start(), words, is_unit=is_unit)
            break
        if word is None or not word.mask & _STRUCTURE or word.mask & _NOT_NAMES:
            stop = match.end()
    return _trimmed(raw, stop, lexicon, is_capitals=is_capitals)


def _without_body(raw: str, stop: int, begin: int, words: Mapping[str, Word], *, is_unit: bool) -> int:
    """As in "Farah province, Afghan National Army", "the Nahal Brigade": what a body or unit is called is no place."""
    piece = raw.rfind(",", 0, stop) + 1
    first = _WORD.search(raw, piece, stop)
    known = words.get(first.group().lower()) if first else None
    is_people = known is not None and known.mask & _NOT_NAMES
    if "," in raw[stop:begin] or not (is_people or is_unit):
        return stop
    return max(piece - 1, 0)


def _trimmed(raw: str, stop: int, lexicon: Lexicon, *, is_capitals: bool) -> int:
    """A run without what is no place at its end: the word of a people ("in Raqqah, Syrian"), a thing by itself."""
    last = raw[:stop].rpartition(" ")[2].lower()
    known = lexicon.words.get(last)
    if len(raw[:stop]) == 1 or (known is not None and known.mask & _UNIT):
        return 0  # "M/V", "Memorial Day"
    is_alone = known is not None and known.mask & (_THING | _KIND) and " " not in raw[:stop]
    is_people = known is not None and known.mask & _NOT_NAMES
    if not (is_alone or is_people or last.endswith(lexicon.rule_words.possessive_marks)):
        return stop
    return max(raw.rfind(",", 0, stop), 0) if "," in raw[:stop] or " " not in raw[:stop] or is_capitals else stop


def _is_closed(word: Word, lows: list[str], at: int, *, is_capitals: bool) -> bool:
    """Whether a known word can be no part of a place: people, harm, days, units; in capitals any."""
    phrases = word.phrases.get(lows[at + 1]) if at + 1 < len(lows) else None
    if phrases is not None and phrases.has_people:
        return True
    is_person = word.people is not None and (not word.people.is_weak or at > 0)
    if word.harm is not None or is_person or word.mask & _CLOSED:
        return True
    return is_capitals and not word.is_empty and not (at and word.mask & _NOT_NAMES and not word.mask & _STRUCTURE)
