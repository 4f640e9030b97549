"""What sites put around and into their releases: menus, teasers and consent notices, buttons, banners and end marks.

Of a release's own text only whole lines go, so that no sentence of it can be lost with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from watcher.content.markup import attribute, name_words, tags_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.markup import Tag


_CHROME_TAGS = frozenset({"nav", "footer", "aside", "button", "h1"})
_CHROME_NAMES = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "share sharing sharebar shares social related newsletter promo promos sidebar breadcrumb breadcrumbs comment "
        "comments menu footer copyright tags taglist popular trending recommended recommendation recommendations "
        "signup subscribe subscription cookie cookies advert advertisement ad ads sponsor sponsored outbrain taboola "
        "byline author bio toolbar readmore more latest pagination pager disclaimer reprint reprints caption captions "
        "credit credits "
    ).split()
)
# Elements alike that make a list of teasers.
_FEWEST_TEASERS = 3
# Levels above a heading in which its teaser is sought, and most characters of a teaser.
_LEVELS = 6
_LONGEST_TEASER = 700
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_CONSENT_NAMES = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "consent cmp gdpr onetrust didomi usercentrics cookiebot cookielaw cookieconsent cookie cookies truste "
    ).split()
)
# An element of these holds the release, whatever its class says of cookies.
_WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
# Words of a heading from which on it is a title.
_TITLE_WORDS = 3
# Share of the text after which a heading of other releases ends the release.
_CUT_AFTER = 0.8
# Characters of a line from which on it is a release's own.
_LONGEST_LINE = 400
_END_MARK = r"-\s?30\s?-|#(?:\s?#){1,5}|(?:-\s?)?(?:ENDS?|USCG|USAF|USN|USMC)\s?-|ENDS|\*(?:\s?\*){2,}|_{3,}|-{3,}"
_BUTTON = (
    r"print|e-?mail|print\s?\|\s?e-?mail|share|tweet|view original|download hi-?res|photo details|"
    r"download hi-?res\s?/\s?photo details|(?:show|hide) caption(?: \+)?|social sharing|search news|"
    r"skip to (?:main )?content(?: \(.{0,40}\))?|back to top|copy link|advertisement|page details|date modified:?"
)
_BANNER = (
    r"an official website of the .{0,40}government(?: here['’]s how you know)?|here['’]s how you know|"
    r"official websites use \.\w+|a \.\w+ website belongs to an official .{0,90}|secure \.\w+ websites use https|"
    r"a lock \(.{0,20}\) or https:// means .{0,200}|you have accessed part of a historical collection.{0,300}"
)
_NOTHING = re.compile(rf"(?:{_END_MARK}|(?i:{_BUTTON}|{_BANNER}))")
# A line that names another release, between the paragraphs of this one.
_POINTER = re.compile(
    r"(?:read (?:also|more|next)|also read|see also|related(?: (?:stor(?:y|ies)|news|articles?|links?|releases?))?|"
    r"siehe auch|lesen sie (?:auch|dazu)|mehr dazu|(?:à )?lire aussi|voir aussi|lea también|ver también|"
    r"leia (?:também|mais)|veja também|leggi anche|lees ook|les også|læs også|läs (?:också|även)|lue myös|"
    r"czytaj (?:też|także)|zobacz (?:też|także)|przeczytaj (?:też|także)|čtěte (?:také|i)|citiți și|olvassa el|"
    r"читайте (?:также|також)|смотрите также|дивіться також|по теме|по темі|прочетете още|pročitajte (?:i|još)|"
    r"ayrıca (?:bakınız|okuyun)|διαβάστε (?:επίσης|ακόμη)|اقرأ أيضا|قراءة المزيد|קראו (?:גם|עוד)|baca juga|đọc thêm|"
    r"関連記事|相关阅读|延伸阅读|相關閱讀|관련 ?기사)\s?[:：–—|-]\s?\S.{0,250}",
    re.IGNORECASE,
)
_LIST_OF = r"(?:related|more|top|latest|recent|other|recommended|popular|trending|further)\b"
_LISTED = (
    r"(?: (?:press|video|on|from|this|in|our|the|army|defence|defense))* "
    r"(?:links?|stories|news|articles?|content|reading|posts|releases|coverage|topics|videos?|items|for you)"
    r"(?: (?:on|from|about|in|by) [^\W\d][^\d]{0,20})?:?"
)
_BOX = (
    r"(?:read|see|watch) (?:more|next|also)\b.{0,12}|don['’]t miss|you (?:may|might) also like.{0,12}|"
    r"most (?:read|popular|viewed).{0,12}|(?:leave a )?(?:comments?|reply)|"
    r"share(?: this)?(?: (?:page|article|story|release|post|on|via))*:?|tags?:?|"
    r"filed under.{0,20}|follow us.{0,30}|sign up.{0,60}|partner news"
)
_BOX_ELSEWHERE = (
    r"weitere (?:meldungen|informationen|themen).{0,20}|mehr (?:zum thema|dazu).{0,20}|à lire aussi.{0,20}|"
    r"voir aussi.{0,20}|leggi anche.{0,20}|lea también.{0,20}|читайте также.{0,20}|читайте також.{0,20}|"
    r"последние новости.{0,20}|останні новини.{0,20}"
)
_NEXT_HEADING = re.compile(rf"{_LIST_OF}{_LISTED}|{_BOX}|{_BOX_ELSEWHERE}", re.IGNORECASE)
_EMPTY_PAGE = re.compile(
    r"(?:enabl|disabl|requir|need|without|support|turn on|activat).{0,40}java ?script|"
    r"java ?script.{0,40}(?:enabl|disabl|requir|need|support|turned)|"
    r"^(?:loading|please wait|wird geladen|chargement|загрузка|завантаження)[ .…!]*$|"
    r"^(?:your|this) (?:web ?)?browser (?:is|does|must|needs)\b",
    re.IGNORECASE,
)
_UNIT = r"(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?"
_SEEN = r"(?:page )?(?:views?|reads?|shares?|likes?|comments?|downloads?|visits?|hits|votes?|retweets?|replies)"
_COUNT = r"\d[\d.,\u00a0\u202f]*\s?[kKmM]?\+?"
_COUNTER = re.compile(
    rf"\b{_COUNT}\s*{_SEEN}\b|\b{_SEEN}\s*:?\s*{_COUNT}(?!\w)|\b\d+\s?min(?:ute)?s? read\b"
    rf"|\b(?:about |over |less than )?(?:\d+|an?|one|a few)\s+{_UNIT}\s+ago\b|\bjust now\b"
    r"|\bvor (?:\d+|einer?m?) (?:Sekunden?|Minuten?|Stunden?|Tag(?:en)?|Wochen?|Monat(?:en)?)\b|\bil y a \d+ \w+\b"
    r"|\bhace \d+ (?:minutos?|horas?|días?|semanas?)\b|\b\d+ (?:минут|час|дн|день|хвилин|годин|дні)\w* (?:назад|тому)\b"
    r"|\b(?:просмотр|перегляд)\w*\s*:?\s*\d[\d\s]*|\b\d[\d\s]*(?:просмотр|перегляд)\w*",
    re.IGNORECASE,
)
# What stands beside a counter in the same line: a label, a day, an hour.
_BESIDE_COUNTERS = re.compile(
    r"\b(?:posted|published|updated|last|on|at|by|modified|date|the)\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\w*\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d+(?:st|nd|rd|th)?|\b[ap]\.?m\b|\b(?:UTC|GMT|EST|EDT|CET)\b",
    re.IGNORECASE,
)
_LONGEST_COUNTER = 120
_WORD = re.compile(r"\w")


def is_chrome(tag: Tag) -> bool:
    """Whether an element is, by its name or class, a part of the site around releases: a menu, a footer."""
    return tag.name in _CHROME_TAGS or not _CHROME_NAMES.isdisjoint(name_words(tag))


def teasers_of(body: Tag) -> frozenset[int]:
    """The identities of the elements below `body` that announce other releases."""
    return frozenset(id(tag) for tag in _teasers(body))


def notices_of(body: Tag) -> frozenset[int]:
    """The identities of the elements below `body` that ask for consent to cookies."""
    return frozenset(id(tag) for tag in tags_in(body) if _is_consent_notice(tag))


def _is_consent_notice(tag: Tag) -> bool:
    return tag.name not in _WHOLE_PAGE and not _CONSENT_NAMES.isdisjoint(name_words(tag))


def _teasers(body: Tag) -> list[Tag]:
    """Elements of which a parent has several alike, each short and with a heading of its own that is a link."""
    found: dict[tuple[int, str], dict[int, Tag]] = defaultdict(dict)
    for heading in tags_in(body, *_HEADINGS):
        if not _is_link(heading):
            continue
        for tag in (heading, *heading.parents)[1:_LEVELS]:
            if tag is body or tag.name in ("html", "body"):
                break
            found[id(tag.parent), f"{tag.name}.{attribute(tag, 'class')}"][id(tag)] = tag
    alike = (tags.values() for tags in found.values() if len(tags) >= _FEWEST_TEASERS)
    return [tag for tags in alike for tag in tags if len(tag.get_text()) <= _LONGEST_TEASER]


def _is_link(heading: Tag) -> bool:
    """Whether the heading is in a link, or a link in it has nearly all its words."""
    if any(parent.name == "a" for parent, _ in zip(heading.parents, range(_FEWEST_TEASERS), strict=False)):
        return True
    words = heading.get_text().split()
    links = (
        link for link in tags_in(heading, "a") if "href" in link.attrs and not attribute(link, "href").startswith("#")
    )
    linked = max((len(link.get_text().split()) for link in links), default=0)
    return len(words) >= _TITLE_WORDS and linked * 2 > len(words)


def without_boilerplate(lines: Sequence[str]) -> list[str]:
    """The lines without buttons, government banners, and those that only say that the release ends (-30-, ###)."""
    return [line for line in lines if len(line) > _LONGEST_LINE or not _is_nothing(line)]


def _is_nothing(line: str) -> bool:
    return bool(_NOTHING.fullmatch(line) or _POINTER.fullmatch(line)) or _is_counter(line)


def _is_counter(line: str) -> bool:
    """Whether a line only counts readers or says how long ago something was: it differs with every fetch."""
    if len(line) > _LONGEST_COUNTER or not _COUNTER.search(line):
        return False
    return not _WORD.search(_BESIDE_COUNTERS.sub(" ", _COUNTER.sub(" ", line)))


def without_what_follows(lines: Sequence[str]) -> list[str]:
    """The lines up to the heading of what follows a release (related links, latest news), if that stands near the end.

    Anywhere else only the heading itself goes: a heading in the middle is one of a box between paragraphs.
    """
    total, seen = sum(map(len, lines)), 0
    kept: list[str] = []
    for line in lines:
        if len(line) <= _LONGEST_LINE and _NEXT_HEADING.fullmatch(line):
            if seen > _CUT_AFTER * total:
                break
            continue
        seen += len(line)
        kept.append(line)
    return kept


def needs_scripts(lines: Sequence[str]) -> bool:
    """Whether all that a page says is that it loads, or that it wants scripts: what fills it is not there."""
    return sum(map(len, lines)) <= _LONGEST_LINE and all(_EMPTY_PAGE.search(line) for line in lines)
