"""The mails of `watcher demo` as pages: what a reader's inbox would show. Only the demo has this page."""

from __future__ import annotations

import mailbox
from dataclasses import dataclass
from email import message_from_binary_file, policy
from email.utils import parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl

from watcher.web.page import NotThereError, page, with_errors_in_words

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart
    from pathlib import Path


_PAGE = "/demo/mail"
# A mail has its styles between its lines; it is shown in a frame, without scripts and without anything from elsewhere.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)
_FRAMING_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the mailbox, as the list shows it; `number` counts from the oldest."""

    number: int
    subject: str
    sender: str
    recipient: str
    sent_at: datetime
    html: str


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """The list with one mail open, and a mail as its reader sees it."""
    return [(rf"^{_PAGE}(/(?P<number>\d{{1,9}}))?$", mails), (rf"^{_PAGE}/(?P<number>\d{{1,9}})\.html$", mail)]


@with_errors_in_words
async def mails(datasette: Any, request: Any) -> Response:
    """The mails that have come so far, the newest first, and one of them open: the newest unless it is named."""
    found = _read(datasette)
    number = request.url_vars["number"]
    shown = _numbered(found, number) if number else next(iter(found), None)
    answer = page(datasette, "mailbox.html", title="Mails of the demo", path=_PAGE, mails=found, shown=shown)
    answer.headers["content-security-policy"] = _FRAMING_POLICY
    return answer


@with_errors_in_words
async def mail(datasette: Any, request: Any) -> Response:
    """A mail's HTML as it was sent; its links open in the whole window."""
    headers = {"content-security-policy": _MAIL_POLICY, "x-frame-options": "SAMEORIGIN"}
    found = _numbered(_read(datasette), request.url_vars["number"])
    return Response.html(found.html.replace("<head>", '<head><base target="_top">', 1), headers=headers)


def _numbered(found: list[Mail], number: str) -> Mail:
    for one in found:
        if one.number == int(number):
            return one
    raise NotThereError(f"There is no mail {number} in the mailbox.")


def _read(datasette: Any) -> list[Mail]:
    folder: Path | None = datasette.access.mails
    if folder is None:
        raise NotThereError("There are mails only in the demo: `watcher demo` shows it.")
    stored = mailbox.Maildir(folder, create=False)
    files = (folder / "new" / key for key in stored.iterkeys())
    return [_mail(number, file) for number, file in enumerate(sorted(files, key=_age), start=1)][::-1]


def _as_html(body: MIMEPart | None) -> str:
    if body is None:
        return ""
    words: str = body.get_content()
    return words if body.get_content_subtype() == "html" else f"<pre>{escape(words)}</pre>"


def _age(file: Path) -> int:
    return file.stat().st_mtime_ns


def _mail(number: int, file: Path) -> Mail:
    with file.open("rb") as opened:
        message: EmailMessage = message_from_binary_file(opened, policy=policy.default)
    body = message.get_body(("html", "plain"))
    return Mail(
        number,
        str(message["subject"]),
        str(message["from"]),
        str(message["to"]),
        parsedate_to_datetime(str(message["date"])),
        _as_html(body),
    )
