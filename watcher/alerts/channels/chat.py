"""A notification as the body that a chat's incoming webhook takes: Slack, Discord, Mattermost, Teams.

Each has its own mark-up, its own way to make words harmless in it, and its own limits; what does not fit is left out
with a line that says so. Nobody is mentioned, whatever a title says.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from watcher.alerts.channels.http_post import as_json, post_body
from watcher.control_signs import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watcher.alerts.channels.notification import Line, Notification, Quote
    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import Receipt


# Slack: 50 blocks, 3,000 characters a section, 150 a header (Block Kit reference).
_SLACK_BLOCKS, _SLACK_SECTION, _SLACK_HEADER = 45, 2900, 150
# Discord: title 256, description 4,096, footer 2,048, 6,000 in all (Embed limits).
_DISCORD_TITLE, _DISCORD_TEXT, _DISCORD_FOOT = 256, 4000, 1000
# Mattermost: 16,383 characters a post. Teams: 28 KB a message.
_MATTERMOST_TEXT = 16_000
_TEAMS_BYTES = 25_000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~<:$])")
_SLACK_SIGNS = re.compile(r"([*_~`])")
_BREAK = "\u200b"  # a space without width: it parts a sign from what would make it mark-up
_CUT = "… more in the database"
_COLOUR = {"urgent": 0xB3261E, "normal": 0x8A5300, "low": 0x3D5A73}


def slack(notification: Notification) -> dict[str, Any]:
    """Blocks with text in Slack's mrkdwn; `verbatim` keeps it from making links and mentions out of words."""
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": one_line(notification.subject, _SLACK_HEADER), "emoji": False},
        }
    ]
    parts = [_shorter(part, _SLACK_SECTION) for part in _parts(notification, _slack_words, _slack_link, "*{}*")]
    blocks += [{"type": "section", "text": _mrkdwn(part)} for part in parts[:_SLACK_BLOCKS]]
    if len(parts) > _SLACK_BLOCKS:
        blocks.append({"type": "section", "text": _mrkdwn(_CUT)})
    foot = _shorter("\n".join(_slack_words(reason) for reason in notification.reasons), _SLACK_SECTION)
    blocks.append({"type": "context", "elements": [_mrkdwn(foot)]})
    return {"text": _slack_words(notification.subject), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _slack_words(words: str) -> str:
    """`&`, `<` and `>` are Slack's control signs (Formatting text); the others only change how words look."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SLACK_SIGNS.sub(rf"{_BREAK}\1{_BREAK}", escaped)


def _slack_link(url: str, words: str) -> str:
    escaped = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{escaped}|{words.replace('|', '¦')}>"


def discord(notification: Notification) -> dict[str, Any]:
    """One embed; `allowed_mentions` is empty, so that nobody is called whatever the words are."""
    embed = {
        "title": _shorter(_markdown(notification.subject), _DISCORD_TITLE),
        "description": _fitting(_parts(notification, _markdown, _markdown_link, "**{}**"), _DISCORD_TEXT),
        "color": _COLOUR.get(notification.priority, _COLOUR["normal"]),
        "footer": {"text": one_line(" ".join(notification.reasons), _DISCORD_FOOT)},
    }
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def mattermost(notification: Notification) -> dict[str, Any]:
    """One text in Markdown."""
    parts = [f"#### {_markdown(notification.subject)}", *_parts(notification, _markdown, _markdown_link, "**{}**")]
    foot = "\n".join(_markdown(reason) for reason in notification.reasons)
    return {"text": _fitting(parts, _MATTERMOST_TEXT - len(foot) - 10) + f"\n\n---\n{foot}"}


def _markdown(words: str) -> str:
    """Each sign that may be mark-up gets a backslash, and no name follows an @ at once."""
    return _MARKDOWN.sub(r"\\\1", words).replace("@", f"@{_BREAK}")


def _markdown_link(url: str, words: str) -> str:
    return f"[{words}](<{url}>)"


def teams(notification: Notification) -> dict[str, Any]:
    """The Adaptive Card, of RichTextBlocks, whose runs are plain words: no mark-up is read in them."""
    foot = _run_block([{"text": " ".join(notification.reasons), "isSubtle": True, "size": "Small"}])
    body, spent = [_run_block([{"text": notification.subject, "weight": "Bolder", "size": "Large"}])], _size(foot)
    for block in _teams_blocks(notification):
        if not block["inlines"]:
            continue  # Teams refuses a block without words
        spent += _size(block)
        if spent > _TEAMS_BYTES:
            body.append(_run_block([{"text": _CUT}]))
            break
        body.append(block)
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [*body, foot],
        "actions": [{"type": "Action.OpenUrl", "title": words, "url": url} for url, words in notification.links],
    }


def _teams_message(card: dict[str, Any]) -> dict[str, Any]:
    """The card as the attachment of a message, which incoming webhooks and most templates of workflows want."""
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _teams_blocks(notification: Notification) -> Iterable[dict[str, Any]]:
    for notice in notification.notices:
        yield _run_block([{"text": notice, "color": "Warning"}])
    if notification.title:
        yield _run_block([{"text": notification.title, "weight": "Bolder"}])
    for name, words in notification.facts:
        yield _run_block([{"text": f"{name}: ", "isSubtle": True}, {"text": words}])
    for quote in notification.quotes:
        yield _run_block([{"text": f"{quote.heading} – {quote.stance}", "weight": "Bolder"}])
        yield _run_block([{"text": quote.before}, {"text": quote.words, "highlight": True}, {"text": quote.after}])
    for words in notification.changed:
        yield _run_block([{"text": f"Changed: {words}"}])
    for section in notification.sections:
        yield _run_block([{"text": section.heading, "weight": "Bolder"}])
        for line in section.lines:
            opens = {"selectAction": {"type": "Action.OpenUrl", "url": line.url}} if line.url else {}
            run = {"text": line.words} | opens
            yield _run_block([run, {"text": f" {line.remark}", "isSubtle": True}])


def _run_block(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun"} | run for run in runs if run["text"].strip()]}


def _size(block: dict[str, Any]) -> int:
    return len(json.dumps(block).encode())


def _parts(
    notification: Notification, safe: Callable[[str], str], link: Callable[[str, str], str], bold: str
) -> list[str]:
    """Everything between the headline and the foot, a piece each, in a mark-up that `safe`, `link` and `bold` know."""
    title = safe(notification.title)
    facts = [f"{name}: {safe(words)}" for name, words in notification.facts]
    if notification.permalink:
        facts.append(link(notification.permalink, "In the reading room"))
    head = [bold.format(link(notification.url, title) if notification.url else title)] if title else []
    parts = [safe(notice) for notice in notification.notices] + ["\n".join([*head, *facts])]
    parts += [_quote(quote, safe, bold) for quote in notification.quotes]
    parts.append("\n".join(f"• {safe(words)}" for words in notification.changed))
    for section in notification.sections:
        lines = [f"• {_line(line, safe, link)}" for line in section.lines]
        # A few lines a piece, so that a long list is cut between lines and not inside one.
        parts += ["\n".join([bold.format(safe(section.heading)), *lines[:5]])]
        parts += ["\n".join(lines[start : start + 5]) for start in range(5, len(lines), 5)]
    return [part for part in parts if part]


def _quote(quote: Quote, safe: Callable[[str], str], bold: str) -> str:
    words = bold.format(safe(quote.words)) if quote.words.strip() == quote.words and quote.words else safe(quote.words)
    return (
        f"{bold.format(safe(quote.heading))} – {safe(quote.stance)}\n“{safe(quote.before)}{words}{safe(quote.after)}”"
    )


def _line(line: Line, safe: Callable[[str], str], link: Callable[[str, str], str]) -> str:
    words = link(line.url, safe(line.words)) if line.url else safe(line.words)
    return f"{words} ({safe(line.remark)})" if line.remark else words


def _shorter(text: str, longest: int) -> str:
    """Cut where no escape is broken: not after a backslash, not inside an entity or a link."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    cut = re.sub(r"(?:&[a-z]*|\\+|<[^>]*)\Z", "", cut)
    return cut + "…"


def _fitting(parts: list[str], longest: int) -> str:
    """As many pieces as fit, with a blank line between them."""
    kept: list[str] = []
    left = longest - len(_CUT) - 2
    for part in parts:
        left -= len(part) + 2
        if left < 0:
            # The first piece is never left out as a whole: it says what this is about.
            kept += [] if kept else [_shorter(part, longest - len(_CUT) - 2)]
            kept.append(_CUT)
            break
        kept.append(part)
    return "\n\n".join(kept)


BODIES: Mapping[str, Callable[[Notification], dict[str, Any]]] = {
    "slack": slack,
    "discord": discord,
    "mattermost": mattermost,
    "teams": teams,
}


async def send(client: Client, channel: Channel, notification: Notification) -> Receipt:
    """POST the notification in the body that the chat takes. Raises DeliveryError."""
    said = BODIES[channel.kind](notification)
    if channel.kind == "teams" and channel.envelope == "message":
        said = _teams_message(said)
    return await post_body(client, channel, {}, as_json(said))
