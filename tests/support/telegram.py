"""Preview pages of a channel, in the markup of the service and with invented posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tests.support.servers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.servers import ReceivedRequest


@dataclass
class Post:
    """One post, a minute after the one before; `more` is markup before its text, `meta` what stands beside its time."""

    number: int
    text: str = "Nothing happened."
    at: str | None = None
    more: str = ""
    meta: str = ""

    def html(self, channel: str) -> str:
        """As the preview page has it."""
        text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{escape(self.text)}</div>'
        time = f'<a class="tgme_widget_message_date" href="https://t.me/{channel}/{self.number}">'
        at = f"2026-11-24T06:{self.number:02}:00+00:00" if self.at is None else self.at
        time += f'<time datetime="{at}" class="time">06:00</time></a>'
        meta = f'<span class="tgme_widget_message_meta">{self.meta}{time}</span>'
        body = f'{self.more}{text if self.text else ""}<div class="tgme_widget_message_footer">{meta}</div>'
        return (
            '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
            f'<div class="tgme_widget_message js-widget_message" data-post="{channel}/{self.number}">{body}</div></div>'
        )


@dataclass
class Channel:
    """A channel whose page shows so many posts at a time."""

    name: str = "example_army"
    posts: list[Post] = field(default_factory=list)
    shown: int = 3

    def add(self, *posts: Post) -> None:
        """Post these."""
        self.posts += posts

    def remove(self, number: int) -> None:
        """Delete a post."""
        self.posts = [post for post in self.posts if post.number != number]

    @property
    def route(self) -> Callable[[ReceivedRequest], Answer]:
        """What `/s/<name>` answers, with `?before=` too."""

        def answer(seen: ReceivedRequest) -> Answer:
            before = int(seen.path.partition("before=")[2] or 10**9)
            return Answer(self.page(before), content_type="text/html; charset=utf-8")

        return answer

    def page(self, before: int = 10**9) -> bytes:
        """The page with the newest posts before a number."""
        older = [post for post in self.posts if post.number < before]
        shown = older[-self.shown :]
        first = shown[0].number
        more = f'<a href="/s/{self.name}?before={first}" class="tme_messages_more" data-before="{first}"></a>'
        head = '<div class="tgme_channel_info_header_title"><span dir="auto">Example Army</span></div>'
        posts = "".join(post.html(self.name) for post in shown)
        page = f"<!DOCTYPE html><html><head><title>Example Army</title></head><body>{head}<main>"
        return f"{page}{more if len(older) > len(shown) else ''}{posts}</main></body></html>".encode()


def forwarded_from(name: str, address: str = "") -> str:
    """The head of a post that is passed on."""
    named = (
        f'<a class="tgme_widget_message_forwarded_from_name" href="{address}">{name}</a>'
        if address
        else (f'<span class="tgme_widget_message_forwarded_from_name">{name}</span>')
    )
    return f'<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from {named}</div>'


def photos(channel: str, *numbers: int) -> str:
    """A group of photos: each has the address of a member."""
    each = "".join(
        f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/{channel}/{number}?single"'
        " style=\"background-image:url('https://cdn.example/x.jpg')\"></a>"
        for number in numbers
    )
    return f'<div class="tgme_widget_message_grouped_wrap"><div class="tgme_widget_message_grouped">{each}</div></div>'


# What is no preview page of the channel.
NO_PREVIEW = {
    "nothing": b"",
    "the application's page": b"<html><body><div class=tgme_page>View in the app</div>",
    "JSON": b'{"ok": true}',
    "another channel": b'<div data-post="other/1">x</div>',
    "a number that is none": b'<div data-post="example_army/none">x</div>',
    "a number below nought": b'<div data-post="example_army/-1">x</div><div data-post="">y</div>',
    "a path for a number": b'<div data-post="example_army/1/../../2">x</div>',
    "an endless number": b'<div data-post="example_army/' + b"9" * 10_000 + b'">x</div>',
    "the service's own words": (
        b'<div class="tgme_widget_message" data-post="example_army/1"><p class="service_message">Pinned</p></div>'
    ),
    "a broken archive": b"\x1f\x8b\x08" + bytes(200),
    "bytes": bytes(range(256)) * 100,
    "cut off in the head": b"<!DOCTYPE html><html><head><title>Example",
}
# Odd posts, each of them the first of its channel.
ODD = {
    "no time": Post(1, at=""),
    "a time that is none": Post(1, at="yesterday"),
    "an endless time": Post(1, at="9" * 100_000),
    "no text": Post(1, ""),
    "an endless text": Post(1, "word " * 40_000),
    "an endless word": Post(1, "x" * 200_000),
    "markup in the text": Post(1, "<script>alert(1)</script>"),
    "unclosed markup": Post(1, more="<div><b><i><a href="),
    "deep markup": Post(1, more="<div>" * 5_000),
    "another post within": Post(1, more='<div data-post="example_army/1"><p>again</p></div>'),
    "a thousand photos": Post(1, more=photos("example_army", *range(1_000))),
    "an address that is none": Post(1, more='<a class="tgme_widget_message_photo_wrap" href="javascript:x">'),
    "direction signs": Post(1, "a\u202eb"),
    "an endless name": Post(1, more=forwarded_from("x" * 100_000)),
    "a name of markup": Post(1, more=forwarded_from("&lt;img src=x&gt;")),
    "a forward without a name": Post(1, more='<div class="tgme_widget_message_forwarded_from"></div>'),
}
