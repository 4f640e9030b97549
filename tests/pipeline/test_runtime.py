"""The runtime: what an operator has switched off is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scenario import configure, one_round
from tests.support.servers import in_loop

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@in_loop
async def test_exceptions_are_logged_at_every_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What an operator has decided against politeness and guards must not be forgotten (checks 17, 18, 62)."""
    caplog.set_level("INFO")
    http = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\nrobots = false\n'
    exceptions = "tls_verify = false\nskip_hours = false"
    feeds = {"news": "http://127.0.0.1:9/"}
    named = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\ncontact = "desk@example.org"\n'
    await one_round(configure(tmp_path / "a", feeds, settings=named))
    assert caplog.text == ""
    await one_round(configure(tmp_path / "b", feeds, settings=http, publisher=exceptions))
    assert "robots.txt is not obeyed" in caplog.text
    assert "[http] contact is empty" in caplog.text
    assert "army/news: the server's certificate is not verified" in caplog.text
    assert "army/news: skipHours and skipDays are ignored" in caplog.text
