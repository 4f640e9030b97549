"""A mail to a real server: encrypted or not sent, valid whatever the title is, with a result for each recipient."""

from __future__ import annotations

import random
from email import message_from_bytes, policy
from email.generator import BytesGenerator
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.messages import channel, delivery, mail, notification, release
from tests.support.servers import authority, in_loop, server_context, smtp_server
from watcher import clock
from watcher.alerts.channels import email
from watcher.alerts.channels.email import compose
from watcher.config.tables import Secret
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.model.alert import Receipt


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Auto-Submitted", "List-Id",
    "X-Watcher-Priority", "Importance", "MIME-Version", "Content-Type",
}  # fmt: skip
HOSTILE = (
    "\r\nBcc: all@desk.example", "\n\n<html>body", "\r\n.\r\nMAIL FROM:<x@y.example>", "=?utf-8?q?Bcc=3A_x?=", "=?",
    "?=", "\u2028", "\u2029", "\x85", "\x00", "\x1b[31m", "\u202eesrever", "\u2066", "\ud800", "\udfff", "é",
    "سبعة قتلى",     "загинуло", "死亡", "👩‍👩‍👧", "\u0301" * 30, '"quoted" <a@b.example>', "a@b.example,",
    ";:", "%0d%0aBcc:", "\t", " " * 90, "x" * 998, "词" * 400, "\ufeff", "\ufffe", "{}", "[]", "(comment", "\\",
    "--boundary", "From ", ".",
)  # fmt: skip


def hostile_title(chance: random.Random) -> str:
    """A title put together from what breaks mails, with some plain words between."""
    parts = [chance.choice((*HOSTILE, "Statement", "on", "strike", " ")) for _ in range(chance.randint(1, 9))]
    return "".join(parts) + "".join(chr(chance.randrange(0x11_0000)) for _ in range(chance.randint(0, 4)))


def as_sent(message: EmailMessage) -> EmailMessage:
    """The mail written as SMTP takes it, and read again."""
    written = BytesIO()
    BytesGenerator(written, policy=policy.SMTP).flatten(message)
    raw = written.getvalue()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def check_mail(title: str) -> None:
    """A mail with this title is valid: no header more, no defect, one line of subject, both parts whole."""
    said = notification(title=title, release=release(title=title, dateline=title, url="https://a.example/" + title))
    read = as_sent(compose(mail(), channel(), delivery(), said, clock.now()))
    assert set(read.keys()) == HEADERS
    assert len(read.keys()) == len(HEADERS)
    assert not read.defects
    assert all(not value.defects for value in read.values())
    subject = str(read["Subject"])
    assert subject == said.subject.replace("=?", "= ?")
    assert len(subject) <= 210
    assert len(subject.splitlines()) == 1
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    for part in read.iter_parts():
        assert not part.defects
        assert isinstance(part, EmailMessage)
        assert "Two civilians were killed" in part.get_content()


def test_subject_keeps_the_spaces_of_any_script() -> None:
    """Encoded word by word, a headline in Arabic or Cyrillic would arrive as one long word (check 60)."""
    for title in ("загинуло двоє людей", "قتلى سبعة في القصف", "死亡 三人 – 2 civilians", "x" * 90 + " " + "é" * 90):
        check_mail(title)


@pytest.mark.parametrize("part", range(4))
def test_hostile_titles_make_valid_mails(part: int) -> None:
    """Check 60: no exception, no header that we did not write, whatever stands in a title."""
    chance = random.Random(part)
    for _ in range(25):
        check_mail(hostile_title(chance))


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
@settings(max_examples=40)
def test_any_title_makes_a_valid_mail(title: str) -> None:
    """Check 60: the same for titles that nobody thought of, lone surrogates included."""
    check_mail(title)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_hostile_titles(seed: int) -> None:
    """Check 60: five thousand titles, five thousand valid mails."""
    chance = random.Random(1000 + seed)
    for _ in range(500):
        check_mail(hostile_title(chance))


def test_retry_is_the_same_mail_and_threads_hold_together() -> None:
    """Check 24: the Message-ID follows from the delivery, what it refers to from the thread."""
    one = compose(mail(), channel(), delivery(), notification(), clock.now())
    again = compose(mail(), channel(), delivery(number=4), notification(), clock.now())
    later = compose(mail(), channel(), delivery(uid="e0" * 16), notification(event="revision"), clock.now())
    assert one["Message-ID"] == again["Message-ID"] == f"<{'d0' * 16}@desk.example>"
    assert later["Message-ID"] != one["Message-ID"]
    assert later["References"] == one["References"] == one["In-Reply-To"]
    assert one["List-Id"] == "desk <desk.watcher.desk.example>"
    assert one["Auto-Submitted"] == "auto-generated"


async def sent(port: int, *, to: tuple[str, ...] = ("reader@desk.example",), done: tuple[str, ...] = ()) -> Receipt:
    return await email.send(mail(port=port), channel(to=to), delivery(done=done), notification())


@in_loop
async def test_receipt_has_the_state_of_each_recipient() -> None:
    """Check 28: one takes it, one is refused for now, one for good; only the second is asked again."""
    to = ("a@desk.example", "b@desk.example", "c@desk.example")
    async with smtp_server() as server:
        server.refused_recipients = {to[1]: "450 busy", to[2]: "550 no such user"}
        first = await sent(server.port, to=to)
        server.refused_recipients = {}
        second = await sent(server.port, to=to, done=(to[0], to[2]))
        envelopes = [list(envelope.rcpt_tos) for envelope in server.envelopes]
    assert [(one.address, one.state) for one in first.recipients] == list(
        zip(to, ("sent", "waiting", "dead"), strict=True)
    )
    assert "550 no such user" in first.of("dead")[0].answer
    assert [(one.address, one.state) for one in second.recipients] == [(to[1], "sent")]
    assert envelopes == [[to[0]], [to[1]]]


@pytest.mark.parametrize(("answer", "state"), [("451 later", "waiting"), ("554 no", "dead")])
@in_loop
async def test_answer_to_the_text_counts_for_all(answer: str, state: str) -> None:
    """Check 28: what the server says after DATA is said of every recipient."""
    async with smtp_server(refusals=[answer]) as server:
        receipt = await sent(server.port, to=("a@desk.example", "b@desk.example"))
    assert [one.state for one in receipt.recipients] == [state, state]


@in_loop
async def test_refusal_of_all_recipients_is_recorded_for_each() -> None:
    """Check 28: where every recipient is refused the answers of each are kept."""
    async with smtp_server() as server:
        server.refused_recipients = {"reader@desk.example": "550 gone"}
        receipt = await sent(server.port)
    assert [(one.state, one.answer) for one in receipt.recipients] == [("dead", "550 gone")]


@in_loop
async def test_connection_lost_after_the_text_is_no_success() -> None:
    """Check 28: nobody knows whether the server kept it, so it is sent again, as the same mail."""
    async with smtp_server() as server:
        server.hangs_up_after_data = 1
        with pytest.raises(DeliveryError) as caught:
            await sent(server.port)
        await sent(server.port)
        ids = {message["Message-ID"] for message in server.messages}
        count = len(server.messages)
    assert not caught.value.is_permanent
    assert (count, len(ids)) == (2, 1)


@in_loop
async def test_password_is_not_given_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 61: a server, or somebody before it, that hides STARTTLS gets neither password nor mail."""
    monkeypatch.setenv("MAIL_PASSWORD", "correct")
    async with smtp_server(password="correct") as server:
        with pytest.raises(DeliveryError, match="STARTTLS"):
            await email.send(mail(**secured(server.port)), channel(), delivery(), notification())
        assert server.logins == []
        assert server.messages == []


def secured(port: int, **fields: object) -> dict[str, object]:
    said: dict[str, object] = {"port": port, "user": "watcher", "password": Secret(env="MAIL_PASSWORD")}
    return said | {"tls": "starttls"} | fields


@pytest.mark.parametrize(("name", "trusted"), [("other.example", "ca_file"), ("127.0.0.1", "")])
@in_loop
async def test_mail_is_not_sent_to_an_untrusted_certificate(
    name: str, trusted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 61: a certificate of another name, or of nobody whom we trust, ends the talk before a password is given."""
    monkeypatch.setenv("MAIL_PASSWORD", "correct")
    ca = authority()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    fields = {trusted: tmp_path / "ca.pem"} if trusted else {}
    async with smtp_server(tls=server_context(ca, name), password="correct") as server:
        with pytest.raises(DeliveryError, match="certificate"):
            await email.send(mail(**secured(server.port, **fields)), channel(), delivery(), notification())
        assert server.logins == []


@in_loop
async def test_encrypted_with_a_good_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 61: and with STARTTLS and a certificate that fits, the mail is taken."""
    monkeypatch.setenv("MAIL_PASSWORD", "correct")
    ca = authority()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with smtp_server(tls=server_context(ca, "127.0.0.1"), password="correct") as server:
        fields = secured(server.port, ca_file=tmp_path / "ca.pem")
        receipt = await email.send(mail(**fields), channel(), delivery(), notification())
        assert server.logins == ["watcher"]
    assert [one.state for one in receipt.recipients] == ["sent"]


@in_loop
async def test_wrong_password_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A password that was changed is put right by somebody; the alerts wait for that instead of dying at once."""
    monkeypatch.setenv("MAIL_PASSWORD", "old")
    ca = authority()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with smtp_server(tls=server_context(ca, "127.0.0.1"), password="new") as server:
        fields = secured(server.port, ca_file=tmp_path / "ca.pem")
        with pytest.raises(DeliveryError) as caught:
            await email.send(mail(**fields), channel(), delivery(), notification())
    assert not caught.value.is_permanent


@in_loop
async def test_unset_password_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named by its place, and no server is asked without it."""
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    with pytest.raises(DeliveryError, match=r"\$MAIL_PASSWORD"):
        await email.send(mail(**secured(9)), channel(), delivery(), notification())
