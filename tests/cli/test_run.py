"""`watcher poll`: what was named, what failed, and the exit code that a script sees."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

from tests.support.command_line import watcher
from tests.support.scenario import HARM, configure, entry, rss
from tests.support.servers import Answer, http_server, in_loop

if TYPE_CHECKING:
    from pathlib import Path


def test_unknown_feed_is_a_usage_error(filled: Path) -> None:
    """A typing mistake must not look like a quiet round."""
    done = watcher("--config", filled, "poll", "army/nwes")
    assert done.returncode == 2
    assert "army/nwes" in done.stderr


def test_failing_feed_gives_exit_code_1(tmp_path: Path) -> None:
    """Done, but something failed: a script can tell."""
    configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    done = watcher("--config", tmp_path, "poll")
    assert done.returncode == 1
    assert "unreachable" in done.stdout
    assert re.search(r"again at \d{4}-\d\d-\d\d \d\d:\d\d UTC", done.stdout), "a week from now is no time of today"


@in_loop
async def test_texts_that_could_not_be_read_are_noted(tmp_path: Path) -> None:
    """Of a text in German, "1 new, 0 claims" is no news that nobody was harmed."""
    german = "Bei dem Angriff wurden gestern zwei Zivilisten getötet und vier weitere Menschen schwer verletzt."
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(1, base, link="", text=german), entry(2, base, link="", text=HARM)))
        configure(tmp_path, {"news": server.url("/feed")})
        done = await asyncio.to_thread(watcher, "--config", tmp_path, "poll", "--json")
    (row,) = json.loads(done.stdout)
    assert (row["outcome"], row["new"], row["claims"], row["note"]) == ("new", 2, 2, "1 text could not be read")


@in_loop
async def test_alert_that_does_not_arrive_gives_exit_code_1(tmp_path: Path) -> None:
    """Where cron runs the rounds nobody else would say that the only channel takes nothing."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=HARM)))
        hook = '[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
        configure(tmp_path, {"news": server.url("/feed")}, settings=hook)
        done = await asyncio.to_thread(watcher, "--config", tmp_path, "poll", "--json")
    assert done.returncode == 1
    said = {row["feed"]: (row["outcome"], row["note"]) for row in json.loads(done.stdout)}
    assert said["army/news"] == ("new", "")
    assert said["(hook)"] == ("failed", "1 attempt failed; `watcher alerts` lists what has not arrived")
