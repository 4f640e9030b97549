"""Which messages are the publisher's, and their entries."""

from __future__ import annotations

import pytest

from tests.support.imap import message
from watcher.content.date_order import ANYWHERE
from watcher.content.mail import read_head
from watcher.feeds.mailbox import message_entry, stranger


@pytest.mark.parametrize(
    ("sender", "list_id", "senders", "wanted_list", "is_stranger"),
    [
        ("Press <press@army.example>", "<press.army.example>", ["press@army.example"], "press.army.example", False),
        ("PRESS@ARMY.EXAMPLE", "<PRESS.army.example>", ["Press@army.example"], "Press.Army.Example", False),
        ("any@army.example", "", ["@army.example"], "", False),
        ("any@sub.army.example", "", ["@army.example"], "", True),
        ("any@fakearmy.example", "", ["@army.example"], "", True),
        ("press@army.example.evil.example", "", ["press@army.example"], "", True),
        ("press@army.example, other@evil.example", "", ["press@army.example"], "", True),
        ("press@army.example", "<other.list>", ["press@army.example"], "press.army.example", True),
        ("press@army.example", "", ["press@army.example"], "press.army.example", True),
        ("press@army.example", "press.army.example <evil.example>", ["@army.example"], "press.army.example", True),
        ("Press <mallory@evil.example>", "<press.army.example>", ["@army.example"], "press.army.example", True),
    ],
)
def test_somebody_elses_message_is_never_the_publishers(
    sender: str, list_id: str, senders: list[str], wanted_list: str, *, is_stranger: bool
) -> None:
    """A mailbox is open to the world: what is not from the named sender and list says nothing for the publisher."""
    raw = message(sender=sender, list_id=list_id)
    assert bool(stranger(read_head(raw), senders, wanted_list)) is is_stranger


def test_an_entry_has_its_id_subject_and_date() -> None:
    """The id is what makes a message that is delivered twice one release."""
    raw = message("Statement", message_id="<7@army.example>")
    entry = message_entry(read_head(raw), raw, ANYWHERE)
    assert (entry.key, entry.title, entry.author, entry.url) == ("7@army.example", "Statement", "Press Office", None)
    assert entry.published is not None
    assert entry.published.at is not None
    assert entry.published.at.isoformat() == "2026-11-24T07:30:00+00:00"


def test_without_a_date_our_servers_time_counts() -> None:
    """Received is written by the server that took the message."""
    raw = message().replace(b"\nDate: ", b"\nX-Date: ")
    published = message_entry(read_head(raw), raw, ANYWHERE).published
    assert published is not None
    assert published.raw == "Tue, 24 Nov 2026 07:30:00 +0000"


def test_without_an_id_the_bytes_name_it() -> None:
    """Two messages without ids must not become one."""
    one, other = (message(text).replace(b"Message-ID:", b"X-Id:") for text in ("one", "other"))
    keys = {message_entry(read_head(raw), raw, ANYWHERE).key for raw in (one, one, other)}
    assert len(keys) == 2
