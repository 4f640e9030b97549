"""Send one alert to one channel, or raise DeliveryError: nothing is remembered here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.deliver import email, webhook
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from watcher.config import Configuration
    from watcher.net import Client
    from watcher.records import DueDelivery


async def send(client: Client, configuration: Configuration, delivery: DueDelivery) -> str:
    """Send it and return what the receiver answered. Raises DeliveryError."""
    channel = configuration.channel(delivery.channel)
    if channel is None:
        raise DeliveryError(delivery.channel, "the configuration has no channel of this name any more")
    if channel.kind == "email":
        return await email.send(configuration, channel, delivery)
    return await webhook.send(client, channel, delivery)
