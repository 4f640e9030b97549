"""What a reader types into the search, as the full-text index is asked (FTS5): names in all their usual spellings.

Al-Hudaydah, al Hudaydah, El-Hudaydah, Alhudaydah and Hudaydah are one name; so are Sana'a, Sana’a, Sanʿa and Sanaa,
Deir ez-Zor, Deir al-Zor and Deir Ezzor, Tel-Hamis and Tel Hamis. Diacritics are folded by the index itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


Phrase = tuple[str, ...]
# Signs between which the index has words of their own: those of its tokenizer beside all that are no letter or digit.
SEPARATORS = "ʹʺʻʼʽʾʿˈ"
_WORDS = re.compile(rf"[^\W_{SEPARATORS}]+")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_TYPED = re.compile(r'(?P<not>-)?(?:["“”„](?P<phrase>[^"“”„]*)["“”„]|(?P<word>[^\s"“”„]+))')
# The article as it is transcribed: also before a letter that it is spoken like (ar-Raqqah, ez-Zor).
_ARTICLES = frozenset(
    {
        "al",
        "el",
        "ul",
        "an",
        "ar",
        "as",
        "ash",
        "at",
        "ath",
        "ad",
        "adh",
        "az",
        "ed",
        "en",
        "er",
        "es",
        "esh",
        "et",
        "ez",
    }
)
# Those that are no English word, and so an article where they stand alone.
_ALONE = re.compile(r"(?<!\S)(al|el|ez|ul|[ae]([tdrzsn])h?(?=\s+\2))\s+(?=[^\W\d_])", re.IGNORECASE)
# The letters before which the article is spoken like them.
_SPOKEN_LIKE = frozenset("tdrzsnl")
_ARABIC_LETTERS = frozenset(map(chr, range(0x0621, 0x064B)))
_ARABIC_ARTICLE = "ال"
# Vowel signs of Arabic and the stroke that lengthens a word: nobody types them, and few print them.
_UNWRITTEN = re.compile("[\u064b-\u0652\u0670\u0640]")
# Between these vowels a transcription may have a sign that others leave out; O'Brien, d'Ivoire, l'Aquila.
_HIATUS = ("aa", "ai", "ii", "au", "uu")
_ELIDED = "odl"
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed: `spellings` of it, of which any will do; `is_not` where texts with it are left out."""

    typed: str
    spellings: tuple[Phrase, ...]
    is_not: bool = False
    is_prefix: bool = False

    @property
    def query(self) -> str:
        """The term as FTS5 reads it."""
        quoted = [f'"{" ".join(phrase)}"' + "*" * self.is_prefix for phrase in self.spellings]
        return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def terms_of(typed: str) -> tuple[Term, ...]:
    """The terms of what was typed; what has no letter or digit is none."""
    plain = _UNWRITTEN.sub("", unicodedata.normalize("NFC", typed))
    return tuple(_terms(_ALONE.sub(r"\1-", plain)))


def _terms(typed: str) -> Iterator[Term]:
    for found in _TYPED.finditer(typed):
        given = found["phrase"] if found["word"] is None else found["word"]
        words = tuple(word.casefold() for word in _WORDS.findall(given))
        if not words:
            continue
        is_prefix = given.endswith("*") and len(words[-1]) > 1
        is_exact = found["word"] is None or is_prefix
        spellings = (words,) if is_exact else tuple(dict.fromkeys(_spellings(given, words)))
        yield Term(given, spellings, is_not=bool(found["not"]), is_prefix=is_prefix)


def fts_query(terms: tuple[Term, ...]) -> str:
    """The terms together: texts with all of them, and with none of those that are left out; empty without terms."""
    wanted = " AND ".join(term.query for term in terms if not term.is_not)
    unwanted = " OR ".join(term.query for term in terms if term.is_not)
    return f"({wanted}) NOT ({unwanted})" if wanted and unwanted else wanted


def rule_words(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """The terms as the words of an alert rule, which looks for each of them in a claim's sentence letter by letter."""
    found: list[str] = []
    for term in terms:
        if not term.is_not:
            typed = term.typed.strip("*.,;:!?()[]")
            words = _WORDS.findall(typed)
            found += [typed, *(sign.join(words) for sign in ("'", "’", "-", " ", "") if len(words) > 1)]
            if len(words) > 1 and words[0].casefold() in _ARTICLES:
                found.append(" ".join(words[1:]))
    return tuple(dict.fromkeys(word for word in found if word))


def _spellings(given: str, words: Phrase) -> Iterator[Phrase]:
    if len(words) > 1 and _POSSESSIVE.search(given):
        words = words[:-1]
    if len(words) > 1 and words[0] in _ARTICLES:
        yield from _with_article(words[0], words[1:])
    elif len(words) > 1:
        yield words
        yield ("".join(words),)
        if len(words) == 2:  # noqa: PLR2004 - one sign
            yield from _at_a_sign(*words)
        yield from _other_articles(words)
    else:
        yield words
        yield from _of_one_word(words[0])


def _with_article(article: str, rest: Phrase) -> Iterator[Phrase]:
    """The name alone, which finds it after any article; and as one word with the article."""
    yield rest
    glued = "".join(rest)
    yield (glued,)
    yield from ((before + glued,) for before in _glued(article, glued))
    if len(rest) == 1:
        yield from _of_one_word(rest[0])


def _other_articles(words: Phrase) -> Iterator[Phrase]:
    """A name with an article within it: with another one, and without."""
    for place, word in enumerate(words[1:-1], 1):
        if word in _ARTICLES:
            before, after = words[:place], words[place + 1 :]
            yield from ((*before, article, *after) for article in ("al", "el"))
            yield (*before, *after)
            yield from ((*before, glued + after[0], *after[1:]) for glued in _glued(word, after[0]))


def _glued(article: str, name: str) -> Iterator[str]:
    """What stands before a name as one word with it: the article as typed and as usual, and as it is spoken."""
    spoken = (f"a{name[0]}", f"e{name[0]}") if name[0] in _SPOKEN_LIKE else ()
    yield from dict.fromkeys((article, "al", "el", *spoken))


def _of_one_word(word: str) -> Iterator[Phrase]:
    """A word that may be written as two: after an article, or where a transcription has an apostrophe."""
    if word[0] in _ARABIC_LETTERS:
        bare = word.removeprefix(_ARABIC_ARTICLE) if len(word) > _SHORTEST else word
        yield from ((bare,), (_ARABIC_ARTICLE + bare,))
    if len(word) > _SHORTEST:
        rest = word[2:]
        is_spoken = word[0] in "ae" and word[1] == word[2]  # arraqqah, ezzor
        articles = ("al", "el") if word.startswith(("al", "el")) else (word[:2], "al", "el") if is_spoken else ()
        for article in articles:
            yield from ((article, *parts) for parts in ((rest,), *_parted(rest)))
        if word[0] in _ELIDED:
            yield word[0], word[1:]
    yield from _parted(word)


def _parted(word: str) -> Iterator[Phrase]:
    """A word in two where two vowels meet."""
    if len(word) >= _SHORTEST:
        for place in range(1, len(word)):
            if word[place - 1 : place + 1] in _HIATUS:
                yield from _at_a_sign(word[:place], word[place:])


def _at_a_sign(first: str, second: str) -> Iterator[Phrase]:
    """Two parts with a sign between them; of two equal vowels one may be missing (Sana'a, Sanʿa)."""
    yield first, second
    if first[-1] == second[0] and len(first) > 1:
        yield first[:-1], second
