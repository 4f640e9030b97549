"""A mail by SMTP: text and HTML, encrypted wherever a password is used. The only user of aiosmtplib."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

import aiosmtplib

from watcher import clock
from watcher.deliver.text import html_part, one_line, plain_part
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config import Channel, Configuration, Mail
    from watcher.records import DueDelivery

_PERMANENT = 5


async def send(configuration: Configuration, channel: Channel, delivery: DueDelivery) -> str:
    """Send one mail to the channel's recipients. Raises DeliveryError; a 5xx answer is permanent."""
    mail = configuration.settings.mail
    if mail is None:
        raise DeliveryError(channel.name, "the configuration has no table [mail]")
    message = compose(mail, channel, delivery, clock.now())
    password = mail.password.read() if mail.password else None
    if mail.password and password is None:
        raise DeliveryError(channel.name, f"the password is not set ({mail.password})")
    try:
        refused, answer = await aiosmtplib.send(
            message,
            hostname=mail.host,
            port=mail.port,
            username=mail.user or None,
            password=password,
            use_tls=mail.tls == "implicit",
            start_tls=mail.tls == "starttls",
            timeout=mail.deadline,
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        code = getattr(error, "code", 0)
        raise DeliveryError(channel.name, _said(error), is_permanent=code // 100 == _PERMANENT) from error
    told = "; ".join(f"{recipient} refused: {code} {words}" for recipient, (code, words) in refused.items())
    return one_line(f"{answer} {told}".strip(), 500)


def _said(error: Exception) -> str:
    refused = getattr(error, "recipients", None)
    words = "; ".join(str(one) for one in refused) if refused else str(error)
    return one_line(f"{type(error).__name__}: {words}", 500)


def compose(mail: Mail, channel: Channel, delivery: DueDelivery, now: datetime) -> EmailMessage:
    """The mail of one delivery; its Message-ID follows from the delivery, so a retry is the same mail.

    Mails of one release form a thread: all refer to an id that follows from the release.
    """
    message = EmailMessage()
    sender = Address(addr_spec=mail.sender)
    message["From"] = Address("watcher", addr_spec=mail.sender)
    message["To"] = [Address(addr_spec=recipient) for recipient in channel.to]
    message["Subject"] = one_line(str(delivery.message["title"]))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.uid}@{sender.domain}>"
    thread = hashlib.sha256(delivery.thread.encode(errors="replace")).hexdigest()[:32]
    message["References"] = message["In-Reply-To"] = f"<{thread}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"{channel.name} <{channel.name}.watcher.{sender.domain}>"
    message.set_content(plain_part(delivery.message, channel.time_zone))
    message.add_alternative(html_part(delivery.message, channel.time_zone), subtype="html")
    return message
