"""The mails of the demo: listed, framed without scripts, and nowhere but in the demo."""

from __future__ import annotations

import asyncio
import mailbox
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.reading_room import get, opened
from watcher.web.guarded_database import Access
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def inbox(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "mail")


@pytest.fixture
def with_mails(room: Path, inbox: mailbox.Maildir, tmp_path: Path) -> Iterator[Any]:
    """Datasette as the demo opens it."""
    assert inbox is not None
    datasette = datasette_of(room, Access(mails=tmp_path / "mail"))
    yield datasette
    datasette.close()


def mail(subject: str, html: str = "", text: str = "words") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "watcher@example.org", "desk@example.org"
    message["Date"] = "Sun, 29 Nov 2026 12:00:00 +0000"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_there_are_mails_only_in_the_demo(room: Path) -> None:
    """A real installation's mails are nobody's to read here: neither a page nor a word in the navigation."""
    datasette = opened(room)
    try:
        assert get(datasette, "/demo/mail").status_code == 404
        assert "/demo/mail" not in get(datasette, "/").text
    finally:
        datasette.close()


def test_mailbox_lists_the_newest_first_and_shows_one(with_mails: Any, inbox: mailbox.Maildir) -> None:
    """What came last is what somebody looks for; an address names each mail for good, and none is an answer too."""
    assert "No mail has come yet" in get(with_mails, "/demo/mail").text
    inbox.add(mail("First <b>bold</b>", "<html><head></head><body>one</body></html>"))
    inbox.add(mail("שני", text="only words & signs < >"))
    shown = get(with_mails, "/demo/mail").text
    assert shown.index("שני") < shown.index("First &lt;b&gt;bold&lt;/b&gt;")
    assert 'src="/demo/mail/2.html"' in shown
    assert 'src="/demo/mail/1.html"' in get(with_mails, "/demo/mail/1").text
    assert get(with_mails, "/demo/mail/3").status_code == 404
    assert "There is no mail 9" in get(with_mails, "/demo/mail/9.html").text


def test_mail_runs_no_script_and_its_links_open_the_whole_window(with_mails: Any, inbox: mailbox.Maildir) -> None:
    """A mail holds words of others, and a page in a frame of a page leads nowhere."""
    inbox.add(mail("Hostile", "<html><head></head><body><script>alert(1)</script></body></html>"))
    answer = asyncio.run(with_mails.client.get("/demo/mail/1.html"))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy.replace("sandbox", "")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer.text.startswith('<html><head><base target="_top">')
    inbox.add(mail("Plain", text="a < b & <i>c</i>"))
    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;" in get(with_mails, "/demo/mail/2.html").text
