"""How other programs see the daemon: alive, ready, and in figures; each says why not."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.outbox import hook, outbox_of
from tests.support.scenario import HARM, configure, entry, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.config.checks import check
from watcher.config.settings import Status
from watcher.errors import ConfigError
from watcher.fetch.client import get, open_client
from watcher.fetch.request import Request
from watcher.jobs.counts import Counts
from watcher.jobs.metrics import metrics_text
from watcher.jobs.outbox import Sending, settle
from watcher.jobs.polling import Polling, tick
from watcher.jobs.status import StatusPage, open_status
from watcher.model.health import Health, Sign
from watcher.pipeline.runtime import open_runtime
from watcher.store.status import stored_status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from watcher.model.response import Response

    Ask = Callable[[str], Awaitable[Response]]

WELL = Sign("database", is_well=True)
FULL = Sign("database", is_well=False, detail="the disk is full")
DOWN = Sign("alerts", is_well=False, detail="desk has not taken an alert")


class Taken:
    """The signs that the daemon has taken, at this age."""

    def __init__(self, *signs: Sign, seconds_ago: float = 0) -> None:
        """At first well and new."""
        self.signs, self.seconds_ago = signs, seconds_ago

    def __call__(self) -> Health | None:
        """Them, as the daemon's last job left them."""
        at = clock.now() - timedelta(seconds=self.seconds_ago)
        return Health(at, at, self.signs) if self.signs else None


@asynccontextmanager
async def served(folder: Path, taken: Taken) -> AsyncIterator[Ask]:
    """The pages over a real database, on a real port."""
    async with (
        outbox_of(folder, "") as runtime,
        open_status(Status(port=0), StatusPage(runtime, taken, Counts())) as port,
        open_client(allow_addresses=(ip_network("127.0.0.0/8"),)) as client,
    ):

        async def ask(path: str) -> Response:
            return await get(client, Request(f"http://127.0.0.1:{port}{path}"))

        yield ask


@in_loop
async def test_pages_say_whether_it_lives_and_is_ready(tmp_path: Path) -> None:
    """Check 89: red as soon as the signs grow old or one is not well; a receiver that is down is another's fault."""
    taken = Taken()
    async with served(tmp_path, taken) as ask:
        cases = (
            ((), 0, 503, 503),
            ((WELL,), 0, 200, 200),
            ((WELL, DOWN), 0, 200, 200),
            ((FULL,), 0, 200, 503),
            ((WELL,), 11, 200, 200),
            ((WELL,), 13, 503, 503),
        )
        for signs, age, alive, ready in cases:
            taken.signs, taken.seconds_ago = signs, age
            answers = [await ask("/healthz"), await ask("/readyz")]
            assert [one.status for one in answers] == [alive, ready], (signs, age)
            assert [json.loads(one.body)["is_well"] for one in answers] == [alive == 200, ready == 200]
        taken.signs, taken.seconds_ago = (FULL,), 0
        assert b"the disk is full" in (await ask("/readyz")).body
        assert (await ask("/else")).status == 404
        assert b"watcher_sign_well" in (await ask("/metrics")).body


@in_loop
async def test_port_that_is_taken_and_an_address_for_all_are_mistakes(tmp_path: Path) -> None:
    """What says how the daemon is must be there, and is for this machine alone."""
    async with http_server() as other, outbox_of(tmp_path, "") as runtime:
        page = StatusPage(runtime, Taken(WELL), Counts())
        with pytest.raises(ConfigError, match=r"status\.port"):
            async with open_status(Status(port=other.port), page):
                pass
        async with open_status(None, page) as port:
            assert port is None
    for address in ("0.0.0.0", "10.0.0.1", "::", "watcher.example"):  # noqa: S104 - what is refused
        with pytest.raises(ValueError, match="this machine alone"):
            check(Status, {"listen": address})


@in_loop
async def test_metrics_are_what_prometheus_reads(tmp_path: Path) -> None:
    """Check 88: names, types and labels; counters of what was done, ages of what waits; no title, no address."""
    async with http_server({"/hook": Answer(), "/down": Answer(status=503)}) as server:
        server.routes["/news"] = Answer(rss(entry(1, server.url(""), link="", title="A TITLE", text=HARM)))
        channels = hook(server, "hook") + hook(server, "down")
        configuration = configure(
            tmp_path, {"news": server.url("/news"), "gone": server.url("/gone")}, settings=channels
        )
        async with open_runtime(configuration) as runtime:
            sending = Sending()
            polling = Polling(runtime, counts=sending.counts)
            await tick(polling)
            for task in polling.polls.values():
                await task
            await settle(runtime, sending)
            stored = await runtime.store.read(stored_status, ("hook", "down", "idle"))
            health = Health(clock.now(), clock.now(), (WELL, DOWN))
            text = metrics_text(sending.counts, stored, health, clock.now() + timedelta(seconds=90))
    assert "A TITLE" not in text
    assert "http" not in text
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["watcher_polls_total", "army/news", "new"] == 1
    assert samples["watcher_polls_total", "army/gone", "gone"] == samples["watcher_feed_failures", "army/gone"] == 1
    read_at = samples["watcher_feed_last_success_timestamp_seconds", "army/news"]
    assert read_at == pytest.approx(clock.now().timestamp(), abs=60)
    assert samples["watcher_feed_last_new_release_timestamp_seconds", "army/news"] > 0
    assert ("watcher_feed_last_success_timestamp_seconds", "army/gone") not in samples
    assert samples["watcher_alerts_pending", "down"] == 1
    assert samples["watcher_alerts_pending", "hook"] == samples["watcher_alerts_pending", "idle"] == 0
    assert samples["watcher_alert_oldest_pending_age_seconds",] >= 90
    assert samples["watcher_attempts_total", "down", "failed"] == samples["watcher_attempts_total", "hook", "sent"] == 1
    assert samples["watcher_detect_to_alert_seconds_count",] == 1
    assert samples["watcher_detect_to_alert_seconds_bucket", "+Inf"] == 1
    assert (samples["watcher_sign_well", "database"], samples["watcher_sign_well", "alerts"]) == (1, 0)
    check_by_promtool(text)


def check_by_promtool(text: str) -> None:
    """What Prometheus's own checker says, where it is installed."""
    if promtool := shutil.which("promtool"):
        subprocess.run([promtool, "check", "metrics"], input=text, text=True, check=True)  # noqa: S603 - a tool of Prometheus
