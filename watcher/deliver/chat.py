"""A message in a chat by its incoming webhook: Slack, Discord, Mattermost or Teams."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.deliver.as_chat import discord, mattermost, slack, teams
from watcher.deliver.posting import send_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watcher.config import Channel
    from watcher.deliver.letter import Letter
    from watcher.messages import Receipt
    from watcher.net import Client

BODIES: Mapping[str, Callable[[Letter], dict[str, Any]]] = {
    "slack": slack,
    "discord": discord,
    "mattermost": mattermost,
    "teams": teams,
}


async def send(client: Client, channel: Channel, letter: Letter) -> Receipt:
    """POST the letter in the body that the chat takes. Raises DeliveryError."""
    body = json.dumps(BODIES[channel.kind](letter), ensure_ascii=False).encode("utf-8", errors="replace")
    return await send_body(client, channel, {}, body)
