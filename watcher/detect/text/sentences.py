"""Where sentences begin and end: text ─► spans.

A line of its own is a block, unless the text is hard-wrapped: then a line that goes on in the next one does not end the
sentence. Abbreviations ("Sgt.", "Jan. 3", "U.S.") do not end one either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.text.openings import opening_end

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.detect.words.lexicon import Lexicon


# The end of a sentence: a stop with what may close it, before white space; or the end of a line. The signs come first,
# then what must stand around them, so that the search runs over letters at once.
_END = re.compile(
    r"[.!?…\n。！؟](?:"
    r"(?<=[a-z]{7}\.)(?P<sure>(?=\s{1,39}[A-Z]))"  # no abbreviation is as long
    r"|(?<=[.!?…])[\"'”’)\]]{0,3}(?=\s)|(?<=[a-z0-9)]\.)(?=[A-Z][a-z])|(?<=\n)\s*\n|(?<=[\n。！؟]))"
)
_OPENER = re.compile(
    r"\s*(?:[-–—•*·▪►]+\s|\(?\d{1,3}[.)]\s|\d{1,2}[-. ][A-Z][a-z]|[A-Z][^\n]{0,60}:\s*\n"
    r"|[A-Z][a-z]+(?: [a-z]+)?: ?\d|\[[A-Z])"
)
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s")
_LABEL = re.compile(r"\s*[A-Z][^\n:;!?]{1,40}: ?\w")  # of a line of figures: "Last 24 hrs: deaths 9"
_FIGURE = re.compile(r"[A-Z][^\n:;!?]{1,40}: ?\d")  # "Storm calls: 1,204, 1 firefighter hurt"
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]")  # of a name: "K.C. Roy"
_LAST_WORD = re.compile(r"[^\W_][\w.’'-]*\Z")
_WRAPPED = 45  # characters: a line longer than this may have been wrapped by hand
_LOOSE = 4  # letters by which the lines of a hand differ
_HEADING = 30  # characters of "Killed in action:" after the end of a sentence
_WRAPPED_CAPITALS = 34  # the same for a telegram in capitals
_LONG_WORD = 7  # letters: no abbreviation has as many
_LONGEST = 1500  # characters: no sentence is longer; whatever comes as one is cut here
_CLOSED, _OPEN = frozenset(".!?:;"), frozenset(",-")  # what a line ends with that ends its block, or goes on
_BLOCK_ENDS = (".\n", "\n\n")  # always the end of a sentence
Spans = list[tuple[int, int]]


def sentence_spans(text: str, lexicon: Lexicon) -> Spans:
    """Offsets of every sentence of a text, in order, without surrounding white space. Linear in the text's length."""
    spans: Spans = []
    begin, rule_words = 0, lexicon.rule_words
    for match in _END.finditer(text):
        start, end = match.span()
        if not match.lastgroup:
            sign = text[start]
            if sign == "." and _is_abbreviation(text, match, begin, rule_words):
                continue
            if sign == "\n" and end == start + 1 and not _is_block_end(text, start, rule_words):
                continue
        _append(spans, text, begin, end, lexicon)
        begin = end
    _append(spans, text, begin, len(text), lexicon)
    return spans


def sentence_reach(text: str, at: int) -> str:
    """The text around an offset as far as a sentence that holds it can reach, without cutting the text."""
    first, last = max(0, at - _LONGEST), at + _LONGEST
    begin = max(first, *(text.rfind(end, first, at) for end in _BLOCK_ENDS))
    ends = [found for end in _BLOCK_ENDS if (found := text.find(end, at, last)) >= 0]
    return text[begin : min(ends, default=last)]


def _append(spans: Spans, text: str, begin: int, end: int, lexicon: Lexicon) -> None:
    """Add a sentence without what stands before it and the white space around it; one that is too long is cut."""
    begin, end = _stripped(text, begin, end)
    if begin < end:
        begin = _stripped(text, opening_end(text, begin, end, lexicon), end)[0]
    while end - begin > _LONGEST:
        spans.append((begin, begin + _LONGEST))
        begin += _LONGEST
    if end > begin:
        spans.append((begin, end))


def _stripped(text: str, begin: int, end: int) -> tuple[int, int]:
    """Two offsets without the white space between them and the words."""
    words = text[begin:end].lstrip()
    return end - len(words), end - len(words) + len(words.rstrip())


def _is_block_end(text: str, at: int, rule_words: RuleWords) -> bool:
    """Whether a single line break ends a block: not where a long line goes on in the next."""
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()
    end = text.find("\n", at + 1)
    following = text[at + 1 : end if end >= 0 else len(text)]
    is_open = bool(before) and before[-1] in _CLOSED and _is_open(before, following, rule_words)
    if not before or (before[-1] in _CLOSED and not is_open):
        return True
    is_open |= before[-1] in _OPEN or before.rpartition(" ")[2] in rule_words.never_last
    is_going_on = is_open or following.lstrip()[:1].islower()
    is_short = len(before) < _WRAPPED and not _may_be_telegram(before, following)
    if is_short and not is_going_on:
        return True  # most lines
    if _OPENER.match(following) and not _opens_with_number(before, following):
        return True
    if _LABEL.match(following) and _LABEL.match(before):
        return True
    if _FIGURE.match(before) and following.lstrip()[:1].isupper():
        return True
    return not is_short and not (is_going_on or _goes_on(before, following))


def _opens_with_number(before: str, following: str) -> bool:
    """As in "has been corrected to" above "16. The road …": a number that numbers no item of a list."""
    return bool(_NUMBER.match(following)) and not _OPENER.match(before) and _goes_on(before, following)


def _is_open(before: str, following: str, rule_words: RuleWords) -> bool:
    """Whether a long line that ends in a sign goes on all the same: "; nine were", after "Cpl.", "V.K.", "Killed:"."""
    if len(before) < _WRAPPED or _OPENER.match(before):
        return False
    word, is_wide = before.rpartition(" ")[2], len(following) >= _WRAPPED
    if before[-1] == ":" and len(before.rpartition(". ")[2]) < min(_HEADING, len(before)):
        return is_wide  # not a heading of its own
    if _OPENER.match(following) or (before[-1] == ":" and not is_wide):
        return False
    if following[:1].islower():
        return True
    is_initial = len(word) == 2 or word.count(".") > 1
    if is_initial and following.partition(" ")[0].lower() not in rule_words.sentence_openers:
        return True
    return before[-1] == "." and word[:-1].lower() in rule_words.abbreviations


def _may_be_telegram(before: str, after: str) -> bool:
    """Whether a line of capitals is wide enough to have been wrapped by hand."""
    return len(before) > _WRAPPED_CAPITALS and before.isupper() and after[:30].isupper()


def _goes_on(before: str, following: str) -> bool:
    """Whether two long lines of similar width look wrapped by hand, as in a typed telegram.

    Where the first word of the second would have had room in the first, it was not put there by wrapping.
    """
    is_full = len(before) + 1 + len(following.partition(" ")[0]) > len(following.rstrip()) - _LOOSE
    return len(before) <= 100 and abs(len(before) - len(following)) < 40 and bool(following.strip()) and is_full


def _is_abbreviation(text: str, match: re.Match[str], begin: int, rule_words: RuleWords) -> bool:
    """Whether a stop shortens the word before it, or numbers a list, and what follows goes on in the same sentence."""
    stop = match.start()
    after = text[match.end() : match.end() + 40].lstrip()
    if not after:
        return False
    if after[0].islower():
        return True
    if stop - _LONG_WORD >= begin and text[stop - _LONG_WORD : stop].isalpha():
        return False
    last = _last_word(text, begin, stop)
    word = last.lower()
    if word in rule_words.closing_abbreviations:
        return after[0].isdecimal() or _is_initial(after.partition(" ")[0], rule_words)  # "of Co. B"
    if word in rule_words.abbreviations:
        return True
    if word in rule_words.reserve_abbreviations and match.group() == ".)":
        return True  # an officer of the reserve: "Maj. (res.) X"
    if len(last) > 1 and last.isalpha():
        return False  # most words
    if len(word) <= 3 and word.isdecimal() and not text[begin : stop - len(word)].strip():
        return True  # the number of a list: "1. On July 4, …"
    return _is_initial(last, rule_words) or ("." in last and _are_initials(last, after, rule_words))


def _last_word(text: str, begin: int, stop: int) -> str:
    """The word before a stop, with its own stops ("U.S"); most stand between a blank and the stop."""
    begin = max(begin, stop - 23)
    word = text[max(begin, text.rfind(" ", begin, stop) + 1) : stop]
    if word.isalpha():
        return word
    last = _LAST_WORD.search(text, begin, stop)
    return last[0] if last is not None else ""


def _are_initials(word: str, after: str, rule_words: RuleWords) -> bool:
    """As in "constables V.K. Tiwari and T. Rai": a name goes on after them, not "in the N.W. The patrol"."""
    following = after.partition(" ")[0].lower()
    return _INITIALS.fullmatch(word) is not None and after[0].isupper() and following not in rule_words.sentence_openers


def _is_initial(word: str, rule_words: RuleWords) -> bool:
    """A capital letter by itself that is no word: "A. B. Finn"."""
    return len(word) == 1 and word.isalpha() and word.isupper() and word.lower() not in rule_words.one_letter_words
