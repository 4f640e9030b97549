"""The dead-man's switch: start, well, not well; whoever runs it hears of everything, and silence is its alarm."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.config.settings import Heartbeat as Settings
from watcher.config.tables import Secret
from watcher.errors import WatcherError
from watcher.fetch.client import open_client
from watcher.jobs.heartbeat import Heartbeat, HeartbeatFailed
from watcher.model.health import Health, Sign

if TYPE_CHECKING:
    from tests.support.servers import ReceivedRequest

LOOPBACK = (ip_network("127.0.0.0/8"),)
OWN = Sign("job:heartbeat", is_well=False, detail="no success for 20 min")
ILL = Sign("polls", is_well=False, detail="no poll was written of army/news")


def run_of(request: ReceivedRequest) -> list[str]:
    return parse_qs(urlsplit(request.path).query).get("rid", [])


@in_loop
async def test_service_hears_of_start_success_and_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 91: by its protocol, one run id from the start to the first result; its own trouble is no illness."""
    signs: list[tuple[Sign, ...]] = [(), (ILL,), (OWN,)]
    async with http_server(
        {"/ping/c0ffee": Answer(), "/ping/c0ffee/start": Answer(), "/ping/c0ffee/fail": Answer()}
    ) as server:
        monkeypatch.setenv("BEAT_URL", server.url("/ping/c0ffee/"))
        async with open_client(allow_addresses=LOOPBACK) as client:
            now = clock.now()
            beats = Heartbeat(client, Settings(url=Secret(env="BEAT_URL")), lambda: Health(now, now, signs[0]))
            for _ in range(3):
                await beats.beat()
                signs.pop(0)
    start, well, ill, again = server.requests
    assert [one.path.partition("?")[0] for one in server.requests] == [
        "/ping/c0ffee/start",
        "/ping/c0ffee",
        "/ping/c0ffee/fail",
        "/ping/c0ffee",
    ]
    assert run_of(start) == run_of(well) != []
    assert run_of(ill) == run_of(again) == []
    assert ill.body == b"polls: no poll was written of army/news"
    assert all(one.method == "POST" for one in server.requests)


@in_loop
async def test_service_that_is_down_is_a_sign_and_no_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 64: the job fails with what it was answered, without the address, and is done again at its next time."""
    path = "/ping/0a1b2c3d-4e5f"
    answers = [Answer(b"", 500), Answer()]
    async with http_server({f"{path}/start": lambda _: answers.pop(0), path: Answer()}) as server:
        monkeypatch.setenv("BEAT_URL", server.url(path))
        async with open_client(allow_addresses=LOOPBACK) as client:
            now = clock.now()
            beats = Heartbeat(client, Settings(url=Secret(env="BEAT_URL")), lambda: Health(now, now, ()))
            with pytest.raises(HeartbeatFailed, match="500"):
                await beats.beat()
            await beats.beat()
    assert [one.path.partition("?")[0] for one in server.requests] == [f"{path}/start", f"{path}/start", path]
    monkeypatch.delenv("BEAT_URL")
    async with open_client() as client:
        with pytest.raises(WatcherError, match=r"\$BEAT_URL"):
            await Heartbeat(client, Settings(url=Secret(env="BEAT_URL")), lambda: None).beat()
