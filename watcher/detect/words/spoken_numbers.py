"""Numbers in words: "two hundred and five", "half a dozen", "four and a half thousand", "twenty-five"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.words.lexicon import ROLES

if TYPE_CHECKING:
    from watcher.config.words import NumberWords
    from watcher.detect.words.tokens import Sentence


_NUMERIC = ROLES["numeric"]
LARGEST = 10_000_000  # people
_HUNDRED, THOUSAND = 100, 1000


class Number(NamedTuple):
    """A number as written, without bounds, and its last token."""

    value: int
    last: int


def spoken(sentence: Sentence, at: int) -> Number | None:
    """As in "two hundred and five", "half a dozen", "a hundred", "twenty-five"."""
    numbers, low = sentence.lexicon.numbers, sentence.low[at]
    alone = numbers.ones.get(low) or numbers.tens.get(low)
    if alone and not _goes_on(sentence, at + 1):
        return Number(alone, at)  # most numbers
    is_half = low in numbers.half
    if not is_half and low not in numbers.articles and not _scale(low, numbers) and _small(low, numbers) is None:
        return None
    first = at + is_half
    has_article = _is_scaled_article(sentence, first)
    number = _halved_scale(sentence, first) or _sum_up(sentence, first + has_article, int(has_article))
    number = _with_half(sentence, number) if number is not None and not is_half else number
    if number is None or number.value > LARGEST:
        return None
    return Number(number.value // 2, number.last) if is_half else number


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether a token can be more of the number before it: another one, a part of one, or "and"."""
    is_more = at < sentence.size and (
        sentence.mask[at] & _NUMERIC or sentence.low[at] in sentence.lexicon.numbers.joining
    )
    return bool(is_more)


def _with_half(sentence: Sentence, number: Number) -> Number:
    """As in "a dozen and a half": half of the last scale on top."""
    numbers, scale = sentence.lexicon.numbers, sentence.lexicon.numbers.scales.get(sentence.low[number.last], 0)
    joint, article, half = (*sentence.low[number.last + 1 : number.last + 4], "", "", "")[:3]
    is_half = joint in numbers.joining and article in numbers.articles and half in numbers.half
    return Number(number.value + scale // 2, number.last + 3) if scale and is_half else number


def _halved_scale(sentence: Sentence, at: int) -> Number | None:
    """As in "four and a half thousand", "two and a half dozen": half of the scale that follows on top."""
    numbers, last = sentence.lexicon.numbers, at + 4
    value = _small(sentence.low[at], numbers) if last < sentence.size else None
    if value is None or sentence.low[at + 1] not in numbers.joining or sentence.low[at + 2] not in numbers.articles:
        return None
    scale = numbers.scales.get(sentence.low[last], 0) if sentence.low[at + 3] in numbers.half else 0
    return Number(value * scale + scale // 2, last) if scale else None


def _is_scaled_article(sentence: Sentence, at: int) -> bool:
    """As in "a hundred", where the article is one."""
    numbers, after = sentence.lexicon.numbers, at + 1
    return after < sentence.size and sentence.low[at] in numbers.articles and bool(_scale(sentence.low[after], numbers))


def _scale(low: str, numbers: NumberWords) -> int:
    """The value of "hundred", "dozen", "hundred-odd"; 0 where it is none."""
    scale = numbers.scales.get(low, 0)
    if scale or "-" not in low:
        return scale
    scaled, _, odd = low.partition("-")
    return numbers.scales.get(scaled, 0) if odd in numbers.odd else 0


def _sum_up(sentence: Sentence, at: int, current: int) -> Number | None:
    """The number of the words from a token on; `current` is what stands before them."""
    numbers, total, last = sentence.lexicon.numbers, 0, -1
    while at < sentence.size:
        low = sentence.low[at]
        value, scale = _small(low, numbers), _scale(low, numbers)
        if value is not None:
            current += value
        elif scale:
            current = (current or 1) * scale
            if scale >= THOUSAND:
                total, current = total + current, 0
        elif low not in numbers.joining or not _continues(sentence, at):
            break
        last, at = at, at + 1
    return Number(total + current, last) if last >= 0 else None


def _small(low: str, numbers: NumberWords) -> int | None:
    """The value of a word below a hundred: "five", "twenty", "twenty-five", "five-man"."""
    value = numbers.ones.get(low) or numbers.tens.get(low)
    if value is None and "-" in low:
        number, _, sized = low.rpartition("-")
        if sized in numbers.sized:
            return _small(number, numbers)
        ten, _, one = low.partition("-")
        if ten in numbers.tens and (one in numbers.ones or one in numbers.odd):
            return numbers.tens[ten] + numbers.ones.get(one, 0)
    return value


def _continues(sentence: Sentence, at: int) -> bool:
    """As in "two hundred and five", not "two and five": only after a hundred or a thousand."""
    numbers = sentence.lexicon.numbers
    is_scaled = at > 0 and numbers.scales.get(sentence.low[at - 1], 0) >= _HUNDRED
    return is_scaled and at + 1 < sentence.size and _small(sentence.low[at + 1], numbers) is not None
