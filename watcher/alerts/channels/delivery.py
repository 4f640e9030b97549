"""Send one alert to one channel of any kind, or raise DeliveryError. The outbox remembers how it ended.

What a kind of channel is sent with is loaded with its first delivery: a round without an alert needs none of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.alerts.channels.notification import Display, notification_of, with_permalinks
from watcher.config.redaction import from_outside
from watcher.errors import DeliveryError
from watcher.model.alert import Receipt

if TYPE_CHECKING:
    from watcher.config.load import Configuration
    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import DueDelivery

# Longest detail of an attempt, in characters.
_LONGEST = 1000


async def send(client: Client, configuration: Configuration, delivery: DueDelivery) -> Receipt:
    """Send a delivery and return what the receiver answered, without secrets or control signs. Raises DeliveryError."""
    try:
        receipt = await _send(client, configuration, delivery)
    except DeliveryError as error:
        error.detail = from_outside(error.detail, _LONGEST)
        error.args = (f"{error.channel}: {error.detail}",)
        raise
    answered = (replace(one, answer=from_outside(one.answer)) for one in receipt.recipients)
    return Receipt(from_outside(receipt.detail, _LONGEST), tuple(answered))


async def _send(client: Client, configuration: Configuration, delivery: DueDelivery) -> Receipt:
    channel = configuration.channel(delivery.channel)
    if channel is None:
        raise DeliveryError(delivery.channel, "the configuration has no channel of this name any more")
    display = display_of(configuration, channel)
    if channel.kind == "webhook":
        from watcher.alerts.channels import webhook

        message = with_permalinks(delivery.message, display.reading_room)
        return await webhook.send(client, channel, replace(delivery, message=message))
    notification = notification_of(delivery.message, display)
    if channel.kind == "email":
        from watcher.alerts.channels import email

        return await email.send(configuration.settings.mail, channel, delivery, notification)
    if channel.kind == "apprise":
        from watcher.alerts.channels import apprise

        return await apprise.send(channel, notification, configuration.settings.http.allow_addresses)
    if channel.kind == "pagerduty":
        from watcher.alerts.channels import pagerduty

        return await pagerduty.send(client, channel, delivery, notification)
    from watcher.alerts.channels import chat

    return await chat.send(client, channel, notification)


def display_of(configuration: Configuration, channel: Channel) -> Display:
    """How a channel shows an alert: its zone, the reading room's address, whom to write to of a false alarm."""
    settings = configuration.settings
    return Display(channel.time_zone, settings.reading_room, settings.false_alarm_to)
