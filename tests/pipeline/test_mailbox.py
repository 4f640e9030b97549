"""A press list from its mailbox to stored releases: whose words count, what is kept, and what each failure means."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.evidence import run
from tests.support.hostile_mail import HOSTILE
from tests.support.imap import imap_server, message
from tests.support.pdf import pdf
from tests.support.press_list import polling, press_list
from tests.support.scenario import one, rows
from tests.support.servers import in_loop
from tests.support.signing import KEY_NAME, key_record, name_server, signed
from watcher.archive.bundle_check import check_bundle
from watcher.archive.bundle_file import unpack
from watcher.config.load import load
from watcher.fetch import dns
from watcher.fetch import mailbox as fetching

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.imap import Fault
    from watcher.config.load import Configuration


# What takes seconds of the detector, and says no more here than where messages are read alone.
SLOW = {"lines that never end", "a header of a megabyte"}
STATEMENT = message("Statement on the strike")
_DEEP = (
    b"From: press@army.example\nList-Id: <press.army.example>\nSubject: Deep\nMessage-ID: <d@army.example>\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(1_000))
)


def _with_documents() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["List-Id"] = "press@army.example", "Report", "<press.army.example>"
    mail["Message-ID"] = "<report@army.example>"
    mail.set_content("The report is attached.")
    body = pdf("Three soldiers were killed in the attack on the base.")
    mail.add_attachment(body, maintype="application", subtype="pdf", filename="report.pdf")
    mail.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="crest.gif")
    return bytes(mail)


MESSAGES = (
    STATEMENT,
    message("False", sender="Press Office <mallory@evil.example>"),
    message("False", list_id="<other.example>"),
    _DEEP,
    _with_documents(),
    message("Large", text="Two civilians were killed. " + "x" * 200_000),
    signed(message("Signed")),
    signed(message("Altered")).replace(b"Two", b"Six"),
)


@pytest.fixture(scope="module")
def first_poll(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A mailbox with every kind of message, polled once."""
    folder = tmp_path_factory.mktemp("list")

    @in_loop
    async def poll_once() -> None:
        async with imap_server() as server, name_server({KEY_NAME: key_record()}) as names:
            for raw in MESSAGES:
                server.add(raw)
            configuration = press_list(folder, server, names=names.address, http="max_body_bytes = 100000\n")
            async with polling(configuration) as poll:
                assert await poll() == "new"

    poll_once()
    return load(folder)


def row(configuration: Configuration, sql: str, *values: Any) -> dict[str, Any]:
    """The only row of a query."""
    (found,) = rows(configuration, sql, *values)
    return found


def test_a_message_is_a_release_with_its_raw_bytes(first_poll: Configuration) -> None:
    """Title, text, date and claims as of a page; the message as it came is the evidence."""
    found = row(first_poll, "SELECT * FROM records WHERE title LIKE 'Statement%'")
    assert (found["title"], found["published_at"]) == ("Statement on the strike", "2026-11-24T07:30:00.000Z")
    assert found["text"] == "Two civilians were killed in the strike near the town."
    assert (found["url"], found["page_outcome"], found["author"]) == (None, "ok", "Press Office")
    of = "FROM revisions JOIN releases ON releases.id = release_id WHERE release_id = ?"
    claim = "SELECT harm, count_min FROM claims WHERE revision_id IN (SELECT revisions.id " + of + ")"
    assert row(first_poll, claim, found["id"]) == {"harm": "killed", "count_min": 2}
    capture = row(first_poll, "SELECT * FROM captures WHERE id IN (SELECT page_capture_id " + of + ")", found["id"])
    assert capture["url"].endswith("/INBOX;UIDVALIDITY=17/;UID=1")
    assert capture["body_byte_count"] == len(STATEMENT.replace(b"\n", b"\r\n"))
    assert one(first_poll, "SELECT count(*) FROM chain WHERE kind = 'capture' AND row_id = ?", capture["id"]) == 1
    assert one(first_poll, "SELECT count(*) FROM releases WHERE recheck_due_at IS NOT NULL") == 0


def test_a_stranger_never_speaks_for_the_publisher(first_poll: Configuration) -> None:
    """Anybody can write to the mailbox. What comes is noted, raises nothing, and makes no release."""
    assert one(first_poll, "SELECT count(*) FROM releases WHERE title = 'False'") == 0
    noted = rows(first_poll, "SELECT detail FROM problems WHERE kind = 'stranger' ORDER BY id")
    assert [found["detail"] for found in noted] == [
        "UID 2: from mallory@evil.example: False",
        "UID 3: of the list other.example: False",
    ]
    assert one(first_poll, "SELECT count(*) FROM captures WHERE outcome = 'stranger'") == 2


def test_what_cannot_be_read_is_kept_and_holds_up_nothing(first_poll: Configuration) -> None:
    """A message made to stall costs itself; its bytes are there to be read by a later version."""
    assert one(first_poll, "SELECT page_outcome FROM releases WHERE title = 'Deep'") == "unreadable"
    kept = "SELECT count(*) FROM captures WHERE url LIKE '%UID=4' AND snapshot_id IS NOT NULL"
    assert one(first_poll, kept) == 1


def test_documents_of_a_message_are_kept_and_read(first_poll: Configuration) -> None:
    """Many press offices send one sentence, and the statement as a PDF."""
    document, picture = rows(first_poll, "SELECT title, outcome, url FROM attachments ORDER BY id")
    assert (document["title"], document["outcome"]) == ("report.pdf", "ok")
    assert document["url"].endswith("/;UID=5/;SECTION=2")
    assert (picture["title"], picture["outcome"]) == ("crest.gif", None)
    claim = row(first_poll, "SELECT harm, count_min, page FROM claims WHERE page IS NOT NULL")
    assert claim == {"harm": "killed", "count_min": 3, "page": 1}


def test_a_message_that_is_too_large_is_a_release_with_its_subject(first_poll: Configuration) -> None:
    """Its outcome says so, and the operator hears what to do."""
    found = row(first_poll, "SELECT page_outcome, text FROM records WHERE title = 'Large'")
    assert found == {"page_outcome": "too_large", "text": "Large"}
    event = row(first_poll, "SELECT kind, detail FROM events")
    assert event["kind"] == "cut_short"
    assert event["detail"].startswith("UID 6, 200,")
    assert one(first_poll, "SELECT event FROM alerts WHERE release_id IS NULL") == "gap"


def test_a_signature_is_kept_with_its_key(first_poll: Configuration) -> None:
    """It proves later who sent the words, whatever the domain does with its keys by then."""
    passed, failed = rows(first_poll, "SELECT * FROM mail_signatures ORDER BY id")
    assert (passed["result"], passed["domain"], passed["key_record"]) == ("pass", "army.example", key_record())
    assert (failed["result"], failed["detail"].partition(" (")[0]) == ("fail", "body hash mismatch")
    assert one(first_poll, "SELECT count(*) FROM chain WHERE kind = 'signature'") == 2


def test_the_signature_is_shown_and_can_be_verified_by_the_bundle_alone(first_poll: Configuration) -> None:
    """Whoever doubts the release needs neither us nor the domain's name server."""
    release = one(first_poll, "SELECT id FROM releases WHERE title = 'Signed'")
    assert "signed by army.example: verified on " in run(first_poll, "show", str(release)).output
    out = first_poll.folder / "bundle.zip"
    assert run(first_poll, "evidence", str(release), "-o", str(out)).exit_code == 0
    files = unpack(out)
    assert b"signed by army.example: verified on" in files["report.html"]
    assert check_bundle(files).findings == ()
    (name,) = (name for name in files if name.startswith("signatures/"))
    assert key_record() in files[name].decode()
    # Another message under the same name: its own hash betrays it, and so does the signature.
    (raw,) = (name for name, body in files.items() if name.startswith("raw/") and b"DKIM-Signature" in body)
    forged = files | {raw: files[raw].replace(b"Two", b"Six")}
    assert {finding.place for finding in check_bundle(forged).findings} >= {raw, name}
    assert run(first_poll, "verify").exit_code == 0


def test_a_message_can_be_read_again_from_its_stored_bytes(first_poll: Configuration) -> None:
    """A later version reads more of it; the mailbox may be gone by then."""
    done = run(first_poll, "reparse", "--json")
    assert done.exit_code == 0, done.output
    read = {found["title"]: found for found in map(json.loads, done.stdout.splitlines())}
    assert read["Statement on the strike"]["text"] == "Two civilians were killed in the strike near the town."
    assert {name: found["page_outcome"] for name, found in read.items()} == {
        "Statement on the strike": "ok",
        "Deep": "unreadable",
        "Report": "ok",
        "Large": "too_large",
        "Signed": "ok",
        "Altered": "ok",
    }


@in_loop
async def test_each_message_is_read_once(tmp_path: Path) -> None:
    """Over quiet polls, a correction under the same id, and a folder whose server lost its numbers."""
    async with imap_server() as server:
        server.add(message("One", message_id="<1@army.example>"))
        configuration = press_list(tmp_path, server)
        async with polling(configuration) as poll:
            outcomes = [await poll(), await poll()]
            server.add(message("Two"))
            server.add(message("One", message_id="<1@army.example>", text="Five civilians were killed."))
            server.add(message("Two", message_id="<1@army.example>", text="Nobody was killed."))
            # Two of one id never go through one poll: the second is compared with the first as it is stored.
            outcomes += [await poll(), await poll(), await poll()]
            read = len([command for command in server.commands if "BODY.PEEK" in command])
            server.renumber()
            server.add(message("Three"))
            outcomes += [await poll(), await poll()]
    assert outcomes == ["new", "same", "new", "new", "same", "new", "same"]
    assert read <= 5
    found = rows(configuration, "SELECT title, revision_count FROM releases ORDER BY id")
    assert [(one["title"], one["revision_count"]) for one in found] == [("Two", 3), ("Two", 1), ("Three", 1)]
    assert one(configuration, "SELECT detail FROM events WHERE kind = 'renumbered'") == "UIDVALIDITY was 17 and is 18"
    assert one(configuration, "SELECT event FROM alerts WHERE release_id IS NULL") == "feed_unhealthy"


@in_loop
async def test_a_corrected_setting_brings_the_messages_that_it_had_kept_out(tmp_path: Path) -> None:
    """A wrong address in the publisher's file, or too low a limit, must lose nothing."""
    async with imap_server() as server:
        server.add(message("Statement", sender="office@army.example"))
        server.add(message("Large", text="Two civilians were killed. " + "x" * 5_000))
        async with polling(press_list(tmp_path, server, http="max_body_bytes = 2000\n")) as poll:
            await poll()
        configuration = press_list(tmp_path, server, senders=["@army.example"])
        async with polling(configuration) as poll:
            await poll()
    found = rows(configuration, "SELECT title, page_outcome FROM releases ORDER BY title")
    assert [tuple(one.values()) for one in found] == [("Large", "ok"), ("Statement", "ok")]


def _no(tag: str, _: str) -> bytes:
    return f"{tag} NO no\r\n".encode()


FAILURES: dict[str, tuple[str, Fault]] = {
    "timed_out": ("UID SEARCH", b"hang"),
    "login_refused": ("LOGIN", _no),
    "folder_gone": ("EXAMINE", _no),
    "not_a_mailbox": ("greeting", b"220 ftp\r\n"),
    "too_large": ("UID FETCH", b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"),
}


@in_loop
async def test_a_failure_is_an_outcome_and_loses_nothing(tmp_path: Path) -> None:
    """The feed backs off and is read from where it stood as soon as the server is well."""
    async with imap_server() as server:
        configuration = press_list(tmp_path, server)
        settings = tmp_path / "watcher.toml"
        settings.write_text(settings.read_text().replace("deadline = 5", "deadline = 0.5"))
        configuration = press_list(tmp_path, server)
        server.add(message())
        async with polling(configuration) as poll:
            for count, (outcome, (command, fault)) in enumerate(FAILURES.items(), start=1):
                server.faults = {command: fault}
                assert await poll() == outcome
                state = row(configuration, "SELECT failure_count, last_uid, due_at > polled_at AS is_later FROM feeds")
                assert state == {"failure_count": count, "last_uid": None, "is_later": 1}
            server.faults = {}
            (tmp_path / "password").write_text("")
            before = len(server.sessions)
            # An empty login would be refused again and again, and lock the account.
            assert (await poll(), len(server.sessions)) == ("login_refused", before)
            (tmp_path / "password").write_text(server.password)
            assert await poll() == "new"
    assert one(configuration, "SELECT count(*) FROM releases") == 1


def _hostile() -> list[bytes]:
    """Messages of the publisher that no reader was made for, each with an id of its own."""
    own = b"From: press@army.example\nList-Id: <press.army.example>\nMessage-ID: <x@army.example>\n"
    found = [raw if b"Message-ID" in raw else own + raw for name, raw in HOSTILE.items() if name not in SLOW]
    found += [signed(message("Signed twice")) for _ in range(2)]
    found += [own + b"DKIM-Signature: " + b"a" * 5_000 + b"\n\ntext", own + b"Date: 31 Feb 2999 99:99\n\ntext", own]
    found += [own + b"Content-Type: message/rfc822\n\n" + own + b"\ntext", own + b"\n%PDF-1.7 broken"]
    ids = (re.sub(rb"Message-ID: <[^>]*>", b"Message-ID: <%d@army.example>" % n, raw) for n, raw in enumerate(found))
    return list(ids)


@in_loop
async def test_no_hostile_message_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one poll: each is a release with a named outcome and its bytes, and the message behind them is read."""
    monkeypatch.setattr(dns, "_SECONDS", 0.1)
    messages = [*_hostile(), message("Behind")]
    assert len(messages) > 25
    async with imap_server() as server:
        for raw in messages:
            server.add(raw)
        configuration = press_list(tmp_path, server)
        async with polling(configuration) as poll:
            assert await poll() == "new"
    outcomes = {found["page_outcome"] for found in rows(configuration, "SELECT page_outcome FROM releases")}
    assert outcomes <= {"ok", "unreadable", "no_text"}
    kept = "SELECT count(*) FROM captures WHERE kind = 'page' AND snapshot_id IS NOT NULL"
    named = "SELECT count(*) FROM identities WHERE name LIKE 'army:%@army.example'"
    # Some say the same words, and are one release under several ids.
    assert one(configuration, kept) == one(configuration, named) == len(messages)
    assert one(configuration, "SELECT page_outcome FROM releases WHERE title = 'Behind'") == "ok"


@in_loop
async def test_more_than_a_poll_takes_comes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a week off, hundreds of messages wait: each once, in their order, and soon."""
    async with imap_server() as server:
        server.add(message("First"))
        configuration = press_list(tmp_path, server)
        async with polling(configuration) as poll:
            await poll()
            monkeypatch.setattr(fetching, "MOST_MESSAGES", 2)
            for number in range(5):
                server.add(message(f"Statement {number}"))
            await poll()
            soon = "SELECT unixepoch(due_at) - unixepoch(polled_at) <= 65 FROM feeds"
            assert one(configuration, soon) == 1
            await poll()
            await poll()
    assert one(configuration, "SELECT count(*) FROM releases") == 6
    counts = [found["new_count"] for found in rows(configuration, "SELECT new_count FROM polls ORDER BY id")]
    assert counts == [1, 2, 2, 1]


@in_loop
async def test_without_a_name_server_a_signature_is_checked_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be asked is no forgery: the message counts, and its key is looked up again."""
    monkeypatch.setattr(dns, "_SECONDS", 0.2)
    async with imap_server() as server, name_server({KEY_NAME: None}) as names:
        server.add(signed(message()))
        configuration = press_list(tmp_path, server, names=names.address)
        async with polling(configuration) as poll:
            await poll()
            await poll()
            assert one(configuration, "SELECT group_concat(result) FROM mail_signatures") == "not_checked"
            names.records[KEY_NAME] = key_record()
            await poll()
            await poll()
    assert one(configuration, "SELECT group_concat(result) FROM mail_signatures") == "not_checked,pass"


@in_loop
async def test_where_a_signature_is_asked_for_a_forged_sender_is_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From is written by whoever sends; with `signed_by` only the domain's own signature counts."""
    monkeypatch.setattr(dns, "_SECONDS", 0.2)
    async with imap_server() as server, name_server({KEY_NAME: key_record()}) as names:
        for raw in (message("Forged"), signed(message("Altered")).replace(b"Two", b"Six"), signed(message("True"))):
            server.add(raw)
        configuration = press_list(tmp_path, server, names=names.address, signed_by=["army.example"])
        async with polling(configuration) as poll:
            await poll()
            assert one(configuration, "SELECT group_concat(title) FROM releases") == "True"
            # Without a name server nobody knows: the message waits in its mailbox.
            names.records[KEY_NAME] = None
            server.add(signed(message("Later")))
            assert await poll() == "unreachable"
            names.records[KEY_NAME] = key_record()
            assert await poll() == "new"
    assert one(configuration, "SELECT group_concat(title) FROM releases") == "True,Later"
