"""Feeds in the tables: their due times after the wall clock jumped."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.store.connection import connect, write
from watcher.store.due_times import shift

if TYPE_CHECKING:
    from pathlib import Path

_TIMES = """
SELECT 'feed' AS what, due_at AS at FROM feeds UNION ALL SELECT 'host', not_before_at FROM hosts
UNION ALL SELECT 'delivery', due_at FROM deliveries UNION ALL SELECT 'page', page_due_at FROM releases
"""


@in_loop
async def test_everything_that_waits_moves_with_the_clock(tmp_path: Path) -> None:
    """Check 38: after a jump of a year no feed is asked a year late, no host held, no alert sent a year late."""
    hook = '[[channel]]\nname = "w"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
    async with http_server() as server:
        server.routes |= {
            "/feed": Answer(rss(entry(1, server.url(""), text=HARM))),
            "/releases/1": Answer(status=503, headers={"Retry-After": "600"}),
        }
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook)
        await one_round(configuration)
    db = connect(configuration.database)
    with write(db):
        held = clock.to_text(clock.now() + timedelta(hours=1))
        db.conn.execute("INSERT OR REPLACE INTO hosts (host, not_before_at) VALUES ('a.example:80', ?)", [held])
    before = {(row["what"], row["at"]) for row in rows(configuration, _TIMES) if row["at"]}
    assert {what for what, _ in before} == {"feed", "host", "delivery", "page"}
    jump = timedelta(days=-365)
    with write(db):
        shift(db, jump)
    after = {(row["what"], row["at"]) for row in rows(configuration, _TIMES) if row["at"]}
    assert after == {(what, clock.to_text(clock.from_text(at) + jump)) for what, at in before}
    seen = one(configuration, "SELECT first_seen_at FROM releases")
    assert abs(clock.from_text(seen) - clock.now()) < timedelta(minutes=5), "what happened stays when it happened"
    db.close()
