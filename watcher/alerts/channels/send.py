"""Send one alert to one channel, or raise DeliveryError: nothing is remembered here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.alerts.channels import apprise, chat, email, webhook
from watcher.alerts.channels.letter import Reader, letter_of
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from watcher.config.load import Configuration
    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import DueDelivery, Receipt


async def send(client: Client, configuration: Configuration, delivery: DueDelivery) -> Receipt:
    """Send it and return what the receiver answered. Raises DeliveryError."""
    channel = configuration.channel(delivery.channel)
    if channel is None:
        raise DeliveryError(delivery.channel, "the configuration has no channel of this name any more")
    if channel.kind == "webhook":
        return await webhook.send(client, channel, delivery)
    letter = letter_of(delivery.message, reader_of(configuration, channel))
    if channel.kind == "email":
        return await email.send(configuration.settings.mail, channel, delivery, letter)
    if channel.kind == "apprise":
        return await apprise.send(channel, letter, configuration.settings.http.allow_addresses)
    return await chat.send(client, channel, letter)


def reader_of(configuration: Configuration, channel: Channel) -> Reader:
    """What a channel's readers need: their zone, the database's address, whom to tell of a false alarm."""
    settings = configuration.settings
    base = (settings.datasette_url or "").rstrip("/")
    database_url = f"{base}/{configuration.database.stem}" if base else ""
    return Reader(channel.time_zone, database_url, settings.false_alarm_to)
