"""How exactly and how fast a page's text is extracted: by us, trafilatura and plain bs4, on the same pages in one run.

F1 as the Scrapinghub article extraction benchmark counts it: over shingles of four words, each page with the same
weight, from the mean precision and the mean recall. Then the pages of one publisher by its rules, and the cost of a
page of 100 KB by rules against plain bs4. These need ../shared/data beside the project. First of all PDFs by the page,
and pages that grow to twice their size three times.

Run it with `.venv/bin/python benchmarks/extraction.py`.
"""

# ruff: noqa: E501 - printed lines and markup stand as they come out

from __future__ import annotations

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trafilatura
from bs4 import BeautifulSoup

from watcher.config.load import load
from watcher.content.page import extract_page
from watcher.content.pdf.record import extract_pdf
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.model.selectors import PageRules

HERE = Path(__file__).resolve().parents[1]
SHARED = HERE.parent / "shared" / "data"
FETCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
RUNS = 15
LEAST_F1 = 0.978
MOST_COST = 0.4
MOST_SECONDS = 1.0  # for an article of 1 MB


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Every run of `size` words of a text, with how often it occurs."""
    words = re.findall(r"\w+", text)
    return (
        Counter(tuple(words[start : start + size]) for start in range(max(1, len(words) - size + 1)))
        if words
        else Counter()
    )


def precision_and_recall(expected: str, found: str) -> tuple[float, float]:
    """The shares of shingles found that are right, and of right ones that were found."""
    true, said = shingles(expected), shingles(found)
    common = sum((true & said).values())
    if true == said:
        return 1.0, 1.0
    return (common / said.total(), common / true.total()) if common else (0.0, 0.0)


def score(name: str, extract: Callable[[bytes, str], str]) -> float:
    """Print and give back the F1 of one way of extraction over the labelled pages."""
    truth = json.loads((SHARED / "articles" / "ground-truth.json").read_text())
    figures, spent = [], 0.0
    for page, expected in truth.items():
        body = gzip.decompress((SHARED / "articles" / "html" / f"{page}.html.gz").read_bytes())
        started = time.process_time()
        found = extract(body, expected["url"])
        spent += time.process_time() - started
        figures.append(precision_and_recall(expected["articleBody"], found))
    precision, recall = (statistics.mean(column) for column in zip(*figures, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"{name:<22} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}  {spent / len(figures) * 1000:5.1f} ms per page"
    )
    return float(f1)


def ours(body: bytes, url: str) -> str:
    """Our text of a page with the general extraction alone; nothing where there is none."""
    try:
        return extract_page(body, url=url, fetched_at=FETCHED_AT).text
    except WatcherError:
        return ""


def rules_of(code: str) -> PageRules:
    """The page rules that a publisher is shipped with."""
    return next(publisher.page for publisher in load(HERE / "config").publishers if publisher.code == code)


def publisher_pages() -> None:
    """Print for how many pages of one publisher each field is found."""
    rules, counts, spent = rules_of("af"), Counter[str](), 0.0
    pages = sorted((SHARED / "official" / "afmil" / "pages").glob("*.html"))
    for page in pages:
        body = page.read_bytes()
        started = time.process_time()
        record = extract_page(body, url=f"http://www.af.mil/Article/{page.stem}/", rules=rules, fetched_at=FETCHED_AT)
        spent += time.process_time() - started
        counts["date"] += bool(record.published and record.published.at)
        counts["a caption's button in the text"] += "HI-RES" in record.text
        counts.update(name for name in ("title", "text", "byline", "dateline", "captions") if getattr(record, name))
    fields = ", ".join(
        f"{name} {counts[name]}"
        for name in ("title", "text", "date", "byline", "dateline", "captions", "a caption's button in the text")
    )
    print(f"afmil by its rules     {len(pages)} pages: {fields}; {spent / len(pages) * 1000:.1f} ms per page")


def large_page() -> bytes:
    """A page of 100 KB in the structure of a publisher's site: most of it is menus, as on real ones."""
    entries = "".join(
        f"<li class='entry entry-{n}'><a class='link' href='/section/{n}/' title='Section {n}'><span>Section {n}</span></a></li>"
        for n in range(760)
    )
    prose = "".join(
        f"<p>In the {n}th week the unit moved <b>{n}</b> trucks along the road, and <a href='/n/{n}'>no one</a> was hurt.</p>"
        for n in range(40)
    )
    html = (HERE / "tests" / "data" / "content" / "pages" / "us-war" / "page.html").read_text()
    return (
        html.replace("</nav>", f"<ul>{entries}</ul></nav>")
        .replace("<p>The incident", f"{prose}<p>The incident")
        .encode()
    )


def best_of(call: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds of CPU of the fastest of several runs."""

    def once() -> float:
        started = time.process_time()
        call()
        return time.process_time() - started

    return min(once() for _ in range(runs)) * 1000


def cost_by_rules() -> float:
    """Print and give back what a page costs by its rules, as a share of plain bs4."""
    body, rules = large_page(), rules_of("us-war")
    by_rules = best_of(lambda: extract_page(body, url="https://www.war.gov/x", rules=rules, fetched_at=FETCHED_AT))
    plain = best_of(lambda: BeautifulSoup(body, "lxml").get_text())
    print(
        f"a page of {len(body) // 1000} KB by rules {by_rules:.1f} ms, bs4 with lxml and get_text {plain:.1f} ms: {by_rules / plain:.2f} of it"
    )
    return by_rules / plain


SENTENCE = (
    "On day {n} the council said that the {n}th bridge of the valley will be open to everybody from the summer on. "
)
GROWING = {
    "article": "<p>" + SENTENCE * 4 + "</p>",
    "thread": "<div class='post'><a href='/u/{n}'>User {n}</a><div class='said'><p>"
    + SENTENCE * 2
    + "</p></div></div>",
    "teasers": "<div class='card'><h3><a href='/a/{n}'>What the council said on day {n}</a></h3><p>"
    + SENTENCE
    + "</p></div>",
    "table": "<tr><td>Bridge {n}</td><td>{n}</td><td>{n}</td><td><a href='/b/{n}'>the map of it</a></td></tr>",
}


def growing(part: str, size: int) -> bytes:
    """A page of about `size` bytes: an opening paragraph and one part again and again."""
    tag = "table" if part.startswith("<tr>") else "div"
    parts = "".join(part.format(n=n) for n in range(size // len(part)))
    return (
        f"<html><body><main><h1>Bridges</h1><p>{SENTENCE * 3}</p><{tag}>{parts}</{tag}></main></body></html>".encode()
    )


def growth() -> float:
    """Print the seconds of pages of twice the size each, and give back those of the largest article."""
    slowest = 0.0
    for name, part in GROWING.items():
        pages = [growing(part, size * 1000) for size in (125, 250, 500, 1000)]
        spent = [best_of(partial(ours, page, "https://example.org/1"), runs=3) / 1000 for page in pages]
        print(f"{name:<8} of 125, 250, 500 and 1000 KB: {', '.join(f'{seconds:.2f}' for seconds in spent)} s")
        slowest = spent[-1] if name == "article" else slowest
    return slowest


def documents() -> None:
    """Print the milliseconds of a page of a PDF, as three programs make them."""
    for program in ("browser", "libreoffice", "typst"):
        files = sorted((HERE / "tests" / "data" / "content" / "pdf").glob(f"*-{program}.pdf"))
        bodies = [file.read_bytes() for file in files]
        pages = sum(len(extract_pdf(body, url="", fetched_at=FETCHED_AT).page_starts) for body in bodies)
        spent = sum(best_of(partial(extract_pdf, body, url="", fetched_at=FETCHED_AT)) for body in bodies)
        print(f"PDF by {program:<12} {pages} pages: {spent / pages:.1f} ms per page")


def main() -> int:
    """Print everything; the exit code is 1 where a floor is missed."""
    documents()
    largest = growth()
    if not SHARED.is_dir():
        print("../shared/data is not here: only the cost of a page by its rules can be measured.")
        return int(cost_by_rules() > MOST_COST or largest > MOST_SECONDS)
    own = score("watcher, no rules", ours)
    score("trafilatura", lambda body, url: trafilatura.extract(body, url=url, include_comments=False) or "")
    score(
        "trafilatura, fast",
        lambda body, url: trafilatura.extract(body, url=url, include_comments=False, fast=True) or "",
    )
    score("bs4 get_text", lambda body, _url: BeautifulSoup(body, "lxml").get_text(" "))
    publisher_pages()
    return int(cost_by_rules() > MOST_COST or own <= LEAST_F1 or largest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
