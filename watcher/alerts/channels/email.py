"""A mail by SMTP: text and HTML, encrypted wherever a password is used. The only user of aiosmtplib."""

from __future__ import annotations

import ssl
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

import aiosmtplib

from watcher import clock
from watcher.alerts.channels.text import plain_text
from watcher.config.redaction import from_outside
from watcher.errors import DeliveryError
from watcher.html import render
from watcher.model.alert import Receipt, Recipient, stable_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from email.policy import Policy

    from watcher.alerts.channels.notification import Notification
    from watcher.config.settings import Channel, Mail
    from watcher.model.alert import DueDelivery, RecipientState


_PERMANENT = 5


async def send(mail: Mail | None, channel: Channel, delivery: DueDelivery, notification: Notification) -> Receipt:
    """Send one mail to those of the channel's recipients that have not got it yet.

    The receipt has the state of each. Raises DeliveryError where the server took it for nobody.
    """
    if mail is None:
        raise DeliveryError(channel.name, "the configuration has no table [mail]")
    message = compose(mail, channel, delivery, notification, clock.now())
    waiting = [address for address in channel.to if address not in delivery.done]
    if not waiting:
        return Receipt("every recipient has received it")
    try:
        answers, answer = await _converse(mail, channel, message, waiting)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise DeliveryError(channel.name, from_outside(f"{type(error).__name__}: {error}")) from error
    return Receipt(from_outside(answer), tuple(_recipient(address, *answers[address]) for address in waiting))


def _recipient(address: str, code: int, words: str) -> Recipient:
    state: RecipientState = "sent" if code < 400 else "dead" if code // 100 == _PERMANENT else "waiting"  # noqa: PLR2004 - RFC 5321, 4.2.1
    return Recipient(address, state, from_outside(f"{code} {words}", 300))


async def _converse(
    mail: Mail, channel: Channel, message: EmailMessage, recipients: Sequence[str]
) -> tuple[dict[str, tuple[int, str]], str]:
    """Talk to the server: its answer for each recipient, and its last answer.

    What it says to RCPT or DATA is about the message; whatever goes wrong before (connection, TLS, password) is about
    the server and raises, so it is tried again however final the server calls it.
    """
    password = mail.password.read() if mail.password else None
    if mail.password and password is None:
        raise DeliveryError(channel.name, f"the password is not set ({mail.password})")
    server = aiosmtplib.SMTP(
        hostname=mail.host,
        port=mail.port,
        username=mail.user or None,
        password=password,
        use_tls=mail.tls == "implicit",
        # True and not None: a server that does not offer STARTTLS is left before a password is sent.
        start_tls=mail.tls == "starttls",
        tls_context=_trusting(mail),
        timeout=mail.deadline,
    )
    try:
        async with server:
            return await _hand_over(server, mail, message, recipients)
    finally:
        server.close()  # it stays open where the log-in failed


def _trusting(mail: Mail) -> ssl.SSLContext | None:
    if mail.tls == "none":
        return None
    return ssl.create_default_context(cafile=str(mail.ca_file) if mail.ca_file else None)


async def _hand_over(
    server: aiosmtplib.SMTP, mail: Mail, message: EmailMessage, recipients: Sequence[str]
) -> tuple[dict[str, tuple[int, str]], str]:
    answers: dict[str, tuple[int, str]] = {}
    try:
        refused, last = await server.send_message(message, sender=mail.sender, recipients=list(recipients))
        answers = dict.fromkeys(recipients, (250, last))
        answers |= {address: (refusal.code, refusal.message) for address, refusal in refused.items()}
    except aiosmtplib.SMTPRecipientsRefused as error:
        last = "no recipient was accepted"
        answers = {one.recipient: (one.code, one.message) for one in error.recipients}
    except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
        last = f"{error.code} {error.message}"
        answers = dict.fromkeys(recipients, (error.code, error.message))
    return answers, last


def compose(
    mail: Mail, channel: Channel, delivery: DueDelivery, notification: Notification, now: datetime
) -> EmailMessage:
    """The mail of one delivery; its Message-ID follows from the delivery, so a retry is the same mail.

    Mails of one thread all refer to an id that follows from the thread.
    """
    message = EmailMessage()
    sender = Address(addr_spec=mail.sender)
    message["From"] = Address("watcher", addr_spec=mail.sender)
    message["To"] = [Address(addr_spec=recipient) for recipient in channel.to]
    # A word that looks encoded (RFC 2047) would be decoded by the reader's program, whatever it hides.
    message["Subject"] = _Subject(notification.subject.replace("=?", "= ?"))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.uid}@{sender.domain}>"
    message["References"] = message["In-Reply-To"] = f"<{_thread(delivery)}@{sender.domain}>"
    for name, value in _marks(channel, notification, sender.domain).items():
        message[name] = value
    # Quoted-printable, so that no server has to know 8BITMIME and no line is longer than SMTP takes.
    message.set_content(plain_text(notification), cte="quoted-printable")
    message.add_alternative(render("mail.html", notification=notification), subtype="html", cte="quoted-printable")
    return message


class _Subject(str):
    """A subject that is encoded as a whole (RFC 2047).

    The standard library encodes word by word, and the spaces between two encoded words are lost to whoever reads
    them (section 6.2): a headline in Arabic or Cyrillic would arrive as one long word.
    """

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: Policy) -> str:
        """The header's lines as they are sent."""
        charset = "us-ascii" if self.isascii() else "utf-8"
        encoded = Header(str(self), charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


def _thread(delivery: DueDelivery) -> str:
    return stable_id(delivery.thread)


def _marks(channel: Channel, notification: Notification, domain: str) -> Mapping[str, str]:
    """Headers for programs: a machine wrote this (RFC 3834), the list (RFC 2919), the priority."""
    marks = {
        "Auto-Submitted": "auto-generated",
        "List-Id": f"{channel.name} <{channel.name}.watcher.{domain}>",
        "X-Watcher-Priority": notification.priority,
    }
    return marks | ({"Importance": "high"} if notification.priority == "urgent" else {})
