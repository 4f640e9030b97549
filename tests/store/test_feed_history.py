"""The history of a feed, by which its health is judged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import configure, entry, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.store.connection import connect, write
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


@in_loop
async def test_pages_that_our_own_steps_fail_at_count_until_they_are_read(tmp_path: Path) -> None:
    """Their text is the feed's, like that of an entry without a page, which is no failure."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(*(entry(number, server.url(""), link="") for number in (1, 2))))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    db = connect(configuration.database)
    assert feed_histories(db)[0].pages_failed == ()
    with write(db):
        db.conn.execute("UPDATE releases SET page_outcome = 'killed' WHERE id = 2")
    (history,) = feed_histories(db)
    assert (history.pages_failed, history.pages_changed) == ((True,), (False,))
