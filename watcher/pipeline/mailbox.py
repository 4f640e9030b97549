"""A mailbox that a press list goes to: each message of the publisher is a release, and is its own page.

The folder is read from where the last poll stood, which is stored in the transaction that stores the releases; so a
poll that is killed is simply made again. A message of anybody else is noted and never read as the publisher's.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.archive.canonical_form import digest
from watcher.errors import Failed, FetchError, Killed, LoginRefused, NotAMailbox, TooLarge, Unreachable, Unreadable
from watcher.fetch.conditional import Fetched
from watcher.fetch.dns import txt_record
from watcher.fetch.mailbox import Mailbox, read_folder
from watcher.fetch.request import is_verified
from watcher.fetch.validators import Validators
from watcher.model.feed import ParsedFeed
from watcher.model.mail import HEADERS, WHOLE, CheckedSignature, Position, is_message
from watcher.model.poll import Capture
from watcher.model.release import Problem
from watcher.model.response import Response
from watcher.pipeline.ask import Asked
from watcher.pipeline.feed_document import recognised
from watcher.pipeline.fetched_feed import FeedDocument, FetchedFeed
from watcher.pipeline.mail_tasks import (
    WantedMail,
    message_documents,
    read_message,
    signed_with,
    verify_message,
)
from watcher.store.captures import kept_body
from watcher.store.mail_signatures import known_messages, unchecked_signatures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.config.publishers import MailAccess
    from watcher.config.tables import Secret
    from watcher.model.alert import EventKind
    from watcher.model.feed import ParsedEntry
    from watcher.model.mail import FolderAnswer, RawMessage, Signature
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import PageAnswer


log = logging.getLogger("watcher")
# What is compared again after the folder was renumbered, or other messages are wanted, beside all since the last poll.
_COMPARED_AGAIN = timedelta(days=30)
# So long is a key looked up again that no name server answered for.
_LOOKED_UP = timedelta(days=30)


@dataclass(slots=True)
class _Sorted:
    """The messages of an answer, told apart, up to `last_uid`; `is_cut` where some are for the next poll."""

    last_uid: int
    entries: list[ParsedEntry] = field(default_factory=list)
    pages: dict[str, Asked] = field(default_factory=dict)
    others: list[Capture] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    events: list[tuple[EventKind, str]] = field(default_factory=list)
    is_cut: bool = False


async def fetch_mailbox(runtime: Runtime, context: FeedContext) -> FetchedFeed:
    """Read what is new in the folder. Whatever fails is an outcome; nothing is taken for read that was not."""
    feed, wanted, started_at = context.feed, _wanted_sha256(context), clock.now()
    position = feed.position if feed.wanted_sha256 == wanted else None
    before = feed.succeeded_at
    since = min(before - timedelta(days=2), started_at - _COMPARED_AGAIN) if before is not None else None
    try:
        answer = await read_folder(_mailbox(context), position, since=since)
        answer = await _unknown(runtime, context, answer)
        found = await _sort(runtime, context, answer)
    except (FetchError, NotAMailbox) as error:
        unanswered = Response(requested_url=feed.url, url=feed.url, started_at=started_at, ended_at=clock.now())
        capture = Capture("feed", error.outcome, unanswered, error=error.reason, is_tls_verified=_is_verified(context))
        return FetchedFeed(error.outcome, capture, error=error, asked_url=feed.url)
    checked = await _check_again(runtime, context)
    capture = _session_capture(context, answer)
    return FetchedFeed(
        "new",
        capture,
        Fetched(capture.response, Validators(), None, None),
        await _document(runtime, context, found) if answer.messages else None,
        asked_url=feed.url,
        position=Position(answer.uid_validity, found.last_uid, wanted),
        is_unfinished=found.is_cut or answer.left_count > 0,
        events=(*_renumbered(context, answer), *found.events),
        checked=checked,
    )


async def _unknown(runtime: Runtime, context: FeedContext, answer: FolderAnswer) -> FolderAnswer:
    """The answer without the messages that are stored: after new numbers, corrections must not come once more."""
    if context.feed.succeeded_at is None or not answer.messages:
        return answer
    hashes = {message.uid: digest(message.raw) for message in answer.messages}
    known = await runtime.store.read(known_messages, context.feed.id, hashes.values())
    return replace(answer, messages=tuple(one for one in answer.messages if hashes[one.uid] not in known))


def _access(context: FeedContext) -> MailAccess:
    access = context.configured.mail
    assert access is not None  # noqa: S101 - a feed of this kind has it
    return access


def _wanted_sha256(context: FeedContext) -> str:
    """A hash of whose messages are looked for, and how large ones; older ones are looked at again where it changes."""
    access, size = _access(context), context.settings.http.max_body_bytes
    return digest(repr((sorted(access.senders), access.list_id, sorted(access.signed_by), size)).encode())


def _mailbox(context: FeedContext) -> Mailbox:
    """How the folder is asked for. Raises LoginRefused where user or password is not set."""
    access, http = _access(context), context.settings.http
    user = access.user if isinstance(access.user, str) else _read(context, access.user)
    return Mailbox(
        context.feed.url,
        user,
        _read(context, access.password),
        http.deadline,
        http.max_body_bytes,
        _is_verified(context),
        http.allow_addresses,
    )


def _read(context: FeedContext, secret: Secret) -> str:
    found = secret.read()
    if found is None:
        raise LoginRefused(context.feed.url, f"{secret} is not set or empty")
    return found


def _is_verified(context: FeedContext) -> bool:
    return is_verified(context.publisher, context.configured)


def _session_capture(context: FeedContext, answer: FolderAnswer) -> Capture:
    response = _response(
        answer,
        context.feed.url,
        f"{context.feed.url};UIDVALIDITY={answer.uid_validity}",
        "text/plain",
        answer.transcript,
    )
    return Capture("feed", "new", response, is_tls_verified=_is_verified(context), keeps_body=False)


def _response(answer: FolderAnswer, requested_url: str, url: str, content_type: str, body: bytes) -> Response:
    """Bytes that came in a session with the mail server, as a response of it."""
    return Response(
        requested_url=requested_url,
        url=url,
        started_at=answer.started_at,
        ended_at=answer.ended_at,
        headers=(("Content-Type", content_type),),
        body=body,
        wire=body,
        address=answer.address,
        tls_fingerprint=answer.tls_fingerprint,
        tls_chain=answer.tls_chain,
    )


def _renumbered(context: FeedContext, answer: FolderAnswer) -> tuple[tuple[EventKind, str], ...]:
    before = context.feed.uid_validity
    if before is None or before == answer.uid_validity:
        return ()
    return (("renumbered", f"UIDVALIDITY was {before} and is {answer.uid_validity}"),)


# Whose message is whose.


async def _sort(runtime: Runtime, context: FeedContext, answer: FolderAnswer) -> _Sorted:
    """Each message to what it is. Raises Unreachable where the first cannot be judged without a name server."""
    found = _Sorted(answer.last_uid)
    done = 0
    for message in answer.messages:
        try:
            is_taken = await _take(runtime, context, answer, message, found)
        except Unreachable:
            if not done:
                raise
            is_taken = False
        if not is_taken:
            found.last_uid, found.is_cut = done, True
            break
        done = message.uid
    return found


async def _take(
    runtime: Runtime, context: FeedContext, answer: FolderAnswer, message: RawMessage, found: _Sorted
) -> bool:
    """Sort one message in with the others.

    False where another with the same Message-ID is among them: a correction waits for the next poll.
    """
    capture = _message_capture(context, answer, message)
    source = context.source("", "", answer.ended_at)
    access = _access(context)
    wanted = WantedMail(context.publisher.code, access.senders, access.list_id)
    try:
        read = await runtime.workers.run(read_message, message, source, wanted)
    except (Killed, Failed) as error:
        found.others.append(_other(capture, error.outcome, str(error), keeps_body=True))
        found.problems.append(Problem("message_unread", f"UID {message.uid}: {error}"))
        return True
    if read.parsed is None:
        found.others.append(_other(capture, "stranger", read.stranger))
        found.problems.append(Problem("stranger", f"UID {message.uid}: {read.stranger}"))
        return True
    if read.parsed.identity in found.pages:
        return any(one.sha256 == read.parsed.sha256 for one in found.entries)
    signatures = await _signatures(runtime, context, message.raw, read.key_names)
    if why := _unsigned(context, access, signatures):
        found.others.append(_other(capture, "stranger", why))
        found.problems.append(Problem("stranger", f"UID {message.uid}: {why}"))
        return True
    found.entries.append(read.parsed)
    found.pages[read.parsed.identity] = _asked(context, message, replace(capture, signatures=signatures))
    if not message.is_whole:
        found.events.append(("cut_short", f"UID {message.uid}, {message.size:,} bytes: {read.parsed.entry.title}"))
    return True


def _message_capture(context: FeedContext, answer: FolderAnswer, message: RawMessage) -> Capture:
    """The message as it was received, by its address (RFC 5092)."""
    url = f"{context.feed.url};UIDVALIDITY={answer.uid_validity}/;UID={message.uid}"
    response = _response(answer, url, url, WHOLE if message.is_whole else HEADERS, message.raw)
    return Capture("page", "ok", response, is_tls_verified=_is_verified(context), keeps_body=True)


def _other(capture: Capture, outcome: str, why: str, *, keeps_body: bool = False) -> Capture:
    """A message that makes no release; of a stranger's only that it came is kept: it stays in the mailbox."""
    return replace(capture, kind="feed", outcome=outcome, error=why, keeps_body=keeps_body)


def _asked(context: FeedContext, message: RawMessage, capture: Capture) -> Asked:
    if message.is_whole:
        return Asked("ok", capture, Fetched(capture.response, Validators(), None, None))
    limit = context.settings.http.max_body_bytes
    error = TooLarge(capture.response.url, f"{message.size:,} bytes, {limit:,} are allowed: [http] max_body_bytes")
    return Asked(error.outcome, replace(capture, outcome=error.outcome, error=error.reason), error=error)


async def _document(runtime: Runtime, context: FeedContext, found: _Sorted) -> FeedDocument:
    entries, known = await recognised(runtime, context.feed, found.entries)
    pages = {
        entry.identity: found.pages[before.identity]
        for entry in entries
        for before in found.entries
        if before.sha256 == entry.sha256
    }
    parsed = ParsedFeed(tuple(one.entry for one in entries), is_complete=False, problems=tuple(found.problems))
    return FeedDocument(parsed, entries, known, captures=tuple(found.others), is_part=True, pages=pages)


# Signatures.


async def _signatures(
    runtime: Runtime, context: FeedContext, raw: bytes, names: Sequence[str]
) -> tuple[Signature, ...]:
    """What the signatures of a message are worth. A check that kills its worker finds nothing out."""
    if not names:
        return ()
    records = await _records(context, names)
    try:
        return await runtime.workers.run(verify_message, raw, records, clock.now())
    except (Killed, Failed) as error:
        log.warning("%s: the signatures of a message were not checked: %s", context.feed.name, error)
        return ()


async def _records(context: FeedContext, names: Iterable[str]) -> Mapping[str, str | None]:
    servers, wanted = context.settings.dkim.name_servers, tuple(names)
    answers = await asyncio.gather(*(txt_record(name, servers) for name in wanted))
    return dict(zip(wanted, answers, strict=True))


def _unsigned(context: FeedContext, access: MailAccess, signatures: Sequence[Signature]) -> str:
    """Why a message does not count where a signature is asked for. Raises Unreachable where nobody knows yet."""
    wanted = {domain.lower() for domain in access.signed_by}
    if not wanted:
        return ""
    own = [one for one in signatures if one.domain in wanted]
    if any(one.result == "pass" for one in own):
        return ""
    if any(one.result == "not_checked" for one in own):
        raise Unreachable(context.feed.url, "no name server says whether the message is signed")
    said = ", ".join(f"{one.domain}: {one.result}" for one in own) or "there is no signature of it"
    return f"not signed by {' or '.join(sorted(wanted))} ({said})"


async def _check_again(runtime: Runtime, context: FeedContext) -> tuple[CheckedSignature, ...]:
    """Signatures of stored messages whose keys can be looked up now."""
    since = clock.now() - _LOOKED_UP
    left = await runtime.store.read(unchecked_signatures, context.feed.id, since)
    checked: list[CheckedSignature] = []
    for one in left:
        names = await runtime.workers.run(signed_with, one.raw)
        found = await _signatures(runtime, context, one.raw, names)
        checked += [
            CheckedSignature(one.release_id, one.capture_id, each)
            for each in found
            if each.number == one.number and each.result != "not_checked"
        ]
        if not checked:
            break  # still no name server
    return tuple(checked)


# A message that is stored.


async def kept_message(runtime: Runtime, stored: StoredRevision | None) -> Asked:
    """The message that a stored release is, as it is kept: what failed at it may not fail again."""
    kept = await runtime.store.read(kept_body, stored.page_capture_id) if stored is not None else None
    if kept is None or not is_message(kept.content_type):
        return Asked("no_page")
    response = Response(
        requested_url=kept.url,
        url=kept.url,
        started_at=kept.ended_at,
        ended_at=kept.ended_at,
        headers=(("Content-Type", kept.content_type),),
        body=kept.body,
        wire=kept.body,
    )
    return Asked("ok", None, Fetched(response, Validators(), None, None))


async def documents_of(runtime: Runtime, page: PageAnswer | None, capture: Capture | None) -> Mapping[str, Asked]:
    """The PDFs in a message as if each had been asked for; none for a page of the web."""
    if page is None or capture is None or not is_message(page.content_type):
        return {}  # what is read again has its documents already
    try:
        found = await runtime.workers.run(message_documents, page.body, page.url)
    except (Killed, Failed, Unreadable):
        return {}  # the message's own text says the same
    return {url: _document_asked(capture, url, body) for url, body in found}


def _document_asked(capture: Capture, url: str, body: bytes) -> Asked:
    response = replace(
        capture.response,
        requested_url=url,
        url=url,
        headers=(("Content-Type", "application/pdf"),),
        body=body,
        wire=body,
    )
    found = replace(capture, kind="attachment", response=response, signatures=())
    return Asked("ok", found, Fetched(response, Validators(), None, None))
