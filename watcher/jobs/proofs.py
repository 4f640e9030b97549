"""Once a week each channel's official page is looked at: a channel counts as official only while that page links it.

A page that cannot be read proves nothing, neither way: it is tried again the next day. The loss of the link, and its
return, are events of the feed, which the operator is alerted to.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import Failed, Killed
from watcher.feeds.telegram import channel_of, links_channel
from watcher.pipeline.ask import ask_for
from watcher.pipeline.context import feed_context
from watcher.store.feeds import select
from watcher.store.proofs import Proof, proof_of, save_proof

if TYPE_CHECKING:
    from watcher.model.alert import EventKind
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
EVERY, _RETRY = timedelta(days=7), timedelta(days=1)


async def check_proofs(runtime: Runtime) -> None:
    """Look at the official page of each channel that is due. Raises StoreError."""
    for feed in await runtime.store.read(select):
        if feed.kind == "telegram":
            context = feed_context(runtime.configuration, feed)
            known = await runtime.store.read(proof_of, feed.id, clock.now())
            if known is None or known.is_due or known.url != context.publisher.proof:
                await _check(runtime, context, known)


async def _check(runtime: Runtime, context: FeedContext, known: Proof | None) -> None:
    url = context.publisher.proof or ""
    asked = await ask_for(runtime, context, url, "page")
    linked, outcome = await _is_linked(runtime, context, asked)
    before = known.is_linked if known is not None and known.url == url else None
    now = clock.now()
    if linked is None:
        log.warning("%s: the official page %s could not be read: %s", context.feed.name, url, outcome)
    await runtime.store.write(
        save_proof,
        context.feed.id,
        Proof(url, before if linked is None else linked, is_due=False),
        capture=asked.capture,
        outcome=outcome,
        event=_event(url, before=before, linked=linked),
        now=now,
        due_at=now + (_RETRY if linked is None else EVERY),
    )


async def _is_linked(runtime: Runtime, context: FeedContext, asked: Asked) -> tuple[bool | None, str]:
    """Whether the page links the channel, None where it could not be read; and how that ended.

    A page that answers that it is gone links nothing.
    """
    if asked.outcome == "gone":
        return False, "gone"
    if asked.page is None:
        return None, asked.outcome
    page, channel = asked.page, channel_of(context.configured.url)
    try:
        found = await runtime.workers.run(links_channel, page.body, page.content_type, page.url, channel)
    except (Killed, Failed) as error:
        return None, error.outcome
    return found, "linked" if found else "not_linked"


def _event(url: str, *, before: bool | None, linked: bool | None) -> tuple[EventKind, str] | None:
    """What a look means: the loss of the link, or its return after that; the first sight of it is no news."""
    if linked is False and before is not False:
        return ("proof_lost", f"{url} does not link the channel")
    if linked and before is False:
        return ("proof_found", f"{url} links the channel")
    return None
