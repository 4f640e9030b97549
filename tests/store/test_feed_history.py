"""The history of a feed, by which its health is judged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import configure, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.store.connection import connect
from watcher.store.feed_history import feed_histories

if TYPE_CHECKING:
    from pathlib import Path


@in_loop
async def test_feed_that_never_released_anything_is_known_by_its_first_poll(tmp_path: Path) -> None:
    """Its silence has no other beginning."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss())
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        before = clock.now() - timedelta(seconds=1)
        await one_round(configuration)
    db = connect(configuration.database)
    (history,) = feed_histories(db)
    assert history.first_polled_at is not None
    assert before < history.first_polled_at <= clock.now()
    assert history.released_at == ()
