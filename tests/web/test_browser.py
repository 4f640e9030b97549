"""The reading room over the demo, as its readers meet it: links, widths, dark and light, the keyboard, axe-core."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.demo import browser, get, kind_of_page, running_demo
from watcher.web.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.demo import Answered, Demo

# What the first look at a page has not settled for the other colours and width; all else of it stays as it is.
OF_THE_LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
# Datasette's own pages: each that we link to is followed, and not what it links to itself.
STOCK = ("/watcher", "/-/")
# In the frame of a mail no script may run, not even axe-core's.
_NO_FRAMES = {"iframes": False, "resultTypes": ["violations"]}
_EXAMINED = (_NO_FRAMES, _NO_FRAMES | {"runOnly": OF_THE_LOOK})
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect()
  return {tag: at.tagName, text: at.textContent.trim().slice(0, 40), width: box.width,
    isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight}
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def pages(demo: Demo) -> dict[str, Answered]:
    """Every page that links lead to, and what each answered; stock pages, and choices on a page, are ends."""
    waiting, found = [f"{demo.address}/", *demo.worth_opening()], {}
    while waiting:
        address = urldefrag(waiting.pop()).url
        if address in found or not address.startswith(demo.address):
            continue
        found[address] = get(address)
        if not urlsplit(address).path.startswith(STOCK) and not urlsplit(address).query:
            waiting += found[address].links
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def kinds(pages: dict[str, Answered]) -> dict[str, str]:
    """One page of each kind that is ours; in a mail no script may run, so that nothing can examine it."""
    ours = (one for one, answer in pages.items() if answer.content_type.startswith("text/html"))
    kinds = {kind_of_page(one): one for one in ours if not urlsplit(one).path.startswith(STOCK)}
    return {kind: one for kind, one in kinds.items() if not kind.endswith(".html")}


def test_demo_tells_its_story_and_names_three_addresses(demo: Demo) -> None:
    """A newcomer sees within a minute what the program is for; what was caught is in a real database."""
    assert len(demo.worth_opening()) == 3
    (database,) = demo.temporary.glob("watcher-demo-*/watcher.db")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        events = dict(db.execute("SELECT event, group_concat(title, '; ') FROM alerts GROUP BY event"))
        titles = [title for (title,) in db.execute("SELECT title FROM releases WHERE is_reported = 0")]
        copies = db.execute("SELECT count(*) FROM syndicated_copies").fetchone()
        pdfs = db.execute("SELECT count(*) FROM claims WHERE attachment_text_id IS NOT NULL").fetchone()
    assert "8 civilians killed" in events["changed"]
    assert "Qasr Amun" in events["denial"]
    assert "3 service members killed" in events["removed"]
    assert "alleged" in events["new"]
    assert {"Exercise Winter Shield begins", "Wreaths laid at the Bridge of Orsa"} <= set(titles)
    assert copies == (1,)
    assert pdfs[0] > 0
    mails = get(f"{demo.address}/demo/mail")
    assert sum(link.endswith(tuple("1234567")) and "/demo/mail/" in link for link in mails.links) == 7


def test_every_link_and_every_saved_query_answers(demo: Demo, pages: dict[str, Answered]) -> None:
    """A dead link is found here and not by a reader; a link to a place on a page needs that place."""
    assert [(one, answer.status) for one, answer in pages.items() if answer.status != 200] == []
    jumps = [link for answer in pages.values() for link in answer.links if "#" in link]
    targets = [(urldefrag(link).url, urldefrag(link).fragment) for link in jumps]
    assert [one for one in targets if one[0] in pages and one[1] and one[1] not in pages[one[0]].ids] == []
    queries = metadata("watcher")["databases"]["watcher"]["queries"]
    asked = {name: get(f"{demo.address}/watcher/{name}.json?words=civilians&_shape=array").status for name in queries}
    assert set(asked.values()) == {200}, asked


def test_pages_fit_every_screen_and_have_no_serious_finding(chromium: Browser, kinds: dict[str, str]) -> None:
    """On a phone in the dark by all rules of axe-core, on a desk in the light by those of the look."""
    found: dict[str, object] = {}
    complaints: list[str] = []
    page = chromium.new_page()
    page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("requestfailed", lambda asked: complaints.append(f"{asked.url}: {asked.failure}"))
    for kind, address in kinds.items():
        page.goto(address)
        for size, scheme, options in zip(SIZES, ("dark", "light"), _EXAMINED, strict=True):
            page.set_viewport_size(size)  # type: ignore[arg-type] # a TypedDict
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a Literal
            if page.evaluate(_WIDER) > 0:
                found[f"{kind} {size['width']}"] = "is wider than the screen"
            findings = Axe().run(page, options=options).response["violations"]
            serious = [one for one in findings if one["impact"] in {"serious", "critical"}]
            if serious:
                nodes = [node["html"][:120] for one in serious for node in one["nodes"][:3]]
                found[f"{kind} {scheme}"] = ([one["id"] for one in serious], nodes)
    page.close()
    assert found == {}
    assert complaints == []


def test_everything_is_reached_by_keyboard_and_seen_when_it_is(chromium: Browser, demo: Demo) -> None:
    """Who uses no mouse skips the navigation, sees where they are, and opens a release."""
    page = chromium.new_page(viewport=SIZES[1])  # type: ignore[arg-type] # a TypedDict
    page.goto(demo.worth_opening()[1])
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS)["text"] == "Skip to the content"
    assert page.evaluate(_FOCUS)["isSeen"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert [stop for stop in _tab_through(page) if not stop["isSeen"]] == []
    page.close()


def _tab_through(page: Page) -> list[dict[str, object]]:
    stops: list[dict[str, object]] = []
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop["tag"] == "BODY":
            return stops
        stops.append(stop)
    return stops


def test_ctrl_c_leaves_nothing_behind(demo: Demo) -> None:
    """The demo is tried on somebody's own machine: no process, no port and no file may stay. The last test here."""
    assert demo.stop() == 0
    assert list(demo.temporary.iterdir()) == []
    with pytest.raises(OSError, match="refused"):
        get(f"{demo.address}/")
