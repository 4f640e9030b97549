"""Run the detector again over the stored revisions: what it finds now, and no longer finds. Adds, never deletes."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from shutil import copy, copytree
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts import message, releases
from watcher.archive.canonical_form import digest
from watcher.config.words import load_vocabulary
from watcher.content.claim_diff import Comparison, compare_texts
from watcher.detect.claims.attachment_totals import add_documents
from watcher.detect.detector import DETECTOR_VERSION
from watcher.jobs.stored_revisions import Progress, each_revision
from watcher.model.alert import AlertSubject
from watcher.pipeline.reading import reading_context
from watcher.pipeline.release_tasks import detect_attachment, detect_release
from watcher.store.alerts import active_mutes, save_alert
from watcher.store.attachments import kept_documents
from watcher.store.releases import save_detection
from watcher.store.revisions import revisions_after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import AlertRecord
    from watcher.model.claim import Claim, Detection
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.runtime import Runtime


_BATCH = 200


@dataclass(frozen=True, slots=True)
class Redetected:
    """One revision on which the detector was run again: what differs, and the alert raised, if one was asked for."""

    stored: StoredRevision
    differs: Comparison
    alert: AlertRecord | None


def redetect(
    runtime: Runtime, words: Path, *, since: str | None = None, is_dry: bool = False, alerts: bool = False
) -> AsyncIterator[Redetected]:
    """Run the detector on every stored revision again, several at once; each one's result once it is written.

    `words` is the folder of vocabularies; `since` leaves out what was observed before that day. `is_dry` writes
    nothing; `alerts` raises alerts for what is found in the newest revision of a release. The tasks run wherever the
    runtime's workers are (here, or `on_cluster`); only this process writes. One that was stopped goes on after
    the last batch that was written, as long as words and arguments are the same.
    """

    async def work(stored: StoredRevision) -> Redetected:
        detection, differs = await _detect(runtime, stored, words)
        now = clock.now()
        is_alerting = alerts and stored.is_newest and bool(differs.gained or differs.altered)
        alert = await _alert(runtime, stored, detection, now) if is_alerting else None
        if not is_dry:
            await runtime.store.write(_save, stored, detection, alert, now)
        return Redetected(stored, differs, alert)

    progress = None if is_dry else _progress(runtime, words, since, alerts)
    return each_revision(runtime, partial(revisions_after, since=since, limit=_BATCH), work, progress)


def _progress(runtime: Runtime, words: Path, since: str | None, alerts: bool) -> Progress:  # noqa: FBT001 - a part of a key
    """How far this very run has come: by this code, with these words and arguments."""
    texts = sorted(words.glob("*.toml"))
    parts = (DETECTOR_VERSION, since or "", str(alerts), *(digest(path.read_bytes()) for path in texts))
    database = runtime.configuration.database
    return Progress(database.with_name(f"{database.name}.redetect"), digest("\n".join(parts).encode()))


async def _detect(runtime: Runtime, stored: StoredRevision, words: Path) -> tuple[Detection, Comparison]:
    """All claims of a revision and its documents, and how they differ from the stored ones."""
    page = stored.page
    configuration = runtime.configuration
    publisher = configuration.publisher(stored.publisher)
    context = reading_context(words, publisher, configuration.settings, page.language)
    own = await runtime.workers.run(detect_release, page, context)
    documents: list[Detection] = []
    texts: dict[str | None, int | None] = {None: None}  # their rows by address
    for one in await runtime.store.read(kept_documents, stored.release_id, stored.id):
        if one.page is not None:
            texts[one.attachment.url] = one.text_id
            documents.append(
                await runtime.workers.run(detect_attachment, one.page, one.attachment, context, page.published)
            )
    found = add_documents(own, documents)
    differs = compare_texts(
        (stored.claims_by_text.get(text_id, ()), _claims_in(found, url)) for url, text_id in texts.items()
    )
    return found, differs


def _claims_in(found: Detection, url: str | None) -> list[Claim]:
    """The claims of the document at an address, or of the text itself."""
    places = ((claim, found.document_of(number)) for number, claim in enumerate(found.claims))
    return [claim for claim, place in places if (place.url if place is not None else None) == url]


def _save(db: Database, stored: StoredRevision, detection: Detection, alert: AlertRecord | None, now: datetime) -> None:
    save_detection(db, stored, detection)
    if alert is not None:
        about = AlertSubject(stored.release_id, stored.id)
        # With the version that found it: a still better one may find more in the same text.
        key = (stored.identity, stored.text_sha256, detection.version)
        save_alert(db, alert, about, key=key, thread=stored.identity, now=now)


async def _alert(runtime: Runtime, stored: StoredRevision, detection: Detection, now: datetime) -> AlertRecord | None:
    settings = runtime.configuration.settings
    context = replace(message.context_of(stored, now, installation=settings.name), page_outcome=stored.page_outcome)
    mutes = await runtime.store.read(active_mutes, now)
    return releases.decide_by_settings(settings, stored.page, detection, context, is_found_later=True, mutes=mutes)


@contextmanager
def words_with(folder: Path, file: Path | None) -> Iterator[Path]:
    """The folder of vocabularies with `file` in the place of its language's. Raises ConfigError for mistakes in it."""
    if file is None:
        yield folder
        return
    vocabulary = load_vocabulary(file)
    with tempfile.TemporaryDirectory() as made:
        copytree(folder, made, dirs_exist_ok=True)
        copy(file, Path(made) / f"{vocabulary.language}.toml")
        yield Path(made)
