"""The headline of releases that say one thing in text, title, table, list, caption and PDF."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support import TESTS
from tests.support.pdf import pdf
from tests.support.scenario import WORDS
from watcher.content.page import extract_page
from watcher.detect.claims.attachment_totals import add_documents
from watcher.model.release import Attachment, StatedDate
from watcher.model.selectors import PageRules
from watcher.model.wording import headline
from watcher.pipeline.release_tasks import detect_attachment, detect_release, extract_attachment
from watcher.pipeline.task_values import PageAnswer, ReadingContext

RELEASES = TESTS / "data" / "pipeline" / "releases_with_table_and_pdf.jsonl"
NOW = datetime(2024, 6, 20, tzinfo=UTC)
PUBLISHED = StatedDate(NOW, "", "feed")
READING = ReadingContext(WORDS, language="en")
URL = "https://army.example/release"


def headline_of(release: dict[str, Any]) -> str:
    """What the subject of the alert says of casualties: as the pipeline makes it of the page and its PDF."""
    html = f"<html><body><article>{release['html']}</article></body></html>"
    page = extract_page(html.encode(), url=URL, rules=PageRules(body=("article",)), fetched_at=NOW)
    page = replace(page, title=release["title"], published=PUBLISHED)
    answer = PageAnswer(pdf(release["pdf"]), f"{URL}.pdf", "application/pdf", NOW)
    document = extract_attachment(answer, READING)
    report = detect_attachment(document, Attachment(answer.url), READING, PUBLISHED)
    found = add_documents(detect_release(page, READING), [report])
    return headline(found, "army", page.title)


def wanted(release: dict[str, Any]) -> str:
    """The numbers, and the stance where they have only one; places may follow."""
    stance = f" – {release['stance']}" if release["stance"] else ""
    return f"{release['headline']}{stance}"


def test_sixty_headlines_say_each_number_once() -> None:
    """Two dead in six places are two dead; rows are parts; what others allege stands beside what is admitted."""
    releases = [json.loads(line) for line in RELEASES.read_text(encoding="utf-8").splitlines()]
    assert len(releases) == 60
    wrong = {
        said: release["headline"]
        for release in releases
        if not f"{(said := headline_of(release))} –".startswith(f"[ARMY] {wanted(release)} –")
    }
    assert not wrong
