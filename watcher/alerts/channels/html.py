"""A notification as HTML for mail: made of escaped text only, styles inline, nothing remote, no script.

Colours are set in pairs (words and ground), so that a mail program that darkens a page leaves them readable; one that
knows `prefers-color-scheme` gets a dark page made for it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.alerts.channels.notification import Change, Line, Notification, Quote, Section


_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BAND = {"urgent": "#b3261e", "normal": "#8a5300", "low": "#3d5a73"}
_STYLE = {
    "page": f"margin:0;padding:0;background:#f2f2ef;color:#1c1c1a;{_FONT}",
    "card": f"max-width:640px;margin:0 auto;background:#ffffff;color:#1c1c1a;{_FONT};font-size:16px;line-height:1.5",
    "head": "padding:20px 24px 18px;color:#ffffff",
    "kind": "margin:0 0 6px;font-size:12px;notification-spacing:.08em;text-transform:uppercase;color:#ffffff",
    "h1": "margin:0;font-size:21px;line-height:1.3;font-weight:700;color:#ffffff",
    "body": "padding:20px 24px 8px",
    "notice": "margin:0 0 14px;padding:10px 12px;background:#fff4d6;color:#4a3600;border-radius:4px;font-size:15px",
    "title": "margin:0 0 8px;font-size:17px;line-height:1.35;font-weight:600",
    "link": "color:#0b57a4;text-decoration:underline",
    "name": "padding:1px 14px 1px 0;vertical-align:top;color:#5c5c57;white-space:nowrap;font-weight:400;"
    "text-align:left",
    "fact": "padding:1px 0;vertical-align:top;color:#1c1c1a",
    "facts": "border-collapse:collapse;font-size:14px;margin:0 0 18px",
    "claim": "margin:0 0 18px",
    "heading": "margin:0 0 6px;font-size:16px",
    "stance": "display:inline-block;margin-left:8px;padding:1px 8px;border-radius:9px;background:#e6ebf0;"
    "color:#22364a;font-size:13px;font-weight:600;white-space:nowrap",
    "quote": "margin:0;padding:2px 0 2px 14px;border-left:4px solid #c9c9c2;color:#2b2b28",
    "mark": "background:#ffe08a;color:#1c1c1a;padding:0 2px;border-radius:2px",
    "h2": "margin:18px 0 6px;font-size:15px;font-weight:700",
    "list": "margin:0 0 12px;padding:0 0 0 20px",
    "item": "margin:0 0 6px",
    "remark": "color:#5c5c57;font-size:14px",
    "del": "background:#fbdcd9;color:#7d130c;text-decoration:line-through",
    "ins": "background:#d2f4d9;color:#0b4a1b;text-decoration:underline",
    "foot": "padding:14px 24px 22px;border-top:1px solid #e2e2dc;color:#5c5c57;font-size:13px;line-height:1.5",
}
_DARK = (
    "@media (prefers-color-scheme:dark){"
    ".page{background:#121211!important}.card,.fact{background:#1e1e1c!important;color:#ececea!important}"
    ".quote,.title{color:#dededa!important}.name,.remark,.foot{color:#a9a9a2!important}"
    ".foot{border-color:#3a3a36!important}.quote{border-color:#55554f!important}"
    ".link{color:#8ec2ff!important}.stance{background:#34414e!important;color:#dbe7f2!important}"
    ".notice{background:#453703!important;color:#ffe9ac!important}}"
)


def html_page(notification: Notification) -> str:
    """The whole document."""
    band = _BAND.get(notification.priority, _BAND["normal"])
    head = _tag("p", "kind", escape(notification.priority)) + _tag("h1", "h1", escape(notification.subject))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(notification.subject)}</title><style>{_DARK}</style></head>\n<body {_as('page')}>"
        f'<div {_as("card")}>\n<div style="{_STYLE["head"]};background:{band}">{head}</div>\n'
        f"{html_part(notification)}\n</div></body></html>\n"
    )


def html_part(notification: Notification) -> str:
    """The same without a document around it and without the headline, for a place that shows it itself."""
    parts = (
        *(_tag("p", "notice", escape(words)) for words in notification.notices),
        _release(notification),
        *(_quote(quote) for quote in notification.quotes),
        _changes(notification),
        *(_section(section) for section in notification.sections),
    )
    foot = "<br>".join(escape(reason) for reason in notification.reasons)
    return f"{_tag('div', 'body', _joined(parts))}\n{_tag('div', 'foot', foot)}"


def _as(name: str) -> str:
    return f'class="{name}" style="{_STYLE[name]}"'


def _tag(element: str, name: str, inside: str) -> str:
    return f"<{element} {_as(name)}>{inside}</{element}>"


def _joined(parts: tuple[str, ...]) -> str:
    return "\n".join(part for part in parts if part)


def _link(url: str, words: str) -> str:
    return f'<a {_as("link")} href="{escape(url, quote=True)}">{words}</a>' if url else words


def _release(notification: Notification) -> str:
    title = _tag("p", "title", _link(notification.url, escape(notification.title))) if notification.title else ""
    rows = [(name, escape(words)) for name, words in notification.facts]
    if notification.database_url:
        rows.append(("Database", _link(notification.database_url, "the release with all its revisions")))
    cells = "".join(f"<tr>{_tag('th', 'name', name)}{_tag('td', 'fact', words)}</tr>" for name, words in rows)
    return title + (_tag("table", "facts", cells) if cells else "")


def _quote(quote: Quote) -> str:
    heading = f"<strong>{escape(quote.heading)}</strong>{_tag('span', 'stance', escape(quote.stance))}"
    marked = _tag("mark", "mark", escape(quote.words))
    sentence = f"{escape(quote.before)}{marked}{escape(quote.after)}"
    return _tag("div", "claim", _tag("p", "heading", heading) + _tag("blockquote", "quote", sentence))


def _changes(notification: Notification) -> str:
    if not notification.changed and not notification.changes:
        return ""
    claims = "".join(_tag("li", "item", escape(words)) for words in notification.changed)
    listed = _tag("ul", "list", claims) if claims else ""
    return _tag("h2", "h2", "What changed") + listed + "".join(_change(change) for change in notification.changes)


def _change(change: Change) -> str:
    deleted = _tag("del", "del", escape(change.deleted)) if change.deleted else ""
    inserted = _tag("ins", "ins", escape(change.inserted)) if change.inserted else ""
    said = " ".join(part for part in (deleted, inserted) if part)
    return _tag("blockquote", "quote", f"{escape(change.before)}{said}{escape(change.after)}")


def _section(section: Section) -> str:
    lines = "".join(_tag("li", "item", _line(line)) for line in section.lines)
    return _tag("h2", "h2", escape(section.heading)) + _tag("ul", "list", lines)


def _line(line: Line) -> str:
    remark = "<br>" + _tag("span", "remark", escape(line.remark)) if line.remark else ""
    return _link(line.url, escape(line.words)) + remark
