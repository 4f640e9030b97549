"""The public preview page of a Telegram channel (`/s/<name>`): its posts as entries, the newest first.

The page shows about twenty posts, the oldest at its top, and leads to older ones by `?before=<id>`. What a channel
passes on from another one is not its publisher's own word, and says so in title, text and tags.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.content.dates import parse_date
from watcher.content.encoding import charset_of, decode
from watcher.content.lines import block_lines, plain_line
from watcher.content.markup import attribute, parse, select, select_all
from watcher.content.urls import web_address
from watcher.errors import NotAFeed
from watcher.feeds.json_api import with_parameter
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Attachment, Problem, missing_fields

if TYPE_CHECKING:
    from watcher.content.markup import Tag
    from watcher.feeds.source import Source


_POST = re.compile(r"(\w{3,64})/([0-9]{1,12})")
_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_NAME = re.compile(r"/s/(\w{3,64})/?")
_TITLE = 120
_LONGEST, _MOST_FILES = 1_000, 50
# A photo of a group has an address of its own, which names the member of the group.
_MEDIA = (
    ("a.tgme_widget_message_photo_wrap", "image/jpeg"),
    ("a.tgme_widget_message_video_player", "video/mp4"),
    ("a.tgme_widget_message_document_wrap", "application/octet-stream"),
)


def parse_channel(body: bytes, source: Source) -> ParsedFeed:
    """The posts of a channel's preview page, the newest first.

    Raises NotAFeed for a page without posts of the channel that was asked for: it shows no preview, or is another page.
    """
    tree = parse(decode(body, charset_of(source.content_type) or "utf-8"))
    name = _NAME.fullmatch(urlsplit(source.url).path)
    if name is None:
        raise NotAFeed("no preview page of a channel: the address it answers at has no /s/<name>")
    posts = select_all(tree, ("[data-post]",))
    read = {entry.key: entry for post in posts if (entry := _entry(post, name[1], source)) is not None}
    if not read:
        raise NotAFeed("no posts of this channel: it shows no public preview, or nothing was ever posted")
    entries = sorted(read.values(), key=_number, reverse=True)
    title = select(tree, (".tgme_channel_info_header_title",))
    return ParsedFeed(
        tuple(entries),
        title=plain_line(title[0].get_text(" ")) if title else "",
        language=source.locale.language,
        older=_older(tree, entries, source),
    )


def _number(entry: Entry) -> int:
    return int(entry.key.rpartition("/")[2])


def _older(tree: Tag, entries: list[Entry], source: Source) -> str | None:
    """Where older posts are, where the page says that there are any."""
    more = select_all(tree, ("a[data-before]", 'link[rel="prev"]'))
    oldest = _number(entries[-1])
    return with_parameter(source.url, "before", str(oldest)) if more and oldest > 1 else None


def _entry(post: Tag, channel: str, source: Source) -> Entry | None:
    """The entry of a post; None for one of another channel, and for what the service itself says ("pinned")."""
    stated = _POST.fullmatch(attribute(post, "data-post"))
    if stated is None or stated[1].lower() != channel.lower() or select(post, (".service_message",)):
        return None
    # By its own address and no other: what a page links to as the post's is not checked by anybody.
    url = web_address(f"/{stated[1]}/{stated[2]}", source.url) or ""
    forwarded, text = _forwarded(post), _html(post)
    title = _title(text, forwarded)
    time = select(post, (".tgme_widget_message_date time[datetime]",)) or select(post, ("time[datetime]",))
    published = parse_date(attribute(time[0], "datetime"), locale=source.locale, source="feed") if time else None
    return Entry(
        key=url,
        url=url,
        title=title,
        html=_marked(text, forwarded),
        author=f"forwarded from {forwarded}" if forwarded else "",
        published=published,
        tags=_tags(post, forwarded),
        attachments=_media(post, url),
        problems=(*missing_fields(url, no_date=published), *_problems(post, url, forwarded)),
    )


def _forwarded(post: Tag) -> str:
    """From whom a post is passed on, by name and, where it is public, by address; empty for the channel's own."""
    named = select(post, (".tgme_widget_message_forwarded_from_name",)) or select(
        post, (".tgme_widget_message_forwarded_from",)
    )
    if not named:
        return ""
    words, address = plain_line(named[0].get_text(" "))[:_LONGEST], attribute(named[0], "href")
    return f"{words} ({address})" if _POST.search(address) else words or "a source that is not named"


def _html(post: Tag) -> str:
    """The post's own words: not those of the post that it answers, with the question of a poll and names of files."""
    texts = [one for one in select_all(post, (".tgme_widget_message_text",)) if not _is_reply(one)]
    parts = [one.decode_contents() for one in texts[:1]]
    for selector in (".tgme_widget_message_poll_question", ".tgme_widget_message_document_title"):
        parts += [escape(plain_line(one.get_text(" "))) for one in select_all(post, (selector,))[:_MOST_FILES]]
    return "".join(f"<p>{part}</p>" for part in parts if part.strip())


def _is_reply(tag: Tag) -> bool:
    return any("tgme_widget_message_reply" in attribute(parent, "class").split() for parent in tag.parents)


def _marked(html: str, forwarded: str) -> str:
    """The text; one that is passed on as a quotation, after a line that says from whom."""
    return f"<p>Forwarded from {escape(forwarded)}:</p><blockquote>{html}</blockquote>" if forwarded else html


def _title(html: str, forwarded: str) -> str:
    """A post has no title: its first line, cut between two words."""
    lines = block_lines(parse(html)) if html else []
    first = lines[0] if lines else "(no text)"
    cut = first if len(first) <= _TITLE else f"{first[:_TITLE].rpartition(' ')[0] or first[:_TITLE]} …"
    return f"Forwarded from {forwarded.partition(' (')[0]}: {cut}" if forwarded else cut


def _tags(post: Tag, forwarded: str) -> tuple[str, ...]:
    meta = " ".join(one.get_text(" ") for one in select_all(post, (".tgme_widget_message_meta",)))
    said = {"forwarded": bool(forwarded), "edited": "edited" in meta.split()}
    return tuple(name for name, is_so in said.items() if is_so)


def _media(post: Tag, url: str) -> tuple[Attachment, ...]:
    """What belongs to the post, each member of a group once; the preview's own small pictures are none of it."""
    found: dict[str, Attachment] = {}
    for selector, media_type in _MEDIA:
        for one in select_all(post, (selector,))[:_MOST_FILES]:
            target = web_address(attribute(one, "href"), url)
            if target:
                found.setdefault(target, Attachment(target, media_type))
    return tuple(found.values())


def _problems(post: Tag, url: str, forwarded: str) -> tuple[Problem, ...]:
    hidden = select(post, (".message_media_not_supported", ".tgme_widget_message_text_not_supported"))
    said = (
        ("forwarded", f"{url}: the words of {forwarded}, not the publisher's", bool(forwarded)),
        ("not_shown", f"{url}: the preview page does not show all of the post", bool(hidden)),
    )
    return tuple(Problem(kind, detail) for kind, detail, is_so in said if is_so)


def links_channel(body: bytes, content_type: str, page_url: str, channel: str) -> bool:
    """Whether a page links a channel, under any of the service's addresses; `channel` is its name."""
    tree = parse(decode(body, charset_of(content_type) or "utf-8"))
    wanted = re.compile(rf"/(?:s/)?{re.escape(channel)}(?:/[0-9]+)?/?", re.IGNORECASE)
    for link in select_all(tree, ("a[href]", "area[href]", 'link[rel="me"][href]')):
        parts = urlsplit(web_address(attribute(link, "href"), page_url) or "")
        if (parts.hostname or "").removeprefix("www.") in _HOSTS and wanted.fullmatch(parts.path):
            return True
    return False


def channel_of(url: str) -> str:
    """The name of the channel whose preview page is at this address; empty for any other."""
    found = _NAME.fullmatch(urlsplit(url).path)
    return found[1] if found else ""
