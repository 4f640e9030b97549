"""Pages read without the frame of their site: the same records, compared now and then, and a mistake is found."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from tests.support.scenario import configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.content.frame import Frame
from watcher.pipeline import frames
from watcher.pipeline.frames import site_of
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest

    from watcher.config.load import Configuration

MENU = "".join(f'<li class="entry"><a href="/section/{n}/"><span>Section {n}</span></a></li>' for n in range(200))
NEW_MENU = MENU.replace("entry", "item").replace("Section", "Department")
TOWNS = ("Karsa", "Belo", "Tiran", "Osmar", "Velde", "Quint", "Harda", "Munt", "Sorel", "Ystad")
DAY = "Tue, 24 Nov 2026 08:00:00 GMT"
FRAMES = "SELECT id, page_count, forgotten_at IS NULL AS is_current, forgotten_why FROM site_frames ORDER BY id"
READ = "SELECT frame_id IS NOT NULL AS is_framed, text FROM revisions ORDER BY id"


def release(number: int, *more: str, menu: str = MENU, kind: str = "text") -> bytes:
    """A page with a large menu, and a release that differs from all others."""
    town = TOWNS[number % 10]
    lines = (
        f"{number + 2} soldiers were killed near {town} on Tuesday evening when their convoy was hit by a bomb.",
        f"The injured were flown from {town} to the military hospital in the capital, {number} of them by helicopter.",
        f"An inquiry has been opened in {town}, and travellers are asked to take the northern route for {number} days.",
    )
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Convoy near {town}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><h1>Convoy near {town}</h1><div class={kind!r}>{text}{''.join(more)}</div></main></body></html>"
    ).encode()


async def polled(
    folder: Path, *batches: Sequence[bytes], restarts: bool = False, meanwhile: Callable[[], None] = lambda: None
) -> Configuration:
    """Pages of one site in batches, one poll for each; `meanwhile` is called after the first."""
    pages = [page for batch in batches for page in batch]
    async with http_server() as server, AsyncExitStack() as stack:
        for number, page in enumerate(pages):
            server.routes[f"/releases/{number}"] = Answer(page, content_type="text/html")
        configuration = configure(folder, {"news": server.url("/feed")})
        runtime = None if restarts else await stack.enter_async_context(open_runtime(configuration))
        count = 0
        for batch in batches:
            count += len(batch)
            said = [entry(number, server.url(""), title=f"Convoy {number}", pubDate=DAY) for number in range(count)]
            server.routes["/feed"] = Answer(rss(*said))
            if runtime is None:
                await one_round(configuration)
            else:
                (feed,) = await runtime.store.read(select)
                await poll_feed(runtime, feed)
            meanwhile()
    return configuration


def framed(configuration: Configuration) -> list[int]:
    return [row["is_framed"] for row in rows(configuration, READ)]


def places(configuration: Configuration) -> list[str]:
    """The places of the only frame's texts and lines."""
    found: list[str] = json.loads(one(configuration, "SELECT usual_places FROM site_frames"))
    return found


@in_loop
async def test_frame_is_learned_from_three_pages_and_kept(tmp_path: Path) -> None:
    """The fourth page costs a fraction, also after a restart; its record says how it was read."""
    configuration = await polled(tmp_path, [release(n) for n in range(5)], [release(5), release(6)], restarts=True)
    assert sorted(framed(configuration)) == [0, 0, 0, 1, 1, 1, 1]
    (frame,) = rows(configuration, FRAMES)
    assert (frame["page_count"], frame["is_current"], frame["forgotten_why"]) == (4, 1, "")
    texts = {row["text"] for row in rows(configuration, READ)}
    assert all(any(f"{n + 2} soldiers were killed near {TOWNS[n]}" in text for text in texts) for n in range(7))
    assert all("Section" not in text for text in texts)
    assert {place[0] for place in places(configuration)} == {"+", "-", "=", "~"}


@in_loop
async def test_list_that_is_new_is_usual_from_then_on(tmp_path: Path) -> None:
    """It is read in general once; where its lines stand is learned with it, and kept."""
    listed = [release(n, f"<ul><li>Two of the wounded from {TOWNS[n]} are children.</li></ul>") for n in range(3, 6)]
    configuration = await polled(tmp_path, [release(n) for n in range(3)], *([page] for page in listed), restarts=True)
    assert framed(configuration) == [0, 0, 0, 0, 1, 1]
    assert any(place.startswith("=li#.<ul#.") for place in places(configuration))
    assert all("are children" in row["text"] for row in rows(configuration, READ)[3:])


@in_loop
async def test_program_that_starts_for_each_page_learns_from_what_is_stored(tmp_path: Path) -> None:
    """Cron polls anew for one page: the stored ones teach the frame, checks are counted, a redesign is seen too."""
    new = [release(n, menu=NEW_MENU, kind="story") for n in range(6, 10)]
    pages = [*(release(n) for n in range(6)), *new]
    configuration = await polled(tmp_path, *([page] for page in pages), restarts=True)
    assert framed(configuration) == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1]
    assert [(row["page_count"], row["is_current"]) for row in rows(configuration, FRAMES)] == [(3, 0), (1, 1)]


@in_loop
async def test_check_is_counted_and_a_site_without_a_frame_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each start would compare the same page again, or read the stored pages of such a site for nothing."""
    monkeypatch.setattr(frames, "_CHECKED_EARLY", frozenset({2}))
    configuration = await polled(tmp_path, *([release(n)] for n in range(6)), restarts=True)
    assert framed(configuration) == [0, 0, 0, 1, 0, 1]
    bare = [release(n, menu=f"<li>{n}</li>" * 2000) for n in range(5)]
    tried = await polled(tmp_path / "bare", *([page] for page in bare), restarts=True)
    assert framed(tried) == [0] * 5
    (trial,) = rows(tried, "SELECT site, tried_at FROM site_trials")
    third = one(tried, "SELECT observed_at FROM revisions ORDER BY id LIMIT 1 OFFSET 2")
    assert trial["site"].endswith("/releases")
    assert trial["tried_at"] <= third


@in_loop
async def test_unusual_page_is_read_whole(tmp_path: Path) -> None:
    """A correction in a box, and a table, stand where nothing stood on the pages before: they are in the record."""
    box = "<aside class='box'>Correction: of the four killed near Osmar one was found alive, said the army.</aside>"
    table = "<table><tr><th>Town</th><th>Killed</th></tr><tr><td>Velde</td><td>6</td></tr></table>"
    unusual = [release(3, box), release(4, table), release(5)]
    configuration = await polled(tmp_path, [release(n) for n in range(3)], unusual)
    found = {row["text"][:1]: row for row in rows(configuration, READ)}
    assert [found[number]["is_framed"] for number in ("5", "6", "7")] == [0, 0, 1]
    assert "Town: Velde; Killed: 6" in found["6"]["text"]
    whole = await polled(tmp_path / "whole", [unusual[0]])
    assert found["5"]["text"] == one(whole, "SELECT text FROM revisions")
    assert one(configuration, "SELECT count(*) AS n FROM site_frames WHERE forgotten_at IS NOT NULL") == 0


@in_loop
async def test_redesign_is_learned_anew(tmp_path: Path) -> None:
    """Pages without the old frame are read whole; after some of them the new frame is known."""
    new = [release(n, menu=NEW_MENU, kind="story") for n in range(3, 10)]
    configuration = await polled(tmp_path, [release(n) for n in range(3)], *([page] for page in new))
    assert framed(configuration) == [0] * 9 + [1]
    assert [row["is_current"] for row in rows(configuration, FRAMES)] == [0, 1]
    assert not rows(configuration, "SELECT * FROM events WHERE kind = 'frame_forgotten'")


@in_loop
async def test_mistake_of_a_frame_is_an_event_and_its_pages_are_due_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame that keeps a sentence from a record must not go on: the whole page counts, and somebody is told."""
    lost = "<p>Three of the dead were children from the village by the bridge, the hospital said on Wednesday.</p>"

    def wrong(_: Frame, body: bytes) -> bytes:
        return body.replace(lost.encode(), b"").replace(MENU.encode(), b"")

    monkeypatch.setattr(frames, "_CHECKED_EARLY", frozenset({3}))
    spoil = partial(monkeypatch.setattr, Frame, "left_out_of", wrong)
    batches = [release(n) for n in range(3)], *([release(n, lost)] for n in range(3, 6))
    configuration = await polled(tmp_path, *batches, meanwhile=spoil)
    (event,) = rows(configuration, "SELECT detail, feed_id FROM events WHERE kind = 'frame_forgotten'")
    assert "text" in event["detail"]
    assert [row["is_current"] for row in rows(configuration, FRAMES)] == [0]
    due = "SELECT count(*) AS n FROM releases WHERE page_sha256 IS NULL AND recheck_due_at IS NOT NULL"
    assert one(configuration, due) == 2
    assert "Three of the dead were children" in rows(configuration, READ)[-1]["text"]


def test_pages_of_one_template_are_one_site() -> None:
    """Languages and kinds of pages stand in the first folder; a year or a number in it tells nothing."""
    assert site_of("https://www.example.org/en/press/17") == site_of("https://WWW.example.org/en/news/a?b=c")
    assert site_of("https://www.example.org/en/press/17") != site_of("https://www.example.org/ar/press/17")
    assert site_of("https://www.example.org/2025/a") == site_of("https://www.example.org/2026/b")
    assert site_of("https://www.example.org/a") == site_of("https://www.example.org/b") == "www.example.org/"
