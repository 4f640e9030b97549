"""The language of a text: by its script, then by letters that only one language of the script has, then by small words.

No library: those at hand either bring numpy, which sqlite-utils would then load in the daemon, or models of many
megabytes. Releases are whole paragraphs, on which small words decide surely; shorter texts take the publisher's word.
"""

from __future__ import annotations

import re
from collections import Counter

_SAMPLE = 4000
_FEW = 3
_SHORT = 40
_BEYOND_LATIN = re.compile(r"[^\u0000-\u02ff]+")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[a-z]+")  # the same of small ASCII letters, in half the time
_SMALL_WORDS = {
    "en": "the of and to in a that for was on with were by is at from as his has have be an are which",
    "fr": "le la les des et du une en que dans pour est par sur au aux qui ce avec ont été il sont pas",
    "de": "der die und das den von zu mit ist im des auf für ein eine dem nicht sich wurde bei als werden",
    "es": "el la los las de del y en que una por con para se su al como fue más sus ha han lo este",
    "pt": "o os as do da dos das em que uma para com por no na ao foi são não mais pelo pela e",
    "it": "il di che della del la le gli un una per con sono è nel alla dei delle si anche stato da",
    "nl": "de het een van en in is op te dat met voor zijn door aan bij werd niet ook naar zich",
    "pl": "w i na z się do że jest o od przez nie za oraz po dla są jak został podczas",
    "tr": "ve bir bu için ile olarak da de olan tarafından en çok ise kadar daha sonra gibi",
    "ro": "și de la în cu pe din care a pentru au fost este o un sunt mai prin al ale",
    "sv": "och att det som en på är av för med den till har inte om ett från var de",
    "da": "og at det som en på er af for med den til har ikke om et fra var de blev",
    "no": "og at det som en på er av for med den til har ikke om et fra var de ble",
    "fi": "ja on ei se että oli myös ovat kun hän mutta joka tai sekä sen mukaan",
    "id": "yang dan di dengan untuk pada dari dalam ini itu tidak oleh telah akan ke tersebut",
    "vi": "và của là có cho các trong được với không một người đã này những tại",
    "cs": "a se na v je že s z do o pro i jako byl po při od ve za které",
    "hu": "a az és hogy nem is egy volt meg ez el van csak mint már",
}
_WORDS = {language: frozenset(words.split(" ")) for language, words in _SMALL_WORDS.items()}
# Of each small word the languages that have it: a text is asked for its own few words, not for all of these.
_LANGUAGES_WITH = {
    word: tuple(language for language, words in _WORDS.items() if word in words)
    for word in frozenset[str]().union(*_WORDS.values())
}
_SCRIPTS = (
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("ar", re.compile(r"[\u0621-\u06d3]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hy", re.compile(r"[\u0531-\u058f]")),
    ("ka", re.compile(r"[\u10d0-\u10ff]")),
)
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]+")
# Letters that tell the languages of one script apart; the first whose letters make up the given share of them.
_LETTERS = {
    "ru": (("uk", "іїєґ", 0.02), ("be", "ў", 0.004), ("sr", "ђћџљњј", 0.01), ("mk", "ѓќѕ", 0.002), ("bg", "ъ", 0.009)),
    "ar": (("ur", "ٹڈڑںےھ", 0.02), ("ps", "ښځڅړګ", 0.01), ("fa", "پچژگکی", 0.02)),
}
_SCRIPT_OF = {
    **{language: language for language, _ in _SCRIPTS},
    **{language: script for script, relatives in _LETTERS.items() for language, _, _ in relatives},
    "ja": "zh",
}
LATIN = "latin"


def tongue_of(tag: str) -> str:
    """The language of a BCP 47 tag such as `sr-Latn-RS`, without script and region, in small letters."""
    return tag.replace("_", "-").partition("-")[0].lower()


def script_of(language: str) -> str:
    """What a language is written in: `LATIN`, or the best known language of its script."""
    return _SCRIPT_OF.get(language, LATIN)


def is_clearly(line: str, language: str) -> bool:
    """Whether a line is surely in a language: many of its words are small words of it, or its letters are only its own.

    Far quicker than to ask for the likeliest of all, for the many lines of a long text in one language.
    """
    if small := _WORDS.get(language):
        words = line.lower().split()
        return sum(map(small.__contains__, words)) >= max(_FEW, len(words) / 5)
    own = next((letters for known, letters, _ in _LETTERS.get(script_of(language), ()) if known == language), "")
    return sum(map(line.count, own)) * 25 > len(line)


def detect_language(text: str, hint: str = "") -> str:
    """The ISO 639-1 code of the language that most of `text` is in; the hint's where the text is too short to tell."""
    stated = tongue_of(hint)
    sample = text[:_SAMPLE]
    latin = 0 if sample.isascii() else _count(_LATIN, sample)
    if sample.isascii() or _count(_BEYOND_LATIN, sample) * 3 < latin:
        return _by_small_words(sample, stated)
    counts = {language: len(letters.findall(sample)) for language, letters in _SCRIPTS}
    script = max(counts, key=lambda language: counts[language])
    # A sign of Chinese says as much as three letters; kana beside such signs is Japanese.
    if counts["ja"] and counts["ja"] * 8 > counts["zh"] and (counts["ja"] + counts["zh"]) * 3 > latin:
        return "ja"
    if counts[script] * (3 if script in ("zh", "ja", "ko") else 1) > latin:
        return _within_script(script, sample, counts[script], stated)
    return _by_small_words(sample, stated)


def _count(letters: re.Pattern[str], sample: str) -> int:
    """How many letters there are, found in runs."""
    return sum(map(len, letters.findall(sample)))


def _within_script(script: str, sample: str, letters: int, stated: str) -> str:
    low = sample.lower()
    for language, own, share in _LETTERS.get(script, ()):
        if sum(map(low.count, own)) > share * letters:
            if language == "bg" and re.search("[ыэё]", low):
                continue
            return language
    relatives = {language for language, _, _ in _LETTERS.get(script, ())}
    return stated if stated in relatives and letters < _SHORT else script


def _by_small_words(sample: str, stated: str) -> str:
    low = sample.lower()
    words = (_ASCII_WORD if low.isascii() else _WORD).findall(low)
    scores = dict.fromkeys(_WORDS, 0)
    for word, count in Counter(filter(_LANGUAGES_WITH.__contains__, words)).items():
        for language in _LANGUAGES_WITH[word]:
            scores[language] += count
    best = max(scores, key=lambda language: (scores[language], language == stated))
    if scores[best] < _FEW or scores[best] < len(words) / 25:
        return stated or (best if scores[best] else "")
    # Danish and Norwegian, say, share nearly all their small words: a near tie is the publisher's language.
    return stated if scores.get(stated, 0) > 0.9 * scores[best] else best
