"""What the made-up publishers of the demo publish in each chapter, without the daemon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.servers import free_port, in_loop
from watcher.config.load import load
from watcher.fetch.server import Incoming
from watcher.jobs.demo import write_configuration
from watcher.jobs.demo_publishers import AFTERWARDS, BEFORE, TODAY, open_publishers

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def asking(path: str) -> Incoming:
    return Incoming("GET", path, {}, (), b"", "127.0.0.1")


@in_loop
async def test_each_chapter_publishes_edits_and_takes_down_what_it_says() -> None:
    """The story is told by the sites alone: the daemon gets no hint of what comes next."""
    async with open_publishers(NOW) as publishers:
        edited, gone = publishers.edited, publishers.taken_down
        page, removed = asking(f"/releases/{edited.path}"), asking(f"/releases/{gone.path}")
        assert (await publishers.answer("norland", page)).status == 404
        assert publishers.chapter == BEFORE
        publishers.chapter = TODAY
        assert "Two civilians were killed" in (await publishers.answer("norland", page)).text
        assert gone.title in (await publishers.answer("sudria", asking("/feed.xml"))).text
        publishers.chapter = AFTERWARDS
        assert "Eight civilians were killed" in (await publishers.answer("norland", page)).text
        assert (await publishers.answer("sudria", removed)).status == 404
        assert gone.title not in (await publishers.answer("sudria", asking("/feed.xml"))).text
        pdf = await publishers.answer("norland", asking("/documents/civilian-harm-report.pdf"))
        assert (pdf.content_type, pdf.text[:5]) == ("application/pdf", "%PDF-")
        for path in ("/documents/../releases.toml", "/documents/", "/releases/", "/"):
            assert (await publishers.answer("norland", asking(path))).status == 404


@in_loop
async def test_texts_name_the_days_before_and_leave_no_brace() -> None:
    """A demo of next year must not speak of this year's days."""
    async with open_publishers(NOW) as publishers:
        text = " ".join(one.text + one.edited for one in publishers.releases)
        assert "28 November 2026" in text
        assert "Saturday evening" in text
        assert "{" not in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_demo_that_is_ended_at_its_start_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    """Who closes the terminal after three seconds must not find the demo's files a year later."""
    command = (sys.executable, "-m", "watcher", "demo", "--port", str(free_port()))
    told = {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | told) as demo:  # noqa: S603 - our own command
        assert demo.stdout is not None
        assert b"made-up publishers" in demo.stdout.readline()
        demo.send_signal(number)
        assert demo.stdout.read() == b""
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


@in_loop
async def test_configuration_of_the_demo_is_one_like_any_other(tmp_path: Path) -> None:
    """What the demo shows holds for an installation: only the addresses are special."""
    async with open_publishers(NOW) as publishers:
        written = write_configuration(tmp_path, publishers, reading_room="http://127.0.0.1:1/", mail_port=2)
        assert load(tmp_path) == written
        assert {publisher.code for publisher in written.publishers} == set(publishers.sites)
        assert str(written.settings.http.allow_addresses[0]) == "127.0.0.0/8"
