"""Each kind of channel gets its alert in its own form."""

from __future__ import annotations

import json
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.support.messages import delivery
from tests.support.servers import Answer, http_server, in_loop
from watcher.alerts.channels.delivery import display_of, send
from watcher.config.checks import check
from watcher.config.load import Configuration
from watcher.config.settings import Settings
from watcher.errors import DeliveryError
from watcher.fetch.client import open_client

LOOPBACK = (ip_network("127.0.0.0/8"),)


def configuration(**settings: object) -> Configuration:
    folder = Path("/nowhere")
    return Configuration(folder, folder, folder / "army.db", check(Settings, settings), ())


@in_loop
async def test_each_kind_gets_its_own_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook gets the message as it was raised, a chat what its readers see."""
    async with http_server({"/hook": Answer(), "/chat": Answer()}) as server:
        monkeypatch.setenv("CHAT_URL", server.url("/chat"))
        places = {"webhook": server.url("/hook"), "slack": {"env": "CHAT_URL"}}
        channels = [{"name": kind, "kind": kind, "url": place} for kind, place in places.items()]
        async with open_client(allow_addresses=LOOPBACK) as client:
            for kind in places:
                await send(client, configuration(channel=channels), delivery(channel=kind))
        (hook,), (chat,) = server.seen("/hook"), server.seen("/chat")
    assert json.loads(hook.body)["type"] == "release.new"
    assert "blocks" in json.loads(chat.body)


@in_loop
async def test_channel_that_is_gone_from_the_configuration_is_an_error() -> None:
    """A delivery outlives its channel: it stays in the outbox and says why."""
    async with open_client(allow_addresses=LOOPBACK) as client:
        with pytest.raises(DeliveryError, match="no channel of this name"):
            await send(client, configuration(), delivery())


def test_links_lead_to_the_reading_room() -> None:
    """The address in the configuration, without its last stroke; without an address there is no link."""
    (channel,) = configuration(
        channel=[{"name": "a", "kind": "webhook", "url": "https://a.example/"}]
    ).settings.channels
    shown = display_of(configuration(datasette_url="https://desk.example/"), channel)
    assert shown.reading_room == "https://desk.example"
    assert display_of(configuration(), channel).reading_room == ""
