"""The pictures of README and docs, made from the demo by Debian's Chromium; `make screenshots` calls it.

`python -m tests.support.screenshots [FOLDER]`: with a folder, every kind of page goes there instead, at both widths,
dark and light, for somebody to look at.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tests.support import ROOT
from tests.support.demo import browser, get, kind_of_page, running_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.demo import Demo

_WIDTHS = (390, 1280)


def make_pictures(demo: Demo, opened: Browser) -> None:
    """The front, the release that was edited, and the mail about the edit, as README and docs show them."""
    front, release, mails = demo.worth_opening()
    pictures = {"front": (front, 1280, 860), "release": (release, 1280, 860), "mail": (_edit(opened, mails), 680, 860)}
    for name, (address, width, height) in pictures.items():
        page = opened.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(address)
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
        page.close()


def _edit(opened: Browser, mails: str) -> str:
    """The address of the mail about the edit."""
    page = opened.new_page()
    page.goto(mails)
    path = page.get_by_role("link", name="changed:").first.get_attribute("href")
    page.close()
    return urljoin(mails, f"{path}.html")


def look_at_all(demo: Demo, opened: Browser, folder: Path) -> None:
    """A picture of each kind of page that the front and the navigation link to, whole, in all four ways."""
    kinds: dict[str, str] = {}
    starts = demo.worth_opening()
    kinds |= {kind_of_page(start): start for start in starts}
    for start in starts:
        for link in (start, *get(start).links):
            if link.startswith(demo.address) and "/-/watcher/" not in link and not link.endswith((".json", "bundle")):
                kinds.setdefault(kind_of_page(link), link)
    for kind, address in kinds.items():
        for width in _WIDTHS:
            for scheme in ("dark", "light"):
                page = opened.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                page.goto(address)
                name = re.sub(r"\W+", "-", kind).strip("-") or "front"
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                page.close()


if __name__ == "__main__":
    with TemporaryDirectory() as made, running_demo(Path(made)) as running, browser() as chromium:
        if sys.argv[1:]:
            look_at_all(running, chromium, Path(sys.argv[1]))
        else:
            make_pictures(running, chromium)
        running.stop()
