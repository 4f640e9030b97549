"""Messages to their headers, text and files: what a reader is shown, and whose words they are."""

from __future__ import annotations

from email.message import EmailMessage
from time import process_time

import pytest

from tests.support.hostile_mail import HOSTILE
from tests.support.imap import message
from watcher.content.mail import extract_message, files_of, read_head
from watcher.errors import Unreadable

URL = "imaps://mail.example.org/INBOX;UIDVALIDITY=17/;UID=1"


def _mail(*, html: str = "", plain: str = "", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "press@army.example"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if plain:
        mail.set_content(plain)
    if html and plain:
        mail.add_alternative(html, subtype="html")
    elif html:
        mail.set_content(html, subtype="html")
    return mail


@pytest.mark.parametrize(
    ("header", "senders"),
    [
        ("Press Office <press@army.example>", ("press@army.example",)),
        ("PRESS@Army.Example", ("press@army.example",)),
        ('"press@army.example" <mallory@evil.example>', ("mallory@evil.example",)),
        ("press@army.example, mallory@evil.example", ("press@army.example", "mallory@evil.example")),
        ("press@army.example <mallory@evil.example>", ("press@army.example", "mallory@evil.example")),
        ("press@army.example)mallory@evil.example", ()),
        ("mallory@evil.example(press@army.example)", ()),
        ("press@army.example\nFrom: mallory@evil.example", ()),
        ("=?utf-8?q?press=40army.example?= <mallory@evil.example>", ("mallory@evil.example",)),
        ("<<>>", ()),
        ("", ()),
    ],
)
def test_a_sender_is_who_every_reader_takes_for_it(header: str, senders: tuple[str, ...]) -> None:
    """Two programs that read one header in two ways are how a stranger becomes the publisher."""
    assert read_head(f"From: {header}\n\ntext".encode()).senders == senders


def test_headers_are_read_as_they_are_written() -> None:
    """Encoded words, folded lines, plain UTF-8, a list's name and our server's time."""
    head = read_head(
        b"Received: from a by b; Tue, 24 Nov 2026 07:31:00 +0000\nFrom: =?utf-8?q?B=C3=BCro?= <press@army.example>\n"
        b"Subject: =?utf-8?b?0JfQsNGP0LLQsA==?=\n =?utf-8?q?_Nr._7?=\nList-Id: =?utf-8?q?L?= <Press.Army.Example>\n"
        b"Message-ID: <1@army.example>\nDate: Tue, 24 Nov 2026 07:30:00 +0000\nContent-Language: uk, en\n\n"
    )
    assert (head.subject, head.sender_name, head.lists) == ("Заява Nr. 7", "Büro", ("press.army.example",))
    assert (head.message_id, head.received) == ("1@army.example", "Tue, 24 Nov 2026 07:31:00 +0000")
    assert head.language == "uk"
    assert read_head("Subject: Заява".encode()).subject == "Заява"


def test_of_alternatives_the_html_is_read() -> None:
    """The plain part is often a stub that says where the HTML is to be seen."""
    mail = _mail(
        plain="Please use a client that shows HTML.",
        html="<style>p{}</style><div style='display:none'>Preview</div><h1>Statement</h1>"
        "<p>Two civilians were killed.</p><p><a href='https://army.example/1'>Read on</a></p>",
        Subject="Statement",
    )
    page = extract_message(bytes(mail), url=URL)
    assert page.text.split("\n")[:2] == ["Statement", "Two civilians were killed."]
    assert ("Preview" in page.text, "client" in page.text) == (False, False)
    assert [link.url for link in page.links] == ["https://army.example/1"]
    assert page.attachments == ()


def test_of_alternatives_an_empty_html_gives_way_to_the_plain_part() -> None:
    """Some lists send a picture as HTML, and their words beside it."""
    mail = _mail(plain="Two civilians were killed.", html="<img src='https://army.example/1.png'>")
    assert extract_message(bytes(mail), url=URL).text == "Two civilians were killed."


def test_plain_text_has_its_paragraphs_quotations_and_lists() -> None:
    """Lines are cut at 72 characters by the sender; a sentence cut in two would hide its number."""
    raw = message(
        text="TAMPA, Nov. 24 - Two civilians were killed in the strike near the town, and\nfour were injured.\n\n"
        "> Nobody was killed, said another.\n\n- one\n- two\n\n-- \nPress Office, unsubscribe"
    )
    page = extract_message(raw, url=URL)
    assert page.text.split("\n") == [
        "TAMPA, Nov. 24 - Two civilians were killed in the strike near the town, and four were injured.",
        "Nobody was killed, said another.",
        "- one",
        "- two",
    ]
    assert [(line.kind, page.text[line.start : line.end]) for line in page.lines][:1] == [
        ("quotation", "Nobody was killed, said another.")
    ]


def test_flowed_text_goes_on_where_a_line_ends_with_a_blank() -> None:
    """RFC 3676: only such a line is continued."""
    more = "Content-Type: text/plain; charset=utf-8; format=flowed"
    page = extract_message(message(text="Two civilians \nwere killed.\nNobody else.", more=more), url=URL)
    assert page.text == "Two civilians were killed.\nNobody else."


def test_files_have_the_numbers_that_imap_gives_them() -> None:
    """Whoever has the mailbox finds the same part by its address."""
    mail = _mail(plain="See the report.", html="<p>See the report.</p>", Subject="Report")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bericht für alle.pdf")
    mail.add_attachment("a;b", subtype="csv", filename="../../etc/passwd")
    files = files_of(bytes(mail))
    assert [(one.section, one.media_type, one.name) for one in files] == [
        ("2", "application/pdf", "Bericht für alle.pdf"),
        ("3", "text/csv", "../../etc/passwd"),
    ]
    assert files[0].body == b"%PDF-1.7"
    assert [one.url for one in extract_message(bytes(mail), url=URL).attachments] == [
        f"{URL}/;SECTION=2",
        f"{URL}/;SECTION=3",
    ]


def test_a_message_in_a_message_is_a_file() -> None:
    """What the publisher forwards is not what it says."""
    inner = EmailMessage()
    inner["From"] = "other@else.example"
    inner.set_content("Forty were killed.")
    outer = _mail(plain="For your information.", Subject="Fwd")
    outer.add_attachment(inner)
    page = extract_message(bytes(outer), url=URL)
    assert page.text == "For your information."
    (file,) = files_of(bytes(outer))
    assert (file.media_type, b"Forty were killed." in file.body) == ("message/rfc822", True)


@pytest.mark.parametrize("case", HOSTILE)
def test_any_bytes_are_read(case: str) -> None:
    """A message is written by anybody; whatever stands in it costs a second at most and never more than its own."""
    begun = process_time()
    page = extract_message(HOSTILE[case], url=URL)
    files_of(HOSTILE[case])
    assert process_time() - begun < 3
    assert not set(page.title) & set("\x00\x1b\u202e")


@pytest.mark.parametrize("depth", [30, 3_000])
def test_parts_in_parts_are_refused(depth: int) -> None:
    """A parser that follows them all takes seconds, or the stack."""
    raw = b"From: press@army.example\n"
    for number in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    with pytest.raises(Unreadable):
        extract_message(raw, url=URL)


def test_thousands_of_parts_are_refused() -> None:
    """Each would be looked at."""
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: text/plain\n\na\n" * 5_000
    with pytest.raises(Unreadable):
        extract_message(raw, url=URL)
